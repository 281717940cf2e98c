# examples: those of the manual pages and of README.md do what these say.  They
# are taken out of the pages as a person sees them, and run among a few files
# that they speak of; programs for other machines and for pictures are
# stand-ins.
#
# not sanitized: what forkpool does here it does elsewhere too
# shellcheck shell=bash disable=SC2016,SC2059

load helper

# shown PAGE: a manual page as a person sees it, or what is indented in README.md
shown() {
	local top=$BATS_TEST_DIRNAME/..
	if [ "$1" = README.md ]; then
		echo EXAMPLES
		sed -n 's/^    /           /p; /^$/p' "$top/$1"
	else
		# what is bold is printed twice in one place
		mandoc -T ascii -O width=200 "$top/man/$1" | sed 's/.\x08//g'
	fi
}

# examples PAGE: one file for each display in its EXAMPLES that has a command:
# 01.sh, its commands, and 01.want, what the page says that they print
examples() {
	shown "$1" | awk '
	/^[A-Z]/ { inside = $0 == "EXAMPLES" }
	!inside { next }
	{ match($0, /^ */) }
	RLENGTH < 11 { file = ""; next }
	/^           \$ / && file == "" {
		file = sprintf("%02d", ++n)
		printf "" > file ".want"
	}
	file == "" { next }
	/^           \$ / { print substr($0, 14) > file ".sh"; more = 1 }
	!/^           \$ / && more { print substr($0, 12) > file ".sh" }
	!/^           \$ / && !more { print substr($0, 12) > file ".want" }
	{ more = more && /[\\|&]$/ }'
}

# stand_in NAME SCRIPT: a program in bin
stand_in() {
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}

stand_ins() {
	mkdir bin
	ln -s "$FORKPOOL" bin/forkpool
	# not everybody may make a namespace
	unshare -Urpf --mount-proc true 2>/dev/null ||
		stand_in unshare 'shift 3; exec "$@"'
	stand_in convert 'for to; do :; done; cp "$1" "$to"'
	stand_in ping '[ "$5" != down.example ]'
	stand_in ssh 'while [ "$1" = -o ]; do shift 2; done
		shift; cd far && exec sh -c "$*"'
	stand_in uptime 'echo 7 days'
	# of a file that grows there would be no end
	stand_in tail 'for file; do :; done; cat "$file"'
}

# The files that the examples speak of.
scene() {
	local name
	mkdir scene && cd scene || return 1
	mkdir album album/old far in lib doc log src tests
	printf "printf '%%s\\\\n' {} \"{}\" 'it is {}' \"\$(echo {})\"\n" >script
	printf 'echo one\necho two >two\n' >commands
	for name in test process train upload request model; do
		printf '#!/bin/sh\necho "%s $*"\n' $name >$name
	done
	chmod +x test process train upload request model
	printf 'import sys\nfor line in sys.stdin:\n    print(len(line))\n' \
		>model.py
	echo 'all: ; @echo "$(MAKECMDGOALS)built $(B)"' | tee Makefile \
		lib/Makefile >doc/Makefile
	for name in a 'b c' album/d 'album/old/e f'; do
		echo "picture $name" >"$name.jpg"
	done
	printf '%s\n' Ann Bo >names
	printf '%s\n' 1 2 3 >params
	printf '%s\n' up.example down.example >hosts
	printf '%s\n' 'job 1' 'job 2' >queue
	printf 'name,city\nAnn,Rome\nBo Ek,Oslo\n' >people.csv
	(echo head && seq 2500) >table.csv
	seq 50000 | sed '/777$/s/$/ error/' >big
	printf '#include\n2\n3\n' >src/main.c
	printf '1\n2\n' >src/pool.c
	touch in/x.conf in/y.conf x.conf src/main.o 'src/-o.o' tests/{one,two}
	touch -d '8 days ago' 'log/it is old.log'
	touch log/new.log new.log other.jpeg
	cp src/main.c .
	mkdir 'my docs'
	printf 'city\tzip\nRome\t00118\n' >table.tsv
	tar -czf pkg.tar.gz src
	tar -cf pkg.tar src
	printf 'a.jpg\nb c.jpg\n' >from
	printf '1.jpg\n2.jpg\n' >to
	echo mine >'far/my file'
	printf 12 >'far/$(id)'
	printf "$SITE_URL/page/%s.html\n" 001 002 >urls
	printf "$SITE_URL/page/001.html\tone\n" >list
}

