# pipe: data that is cut into blocks of whole records, each the standard input
# of a job: --pipe and --pipe-part.

load helper
load signals

# Tells the size of each block that it reads, and its first and last line.
make_tell() {
	cat >tell <<-'E'
		#!/bin/sh
		cat >"block.$FORKPOOL_SEQ"
		exec 3<"block.$FORKPOOL_SEQ"
		head -n 1 <&3
		tail -n 1 "block.$FORKPOOL_SEQ"
		wc -c <"block.$FORKPOOL_SEQ"
	E
	chmod +x tell
}

# blocks_of WORD ...: what the blocks are, each with a | behind it
blocks_of() {
	forkpool run --pipe "$@" 'cat; printf "|"'
}

# becomes WANT WORD ...: so our standard input is cut
becomes() {
	local want=$1
	shift
	blocks_of "$@" >out
	printf '%b' "$want" | cmp - out || {
		echo "for $*:"
		cat -A out
		return 1
	}
}

# refused MESSAGE WORD ...: status 2, and that in the one line on stderr
refused() {
	local message=$1
	shift
	run -2 --separate-stderr forkpool run "$@" <list
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "forkpool: "*"$message"* ]]
}

@test 'the output is that of all data, in its order; no record is cut' {
	seq 200000 >list
	make_tell
	for part in --pipe '--pipe-part -a list'; do
		# shellcheck disable=SC2086
		for block in 50k 64K 1M; do
			forkpool run $part --block $block -j4 cat <list >out
			cmp out list
		done
		# shellcheck disable=SC2086
		forkpool run $part --block-size 100k -j4 ./tell <list >out
		# each block ends before the next one begins
		awk 'NR % 3 == 1 { if ($1 != last + 1) bad = 1 }
			NR % 3 == 2 { last = $1 }
			NR % 3 == 0 { if ($1 > 101000) bad = 1; bytes += $1 }
			END { exit bad || NR < 30 || last != 200000 ||
				bytes != '"$(wc -c <list)"' }' out
	done
}

@test 'records that end or begin with a text or an expression' {
	becomes 'a\n|b\n|c|' -N1 < <(printf 'a\nb\nc')
	becomes 'a\nb\n|c|' -n2 < <(printf 'a\nb\nc')
	becomes 'aEND|bENEND|' -N1 --recend END < <(printf aENDbENEND)
	becomes '>a\n>b|\n>c>|' -N2 --recstart '\n>' \
		< <(printf '>a\n>b\n>c>')
	becomes '>a\n|>b>\n|>|' -N1 --recend '\n' --recstart '>' \
		< <(printf '>a\n>b>\n>')
	becomes 'a0|b00|c|' -N1 --regexp --recend '0+' < <(printf a0b00c)
	becomes 'a(|b(|' -N1 --regexp --recend '[(]' < <(printf 'a(b(')
	becomes 'x1|y22|z|' -N1 --regexp --recend '[0-9]' --recstart '[a-z]' \
		< <(printf x1y22z)
	becomes 'a\x00|b\x00|' -N1 --recend '\0' < <(printf 'a\0b\0')
	becomes '1\n2\n|3\n4\n|5|' -L2 --block 5 < <(printf '1\n2\n3\n4\n5')
	becomes '1\n2\n3\n4\n|5|' -L2 -N2 < <(printf '1\n2\n3\n4\n5')
}

@test '--rrs takes out what separates records' {
	becomes 'abc|' --rrs < <(printf 'a\nb\nc\n')
	becomes 'ab|c|' --rrs -N2 < <(printf 'a\nb\nc\n')
	becomes 'ab|' --remove-rec-sep --regexp --recend '[0-9]+' \
		< <(printf 'a12b3')
	becomes '>ab|' --rrs --recend '\n' --recstart '>' < <(printf '>a\n>b')
	# but not in the header
	becomes 'h\nab|h\nc|' --rrs -N2 --header : < <(printf 'h\na\nb\nc\n')
}

