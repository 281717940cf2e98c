# output: what jobs print comes out byte for byte, in which order, and when.

load helper
load signals
load output

# make_job: "./job N" takes its time, writes to both streams in turns, and what
# it writes is the same each time.
make_job() {
	cat >job <<-'E'
		#!/bin/sh
		for i in 1 2 3; do
			echo "$1: output $i"
			echo "$1: error $i" >&2
			head -c "$1" /dev/zero
		done
		sleep "0.0$(($1 * 7 % 10))"
		printf '\001\377\200 no end'
		printf '\r\n\t no end' >&2
	E
	chmod +x job
}

# says FILE TEXT: the file is that now, last new line included
says() {
	printf '%s' "$2" | cmp -s - "$1"
}

# has_bytes FILE N: so many at least
has_bytes() {
	[ "$(wc -c <"$1")" -ge "$2" ]
}

@test 'output is in the order of the list, whatever ends first' {
	: >done.5
	run -0 forkpool run -j4 'until [ -e done.$(($1 + 1)) ]; do
			sleep 0.01
		done
		echo $1 >>ends; echo $1; : >done.$1' ::: 1 2 3 4
	[ "$output" = "$(seq 4)" ]
	[ "$(cat ends)" = "$(seq 4 -1 1)" ]
}

@test 'both streams are what a plain loop prints, with any number of workers [E10]' {
	make_job
	seq 12 >list
	plain_loop ./job
	for jobs in 1 2 12; do
		as_the_loop run -j$jobs ./job
	done
	as_the_loop run -k ./job
	as_the_loop run --group ./job
	as_the_loop run -j1 -u ./job
	as_the_loop run -j1 --as-completed ./job
}

@test 'binary, long lines, NULs and nothing at all come out as they are [E9]' {
	make_blobs
	plain_loop cat
	for mode in --keep-order --group --as-completed --line-buffer -u; do
		as_the_loop run -j1 $mode cat
	done
	as_the_loop run -j4 cat
	as_the_loop run -j4 -k --line-buffer cat
	plain_loop sh -c 'cat "$0" >&2'
	as_the_loop run -j4 sh -c 'cat "$0" >&2'
	as_the_loop run -j1 --line-buffer sh -c 'cat "$0" >&2'
}

@test 'a job that fills both streams is not stuck, and each is whole [E10]' {
	cat >both <<-'E'
		#!/bin/sh
		head -c 300000 /dev/zero | tr '\0' "$1" >&2
		head -c 300000 /dev/zero | tr '\0' "$1"
		head -c 300000 /dev/zero | tr '\0' "$1" >&2 &
		head -c 300000 /dev/zero | tr '\0' "$1"
		wait
	E
	chmod +x both
	printf '%s\n' a b c d >list
	plain_loop ./both
	as_the_loop run -j3 ./both
	as_the_loop run -j1 -u ./both
	as_the_loop run -j1 --line-buffer ./both
}

@test 'a job keeps the order of its two streams where both are one' {
	printf '%s\n' a b c d e f >list
	cat >turns <<-'E'
		#!/bin/sh
		for i in 1 2 3; do
			echo "$1 out $i"
			sleep 0.02
			echo "$1 err $i" >&2
			sleep 0.02
		done
	E
	chmod +x turns
	forkpool run -j6 ./turns <list >out 2>&1
	plain_loop sh -c './turns "$0" 2>&1'
	cmp out want.out
}

@test 'the first job that is not finished is printed while it runs' {
	mkfifo gate.1 gate.2
	start "$FORKPOOL" run -j2 'echo $1 begins; printf half >&2
		read -r _ <gate.$1; echo $1 ends' ::: 1 2
	wait_for says out $'1 begins\n'
	wait_for says err half
	open_gate gate.1
	wait_for says out $'1 begins\n1 ends\n2 begins\n'
	wait_for says err halfhalf
	open_gate gate.2
	finish 0
	is_text out $'1 begins\n1 ends\n2 begins\n2 ends'
}