# What examples of forkpool-run(1) leave behind, by a part of their text.
declare -gA left=(
	['convert {} {.}']='cmp a.jpg a.png && cmp "b c.jpg" "b c.png"'
	['-resize']='cmp album/old/e\ f.jpg small/album/old/e\ f.jpg'
	['mv -n {} {.}.jpeg']='[ -s "b c.jpeg" ] && [ ! -e a.jpg ]'
	['{0#}']='[ "$(ls pic*)" = "$(printf "pic%s.jpg\n" 1 2)" ]'
	['gzip -9']='[ "$(ls log)" = "$(printf "%s\n" "it is old.log.gz" new.log)" ]'
	['{..}']='cmp pkg/src/main.c src/main.c'
	['-m rm']='[ "$(ls src)" = "$(printf "%s\n" main.c pool.c)" ]'
	['-j 4 < commands']='[ "$(cat stdout two)" = "$(printf "%s\n" one two)" ]'
	['make -C']='[ "$(grep -c built stdout)" = 2 ]'
	['--results sweep']='[ "$(ls sweep/*/*/*/*/stdout | wc -l)" = 6 ]
		grep -q "r 0.2 -s 30" sweep/rate/0.2/size/30/stdout'
	['::::+']='cmp a.jpg 1.jpg && cmp "b c.jpg" 2.jpg'
	['DEVICE']='grep -q x.conf stdout'
	['tail']='[ "$(sort stdout)" = "$(sed "s/^/process /" queue)" ]'
	['--timeout 1m ./test']='[ "$(grep -c "test tests/" stdout)" = 2 ]'
	['--retries 4']='[ "$(cat stdout)" = "upload pkg.tar.gz" ]'
	['--halt now']='[ "$(grep -c "test tests/" stdout)" = 2 ]'
	['--resume ']='[ "$(cat stdout)" = "$(printf "model %s\n" 1 2 3)" ]'
	['--resume-failed']='[ -s run.db ]'
	['unshare']='[ "$(grep -c "test tests/" stdout)" = 2 ]'
	[' xz ']='xz -t pkg.tar.xz'
	['./request']='[ "$(cat stdout)" = "$(sed "s/^/request /" names)" ]'
	['out/{/.}.txt']='[ "$(cat out/y.txt)" = "model in/y.conf" ]'
	['--json']='[ ! -s stdout ]'
	['table.csv ./']='[ "$(grep -c "^[12],:" table.csv)" = 2 ]'
	['gzip < big']='gzip -dc big.gz | cmp - big'
	['wc -l | awk']='[ "$(cat stdout)" = 50000 ]'
	['grep -F']='grep -F error big | cmp - errors'
	['sort -m']='sort big | cmp - sorted'
	['{#}.csv']='[ "$(cat [123].csv | wc -l)" = 2503 ]
		[ "$(head -n 2 -q 3.csv)" = "$(printf "%s\n" head 2001)" ]'
	['ping']='[ "$(cat stdout)" = "$(printf "%s\n" "up.example up" \
		"down.example down")" ]'
	['uptime']='grep -q "down.example	7 days" stdout'
	['@Q']='[ "$(cat stdout)" = "$(printf "%s\n" 5 2)" ]'
	['curl']='cmp 001.html "$SITE_DIR/html/page/001.html"'
)

# in_scene NAME: runs an example in a directory of its own
in_scene() {
	cp -a scene "$1"
	cd "$1" || return
	timeout -k 2 20 bash ../"$1.sh" </dev/null
}

# example NAME: it prints what the page says, or else ends well and in silence,
# and leaves what is said above
example() {
	local part
	if [ -s "$1.want" ]; then
		(in_scene "$1" >"$1.out" 2>&1) || :
		# a tab is blanks in a page
		expand "$1.out" | tr -s ' ' | cmp - <(tr -s ' ' <"$1.want")
	else
		(in_scene "$1" >"$1.out" 2>"$1.err") &&
			! grep -v ': resumed: ' "$1.err"
	fi || return 1
	[ "$page" = forkpool-run.1 ] || return 0
	cp "$1.out" "$1/stdout"
	for part in "${!left[@]}"; do
		[[ $(<"$1.sh") != *"$part"* ]] || {
			found+=("$part")
			(cd "$1" && eval "${left[$part]}") || return 1
		}
	done
}

# All examples of a page, of which there are at least so many.
all_examples() {
	local file page=$1
	PATH=$PWD/bin:$PATH
	found=()
	stand_ins
	(scene)
	examples "$1"
	[ -z "${moved:-}" ] || sed -i "$moved" [0-9]*.*
	set -- "$2" [0-9]*.sh
	[ $# -gt "$1" ] || return 1
	for file in "${@:2}"; do
		example "${file%.sh}" || {
			cat "${file%.sh}".*
			return 1
		}
	done
}

@test 'the examples of forkpool-run(1) do what it says' {
	all_examples forkpool-run.1 40
	# none has gone from the page
	[ ${#found[@]} -eq ${#left[@]} ] || {
		printf '%s\n' "${!left[@]}" "${found[@]}" | sort | uniq -u
		return 1
	}
}

@test 'the examples of forkpool(1) do what it says' {
	export MIRRORS=$SITE_URL/page/001.html
	all_examples forkpool.1 14
}

@test 'the examples of forkpool-fetch(1) do what it says' {
	local dir=$SITE_DIR/html/examples n
	mkdir -p "$dir/page"
	echo hello >"$dir/hello"
	for n in {1..100}; do
		echo "page $n" >"$dir/page/$n.html"
	done
	cp -r "$dir/page" "$dir/items"
	echo "<loc>$SITE_URL/page/001.html</loc>" >"$dir/sitemap.xml"
	export TOKEN=secret
	# its servers are here, which is a private address
	moved="s,http://localhost:8080,$SITE_URL/examples,g
		s,https://api.example.org/items/{},$SITE_URL/examples/items/{}.html,
		s/--no-private //"
	all_examples forkpool-fetch.1 17
	for file in */mirror/page/001.html */1.html */pages/one */iso/page/*1.html \
		*/mirror/127*/page/001.html */site/page/001.html; do
		cmp "$file" "$SITE_DIR/html/page/001.html"
	done
	[ "$(wc -l <03.out)" -eq 100 ]
	rm -r "$dir"
}

@test 'the examples of README.md do what it says' {
	all_examples README.md 3
	# the tour is one display
	gzip -dc 01/big.gz | cmp - scene/big
	(cd 01 && sha256sum --status -c SHA256SUMS)
	[ -s 01/run.db ]
}