@test '--header: every block begins with it' {
	becomes 'h\na\nb\n|h\nc|' -N2 --header : < <(printf 'h\na\nb\nc')
	becomes '#1\n#2\na\n|#1\n#2\nb\n|' -N1 --header '(#.*\n)*' \
		< <(printf '#1\n#2\na\nb\n')
	# it is one at the beginning only
	becomes 'a\n|#1\n|' -N1 --header '#.*\n' < <(printf 'a\n#1\n')
	becomes '' -N1 --header : < <(printf 'h\n')
	(
		echo name
		seq 20000
	) >list
	forkpool run --pipe-part -a list --block 20k --header : \
		'read -r h; echo "$h"; cat >&2' >out 2>err
	sort -u out | is_text /dev/stdin name
	cmp err <(seq 20000) || sort -n err | cmp - <(seq 20000)
}

@test 'a record that is longer than a block makes it longer' {
	{
		echo a
		head -c 300000 /dev/zero | tr '\0' b
		printf '\nc\n'
	} >list
	for part in --pipe '--pipe-part -a list'; do
		# shellcheck disable=SC2086
		forkpool run $part --block 1000 -j2 \
			'cat; printf "|" ' <list >out
		tr -d '|' <out | cmp - list
		grep -q '^|*bbb' out
		[ "$(tr -cd '|' <out | wc -c)" -gt 1 ]
	done
}

@test 'nothing is no job' {
	: >list
	run -0 --separate-stderr forkpool run --pipe 'echo job' <list
	[ -z "$output$stderr" ]
	run -0 --separate-stderr forkpool run --pipe-part -a list 'echo job'
	[ -z "$output$stderr" ]
	run -0 --separate-stderr forkpool run --pipe -N3 --header : \
		--round-robin 'echo job' <list
	[ -z "$output$stderr" ]
}

@test 'the same blocks as GNU parallel makes' {
	type parallel >/dev/null 2>&1 || skip 'no GNU parallel'
	skip_under_sanitizer 'compared in the plain build'
	seq 3000 | sed 's/7$/7 and more/' >list
	try() {
		parallel -k "$@" 'wc -c; :' <list 2>/dev/null >want
		forkpool run "$@" 'wc -c; :' <list >out
		cmp out want || {
			echo "for $*"
			return 1
		}
	}
	try --pipe -L 4 -N 500
	try --pipe --block 3k --recend '0\n'
	try --pipe-part -a list --block 6k --recstart 1 --recend '\n'
	try --pipe-part -a list -j2 --block -3
}

@test '--pipe-part --block -N makes N blocks for each worker' {
	seq 100000 >list
	forkpool run --pipe-part -a list -j2 --block -3 wc -l >out
	[ "$(wc -l <out)" -eq 6 ]
	[ "$(paste -sd+ out | bc)" -eq 100000 ]
	forkpool run --pipe-part -a list -j3 --block -1 cat | cmp - list
}

