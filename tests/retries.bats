#!/usr/bin/env bats
# Retries: what fails is attempted again, after a while, and printed once.
# shellcheck disable=SC2016,SC2154 # expanded by the jobs, set by run

load helper
load deaths

# jobs WORD ...: the attempts that jobs have noted in "ran", in their order
ran() {
	[ "$(sort ran | tr '\n' ' ')" = "$* " ] || {
		echo "ran:"
		cat ran
		return 1
	}
}

@test 'a job is attempted so often in all, and its last output is printed' {
	run -1 --separate-stderr forkpool run --retries 3 --retry-delay 0.1 '
		echo {} out $FORKPOOL_ATTEMPT
		echo {} err $FORKPOOL_ATTEMPT >&2
		echo {}.$FORKPOOL_ATTEMPT >>ran
		[ $FORKPOOL_ATTEMPT -ge {} ]' ::: 1 4 3 2
	[ "$output" = "$(printf '%s\n' '1 out 1' '4 out 3' '3 out 3' '2 out 2')" ]
	[ "${stderr_lines[*]:0:4}" = '1 err 1 4 err 3 3 err 3 2 err 2' ]
	[[ ${stderr_lines[4]} == *' job 2 (4): exit 1'* ]]
	[[ ${stderr_lines[5]} == *' 4 jobs: 3 ok, 1 failed' ]]
	ran 1.1 2.1 2.2 3.1 3.2 3.3 4.1 4.2 4.3
}

@test 'without the option, and with 1, a job is attempted once' {
	run -1 forkpool run 'echo x >>ran; false' ::: a
	run -1 forkpool run --retries 1 'echo x >>ran; false' ::: a
	ran x x
}

@test '--retries 0 is without limit, --retry-delay 0 without waiting' {
	run -0 forkpool run --retries 0 --retry-delay 0 '
		echo x >>ran
		[ $(wc -l <ran) -ge 40 ] && echo {} $FORKPOOL_ATTEMPT' ::: a
	[ "$output" = 'a 40' ]
}

@test 'a worker does not wait for the time of a retry' {
	local since=$SECONDS
	run -0 forkpool run -j1 --retries 2 --retry-delay 1 '
		echo {}; [ $FORKPOOL_ATTEMPT = 2 ]' ::: $(seq 30)
	[ "$output" = "$(seq 30)" ]
	# one after the other they would take a quarter of a minute
	[ $((SECONDS - since)) -lt 8 ]
}

@test '--retry-max-delay is the most' {
	local since=$SECONDS
	run -0 forkpool run --retries 2 --retry-delay 1h \
		--retry-max-delay 0.1 'echo {}; [ $FORKPOOL_ATTEMPT = 2 ]' ::: a b
	[ $((SECONDS - since)) -lt 8 ]
}

@test '--retry-on: only some failures are worth another attempt' {
	run -3 --separate-stderr forkpool run --retries 2 --retry-delay 0 \
		--retry-on 3-5,USR1,lost '
		echo {#}.$FORKPOOL_ATTEMPT >>ran; eval {}' ::: \
		'exit 2' 'exit 4' 'kill -USR1 $$' 'kill $$' 'kill -9 $PPID'
	ran 1.1 2.1 2.2 3.1 3.2 4.1 5.1 5.2
	[[ $stderr == *' 5 jobs: 0 ok, 4 failed, 1 lost' ]]
}

@test '--retry-on: a timeout, and what can not be started' {
	run -1 forkpool run --retries 2 --retry-delay 0 --retry-on timeout \
		--timeout 2 'echo {#}.$FORKPOOL_ATTEMPT >>ran; eval {}' \
		::: 'exec sleep 60' 'exit 1'
	ran 1.1 1.2 2.1
	run -1 --separate-stderr forkpool run --retries 2 --retry-delay 0 \
		--retry-on error --verbose ./missing ::: a
	[ "$(grep -c '^./missing a$' <<<"$stderr")" -eq 2 ]
	[ "$(grep -c 'cannot run' <<<"$stderr")" -eq 1 ]
}

@test 'other kinds are retried as well' {
	run -1 --separate-stderr forkpool sleep -v --retries 3 --retry-delay 0 \
		--verbose 0 nonsense
	[ "$(grep -c '^forkpool sleep --timestamps nonsense$' <<<"$stderr")" -eq 3 ]
	[ "$(grep -c 'not a duration' <<<"$stderr")" -eq 1 ]
	[ "$(grep -c before <<<"$output")" -eq 1 ]
}

@test 'what is printed is not repeated, and that is said once' {
	for option in -u --line-buffer; do
		rm -f ran
		run -1 --separate-stderr forkpool run $option --retries 3 '
			echo {} >>ran; echo {}; exit 1' ::: a b c
		ran a b c
		[ "$(grep -c 'not attempted again' <<<"$stderr")" -eq 1 ]
	done
	# what is not printed is
	run -1 --separate-stderr forkpool run -u --retries 3 --retry-delay 0 '
		echo {}; exit 1' ::: a
	rm -f ran
	run -1 forkpool run -u --retries 2 --retry-delay 0 '
		echo {} >>ran; exit 1' ::: a
	ran a a
}

@test '--as-completed: a job that waits for its time holds nobody up' {
	run -0 forkpool run --as-completed -j1 --retries 2 --retry-delay 0.5 '
		[ {}$FORKPOOL_ATTEMPT != a1 ] && echo {}' ::: a b c
	[ "$(sort <<<"$output")" = "$(printf 'a\nb\nc')" ]
}

@test 'a lost job may be retried, up to --crash-limit' {
	run -0 forkpool run --retries 2 --retry-delay 0 '
		echo {}.$FORKPOOL_ATTEMPT >>ran; echo {}
		[ $FORKPOOL_ATTEMPT = 2 ] || kill -9 $PPID' ::: a b
	[ "$output" = "$(printf 'a\nb')" ]
	ran a.1 a.2 b.1 b.2
	rm ran
	run -3 forkpool run --retries 9 --crash-limit 2 --retry-delay 0 '
		echo {}.$FORKPOOL_ATTEMPT >>ran; kill -9 $PPID' ::: a
	ran a.1 a.2
}

@test 'an interrupt ends what waits for its time, as it failed last' {
	start "$FORKPOOL" run -j1 --retries 2 --retry-delay 1h '
		echo {} $FORKPOOL_ATTEMPT; touch ran.{}
		[ {} = a ] || exec sleep 60; exit 7' ::: a b c
	wait_for test -e ran.b
	kill -TERM "$fp"
	finish 143
	is_text out 'a 1'
	grep -q ' job 1 (a): exit 7' err
	grep -q ' 0 ok, 1 failed, 1 cancelled' err
}

@test 'wrong values' {
	for words in '--retries x' '--retries -1' '--retry-delay soon' \
		'--retry-max-delay x' '--retry-on 0' '--retry-on nonsense' \
		'--crash-limit 0'; do
		# shellcheck disable=SC2086
		run -2 forkpool run $words touch ran ::: a
		[[ $output == 'forkpool: --'* ]]
		[ ! -e ran ]
	done
	# neither an exit status nor a signal
	run -2 forkpool run --retry-on '1, 2' touch ran ::: a
	[ ! -e ran ]
}
