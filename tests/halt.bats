#!/usr/bin/env bats
# The end of a run before that of its list: --halt, --until, --deadline.
# shellcheck disable=SC2016,SC2154 # expanded by the jobs, set by run
# sanitized at length: test_halt and test_stop have the code

load helper
load deaths

# Jobs that wait for each other: a fails when b has begun; b takes its time; c
# would run as the next one.
jobs='case {} in
	a) until [ -e begun ]; do sleep 0.01; done; echo a; exit 1;;
	b) echo b >&2; touch begun; sleep ${B:-0.3}; echo b;;
	*) echo {}; touch ran.{};;
	esac'

@test 'soon: what runs comes to its end, no more starts' {
	run -3 --separate-stderr forkpool run -j2 --halt soon,fail=1 "$jobs" \
		::: a b c d
	[ "$output" = "$(printf 'a\nb')" ]
	[ ! -e ran.c ]
	[ "$stderr" = 'b
forkpool: job 1 (a): exit 1
forkpool: 4 jobs: 1 ok, 1 failed, 2 not run (from job 3 on); ended by '\
'--halt soon,fail=1' ]
}

@test 'now: what runs is ended, and its output dropped' {
	B=60 run -3 --separate-stderr forkpool run -j2 --halt now,fail=1 \
		"$jobs" ::: a b c d
	[ "$output" = a ]
	[ ! -e ran.c ]
	[ "$stderr" = 'forkpool: job 1 (a): exit 1
forkpool: job 2 (b): cancelled
forkpool: 4 jobs: 0 ok, 1 failed, 1 cancelled, 2 not run (from job 3 on); '\
'ended by --halt now,fail=1' ]
}

@test 'now: output of finished jobs is printed in order, also slowly' {
	run -0 bash -c '"$1" run -j3 --halt now,success=2 "
		echo \"{} begins\"
		case {} in
		b|c) head -c 300000 /dev/zero | tr \"\\0\" {};;
		*) touch {}; exec sleep 60;;
		esac" ::: a b c d e 2>err | (sleep 1; cat)' sh "$FORKPOOL"
	# a was being printed, the others were not
	[ "${#output}" -eq $((3 * 9 + 600000 - 1 + 1)) ]
	[[ $output == $'a begins\nb begins\nbbb'*$'bbbc begins\nccc'*ccc ]]
	is_text err ''
}

@test 'a list that ends with the condition has run' {
	run -1 forkpool run --halt soon,fail=1 'exit {}' ::: 1
	echo 1 | run -1 forkpool run --halt now,fail=1 'exit {}'
	run -0 forkpool run --halt now,success=1 'exit {}' ::: 0
	[ -z "$output" ]
}