@test 'a job that may be repeated is printed when it has ended' {
	start "$FORKPOOL" sleep -v 0.5 0.5
	until is_gone "$fp"; do
		# nothing, or the lines of jobs that have ended
		cp out seen
		[ $(($(wc -l <seen) % 2)) -eq 0 ]
		sleep 0.01
	done
	finish 0
	[ "$(wc -l <out)" -eq 4 ]
}

@test 'but ungrouped and by lines all jobs are printed while they run' {
	for mode in -u --line-buffer; do
		start "$FORKPOOL" sleep -j2 -v $mode 100 100
		wait_for has_lines out 2
		[ "$(grep -c before out)" -eq 2 ]
		kill -TERM "$fp"
		finish 143
	done
}

@test '--as-completed prints whole jobs, what ends first first' {
	mkfifo gate.1 gate.2
	start "$FORKPOOL" run --as-completed -j3 'echo $1 begins; echo error $1 >&2
		[ $1 = 3 ] || read -r _ <gate.$1; echo $1 ends' ::: 1 2 3
	wait_for says out $'3 begins\n3 ends\n'
	open_gate gate.2
	wait_for has_lines out 4
	open_gate gate.1
	finish 0
	is_text out "$(printf '%s begins\n%s ends\n' 3 3 2 2 1 1)"
	is_text err "$(printf 'error %s\n' 3 2 1)"
}

@test '-u prints bytes as they come' {
	mkfifo gate.1
	for option in -u --ungroup; do
		start "$FORKPOOL" run $option -j2 'case $1 in
			1) printf first; printf error >&2; read -r _ <gate.1
				printf last ;;
			2) until [ "$(cat out)" = first ]; do sleep 0.01; done
				printf " second " ;;
			esac' ::: 1 2
		wait_for says out 'first second '
		says err error
		open_gate gate.1
		finish 0
		says out 'first second last'
	done
}

@test '--line-buffer prints lines when they are whole' {
	mkfifo gate.1
	for option in --line-buffer --lb; do
		start "$FORKPOOL" run $option -j2 'case $1 in
			1) printf "a line\nhalf "; printf "half " >&2
				read -r _ <gate.1
				echo a line; printf "an error" >&2 ;;
			2) until [ "$(cat out)" = "a line" ]; do sleep 0.01; done
				echo another; printf "no end" ;;
			esac' ::: 1 2
		wait_for says out $'a line\nanother\nno end'
		says err ''
		open_gate gate.1
		finish 0
		says out $'a line\nanother\nno endhalf a line\n'
		says err 'half an error'
	done
}

@test 'no line is broken by lines of other jobs' {
	for i in 1 2 3 4; do
		i=$i awk 'BEGIN { for (n = 0; n < 3000; n++) {
			line = ENVIRON["i"] " " n
			for (k = 0; k < n % 50; k++) line = line " word"
			print line } }' >lines.$i
	done
	run -0 --separate-stderr forkpool run --line-buffer -j4 \
		sh -c 'cat lines.$0; cat lines.$0 >&2' ::: 1 2 3 4
	sort lines.? >want
	printf '%s\n' "${lines[@]}" | sort | cmp - want
	printf '%s\n' "${stderr_lines[@]}" | sort | cmp - want
	# of each job they are in order
	for i in 1 2 3 4; do
		printf '%s\n' "${lines[@]}" | grep "^$i " | cmp - lines.$i
	done
}

@test 'a line longer than 1 MiB is printed in pieces, and all of it' {
	mkfifo gate
	start "$FORKPOOL" run --line-buffer \
		'head -c 1500000 /dev/zero; read -r _ <gate; echo {}' ::: end
	wait_for has_bytes out 1048576
	# the rest is half a line again
	sleep 0.05
	[ "$(wc -c <out)" -lt 1500000 ]
	open_gate gate
	finish 0
	{
		head -c 1500000 /dev/zero
		echo end
	} | cmp - out
}

