#!/usr/bin/env bats
# What signals do to a run, and what its jobs see of them.

load helper
load signals

# ends_in_order SIGNAL STATUS: a run of five jobs of which two run, one has
# ended and two have not begun
ends_in_order() {
	make_witness
	start "$FORKPOOL" run -j2 ./witness ::: a b c d e
	wait_for has_lines started.b 1
	echo >go.b
	wait_for has_lines started.c 1
	wait_for has_lines started.a 1
	kill "-$1" "$fp"
	finish "$2"
	got a "$1" exit
	got c "$1" exit
	[ ! -e started.d ]
	[ ! -e started.e ]
	is_text out "$(printf 'begin a\nbegin b\nend b')"
	grep -q ': job 1 (a): cancelled$' err
	grep -q ': job 3 (c): cancelled$' err
	grep -q ': 5 jobs: 1 ok, 2 cancelled, 2 not run (from job 4 on)$' err
}

@test 'INT goes to the jobs, none starts, what ended is printed [B1]' {
	ends_in_order INT 130
}

@test 'TERM goes to the jobs, none starts, what ended is printed [B3]' {
	ends_in_order TERM 143
}

@test 'HUP goes to the jobs, none starts, what ended is printed [B3]' {
	ends_in_order HUP 129
}

@test '^C ends the shell loop around forkpool too [B1]' {
	make_witness
	cat >loop <<-'E'
		for turn in 1 2 3; do
			echo $turn >>turns
			"$FORKPOOL" run ./witness ::: $turn >out 2>err
		done
		echo after >>turns
	E
	on_terminal loop
	wait_for has_lines started.1 1
	printf '\003' >&9
	finish 130
	exec 9>&-
	is_text turns 1
	got 1 INT exit
}

@test 'the signal reaches what a job runs in a group of its own [B1]' {
	make_witness
	start "$FORKPOOL" run 'setsid ./witness inner; : {}' ::: a
	wait_for has_lines started.inner 1
	kill -INT "$fp"
	finish 130
	got inner INT exit
}

@test 'a job that does not end gets TERM after 5 s, and KILL after 6 [B1]' {
	make_witness
	start "$FORKPOOL" run ./witness {} stubborn ::: a
	wait_for has_lines started.a 1
	kill -INT "$fp"
	finish 130
	ended=$(now_ms)
	got a INT TERM
	# by the job's account, and that may be late
	mapfile -t came < <(sed 's/.* //; s/[.,]//; s/...$//' got.a)
	[ $((came[1] - came[0])) -ge 4000 ]
	[ $((ended - came[1])) -ge 500 ]
	wait_for are_gone "$(cat started.a)"
}

@test 'kinds without processes of their own end at once [B1]' {
	for signal in INT TERM HUP; do
		start "$FORKPOOL" sleep -j3 60 60 60
		wait_for has_workers "$fp" 3
		before=$(now_ms)
		kill "-$signal" "$fp"
		finish $((128 + $(kill -l $signal)))
		# nobody has to be given 5 s
		[ $(($(now_ms) - before)) -lt 4900 ]
		grep -q ': 3 jobs: 0 ok, .* cancelled' err
	done
}

@test 'a run that waits for its list is ended by one signal [B1]' {
	mkfifo list
	exec 8<>list
	start "$FORKPOOL" run -a list echo
	echo a >&8
	wait_for has_lines out 1
	kill -INT "$fp"
	finish 130
	exec 8>&-
	is_text out a
	grep -q ': 1 job: 1 ok, the rest of the list not read$' err
}

# is_asleep PID: it is forkpool, and waits
is_asleep() {
	# shellcheck disable=SC2034 # look_at sets both
	local state parent
	look_at "$1"
	[[ $(<"/proc/$1/comm") == forkpool && $state == S ]]
}

@test 'a list that nobody writes to is no reason to stay [B1]' {
	mkfifo list
	start "$FORKPOOL" run -a list echo
	wait_for is_asleep "$fp"
	kill -TERM "$fp"
	finish 143
	is_text err ''
}

@test 'a second signal kills the jobs at once [B2]' {
	make_witness
	start "$FORKPOOL" run ./witness {} stubborn ::: a
	wait_for has_lines started.a 1
	kill -INT "$fp"
	wait_for has_lines got.a 1
	kill -TERM "$fp"
	finish 130
	# and not TERM, after 5 s
	got a INT
	wait_for are_gone "$(cat started.a)"
}

