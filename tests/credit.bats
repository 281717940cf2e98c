#!/usr/bin/env bats
# Workers of tiny jobs are sent many at a time; what happens to one of them
# happens to no other.

load helper
load deaths

@test 'of many tiny jobs, the one that kills its worker is the one to blame' {
	# the second with what those before it have to say
	for word in kill9 kill9-unsent; do
		seq 3000 | sed "s/^/say=/; 1500s/.*/$word/" >list
		rm -f j.db
		run -3 --separate-stderr chaos sleep -j2 --journal j.db -a list
		seq 3000 | sed 1500d | cmp - <(echo "$output")
		[[ $stderr == *"job 1500 ($word): lost"* ]]
		[[ $stderr == *'3000 jobs: 2999 ok, 1 lost'* ]]
		[ "$(sqlite3 j.db "SELECT seq, count(*) FROM attempt
			JOIN job ON job.id = attempt.job
			WHERE outcome = 'lost' GROUP BY seq")" = '1500|3' ]
	done
}

@test 'of many tiny jobs, the one that hangs is the one to be timed out' {
	seq 3000 | sed 's/^/say=/; 1500s/.*/hang/' >list
	run -1 --separate-stderr chaos sleep -j2 --timeout 2 -a list
	seq 3000 | sed 1500d | cmp - <(echo "$output")
	[[ $stderr == *'job 1500 (hang): timed out'* ]]
	[[ $stderr == *'3000 jobs: 2999 ok, 1 failed'* ]]
}

@test 'an interrupt amid tiny jobs leaves none undecided' {
	{
		seq 3000 | sed 's/^/say=/'
		echo hang
		seq 3000 | sed 's/^/say=/'
	} >list
	start "$FP_TOOLS/chaos" sleep -j1 -a list
	wait_for has_lines out 3000
	kill -INT "$fp"
	finish 130
	[ "$(wc -l <out)" -eq 3000 ]
	grep -q '3000 ok, 1 cancelled' err
}

@test 'no job waits behind a slow one while another worker is free' {
	run -0 forkpool sleep -j2 --as-completed -v 3 0.01 0.01 0.01 0.01
	[[ ${lines[-1]} == *' after 3' ]]
}

@test 'slow jobs that were sent behind tiny ones begin all at once' {
	{
		yes 0 | head -n 2000
		yes 1.2 | head -n 4
	} | forkpool sleep -j4 -v >out
	sort -n out | grep -v ' 0$' | cut -d' ' -f2 >events
	[ "$(paste -sd' ' events)" = \
		'before before before before after after after after' ]
}

@test 'with -t each job is named once, and when it begins' {
	{
		yes 0 | head -n 300
		yes 0.3 | head -n 4
	} >list
	run -0 --separate-stderr forkpool sleep -t -j2 -a list
	[ "${#stderr_lines[@]}" -eq 304 ]
}

@test 'what was sent behind a slow job goes to another worker after it' {
	{
		seq 2000 | sed 's/^/say=/'
		yes sleep-ms=300 | head -n 6
		echo say=last
	} >list
	run -0 chaos sleep -j2 --json --log attempts --journal j.db -a list
	[ "$(sort -u attempts | wc -l)" -eq 2007 ]
	[ "$(wc -l <attempts)" -eq 2007 ]
	[ "$(grep -o '"slot":[0-9]' <<<"$output" | tail -n 6 | sort -u |
		wc -l)" -eq 2 ]
	[ "$(grep -o '"attempts":[0-9]*' <<<"$output" | sort -u)" = \
		'"attempts":1' ]
	[[ ${lines[-1]} == *'"seq":2007,'*'"stdout":"last\n"'* ]]
	[ "$(sqlite3 j.db "SELECT count(*), count(DISTINCT job) FROM attempt
		WHERE outcome = 'ok' AND exit = 0")" = '2007|2007' ]
	[ "$(sqlite3 j.db "SELECT DISTINCT outcome, exit, signal FROM attempt
		WHERE outcome <> 'ok'")" = 'not begun||' ]
}

@test 'what comes back when nothing may start any more does not start' {
	{
		seq 2000 | sed 's/^/say=/'
		echo stop
		seq 50 | sed 's/^/say=/'
	} >list
	start "$FP_TOOLS/chaos" sleep -j1 --log attempts -a list
	wait_for has_lines attempts 2001
	worker=$(worker_pids "$fp" | tr -d ' ')
	wait_for is_stopped "$worker"
	kill -USR1 "$fp"
	wait_for grep -q 'no more jobs start (USR1)' err
	kill -CONT "$worker"
	finish 3
	[ "$(wc -l <attempts)" -eq 2001 ]
	grep -q ': 2051 jobs: 2001 ok, 50 not run (from job 2002 on)$' err
}

@test 'output of tiny jobs is in order and whole' {
	seq 20000 | sed 's/^/say=/' >list
	run -0 chaos sleep -j3 -a list
	seq 20000 | cmp - <(echo "$output")
}

@test 'many tiny jobs travel in one frame, and so do their ends' {
	yes 0 | head -n 3000 >list
	run -0 --separate-stderr forkpool sleep -j1 --debug -a list
	[ "$(grep -c ': to worker 1: JOB' <<<"$stderr")" -lt 1000 ]
	[ "$(grep -c ': from worker 1: OK,' <<<"$stderr")" -lt 1000 ]
	[[ $stderr != *': from worker 1: DONE,'* ]]
}