@test 'success and done: status 0, and no failure but those of jobs' {
	run -0 forkpool run -j2 --halt now,success=1 '
		[ {} != a ] || exec sleep 60' ::: a b c d
	[ -z "$output" ]
	run -0 forkpool run -j1 --halt soon,done=2 'exit {}' ::: 1 0 1
	[ "$output" = 'forkpool: job 1 (1): exit 1
forkpool: 3 jobs: 1 ok, 1 failed, 1 not run (from job 3 on); ended by '\
'--halt soon,done=2' ]
}

@test 'a share is one of the whole list, wherever that comes from' {
	printf '%s\n' 0 1 1 0 1 1 0 0 0 0 >list
	run -3 forkpool run -j1 --halt soon,fail=30% 'echo {#}; exit {}' <list
	[[ $output == $'1\n2\n3\n4\n5\nforkpool: job 2 '*' 5 not run'* ]]
	run -3 forkpool run -j1 --halt soon,fail=30% 'echo {#}; exit {}' \
		::: 0 1 1 0 1 1 0 0 0 0
	[[ $output == $'1\n2\n3\n4\n5\nforkpool: job 2 '*' 5 not run'* ]]
	run -1 forkpool run -j1 --halt soon,fail=41% 'exit {}' <list
	run -0 forkpool run -j1 --halt soon,done=1% 'echo {#}' <list
	[ "$output" = 1 ]
	run -0 forkpool run --halt soon,fail=1% echo </dev/null
}

@test 'the jobs that run are those of GNU parallel' {
	command -v parallel >/dev/null || skip 'no parallel'
	mkdir gnu
	for halt in soon,fail=2 soon,success=2 soon,done=3 soon,fail=40% 1 -1 \
		never; do
		# both have something to say about it
		PARALLEL_HOME=$PWD/gnu parallel --will-cite -k -j1 --halt "$halt" \
			'echo {#}; exit {}' ::: 0 1 0 0 1 >want 2>/dev/null || :
		forkpool run -j1 --halt "$halt" 'echo {#}; exit {}' \
			::: 0 1 0 0 1 >out 2>/dev/null || :
		diff want out
	done
}

@test '--until: all, first, first-error' {
	run -1 forkpool run --until all 'echo {}; exit {}' ::: 1 0
	[[ $output == $'1\n0\nforkpool: '* ]]
	run -0 --separate-stderr forkpool run -j2 --until first '
		[ {} != a ] || exec sleep 60; echo {}' ::: a b c
	[ "$output" = b ]
	B=60 run -3 forkpool run -j2 --until first-error "$jobs" ::: a b c
	[[ $output == *'; ended by --until first-error' ]]
}

@test 'a job that will be attempted again has not failed' {
	run -0 forkpool run --halt now,fail=1 --retries 2 --retry-delay 0 '
		echo {}; [ $FORKPOOL_ATTEMPT = 2 ]' ::: a b c
	[ "$output" = "$(printf 'a\nb\nc')" ]
}

@test 'what waits for its next attempt ends as it failed' {
	run -0 --separate-stderr forkpool run -j1 --halt soon,success=1 \
		--retries 2 --retry-delay 1h 'echo {}; exit {}' ::: 5 0 0
	[ "$output" = "$(printf '5\n0')" ]
	[[ ${stderr_lines[0]} == *' job 1 (5): exit 5' ]]
}

@test '--deadline ends what runs, by --termseq, with all its processes' {
	run -3 --separate-stderr forkpool run -j3 --deadline 1 '
		trap "" TERM; [ {} != a ] || exit 0
		(setsid sleep 60 & exec sleep 60) & sleep 60; sleep 60' ::: a b c d e
	[ -z "$output" ]
	[ "$stderr" = 'forkpool: job 2 (b): cancelled
forkpool: job 3 (c): cancelled
forkpool: job 4 (d): cancelled
forkpool: 5 jobs: 1 ok, 3 cancelled, 1 not run (from job 5 on); '\
'ended by --deadline' ]
	all_is_gone
}

@test '--deadline: for other kinds, and of no meaning when all is done' {
	run -3 --separate-stderr forkpool sleep -v -j2 --deadline 0.5 0 60 60 60
	[[ $output == *' before 0'$'\n'*' after 0' ]]
	[[ $stderr == *'4 jobs: 1 ok, 2 cancelled, 1 not run'* ]]
	run -0 forkpool sleep --deadline 60 0
	[ -z "$output" ]
}

@test '--deadline is also that of retries and of a list that does not end' {
	mkfifo list
	exec 8<>list
	echo a >&8
	run -3 forkpool run --deadline 0.5 --retries 2 --retry-delay 1h \
		'echo {}; false' <list
	exec 8>&-
	[[ $output == $'a\nforkpool: job 1 (a): exit 1\n'*'1 failed, the rest '* ]]
}

@test '--termseq: these signals, and a KILL' {
	run -1 forkpool run --timeout 0.1 --termseq USR1,300,USR2,300 '
		trap "echo 1 >>got" USR1; trap "echo 2 >>got" USR2
		while :; do sleep 0.01; done; : {}' ::: a
	is_text got "$(printf '1\n2')"
	B=60 run -3 forkpool run -j2 --halt now,fail=1 --termseq HUP,2000 "
		trap 'touch hup; exit' HUP; $jobs & wait \$!; exit" ::: a b
	[ -e hup ]
}

@test 'an interrupt is stronger than a halt' {
	start "$FORKPOOL" run -j2 --as-completed --halt soon,fail=1 '
		[ {} = a ] || exec sleep 60; echo a; exit 1' ::: b a c
	wait_for has_lines out 1
	kill -TERM "$fp"
	finish 143
	grep -q '1 failed, 1 cancelled, 1 not run' err
}

@test 'wrong values' {
	for words in '--halt now' '--halt soon,fail=0' '--halt x,fail=1' \
		'--until last' '--deadline x' '--termseq NONE,1' '--termseq 5,x'
	do
		# shellcheck disable=SC2086
		run -2 forkpool run $words touch ran ::: a
		[[ $output == 'forkpool: --'* ]]
		[ ! -e ran ]
	done
}