press_again() {
	kill -INT "$fp" 2>/dev/null
	is_gone "$fp"
}

@test 'INT again and again kills the jobs at once [B2]' {
	make_witness
	start "$FORKPOOL" run ./witness {} stubborn ::: a
	wait_for has_lines started.a 1
	kill -INT "$fp"
	wait_for has_lines got.a 1
	wait_for press_again
	finish 130
	got a INT
}

@test 'two signals at the same time are two [B2]' {
	make_witness
	start "$FORKPOOL" run ./witness {} stubborn ::: a
	wait_for has_lines started.a 1
	kill -INT "$fp"
	kill -TERM "$fp"
	finish 130
	# TERM would be the third stage
	[ ! -s got.a ] || got a INT
}

@test 'the same signal twice at a time, as from timeout(1), is one [B2]' {
	make_witness
	start "$FORKPOOL" run ./witness ::: a
	wait_for has_lines started.a 1
	kill -TERM "$fp" "$fp"
	finish 143
	got a TERM exit
}

@test 'nohup: HUP stays ignored, by us and by the jobs [B3]' {
	make_witness
	cat >ignores <<-'E'
		#!/bin/sh
		grep SigIgn /proc/$$/status
		exec ./witness "$1"
	E
	chmod +x ignores
	start nohup "$FORKPOOL" run ./ignores ::: a
	wait_for has_lines started.a 1
	kill -HUP "$fp"
	echo >go.a
	finish 0
	read -r _ ignored <out
	[ $((0x$ignored & 1)) -eq 1 ]
	[ ! -e got.a ]
}

@test 'INT stays ignored in the background of a script [B3]' {
	make_witness
	cat >script <<-'E'
		"$FORKPOOL" run ./witness >out 2>err ::: a &
		echo $! >background.pid
		wait $!
		echo $? >background.status
	E
	timeout -k 2 40 sh script 3>&- &
	launched=$!
	wait_for has_lines started.a 1
	kill -INT "$(cat background.pid)"
	echo >go.a
	finish 0
	is_text background.status 0
	is_text out "$(printf 'begin a\nend a')"
}

@test 'TERM that was ignored ends the run all the same [B3]' {
	start env --ignore-signal=TERM "$FORKPOOL" sleep 60
	wait_for has_workers "$fp" 1
	kill -TERM "$fp"
	finish 143
}

@test 'a terminal that goes away ends the run, and jobs have time [B3]' {
	make_witness
	cat >shell <<-'E'
		echo $$ >fp.pid
		exec "$FORKPOOL" run ./witness ::: a
	E
	on_terminal shell
	wait_for has_lines started.a 1
	fp=$(cat fp.pid)
	script_pid=$(tr -d ' ' <"/proc/$launched/task/$launched/children")
	kill -9 "$script_pid"
	finish 137
	exec 9>&-
	wait_for is_gone "$fp"
	grep -q exit got.a
	wait_for all_is_gone
}

@test 'when nobody reads any longer the run ends by PIPE, silently [B4]' {
	forkpool run -j3 'echo {}; exec sleep 60' ::: 1 2 3 4 5 6 2>err |
		head -n 1 >out
	status=${PIPESTATUS[0]}
	[ "$status" -eq 141 ]
	is_text out 1
	is_text err ''
}

@test 'nor is what would run told any longer [B4]' {
	yes | timeout -s KILL 30 "$FORKPOOL" run --dry-run echo 2>err | head -n 1 >out
	[ "${PIPESTATUS[1]}" -eq 141 ]
	is_text out 'echo y'
	is_text err ''
	run -4 timeout -s KILL 30 sh -c 'yes | "$FORKPOOL" run --dry-run echo >/dev/full'
	[ "$output" = \
		'forkpool: cannot write the output: No space left on device' ]
}

@test 'nor does a job go on that prints without end [B4]' {
	for order in -k --tag --line-buffer -u; do
		forkpool run $order -j2 'yes; : {}' ::: 1 2 3 2>err |
			head -n 1 >out
		[ "${PIPESTATUS[0]}" -eq 141 ]
		grep -q 'y$' out
		is_text err ''
	done
}

@test 'that is noticed while all jobs are silent [B4]' {
	forkpool run -j2 -t 'exec sleep 60; : {}' ::: 1 2 3 2>err | true
	status=${PIPESTATUS[0]}
	[ "$status" -eq 141 ]
	forkpool sleep -j2 60 60 60 2>err.sleep | true
	[ "${PIPESTATUS[0]}" -eq 141 ]
	is_text err.sleep ''
}

