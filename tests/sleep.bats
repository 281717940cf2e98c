# sleep: the simplest kind: a blocking wait inside a worker.

load helper

@test 'sleep takes as long as it says' {
	begun=$(now_ms)
	run -0 --separate-stderr forkpool sleep 0.3
	[ $(($(now_ms) - begun)) -ge 300 ]
	[ -z "$output" ]
	[ -z "$stderr" ]
}

@test 'several sleep at the same time, one in each worker' {
	forkpool sleep -j3 -v 1 1 1 >out
	[ "$(wc -l <out)" -eq 6 ]
	# the last one begins before the first one ends
	sort -n out | cut -d' ' -f2 >events
	[ "$(head -n 3 events | sort -u)" = before ]
	[ "$(tail -n 3 events | sort -u)" = after ]
}

@test 'with -j 1 they sleep one after the other' {
	begun=$(now_ms)
	forkpool sleep -j1 -v 0.1 0.15 0.05 >out
	[ $(($(now_ms) - begun)) -ge 300 ]
	[ "$(cut -d' ' -f2- out | paste -sd' ')" = \
		'before 0.1 after 0.1 before 0.15 after 0.15 before 0.05 after 0.05' ]
	sort -cn out
}

@test 'output is in the order of the list, not of the ends' {
	forkpool sleep -j2 -v 0.8 0.01 >out
	[ "$(cut -d' ' -f2- out | paste -sd' ')" = \
		'before 0.8 after 0.8 before 0.01 after 0.01' ]
	# the second one was over long before
	[ "$(sort -n out | tail -n 1 | cut -d' ' -f3)" = 0.8 ]
	forkpool sleep -j2 -v --as-completed 0.8 0.01 >out
	[ "$(cut -d' ' -f2- out | paste -sd' ')" = \
		'before 0.01 after 0.01 before 0.8 after 0.8' ]
}

@test 'it is a nanosleep in the worker, without another process' {
	can_trace
	timeout -k 2 40 strace -f -qq -o log \
		-e trace=nanosleep,clock_nanosleep,execve \
		"$FORKPOOL" sleep -j1 0.0035 1ms
	[ "$(grep -c execve log)" -eq 1 ]
	grep -q 'tv_nsec=3500000}' log
	grep -q 'tv_nsec=1000000}' log
	[ "$(grep -c nanosleep log)" -eq 2 ]
	no_match "^$(head -n 1 log | cut -d' ' -f1) .*nanosleep" log
}

@test 'a duration may have a fraction and units' {
	durations=(0 0.0 .01 0.01s 10ms 0.0001m 0.00001h 0s1ms 0h0m0.01s)
	run -0 --separate-stderr forkpool sleep -v "${durations[@]}"
	[ -z "$stderr" ]
	[ "$(cut -d' ' -f2- <<<"$output" | grep -v before)" = \
		"$(printf 'after %s\n' "${durations[@]}")" ]
}

@test 'what is no duration is a job that failed, the others sleep' {
	run -1 --separate-stderr forkpool sleep -j1 -v 0.01 x '' -1 1y \
		$'\x1b[31m' 0.02
	[ "$(cut -d' ' -f2- <<<"$output" | paste -sd' ')" = \
		'before 0.01 after 0.01 before 0.02 after 0.02' ]
	for value in x '' -1 1y '^[[31m'; do
		[[ $stderr == *"$value: not a duration; write 0.5, "* ]]
	done
	[[ $stderr == *'7 jobs: 2 ok, 5 failed' ]]
}

@test 'a list and a template give the durations too' {
	printf '0.01\n0.02\n' >list
	want=$(printf '%s\n' 'before 0.01' 'after 0.01' 'before 0.02' \
		'after 0.02')
	for words in '-a list' ':::: list' '::: 0.01 0.02' '0.0{} ::: 1 2' \
		'{} ::: 0.01 0.02'; do
		# shellcheck disable=SC2086
		forkpool sleep -v $words >out </dev/null
		[ "$(cut -d' ' -f2- out)" = "$want" ]
	done
	forkpool sleep --timestamps <list >out
	[ "$(cut -d' ' -f2- out)" = "$want" ]
}

@test 'a job of several durations waits for one after the other' {
	forkpool sleep -v -j2 0.05 {} 0.06 ::: 0.01 0.02 >out
	[ "$(cut -d' ' -f2- out | paste -sd' ')" = "$(for n in 0.01 0.02; do
		for t in 0.05 $n 0.06; do
			echo "before $t after $t"
		done
	done | paste -sd' ')" ]
	head -n 6 out | sort -cn
}

@test 'a sleep that takes too long is ended, the others are not' {
	begun=$(now_ms)
	run -1 --separate-stderr forkpool sleep --timeout 2 -j2 0.01 30 0.02 \
		1h 0.03
	[ $(($(now_ms) - begun)) -ge 2000 ]
	[ "$(grep -c ': timed out' <<<"$stderr")" -eq 2 ]
	[[ $stderr == *'job 2 (30): timed out'* ]]
	[[ $stderr == *'job 4 (1h): timed out'* ]]
	[[ $stderr == *'5 jobs: 3 ok, 2 failed' ]]
}

@test 'many short sleeps are all done, in order' {
	seq -f '0.%06.0f' 1 300 >list
	forkpool sleep -v -j4 <list >out
	awk '{ print "before", $1; print "after", $1 }' list >want
	cut -d' ' -f2- out | cmp - want
	# a clock that is the same for all, and does not go back
	awk '$2 == "before" { t = $1 } $2 == "after" && $1 < t { exit 1 }' out
}
