#!/usr/bin/env bats
# A mixed list: each line is a kind of job and its words.

load helper

@test 'jobs of several kinds, in the order of the list' {
	cat >list <<-'EOF'
		# a comment
		run sh -c 'sleep 0.3; echo "one  $1"' sh "two  words"

		  sleep 0.1
		digest \
		  empty
		run 'echo a | tr a b'
		run echo it\'s "\"quoted\"" 'and $not expanded' #no comment
	EOF
	: >empty
	for j in 1 2 5; do
		run -0 --separate-stderr forkpool jobs -j$j list
		[ "${lines[0]}" = 'one  two  words' ]
		[ "${lines[1]}" = "$(sha256sum empty)" ]
		[ "${lines[2]}" = b ]
		[ "${lines[3]}" = "it's \"quoted\" and \$not expanded #no comment" ]
		[ "${#lines[@]}" -eq 4 ]
		[ -z "$stderr" ]
	done
}

@test 'a mistake in a file is found before the first job runs' {
	{
		echo 'run touch x'
		yes 'sleep 0' | head -n 900
		echo "run echo 'no end"
	} >list
	run -2 --separate-stderr forkpool jobs list
	[ "$stderr" = 'forkpool: list: line 902: a quote is not closed' ]
	[ ! -e x ]
	echo 'walk the dog' >list
	run -2 --separate-stderr forkpool jobs list
	[[ $stderr == 'forkpool: list: line 1: '*'kind of job'* ]]
	printf '%s\n' walk 'run echo 1' 'run echo 2' >list
	run -2 --separate-stderr forkpool jobs --shuf list
	[[ $stderr == 'forkpool: list: line 1: '* ]]
	for line in 'map cat' 'call ./x.so'; do
		echo "$line" >list
		run -2 --separate-stderr forkpool jobs list
		[[ $stderr == 'forkpool: list: line 1: this kind has one'* ]]
	done
	echo 'fetch http://127.0.0.1:1/ -o x' >list
	run -2 --separate-stderr forkpool jobs list
	[[ $stderr == 'forkpool: list: line 1: no URL begins with a dash; options '* ]]
	echo sleep >list
	run -2 --separate-stderr forkpool jobs list
	[[ $stderr == 'forkpool: list: line 1: a word is missing'* ]]
	printf '%s\n' 'run touch x' walk >list
	run -2 --separate-stderr forkpool jobs <list
	[[ $stderr == 'forkpool: standard input: line 2: '* ]]
	[ ! -e x ]
	echo 'run echo 1' >list
	# from where it stands
	{ read -r _ && run -0 forkpool jobs; } < <(cat list list)
	[ "$output" = 1 ]
	cat list list >two
	{ read -r _ && run -0 forkpool jobs; } <two
	[ "$output" = 1 ]
	run -2 --separate-stderr forkpool jobs nowhere
	[[ $stderr == *'nowhere'*'No such file'* ]]
}

@test 'several files are one list' {
	printf 'run echo 1\nrun echo \\\n' >a
	printf '# 2\nrun echo 2\n' >b
	echo 'run echo 3' >c
	run -0 forkpool jobs -j2 a - b <c
	[ "$output" = $'1\n\n3\n2' ]
	run -0 forkpool jobs ::: 'run echo 1' 'run echo 2' :::: b
	[ "$output" = $'1\n2\n2' ]
	echo walk >>b
	run -2 --separate-stderr forkpool jobs c b
	[ -z "$output" ]
	[[ $stderr == 'forkpool: b: line 3: '* ]]
}

@test 'blank lines that are joined say nothing' {
	printf '%s\n' '  \' '' 'run echo 1' '  \' >list
	run -0 --separate-stderr forkpool jobs list
	[ "$output" = 1 ]
	[ -z "$stderr" ]
}