@test 'jobs get TERM when nobody reads, and time to end [B4]' {
	make_witness
	mkfifo pipe
	exec 8<>pipe
	start sh -c 'exec "$FORKPOOL" run ./witness ::: a >pipe' 8>&-
	wait_for has_lines started.a 1
	exec 8>&-
	finish 141
	got a TERM exit
	is_text err ''
}

@test 'jobs see PIPE as we found it, not ignored as it is by us [B5]' {
	run -0 forkpool run -- bash -c 'yes | head -n 1; echo ${PIPESTATUS[0]}' \
		sh ::: a
	[ "$output" = "$(printf 'y\n141')" ]
	run -0 timeout -k 2 40 env --ignore-signal=PIPE "$FORKPOOL" run -- \
		bash -c 'yes 2>/dev/null | head -n 1; echo ${PIPESTATUS[0]}' \
		sh ::: a
	[ "$output" = "$(printf 'y\n1')" ]
}

@test 'jobs see all signals as we found them [B11]' {
	for env in '' \
		--ignore-signal=INT,HUP,QUIT,USR1,TERM,TSTP,CONT,WINCH,CHLD \
		--block-signal=INT,HUP,TERM,CHLD,TSTP,CONT,USR2,PIPE \
		'--block-signal=TERM --ignore-signal=TERM,PIPE'; do
		# shellcheck disable=SC2086
		timeout 40 env $env grep -E '^Sig(Blk|Ign)' \
			/proc/self/status >want
		# shellcheck disable=SC2086
		timeout -k 2 40 env $env "$FORKPOOL" run -j2 \
			grep -E '^Sig(Blk|Ign)' ::: /proc/self/status \
			/proc/self/status >got
		cat want want | diff - got
	done
}

@test 'signals that were blocked end the run all the same [B11]' {
	for signal in INT TERM HUP; do
		start env --block-signal=INT,TERM,HUP,CHLD,CONT \
			"$FORKPOOL" sleep 60
		wait_for has_workers "$fp" 1
		kill "-$signal" "$fp"
		finish $((128 + $(kill -l $signal)))
	done
	# and so do the jobs' ends, with CHLD blocked
	run -0 timeout -k 2 40 env --block-signal=CHLD "$FORKPOOL" run -j2 \
		echo ::: 1 2 3 4
	[ "$output" = "$(seq 4)" ]
}

@test '^Z stops forkpool and its jobs, fg goes on [B6]' {
	make_witness
	cat >shell <<-'E'
		set -m
		"$FORKPOOL" run ./witness ::: a >out 2>err
		echo $? >stopped
		until [ -e resume ]; do
			sleep 0.05
		done
		fg %1 >/dev/null
		echo $? >resumed
	E
	on_terminal shell
	wait_for has_lines started.a 1
	printf '\032' >&9
	wait_for has_lines stopped 1
	# 128 + TSTP: for the shell it is a stop like any other
	is_text stopped 148
	wait_for is_stopped "$(cat started.a)"
	echo >go.a
	echo >resume
	finish 0
	exec 9>&-
	is_text resumed 0
	is_text out "$(printf 'begin a\nend a')"
	is_text err ''
	[ ! -e got.a ]
}

# stands_still T: the jobs of two runs may take T seconds, and while the runs are
# stopped they take none.  All must be stopped before that time is over.
stands_still() {
	rm -f started.* go.a
	start sh -c 'exec "$FORKPOOL" sleep -j2 --timeout "$1" "$2" 60 \
		2>sleep.err' sh "$1" $(($1 + 1))
	sleeper=$fp sleeper_launched=$launched
	start "$FORKPOOL" run -j2 --timeout "$1" ./witness ::: a b
	wait_for has_lines started.a 1
	wait_for has_lines started.b 1
	wait_for has_workers "$sleeper" 2
	workers=$(worker_pids "$sleeper")
	kill -TSTP "$fp" "$sleeper"
	for pid in $fp $sleeper $(cat started.a started.b) $workers; do
		wait_for is_stopped "$pid"
	done
	echo >go.a
	# not for an event: for the time that does not count
	sleep "$1.1"
	kill -CONT "$fp" "$sleeper"
	finish 1
	launched=$sleeper_launched
	finish 1
	# the one had its time, the other had no more than that; for sleep(3)
	# the clock went on
	is_text out "$(printf 'begin a\nend a\nbegin b')" &&
		grep -q 'job 2 (b): timed out' err &&
		grep -q '2 jobs: 1 ok, 1 failed$' err &&
		grep -q 'job 2 (60): timed out' sleep.err &&
		grep -q '2 jobs: 1 ok, 1 failed$' sleep.err
}

