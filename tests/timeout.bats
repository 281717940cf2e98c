#!/usr/bin/env bats
# --timeout as a share of the median, and on time.
# shellcheck disable=SC2016,SC2154 # expanded by the jobs, set by run

load helper
load deaths

@test 'N% of the median ends what takes longer, also what runs already' {
	run -1 --separate-stderr forkpool run -j2 --timeout 2000% '
		sleep {}; echo {}' ::: 60 0.05 0.06 0.07
	[ "$output" = "$(printf '0.05\n0.06\n0.07')" ]
	[ "$stderr" = 'forkpool: job 1 (60): timed out
forkpool: 4 jobs: 3 ok, 1 failed' ]
	run -1 forkpool sleep -j2 --timeout 2000% 60 0.05 0.06 0.07
	[[ $output == *'job 1 (60): timed out'*' 3 ok, 1 failed' ]]
}

@test 'N%: the whole --termseq, for all that the job has started' {
	run -1 --separate-stderr forkpool run -j2 --timeout 2000% \
		--termseq USR1,200,TERM,100 '
		[ {} = 60 ] || exec sleep {}
		trap "echo >>usr1" USR1; trap "echo >>term" TERM
		(trap "" TERM USR1; setsid sleep 60 & exec sleep 60) &
		while :; do sleep {} & wait; done' ::: 60 0.05 0.05
	[[ ${stderr_lines[0]} == *'job 1 (60): timed out'* ]]
	[ -e usr1 ]
	[ -e term ]
	all_is_gone
}

@test 'N%: no median, no limit; and a retry is timed anew' {
	run -0 forkpool run --timeout 1% 'sleep 0.2; echo {}' ::: a
	[ "$output" = a ]
	run -0 forkpool run -j2 --timeout 2000% --retries 2 --retry-delay 0 '
		[ {}$FORKPOOL_ATTEMPT != 601 ] || exec sleep 60
		sleep 0.05; echo {}' ::: 60 0.05 0.05
	[ "$output" = "$(printf '60\n0.05\n0.05')" ]
}

@test 'a job that takes longer is ended on time, no matter what it does' {
	local since=${EPOCHREALTIME/[.,]/} took
	run -1 forkpool run -j1 --timeout 1 '
		trap "" INT HUP; {}; exec sleep 60' ::: :
	took=$((${EPOCHREALTIME/[.,]/} - since))
	[ "$took" -ge 1000000 ]
	[ "$took" -lt 3000000 ]
}

@test 'wrong values' {
	for value in 0% x% % 1.5% -5% 5%% ''; do
		run -2 forkpool run --timeout "$value" touch ran ::: a
		[[ $output == 'forkpool: --timeout '* ]]
		[ ! -e ran ]
	done
}