@test '--round-robin: a job for each worker, and all data among them' {
	seq 300000 >list
	forkpool run --pipe --round-robin -j3 --block 20k \
		'sort -n >sorted.{#}; echo' <list >out
	[ "$(wc -l <out)" -le 3 ]
	sort -mn sorted.* | cmp - list
	# one that is slow gets less: what its pipe holds
	seq 1000000 >list
	forkpool run --pipe --round -j2 --block 10k \
		'[ {#} = 2 ] || until [ -e go ]; do sleep 0.01; done
		cat >part.{#}; touch go' <list
	[ "$(wc -c <part.1)" -lt "$(wc -c <part.2)" ]
	sort -mn part.1 part.2 | cmp - list
}

@test 'a block is passed on as soon as it is there' {
	mkfifo fifo
	exec 7<>fifo
	start "$FORKPOOL" run --pipe -N1 cat <fifo
	for i in 1 2 3; do
		echo $i >&7
		wait_for has_lines out $i
	done
	exec 7>&-
	finish 0
	is_text out $'1\n2\n3'
	rm fifo
	mkfifo fifo
	exec 7<>fifo
	start "$FORKPOOL" run --pipe --round-robin -j1 -N1 cat <fifo
	for i in 1 2 3; do
		echo $i >&7
		wait_for has_lines out $i
	done
	exec 7>&-
	finish 0
}

@test 'a job may read nothing, or a part' {
	seq 400000 >list
	for part in --pipe '--pipe-part -a list'; do
		# shellcheck disable=SC2086
		{
			run -0 --separate-stderr forkpool run $part --block 300k \
				true <list
			[ -z "$output$stderr" ]
			run -0 --separate-stderr forkpool run $part \
				--block 300k 'exec <&-; echo closed' <list
			[ "$(sort -u <<<"$output")" = closed ]
			run -0 --separate-stderr forkpool run $part \
				--block 1M 'head -n 1' <list
			[ "${lines[0]}" = 1 ]
			[ "${#lines[@]}" -eq 3 ]
		}
	done
	run -0 --separate-stderr forkpool run --pipe --round-robin -j2 \
		--block 100k 'head -c 1; echo' <list
	[ -z "$stderr" ]
}

@test 'jobs that fail, are killed or are overdue are told; the others read on' {
	seq 100000 >list
	run -1 --separate-stderr forkpool run --pipe --block 100k \
		'case {#} in 2) exit 7 ;; 3) kill -9 $$ ;; esac; wc -l' <list
	[ "${#lines[@]}" -eq 4 ]
	[[ $stderr == *'job 2: exit 7'* ]]
	[[ $stderr == *'job 3: killed by signal 9 (KILL)'* ]]
	[ "${stderr_lines[2]}" = 'forkpool: 6 jobs: 4 ok, 2 failed' ]
	run -1 --separate-stderr forkpool run --pipe --timeout 0.5 \
		--block 300k '[ {#} != 1 ] || sleep 100; wc -l' <list
	[ "${#lines[@]}" -eq 1 ]
	[[ $stderr == *'job 1: timed out'* ]]
	run -1 --separate-stderr forkpool run --pipe --round-robin -j2 \
		--timeout 0.5 --block 10k 'sleep 100' <list
	[[ $stderr == *'timed out'* ]]
}

@test 'after INT nothing is left of jobs that do not read' {
	make_witness
	yes | head -c 3000000 >list
	for how in --pipe '--pipe --round-robin' '--pipe-part -a list'; do
		rm -f started.* got.*
		# shellcheck disable=SC2086
		start "$FORKPOOL" run $how -j2 ./witness '{#}' <list
		wait_for test -e started.1 -a -e started.2
		kill -INT "$fp"
		finish 130
		got 1 INT exit
		is_gone "$(<started.1)"
	done
}

@test 'a worker that is killed in mid-block: its job is lost, the others run' {
	# a block is more than a pipe holds, so some of it is not sent yet
	seq 400000 >list
	for how in --pipe '--pipe-part -a list'; do
		# shellcheck disable=SC2086
		run -3 --separate-stderr forkpool run $how --block 1M \
			'head -n 1; if [ {#} = 2 ]; then kill -9 $PPID; sleep 9; fi' \
			<list
		[ "${#lines[@]}" -ge 2 ]
		[[ $stderr == *'job 2: lost: its worker was killed'* ]]
		[[ $stderr == *'3 jobs: 2 ok, 1 lost'* ]]
	done
}

@test 'data that breaks off midway: what came is done, the place is told' {
	can_trace
	seq 100000 >list
	# the third read of it fails
	run -4 --separate-stderr strace -f -qq -o /dev/null -P "$PWD/list" \
		-e trace=read -e inject=read:error=EIO:when=3+ \
		"$FORKPOOL" run --pipe -a list --block 100k wc -l
	[ "${#lines[@]}" -ge 1 ]
	[[ $stderr == *'list: cannot read on after byte '*': Input/output error'* ]]
}

@test 'a file that became shorter is an error of its job' {
	seq 200000 >list
	run -1 --separate-stderr forkpool run --pipe-part -j1 -a list \
		--block 600k 'cat >/dev/null; truncate -s 700000 list' 
	[[ $stderr == *"job 2: cannot read "*": No data available"* ]]
	[[ $stderr == *', '*' failed'* ]]
}

@test 'what cannot be read is told at the start' {
	run -2 --separate-stderr forkpool run --pipe cat </
	[ "$stderr" = 'forkpool: cannot read standard input: Is a directory' ]
	run -2 --separate-stderr timeout 20 sh -c \
		'exec "$FORKPOOL" run --pipe cat <&-'
	[ "$stderr" = 'forkpool: cannot read standard input: Bad file descriptor' ]
	run -2 --separate-stderr forkpool run --pipe -a none cat
	[ "$stderr" = 'forkpool: cannot read none: No such file or directory' ]
	run -2 --separate-stderr forkpool run --pipe-part -a . cat
	[ "$stderr" = 'forkpool: cannot read .: Is a directory' ]
	run -2 --separate-stderr forkpool run --pipe-part -a /dev/null cat
	[ "$stderr" = 'forkpool: --pipe-part: not a regular file; write --pipe' ]
}

@test 'what does not go together, and wrong values' {
	echo 1 >list
	refused 'a command is missing' --pipe
	refused 'the input is data, not a list' --pipe cat ::: 1
	refused 'the input is data, not a list' --pipe -a list -a list cat
	refused '--retries: with --pipe' --pipe --retries 2 cat
	refused 'the size of the data is not known' --pipe --block -2 cat
	refused 'a file is missing' --pipe-part cat
	refused 'a file is missing' --pipe-part -a - cat
	refused 'count from the beginning' --pipe-part -a list -N2 cat
	refused 'read the file as it is' --pipe-part -a list --rrs cat
	refused 'read the file as it is' --pipe-part -a list --round-robin cat
	refused 'are about arguments' --pipe -X cat
	refused 'are about arguments' --pipe -N0 cat
	for option in -0 -Cx -dx -Ex --link --shuf --crlf; do
		refused 'are about lists' --pipe $option cat
	done
	for option in --block=1M --rrs --recend=x --regexp --round-robin; do
		refused 'write --pipe too' $option cat
	done
	for size in 0 -0 x ''; do
		refused '--block ' --pipe --block "$size" cat
	done
	refused '--recend: empty' --pipe --recend= cat
	refused '--recend: Unmatched (' --pipe --regexp --recend '(' cat
	refused '--recstart: ' --pipe --regexp --recstart '[' cat
	refused '--header: ' --pipe --header '(' cat
	for kind in sleep 'fetch'; do
		run -2 --separate-stderr forkpool $kind --pipe 0 <list
		[[ $stderr == *"--pipe: no such option; see forkpool $kind --help"* ]]
	done
}

@test 'no record stands in the words, but the number of the job' {
	run -0 --separate-stderr forkpool run --pipe -N1 -j1 \
		'echo {#} {%} $# [{}] $FORKPOOL_SEQ; cat' < <(seq 2)
	[ "$output" = $'1 1 0 [] 1\n1\n2 1 0 [] 2\n2' ]
	run -0 --separate-stderr forkpool run --pipe -N1 --tagstring '{#}' \
		sed 's/$/{#}/' < <(seq 2)
	[ "$output" = $'1\t11\n2\t22' ]
	run -0 forkpool run --pipe --dry-run -N1 cat < <(seq 2)
	[ "$output" = $'cat\ncat' ]
}

@test 'memory is bounded, of the parent and of workers' {
	skip_under_sanitizer 'it takes memory by itself'
	# each worker tells its highest memory, and the last of them our own
	cat >job <<-'E'
		#!/bin/sh
		cat >/dev/null
		grep -h VmHWM /proc/$PPID/status /proc/$FORKPOOL_PID/status
	E
	chmod +x job
	for how in '' --round-robin '-N 100000'; do
		# shellcheck disable=SC2086
		yes 'a line of some length, as lines go' |
			head -c 50000000 |
			forkpool run --pipe $how -j2 ./job >out
		[ "$(wc -l <out)" -ge 4 ]
		awk '$2 > 24576 { print; bad = 1 } END { exit bad }' out
	done
}
