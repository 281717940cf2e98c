# install: what "make install" puts where, whether it works there, and that
# "make uninstall" takes it away again.
#
# not sanitized: what forkpool does here it does elsewhere too

load helper

# make_install TARGET [NAME=VALUE ...], from a copy of the build under test that
# make takes for up to date: nothing is built here
make_install() {
	[ -d built ] || {
		mkdir built
		cp -R "$(dirname "$FORKPOOL")"/{forkpool,*.so,man,obj} built
		touch built/*.so built/forkpool
	}
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u DESTDIR -u PREFIX \
		timeout -k 5 60 make -s -C "$BATS_TEST_DIRNAME/.." \
		B="$PWD/built" "$@"
}

# What is installed, without directories.
files() {
	find "$1" ! -type d -printf '%P %m\n' | sort
}

# forkpool_at PROGRAM [WORD ...]
forkpool_at() {
	timeout -k 2 40 "$@"
}

# A page comes out of the program $1, whose module must be that beside it.
fetches() {
	forkpool_at "$1" fetch "$SITE_URL/page/001.html" |
		cmp - "$SITE_DIR/html/page/001.html"
}

pages() {
	(cd "$BATS_TEST_DIRNAME/../man" && ls -- *."$1")
}

@test 'make install puts a program, its module and its pages below DESTDIR' {
	make_install install DESTDIR="$PWD/root" PREFIX=/usr
	{
		echo 'usr/bin/forkpool 755'
		echo 'usr/include/forkpool-kind.h 644'
		(cd built && ls -- *.so) | sed 's,.*,usr/lib/forkpool/& 644,'
		pages 1 | sed 's,.*,usr/share/man/man1/& 644,'
		pages 5 | sed 's,.*,usr/share/man/man5/& 644,'
		pages 7 | sed 's,.*,usr/share/man/man7/& 644,'
	} | sort | diff - <(files root)
	# once more does no harm
	make_install install DESTDIR="$PWD/root" PREFIX=/usr
}

@test 'what is installed works wherever that is' {
	make_install install DESTDIR="$PWD/root" PREFIX=/usr
	make_install install PREFIX="$PWD/opt/fork.pool"
	rm -r built
	fetches root/usr/bin/forkpool
	fetches opt/fork.pool/bin/forkpool
	mv opt 'with a blank'
	fetches 'with a blank/fork.pool/bin/forkpool'
	PATH=$PWD/root/usr/bin:$PATH fetches forkpool
	run -0 forkpool_at root/usr/bin/forkpool run echo ::: a
	[ "$output" = a ]
	# and a kind of a user's own can be made with nothing else
	cc -shared -fPIC -Iroot/usr/include -o upper.so \
		"$BATS_TEST_DIRNAME/example/upper.c"
	run -0 forkpool_at root/usr/bin/forkpool call upper.so a
	[ "$output" = A ]
}

@test 'through a symbolic link the program finds its module and its pages' {
	make_install install DESTDIR="$PWD/root" PREFIX=/usr
	ln -s "$PWD/built" tree
	fetches tree/forkpool
	mkdir bin
	ln -s "$PWD/built/forkpool" bin/fp
	ln -s fp bin/forkpool
	fetches bin/forkpool
	ln -sf ../root/usr/bin/forkpool bin/fp
	rm -r built
	fetches bin/forkpool
	cd bin
	PATH=$PWD:$PATH fetches forkpool
	export MANPAGER=cat
	run -0 forkpool_at ./fp help fetch
	[[ $output == *'FORKPOOL-FETCH(1)'* ]]
}

@test 'a module that is missing is named, and only its kind does not work' {
	[ ! -e /usr/local/lib/forkpool ] || skip 'forkpool is installed'
	make_install install DESTDIR="$PWD/root" PREFIX=/usr
	rm root/usr/lib/forkpool/fetch.so
	run -4 --separate-stderr forkpool_at root/usr/bin/forkpool fetch ::: x
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == 'forkpool: cannot load the kind fetch: '*fetch.so* ]]
	run -0 forkpool_at root/usr/bin/forkpool run echo ::: a
	[ "$output" = a ]
}

@test 'a module that is not ours is refused' {
	[ ! -e /usr/local/lib/forkpool ] || skip 'forkpool is installed'
	make_install install DESTDIR="$PWD/root" PREFIX=/usr
	echo 'int nothing;' >empty.c
	cc -shared -fPIC -o root/usr/lib/forkpool/fetch.so empty.c
	run -4 --separate-stderr forkpool_at root/usr/bin/forkpool fetch ::: x
	[[ $stderr == 'forkpool: cannot load the kind fetch: '?* ]]
	echo 'no module' >root/usr/lib/forkpool/fetch.so
	run -4 --separate-stderr forkpool_at root/usr/bin/forkpool fetch ::: x
	[[ $stderr == 'forkpool: cannot load the kind fetch: '*fetch.so* ]]
}

@test 'help shows each installed page, and not that of the build' {
	make_install install DESTDIR="$PWD/root" PREFIX=/usr
	export MANPAGER=cat MANWIDTH=80 LC_ALL=C.UTF-8
	for page in root/usr/share/man/man*/*; do
		echo ".Sh A MARK OF THIS TEST" >>"$page"
		topic=$(basename "$page" | sed 's/forkpool-*//; s/\.[0-9]$//')
		# shellcheck disable=SC2086
		run -0 --separate-stderr forkpool_at root/usr/bin/forkpool \
			help $topic
		[ -z "$stderr" ]
		[[ ${output^^} == "FORKPOOL${topic:+-}${topic^^}("[157]')'* ]]
		[[ $output == *'A MARK OF THIS TEST'* ]]
	done
	[ "$page" = root/usr/share/man/man7/forkpool-protocol.7 ]
}

@test 'help shows the pages of the build where there is no other' {
	export MANPAGER=cat
	for topic in run map fetch digest query sleep call protocol; do
		run -0 forkpool help $topic
		[[ ${output^^} == *"FORKPOOL-${topic^^}("[157]')'* ]]
	done
	run -2 --separate-stderr forkpool help nonsense
	[ -z "$output" ]
	[[ $stderr == 'forkpool: no manual page for nonsense'* ]]
	run -2 forkpool help ../man/forkpool
}

@test 'make uninstall takes away what was installed and nothing else' {
	mkdir -p root/usr/bin root/usr/share/man/man1
	echo kept >root/usr/bin/other
	echo kept >root/usr/share/man/man1/other.1
	make_install install DESTDIR="$PWD/root" PREFIX=/usr
	[ "$(files root | wc -l)" -gt 4 ]
	run -0 make_install uninstall DESTDIR="$PWD/root" PREFIX=/usr
	[ -z "$output" ]
	[ "$(files root | cut -d ' ' -f 1)" = "usr/bin/other
usr/share/man/man1/other.1" ]
	[ ! -e root/usr/lib/forkpool ]
	# there is nothing left to take away, which is no error
	make_install uninstall DESTDIR="$PWD/root" PREFIX=/usr
}