@test 'while a run is stopped, time stands still for its jobs [B6]' {
	make_witness
	stands_still 2 || stands_still 10
}

@test 'what is stopped can be ended [B6]' {
	make_witness
	start "$FORKPOOL" run ./witness ::: a
	wait_for has_lines started.a 1
	kill -TSTP "$fp"
	wait_for is_stopped "$fp"
	wait_for is_stopped "$(cat started.a)"
	kill -TERM "$fp"
	kill -CONT "$fp"
	finish 143
	got a TERM exit
}

@test '^Z stops nobody who has no shell to continue him [B6]' {
	make_witness
	start setsid "$FORKPOOL" run ./witness ::: a
	wait_for has_lines started.a 1
	kill -TSTP "$fp"
	echo >go.a
	finish 0
	is_text out "$(printf 'begin a\nend a')"
}

@test 'TSTP that was ignored stays ignored [B6]' {
	make_witness
	start env --ignore-signal=TSTP "$FORKPOOL" run ./witness ::: a
	wait_for has_lines started.a 1
	kill -TSTP "$fp"
	echo >go.a
	finish 0
}

@test 'a storm of harmless signals changes nothing [B7]' {
	mkfifo list
	start "$FORKPOOL" run -j2 'echo {}; sleep 0.02; echo {}' :::: list
	exec 8>list
	for ((i = 0; i < 100; i++)); do
		kill -WINCH "$fp"
		kill -CONT "$fp"
		kill -CHLD "$fp"
		for pid in $(worker_pids "$fp"); do
			kill -WINCH "$pid"
			kill -CONT "$pid"
			kill -CHLD "$pid"
		done
		[ $((i % 10)) -ne 0 ] || echo $((i / 10)) >&8
	done
	exec 8>&-
	finish 0
	for i in 0 1 2 3 4 5 6 7 8 9; do
		printf '%s\n%s\n' $i $i
	done | cmp - out
	is_text err ''
}

@test 'a signal in the middle of a fork is the parent'\''s alone [B12]' {
	can_trace
	for when in 1 2; do
		run -130 --separate-stderr timeout -k 2 40 \
			env --default-signal=INT strace -qq -o /dev/null \
			-e trace=clone,clone3,fork,vfork \
			-e inject=clone,clone3,fork,vfork:signal=INT:when=$when \
			"$FORKPOOL" run -j2 sleep ::: 60 60 60
		[[ $stderr != *cannot* ]]
	done
	wait_for all_is_gone
}

@test 'at whatever time a signal comes, the run ends by it [B12]' {
	interrupt_at_random 20
	wait_for all_is_gone
}

# Much output of a job that has ended, behind one that has not, and a reader
# who does not read, of descriptor 8.
start_without_reader() {
	make_witness
	mkfifo pipe
	exec 8<>pipe
	cat >job <<-'E'
		#!/bin/sh
		[ $1 = b ] || exec ./witness $1
		seq 100000
	E
	chmod +x job
	start sh -c 'exec "$FORKPOOL" run -j2 ./job >pipe ::: a b c' 8>&-
	wait_for has_lines started.c 1
	wait_for has_lines started.a 1
}

@test 'what ended is printed after a signal, though the reader is slow [B1]' {
	start_without_reader
	kill -TERM "$fp"
	{
		echo 'begin a'
		seq 100000
	} >want
	head -c "$(wc -c <want)" <&8 | cmp - want
	exec 8>&-
	finish 143
	got a TERM exit
}

@test 'a second signal does not wait for a reader [B2]' {
	start_without_reader
	before=$(now_ms)
	kill -INT "$fp"
	kill -TERM "$fp"
	finish 130
	# and not after 6 s
	[ $(($(now_ms) - before)) -lt 4900 ]
	exec 8>&-
}

# told_of SLOT JOB NAME PID: err has the line of a running job
told_of() {
	grep -qE "^forkpool: slot $1: job $2 \\($3\\) for [0-9]+\\.[0-9]s, pid $4\$" err
}