@test 'a mistake in a list from a pipe is a job that failed' {
	run -1 --separate-stderr forkpool jobs < <(
		printf '%s\n' 'run echo 1' 'walk the dog' 'run echo 2' \
			'run echo "3' 'run echo \'
	)
	[ "$output" = $'1\n2\n' ] || [ "$output" = $'1\n2' ]
	[[ $stderr == *'job 2 (walk the dog): '* ]]
	[[ $stderr == *'job 4 (run echo "3): a quote is not closed'* ]]
	[[ $stderr == *'5 jobs: 3 ok, 2 failed' ]]
}

@test 'a job of too many lines is a mistake, and no part of it runs' {
	local half
	printf -v half '%9000000s' ''
	printf '%s\n' 'run echo 1 \' "$half\\" "$half\\" 'run echo 2' \
		'run echo 3' >list
	run -2 --separate-stderr forkpool jobs list
	[ "$stderr" = 'forkpool: list: line 4: the job is longer than 16 MiB' ]
	run -1 --separate-stderr forkpool jobs < <(cat list)
	[ "$output" = 3 ]
	[[ $stderr == *'job 1 (run echo 1 '*'): the job is longer than 16 MiB'* ]]
}

@test 'options of a kind have its name in front' {
	sqlite3 db 'create table t (n); insert into t values (7)'
	echo "query 'select n from t' db" >list
	run -0 forkpool jobs --query-rows json list
	[ "$output" = '{"n":7}' ]
	run -2 --separate-stderr forkpool jobs --query-rows odd list
	[[ $stderr == 'forkpool: --query-rows odd: '* ]]
	run -0 forkpool jobs --help
	[[ $output == *'its name in front, as in --fetch-max-redirs 3.'* ]]
	run -2 --separate-stderr forkpool jobs --query-rws json list
	[[ $stderr == *'--query-rows is the nearest' ]]
	echo "run 'echo \$slot'" >list
	run -0 forkpool jobs -j1 --run-process-slot-var slot list
	[ "$output" = 0 ]
	for option in --run-shell --run-quote; do
		run -2 --separate-stderr forkpool jobs $option list
		[[ $stderr == "forkpool: $option: each line of the list"* ]]
	done
	for option in -n2 -N2 -L2 -m -X -s99 --xargs '-C,' --header=: --link; do
		run -2 --separate-stderr forkpool jobs $option list
		[[ $stderr == *'not for a mixed list'* ]]
	done
	# of those that are none for such a list
	run -2 --separate-stderr forkpool jobs --map-credit 1 list
	[[ $stderr == *'--map-credit: no such option'* ]]
}

@test 'what would run, and what runs, can be pasted' {
	printf '%s\n' "run 'echo a; echo b'" 'run echo "a  b"' 'sleep 0' >list
	run -0 forkpool jobs --dry-run list
	[ "${lines[0]}" = "/bin/sh -c 'echo a; echo b'" ]
	[ "${lines[1]}" = "echo 'a  b'" ]
	[ "${lines[2]}" = 'forkpool sleep 0' ]
	forkpool jobs -j1 -t list 2>&1 >/dev/null | diff - <(echo "$output")
}

@test 'a list is gone on with by its journal' {
	printf '%s\n' 'run echo 1' "run 'exit 3'" 'sleep 0' >list
	run -1 forkpool jobs --journal db list
	echo 'run echo new' >>list
	run -0 --separate-stderr forkpool jobs --journal db --resume list
	[ "$output" = new ]
	run -1 --separate-stderr forkpool jobs --journal db --retry-failed
	[[ $stderr == *"job 1 (run exit 3): exit 3"* ]]
}

@test 'workers of one kind make room for those of another' {
	for ((n = 0; n < 20; n++)); do
		echo "run echo $n"
		echo 'sleep 0'
		echo "digest list"
	done >list
	run -0 forkpool jobs -j2 list
	[ "$(grep -c list <<<"$output")" -eq 20 ]
	[ "${#lines[@]}" -eq 40 ]
}
