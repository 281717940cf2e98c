# results-long: output with tags, in files and in rows is what GNU parallel
# makes of it, where that is installed.

load helper

setup_file() {
	command -v parallel >/dev/null || skip 'no GNU parallel'
}

# gnu OPTION ...: GNU parallel, with its own files out of the way
gnu() {
	mkdir -p gnu
	PARALLEL_HOME=$PWD/gnu parallel --will-cite "$@"
}

# same_as_gnu [OPTION ...] -- COMMAND [WORD ...]: --results mine makes the files
# that GNU parallel makes, with the same contents
same_as_gnu() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	rm -rf mine theirs
	run -0 --separate-stderr forkpool run -c "${options[@]}" \
		--results "mine$result" "$@"
	[ -z "$output$stderr" ]
	[ -n "$(ls -A mine)" ]
	run -0 --separate-stderr gnu "${options[@]}" --results "theirs$result" "$@"
	[ -z "$output$stderr" ]
	diff -r -x job.json mine theirs
}

@test '--results DIR: a directory for each source and value, as GNU parallel has it' {
	same_as_gnu -- 'echo out {1} {2}; echo err {1} >&2' \
		::: a 'b/c' 'd\z' é "it's" ::: 'x y' '' '%' 10
	same_as_gnu --header : -- 'printf "%s" {n} {m}' \
		::: n a b ::: m 1 2 ::: 'A B' c
	same_as_gnu -C , -- 'echo {2}{1}' ::: a,b c,d
	same_as_gnu -- 'echo' ::: "$(head -c 300 /dev/zero | tr '\0' x)"
}

@test '--results TEMPLATE names files by replacement strings' {
	result='/{/.}.txt' same_as_gnu -- 'echo out {}; echo e{#} >&2' \
		::: a/b.c d.e ../f
	result='/{2}-{1}/' same_as_gnu -- 'echo {1}' ::: a b ::: c d/e
	result='' same_as_gnu -- echo ::: a
}

@test '--results FILE.csv and .tsv have the rows of GNU parallel' {
	# times and commands aside
	read_rows() {
		python3 -c 'import csv, sys
for row in csv.reader(open(sys.argv[1], newline=""), delimiter=sys.argv[2]):
    del row[8], row[2:4]
    print(row)' "$1" "$2"
	}
	job='printf "%s\n" {1} "x,\"y"; printf "e\t" >&2; exit 3'
	for type in csv tsv; do
		[ $type = csv ] && sep=, || sep=$'\t'
		for program in forkpool gnu; do
			if [ $program = gnu ]; then
				command=(gnu -k)
			else
				command=(forkpool run -c --quiet)
			fi
			"${command[@]}" --header : --results "$program.$type" \
				"$job" ::: name 'a b' 'c"d' "e'f" ::: other g,h || :
			read_rows "$program.$type" "$sep" >"rows.$program"
		done
		[ "$(wc -l <rows.gnu)" -eq 4 ]
		diff rows.forkpool rows.gnu
	done
}

@test '--tagstring makes the tags of GNU parallel' {
	for tag in 'x{}-{#}\t{/.}' '{1}={2}' 'fixed' '{2/}\t\\t\n{}' \
		"it's \"{//}\""; do
		words=(--tagstring "$tag" 'printf "%s\n" one {1}; printf two'
			::: a/b.c $'d\te' ::: '1\t2')
		forkpool run -c "${words[@]}" >mine
		gnu -k "${words[@]}" >theirs
		cmp mine theirs
	done
}