@test 'USR1: what runs is finished, nothing starts, the rest is told' {
	make_witness
	start "$FORKPOOL" run -j2 ./witness ::: a b c d e
	wait_for has_lines started.a 1
	wait_for has_lines started.b 1
	kill -USR1 "$fp"
	wait_for grep -q 'no more jobs start (USR1), 2 are running$' err
	# once is enough
	kill -USR1 "$fp"
	echo >go.b
	echo >go.a
	finish 3
	is_text out "$(printf 'begin a\nend a\nbegin b\nend b')"
	[ ! -e got.a ]
	[ ! -e got.b ]
	[ ! -e started.c ]
	[ "$(wc -l <err)" -eq 2 ]
	grep -q ': 5 jobs: 2 ok, 3 not run (from job 3 on)$' err
}

@test 'USR1 with nothing left to start is no failure' {
	make_witness
	printf 'a\nb\n' >list
	mkfifo fifo
	for words in ':::: list' ':::: fifo' '::: a b' '::: a ::: b'; do
		rm -f go.* started.* err
		# shellcheck disable=SC2086
		start "$FORKPOOL" run -j2 './witness $1' $words
		[ "$words" != ':::: fifo' ] || cat list >fifo
		wait_for has_lines started.a 1
		kill -USR1 "$fp"
		wait_for grep -q 'no more jobs start' err
		echo >go.a
		echo >go.b
		finish 0
	done
}

@test 'after USR1 the first INT goes to the jobs, the second kills' {
	make_witness
	start "$FORKPOOL" run --quiet ./witness {} stubborn ::: a b c
	wait_for has_lines started.a 1
	kill -USR1 "$fp"
	kill -INT "$fp"
	wait_for has_lines got.a 1
	kill -TERM "$fp"
	finish 130
	# and not TERM, after 5 s
	got a INT
	is_text err ''
}

@test 'USR1 ends a run that waits for its list, and jobs of any kind' {
	mkfifo list
	exec 8<>list
	start "$FORKPOOL" sleep -v -j2 -a list
	echo 0.5 >&8
	wait_for has_workers "$fp" 1
	kill -USR1 "$fp"
	finish 3
	exec 8>&-
	[ "$(wc -l <out)" -eq 2 ]
	grep -q ': 1 job: 1 ok, the rest of the list not read$' err
}

@test 'USR2: what was done before the run does not wait' {
	make_witness
	touch go.a go.b
	forkpool run --journal j ./witness ::: a b
	start "$FORKPOOL" run --journal j --resume ./witness ::: a b c
	wait_for has_lines started.c 1
	kill -USR2 "$fp"
	wait_for grep -q '^forkpool: 1 running, 0 finished, 0 waiting, 1' err
	touch go.c
	finish 0
}

@test 'USR2: what is running is told' {
	make_witness
	start "$FORKPOOL" run -j2 ./witness ::: a $'b\e[31m' c
	for name in a $'b\e[31m'; do
		wait_for has_lines "started.$name" 1
	done
	a=$(cat started.a)
	all_told() {
		: >err
		kill -USR2 "$fp"
		wait_for grep -q 'workers*$' err
		told_of 1 1 a "$a"
	}
	# the pid comes a moment after the start
	wait_for all_told
	told_of 2 2 'b\^\[\[31m' '[0-9]+'
	grep -q '^forkpool: 2 running, 0 finished, 1 waiting, 2 workers$' err
	touch go.a "go.b"$'\e[31m' go.c
	finish 0
	# where it is the worker that does the job, and the list has no end
	mkfifo list
	exec 8<>list
	start "$FORKPOOL" sleep -j2 -a list
	printf '0\n60\n' >&8
	told() {
		: >err
		kill -USR2 "$fp"
		wait_for grep -q 'workers*$' err
		told_of '[12]' 2 60 "($(worker_pids "$fp" | tr -s ' ' '|')0)" &&
			grep -q ': 1 running, 1 finished, 0 waiting and the rest of' err
	}
	wait_for told
	kill -TERM "$fp"
	finish 143
	exec 8>&-
}

@test 'USR1 and USR2 that were ignored stay ignored' {
	make_witness
	start env --ignore-signal=USR1,USR2 "$FORKPOOL" run -j1 ./witness \
		::: a b
	wait_for has_lines started.a 1
	kill -USR1 "$fp"
	kill -USR2 "$fp"
	touch go.a go.b
	finish 0
	is_text err ''
	# blocked ones are not
	start env --block-signal=USR1,USR2 "$FORKPOOL" sleep -j1 0.5 60
	wait_for has_workers "$fp" 1
	kill -USR1 "$fp"
	finish 3
}