@test 'of several ways to order the output the last one counts' {
	local options
	for options in '-u --as-completed -k' '-k --line-buffer --group'; do
		rm -f ended.2
		# shellcheck disable=SC2086 # they are several words
		forkpool run -j2 $options '[ $1 = 2 ] || until [ -e ended.2 ]; do
				sleep 0.01
			done
			echo $1; : >ended.$1' ::: 1 2 >out
		is_text out "$(seq 2)"
	done
	for options in '-k --as-completed' '-k --group --line-buffer' \
		'--group -u'; do
		# shellcheck disable=SC2086 # they are several words
		forkpool run -j2 $options '[ $1 = 2 ] || until [ -s out ]; do
				sleep 0.01
			done
			echo $1' ::: 1 2 >out
		is_text out "$(seq 2 -1 1)"
	done
}

@test '-k --line-buffer prints the job whose turn it is as it comes' {
	local options
	mkfifo gate.1
	for options in '-k --line-buffer' '--lb -u --line-buffer -k'; do
		rm -f ended.2
		# shellcheck disable=SC2086 # they are several words
		start "$FORKPOOL" run $options -j2 'echo "$1 begins"
			[ $1 = 2 ] || read -r _ <gate.$1
			echo "$1 ends"; : >ended.$1' ::: 1 2
		wait_for test -e ended.2
		wait_for says out $'1 begins\n'
		open_gate gate.1
		finish 0
		is_text out "$(printf '%s begins\n%s ends\n' 1 1 2 2)"
	done
	# and one that could be repeated, but is not when it was printed
	start "$FORKPOOL" sleep -j2 -v -k --lb 100 0.001
	wait_for has_lines out 1
	# shellcheck disable=SC2046 # one pid each
	kill -9 $(worker_pids "$fp")
	finish 3
	[ "$(grep -c 'before 100' out)" -eq 1 ]
	grep -q 'after 0.001' out
	grep -q 'job 1 (100): lost' err
}

@test '--tag begins each line of both streams with the record and a tab' {
	job='echo one; printf "two\n\n"; printf "error\nx" >&2; printf "no end"'
	for mode in -k --as-completed --line-buffer -u; do
		run -0 --separate-stderr forkpool run -j1 --tag $mode \
			"$job; : {}" ::: 'a b' c
		[ "$output" = "$(printf 'a b\t%s\n' one two '' 'no end')$(
			printf 'c\t%s\n' one two '' 'no end')" ]
		[ "$stderr" = "$(printf 'a b\t%s\n' error x)$(
			printf 'c\t%s\n' error x)" ]
	done
}

@test '--tag begins a line once, though it comes in pieces' {
	job='printf a; sleep 0.03; printf b; sleep 0.03; printf "c\nd"; sleep 0.03
		printf "\n"; : {}'
	for mode in -k --as-completed --line-buffer -u; do
		run -0 forkpool run -j1 --tag $mode "$job" ::: x
		[ "$output" = "$(printf 'x\t%s\n' abc d)" ]
	done
}

@test '--tag takes the record as it is' {
	run -0 forkpool run --tag 'echo "$#"; : {}' ::: $'\e[31m\t%s'
	[ "$output" = $'\e[31m\t%s\t1' ]
	run -0 forkpool run --tag -0 'echo; : {}' <<<$'two\nlines'
	[ "$output" = $'two\nlines\n\t' ]
	run -0 forkpool sleep --tag -v 0.001
	[[ ${lines[0]} == 0.001$'\t'*' before 0.001' ]]
}

@test '--tagstring begins each line with its words' {
	run -0 forkpool run --tagstring '{2/}\t\\t\n{1//}-{#}' \
		'printf "%s\n" one {1}; printf two; : {2}' ::: a/b.c $'d\te' ::: '1\t2'
	[ "$output" = "$(printf '1\\t2\t\\\t\na-1\t%s\n' one a/b.c two)$(
		printf '1\\t2\t\\\t\n.-2\t%s\n' one $'d\te' two)" ]
	run -0 --separate-stderr forkpool run -j1 -I ,, --tag --tagstring ',,{%}' \
		'echo e >&2; : ,,' ::: a b
	[ "$stderr" = $'a1\te\nb1\te' ]
	run -0 forkpool sleep -v --tagstring '<{}>' --line-buffer 0.001
	[[ $output == $'<0.001>\t'*$'\n<0.001>\t'* ]]
	run -0 forkpool run --tagstring '' echo ::: a
	[ "$output" = a ]
}

