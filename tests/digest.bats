# digest: the lines of sha256sum and its like, byte for byte.

load helper

# files with odd names, contents and sizes
make_files() {
	mkdir files
	: >files/empty
	printf x >$'files/new\nline'
	printf x >'files/back\slash'
	printf x >$'files/\rreturn\\\n'
	printf x >$'files/tab\t \x1b[31m'
	printf x >$'files/\xff\xc3'
	printf x >files/--help
	printf x >files/-
	# around the size of a read, and more than one
	for n in 262143 262144 262145 1000000; do
		head -c $n /dev/urandom >files/$n
	done
}

@test 'each algorithm tells what its own program tells' {
	make_files
	for pair in sha256:sha256sum sha512:sha512sum sha1:sha1sum md5:md5sum \
		blake2b:b2sum; do
		"${pair#*:}" files/* >want
		forkpool digest --algorithm "${pair%:*}" files/* | cmp - want
	done
	# the first one is the default, whatever is asked of the list
	sha256sum files/* >want
	forkpool digest -j3 -- files/* | cmp - want
	printf '%s\0' files/* | forkpool digest -0 -n3 | cmp - want
	forkpool digest files/{} ::: 262143 empty >out
	sha256sum files/262143 files/empty | cmp - out
	cd files
	sha256sum -- --help ./- >../want
	forkpool digest -- --help ./- | cmp - ../want
}

@test 'sha256sum -c reads the lines' {
	make_files
	forkpool digest files/* >sums
	run -0 sha256sum -c sums
	[ "${#lines[@]}" -eq "$(find files -type f -printf x | wc -c)" ]
	echo changed >>$'files/new\nline'
	run -1 sha256sum --quiet -c sums
	[[ $output == *'new\nline: FAILED'* ]]
}

@test 'what can not be read is named, and the others are told' {
	mkdir dir
	echo a >a
	echo b >b
	long=$(printf 'x%.0s' {1..5000})
	run -1 --separate-stderr forkpool digest a nope dir '' - "$long" \
		$'\x1b[31m' b
	[ "$output" = "$(sha256sum a b)" ]
	[ "$(sort <<<"$stderr")" = "$(sort <<-END
		forkpool: nope: No such file or directory
		forkpool: dir: Is a directory
		forkpool: '': No such file or directory
		forkpool: -: a job can't read the standard input; write ./- for a file of that name
		forkpool: ${long:0:1024}: File name too long
		forkpool: ^[[31m: No such file or directory
		forkpool: 8 jobs: 2 ok, 6 failed
		END
	)" ]
	# those of a job that fails as well
	run -1 --separate-stderr forkpool digest -n3 a nope b
	[ "$output" = "$(sha256sum a b)" ]
}

@test 'a file without permission is named' {
	echo a >a
	echo b >b
	chmod 0 a
	as=()
	if [ -r a ]; then
		chmod 755 . "$BATS_TEST_TMPDIR"
		as=(setpriv --reuid=65534 --clear-groups)
		"${as[@]}" test -r b -a -x "$FORKPOOL" ||
			skip 'another user can not run the program'
	fi
	run -1 --separate-stderr timeout -k 2 40 "${as[@]}" "$FORKPOOL" \
		digest a b
	[ "$output" = "$(sha256sum b)" ]
	[[ $stderr == 'forkpool: a: Permission denied'* ]]
}

@test 'an algorithm that is not there is a mistake in the command line' {
	for name in sha3 SHA256 '' sha; do
		run -2 --separate-stderr forkpool digest --algorithm "$name" x
		[ -z "$output" ]
		[ "$stderr" = "forkpool: --algorithm ${name:-''}: no such algorithm; write sha256, sha512, sha1, md5 or blake2b" ]
	done
}

@test 'md5 is told whatever the configuration of OpenSSL says' {
	cat >conf <<-'END'
		openssl_conf = all
		[all]
		alg_section = evp
		[evp]
		default_properties = fips=yes
	END
	echo a >a
	OPENSSL_CONF=$PWD/conf forkpool digest --algorithm md5 a >out
	md5sum a | cmp - out
}

@test 'files behind a large one go to another worker meanwhile' {
	seq -f 'small%.0f' 1500 | tee names | xargs touch
	truncate -s 500M one two
	printf '%s\n' one two >>names
	forkpool digest -j2 --json -a names >out
	[ "$(tail -n 2 out | grep -o '"slot":[0-9]' | sort -u | wc -l)" -eq 2 ]
	grep -c '"outcome":"ok"' out | grep -qx 1502
}

@test 'a file that memory has no room for is read in pieces' {
	skip_under_sanitizer 'it needs more than that for itself'
	truncate -s 200M hole
	sha256sum hole >want
	(ulimit -v 150000 && forkpool digest hole) | cmp - want
}
