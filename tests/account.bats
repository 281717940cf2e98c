#!/usr/bin/env bats
# The account at the end: what failed, the counts, and --summary.
# shellcheck disable=SC2016,SC2154 # expanded by the jobs, set by run

load helper
load deaths

@test 'failures are told in the order of the list, with what they said last' {
	run -1 --separate-stderr forkpool run -j3 '
		case {} in
		a) until [ -e b ]; do sleep 0.01; done
			printf "one\n\ntwo\n\n" >&2; exit 3;;
		b) touch b; printf "\033[31mred\tend\n" >&2; kill -USR1 $$;;
		c) false;;
		esac' ::: ok a b c
	[ "${stderr_lines[*]: -4}" = 'forkpool: job 2 (a): exit 3: two '\
'forkpool: job 3 (b): killed by signal 10 (USR1): ^[[31mred\tend '\
'forkpool: job 4 (c): exit 1 '\
'forkpool: 4 jobs: 1 ok, 3 failed' ]
}

@test 'the first ten of the list are told, whoever failed first' {
	run -1 --separate-stderr forkpool run -j20 '
		[ {} -gt 3 ] || until [ -e late ]; do sleep 0.01; done
		[ {} != 20 ] || touch late; exit 1' ::: $(seq 20)
	[ "${#stderr_lines[@]}" -eq 11 ]
	for n in $(seq 10); do
		[ "${stderr_lines[n - 1]}" = "forkpool: job $n ($n): exit 1" ]
	done
	[ "${stderr_lines[10]}" = 'forkpool: 20 jobs: 0 ok, 20 failed' ]
}

@test 'what is said is that of the last attempt' {
	run -1 --separate-stderr forkpool run --retries 3 --retry-delay 0 '
		echo say $FORKPOOL_ATTEMPT >&2; exit 1' ::: a
	[ "$stderr" = 'say 3
forkpool: job 1 (a): exit 1: say 3
forkpool: 1 job: 0 ok, 1 failed' ]
	for option in -u --line-buffer --as-completed; do
		run -1 --separate-stderr forkpool run $option '
			printf "x\nlast" >&2; exit 1' ::: a
		[[ $stderr == *'job 1 (a): exit 1: last'* ]]
	done
}

@test 'a command that can not be run is named with its job' {
	run -1 --separate-stderr forkpool run ./missing ::: a b
	[ "$stderr" = 'forkpool: job 1: cannot run ./missing: '\
'No such file or directory
forkpool: job 2: cannot run ./missing: No such file or directory
forkpool: 2 jobs: 0 ok, 2 failed' ]
}

@test '--summary counts in any case, and measures' {
	run -0 --separate-stderr forkpool run --summary --retries 2 \
		--retry-delay 0 '[ $FORKPOOL_ATTEMPT$1 != 1b ]' ::: a b c
	[[ $stderr =~ ^'forkpool: 3 jobs: 3 ok, 1 retry; '[0-9.e-]+' s, '\
[0-9.]+' jobs/s, '[0-9.]+' cores busy'$ ]]
	run -1 --separate-stderr forkpool run --summary --quiet false ::: a
	[[ $stderr == 'forkpool: 1 job: 0 ok, 1 failed; '*' busy' ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	run -0 forkpool sleep --summary ::: # nothing is not infinitely fast
	[[ $output =~ ^'forkpool: 0 jobs: 0 ok; '[0-9.]+\
' s, 0 jobs/s, 0.0 cores busy'$ ]]
	run -1 --separate-stderr forkpool run --quiet false ::: a
	[ -z "$stderr" ]
}

@test 'the account begins a line, also behind a job that ended none' {
	run -1 --separate-stderr forkpool run 'printf no >&2; false' ::: a b
	[ "${stderr_lines[0]}" = nono ]
	[ "${stderr_lines[1]}" = 'forkpool: job 1 (a): exit 1: no' ]
	# nothing is added to what a job wrote when we have nothing to say
	run -0 --separate-stderr forkpool run 'printf no >&2' ::: a b
	[ "$stderr" = nono ]
}
