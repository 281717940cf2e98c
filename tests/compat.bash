# compat: what the two files of command lines share that GNU parallel and
# forkpool both run.
# shellcheck shell=bash disable=SC2154

R() {
	timeout -k 2 60 "$FORKPOOL" run "$@"
}

# P is either program.  GNU parallel keeps the order only with -k.
P() {
	if [ "$program" = gnu ]; then
		timeout -k 2 60 parallel -k "$@"
	else
		timeout -k 2 60 "$FORKPOOL" run --shell -k "$@"
	fi
}

make_files() {
	printf 'a\nb\nc\n' >abc
	printf '1\n2\n3\n' >num
	printf 'x,1\ny,2\n' >csv
	printf 'n,v\nx,1\ny,2\n' >hcsv
	printf 'p q\tr\ns\tt u\n' >tsv
	printf 'one two\nthree four\n' >words
	printf ' a \n\nb\n \n' >blank
	printf 'a\0b c\0' >nul
	: >empty
	# without it GNU parallel asks for citations
	mkdir .parallel
	: >.parallel/will-cite
	export HOME=$PWD
}

# both N LINE: what the two programs print of it; or of its halves, when there
# is a == in it: the left one is of another program, the right one is ours
both() {
	local program=gnu
	eval "${2% == *}" >"gnu.$1" 2>"gnu.err.$1" </dev/null || :
	program=ours
	eval "${2#* == }" >"ours.$1" 2>"ours.err.$1" </dev/null || :
}

is_gnu_parallel_here() {
	parallel --version 2>/dev/null | grep -q '^GNU parallel'
}

# same: each line of standard input is a command line, for both programs; four
# at a time
same() {
	local lines n bad=0 pids=()
	skip_under_sanitizer 'compared in the plain build'
	is_gnu_parallel_here || skip 'no GNU parallel'
	make_files
	mapfile -t lines
	for n in "${!lines[@]}"; do
		both "$n" "${lines[n]}" 3>&- &
		pids+=($!)
		[ ${#pids[@]} -lt 4 ] || {
			wait "${pids[@]}"
			pids=()
		}
	done
	wait "${pids[@]}"
	for n in "${!lines[@]}"; do
		cmp -s "gnu.$n" "ours.$n" || {
			bad=$((bad + 1))
			echo "differs: ${lines[n]}"
			head -n 20 "gnu.$n" "gnu.err.$n" "ours.$n" "ours.err.$n"
		}
	done
	[ $bad -eq 0 ]
}

# files DIRECTORY: their names and what is in them, but for what only we write
files() {
	(cd "$1" && find . -type f ! -name job.json | sort |
		xargs tail -n 9 /dev/null)
}