@test '--tmpdir is where output is held' {
	mkdir held
	mkfifo gate.1
	start env TMPDIR=/nonexistent "$FORKPOOL" run --tmpdir held -j2 'case $1 in
		1) read -r _ <gate.1 || : ;;
		2) head -c 40000000 /dev/zero; : >ended ;;
		esac' ::: 1 2
	wait_for test -e ended
	[ "$(find "/proc/$fp/fd" -lname "$PWD/held/*deleted)" | wc -l)" -eq 1 ]
	[ -z "$(ls held)" ]
	open_gate gate.1
	finish 0
	[ "$(wc -c <out)" -eq 40000000 ]
	: >file
	for dir in none file; do
		run -2 forkpool run --tmpdir $dir echo ::: a
		[[ $output == "forkpool: --tmpdir $dir: "* ]]
	done
}

@test '--tag before many short lines is only slower' {
	record=$(head -c 3000 /dev/zero | tr '\0' r)
	for mode in -k -u; do
		forkpool run --tag $mode 'yes "" | head -n 10000; : {}' \
			::: "$record" >out
		yes "$record"$'\t' | head -n 10000 | cmp - out
	done
}

@test 'a job is over when its process is, though a daemon keeps its output [E1]' {
	run -0 --separate-stderr forkpool run -j1 --linger 0.05 \
		'{ until [ -e go ]; do sleep 0.05; done; echo late; } & echo {}' \
		::: a b
	# the daemons are still there
	[ "$(test_pids | wc -l)" -ge 2 ]
	: >go
	[ "$output" = $'a\nb' ]
	# and what may be cut is named
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ ${stderr_lines[0]} == 'forkpool: job 1 '*'--linger'* ]]
	[[ ${stderr_lines[1]} == 'forkpool: job 2 '*'--linger'* ]]
}

@test 'what a job'\''s processes write soon after its end belongs to it [E1]' {
	run -0 --separate-stderr forkpool run --linger 15 \
		'{ sleep 0.1; echo late {}; echo error {} >&2; } & echo {}' ::: a b
	[ "$output" = $'a\nlate a\nb\nlate b' ]
	[ "$stderr" = $'error a\nerror b' ]
}

@test 'without any --linger a job'\''s own output is whole [E1]' {
	run -0 --separate-stderr forkpool run -j4 --linger 0 \
		'head -c 65536 /dev/zero | tr "\0" "$1"' ::: a b c d e f g h
	[ "$output" = "$(for c in a b c d e f g h; do
		head -c 65536 /dev/zero | tr '\0' $c
	done)" ]
	# and nobody is blamed
	[ -z "$stderr" ]
}

@test 'a daemon that never stops writing is cut [E1]' {
	forkpool run -j2 --linger 0.05 'yes & echo {}' ::: a b 2>err |
		tail -c 100 >/dev/null
	[ "${PIPESTATUS[0]}" -eq 0 ]
	[ "$(grep -c linger err)" -eq 2 ]
}

@test 'the filter of a process substitution may finish its work [E1]' {
	cat >filtered <<-'E'
		#!/bin/bash
		echo "$1" > >(sleep 0.05; tr a-z A-Z)
	E
	chmod +x filtered
	run -0 --separate-stderr forkpool run --linger 15 ./filtered ::: a b c
	[ "$output" = $'A\nB\nC' ]
	[ -z "$stderr" ]
}

@test 'a daemon that keeps one stream only is no different [E1]' {
	run -0 --separate-stderr forkpool run --linger 0.05 \
		'{ until [ -e go ]; do sleep 0.05; done; } >&2 & echo {}' ::: a
	: >go
	[ "$output" = a ]
	[[ $stderr == 'forkpool: job 1 '*'--linger'* ]]
	run -0 --separate-stderr forkpool run --linger 0.05 \
		'{ until [ -e go2 ]; do sleep 0.05; done; } >&- 2>&- & echo {}' \
		::: a
	: >go2
	[ "$output" = a ]
	[ -z "$stderr" ]
}

@test 'random jobs print what a plain loop prints' {
	print_as_the_loop_does 5
}
