#!/usr/bin/env bats
# How fast, how nicely and where jobs are run.

load helper
load signals

# ms_of COMMAND [WORD ...]: how long it takes, in $ms; its status in $status
ms_of() {
	local before
	before=$(now_ms)
	status=0
	"$@" >out 2>err || status=$?
	ms=$(($(now_ms) - before))
}

@test '--delay lets time pass between two starts, of every kind' {
	ms_of forkpool run -j5 --delay 0.1 echo ::: 1 2 3 4 5
	[ $status -eq 0 ]
	[ $ms -ge 400 ]
	is_text out "$(seq 5)"
	ms_of forkpool sleep -j5 --delay 100ms 0 0 0 0 0
	[ $status -eq 0 ]
	[ $ms -ge 400 ]
	ms_of forkpool fetch -j5 --delay .1s http://127.0.0.1:9/{1,2,3,4,5}
	[ $status -eq 1 ]
	[ $ms -ge 400 ]
	# one after the other they are late enough
	ms_of forkpool run -j1 --delay 0.001 'sleep 0.1; echo {}' ::: 1 2 3
	is_text out "$(seq 3)"
	run -0 forkpool run --delay 0 echo ::: a
	[ "$output" = a ]
}

@test '--delay is waited for without work, and does not hold up an end' {
	can_trace
	timeout -k 2 40 strace -qq -c -o calls "$FORKPOOL" run -j2 --delay 0.3 \
		true ::: 1 2 3 4
	[ "$(awk '$NF == "ppoll" { print $4 }' calls)" -lt 100 ]
	# a second job will be in a minute
	start "$FORKPOOL" sleep -v -j2 --line-buffer --delay 60 0 0 0
	wait_for has_lines out 2
	before=$(now_ms)
	kill -TERM "$fp"
	finish 143
	[ $(($(now_ms) - before)) -lt 4000 ]
	grep -q '1 ok' err
}

@test '--delay keeps to the list that comes in time' {
	mkfifo list
	exec 8<>list
	start "$FORKPOOL" run -j2 --delay 0.05 -a list echo
	for i in 1 2 3 4; do
		echo $i >&8
		wait_for has_lines out $i
	done
	kill -USR1 "$fp"
	finish 3
	exec 8>&-
}

@test 'a wrong delay, niceness or directory is a mistake' {
	touch file
	run -2 --separate-stderr forkpool run --delay soon touch x ::: a
	[[ $stderr == 'forkpool: --delay soon: not a duration; write '* ]]
	for n in x '' -21 20 1.5; do
		run -2 --separate-stderr forkpool run --nice "$n" touch x ::: a
		[[ $stderr == "forkpool: --nice ${n:-''}: "*'; write a number from '* ]]
	done
	run -2 --separate-stderr forkpool run --wd file touch x ::: a
	[[ $stderr == 'forkpool: --wd file: cannot be used '*': Not a directory' ]]
	run -2 --separate-stderr forkpool run --wd file/x touch x ::: a
	for dir in ... out/{} '{1}'; do
		run -2 --separate-stderr forkpool run --wd $dir touch x ::: a
		[[ $stderr == "forkpool: --wd $dir: all jobs have the same "* ]]
	done
	[ ! -e x ]
	[ ! -e out ]
}

@test '--nice is the niceness of jobs, not of ours' {
	n=$(($(nice) + 3))
	[ $n -le 19 ] || skip 'we are too nice already'
	# ps(1) has no niceness for every class of scheduling
	run -0 forkpool run --nice $n \
		'nice; cut -d" " -f19 /proc/$FORKPOOL_PID/stat; : {}' ::: a
	[ "$(xargs <<<"$output")" = "$n $((n - 3))" ]
	start "$FORKPOOL" sleep --nice $n 60
	wait_for has_workers "$fp" 1
	worker=$(worker_pids "$fp")
	is_nice() {
		[ "$(cut -d ' ' -f 19 "/proc/${worker% }/stat")" = $n ]
	}
	wait_for is_nice
	kill -TERM "$fp"
	finish 143
	# who may be less nice than we are is, and we stay as we were
	if [ "$(id -u)" -eq 0 ] && [ $n -le 17 ]; then
		run -0 nice -n 5 timeout 40 "$FORKPOOL" run --nice $n \
			'nice; cut -d" " -f19 /proc/$FORKPOOL_PID/stat; : {}' ::: a
		[ "$(xargs <<<"$output")" = "$n $((n + 2))" ]
	fi
	# without it they are as nice as we are
	run -0 nice -n 2 timeout 40 "$FORKPOOL" run 'nice; : {}' ::: a
	[ "$output" = $((n - 1)) ]
}

@test 'less nice than we are is refused where we may not [--nice]' {
	as_nobody=()
	if [ "$(id -u)" -eq 0 ]; then
		as_nobody=(setpriv --reuid=65534 --clear-groups)
		"${as_nobody[@]}" "$FORKPOOL" --version || skip 'nobody can run it'
	fi
	run -2 --separate-stderr timeout 40 "${as_nobody[@]}" "$FORKPOOL" run \
		--nice -5 echo ::: a
	[[ $stderr == 'forkpool: --nice -5: less than ours needs a privilege:'* ]]
	[ -z "$output" ]
}

@test '--wd is the directory of jobs, made when it is missing' {
	echo a >list
	here=$PWD
	for wd in new/deeper new/deeper ./new/ "$PWD/abs"; do
		run -0 --separate-stderr forkpool run --wd "$wd" -a list \
			'pwd -P; printenv PWD; : {}'
		want=$(realpath "$wd")
		[ "$output" = "$want"$'\n'"$want" ]
		[ -z "$stderr" ]
	done
	printf '#!/bin/sh\necho here $1\n' >new/job
	chmod +x new/job
	run -0 forkpool run --workdir new ./job ::: a
	[ "$output" = 'here a' ]
	run -0 forkpool run --wd new printenv ::: PWD
	[ "$output" = "$PWD/new" ]
	start "$FORKPOOL" sleep --wd new 60
	wait_for has_workers "$fp" 1
	worker=$(worker_pids "$fp")
	wait_for [ "/proc/${worker% }/cwd" -ef new ]
	[ "/proc/$fp/cwd" -ef "$here" ]
	kill -TERM "$fp"
	finish 143
	# to say what would run makes nothing
	run -0 forkpool run --dry-run --wd nowhere echo ::: a
	[ ! -e nowhere ]
}

@test '--kill-stragglers ends what a job leaves behind' {
	cat >job <<-'E'
		#!/bin/bash
		leave() {
			echo left $1
			echo $BASHPID >>left
			trap '' TERM HUP
			exec sleep 60
		}
		leave $1 &
		(set -m; leave $1 & disown)
		(setsid bash -c 'echo $BASHPID >>left; sleep 60' &)
		until [ "$(wc -l <left)" -ge $((3 * $1)) ]; do sleep 0.01; done
		echo end $1
	E
	chmod +x job
	touch left
	ms_of forkpool run -j1 --kill-stragglers --linger 60 ./job ::: 1 2 3
	[ $status -eq 0 ]
	[ $ms -lt 15000 ]
	[ "$(grep -c '^left' out)" -eq 6 ]
	[ "$(grep -c '^end' out)" -eq 3 ]
	is_text err ''
	# no sooner than that: the last job's are gone when the run is over
	[ "$(wc -l <left)" -eq 9 ]
	while read -r pid; do
		is_gone "$pid"
	done <left
	# without it, they live
	forkpool run 'sleep 60 >&- 2>&- & echo $! >left2; : {}' ::: 1
	kill -0 "$(cat left2)"
	kill "$(cat left2)"
}

@test '--process-slot-var is the slot as xargs has it, from 0' {
	words=(--process-slot-var SLOT -P2 sh -c 'echo $SLOT $1' sh)
	run -0 forkpool run "${words[@]}" ::: a
	[ "$output" = "$(echo a | xargs -n1 "${words[@]}")" ]
	run -0 forkpool run -j1 --process-slot-var=V 'echo $V$FORKPOOL_SLOT; : {}' \
		::: a b
	[ "$output" = "$(printf '01\n01')" ]
	for name in '' a=b; do
		run -2 --separate-stderr forkpool run --process-slot-var "$name" x
		[[ $stderr == "forkpool: --process-slot-var ${name:-''}: no name "* ]]
	done
}

@test '--debug names what goes to workers and back, in its order' {
	head -c 300000 /dev/zero | tr '\0' x | fold -w 100000 >list
	run -0 --separate-stderr forkpool run -j1 --debug 'echo a {}; : "${1%%*}"' \
		::: $'\e[31m'
	[ "$output" = $'a \e[31m' ]
	[[ $stderr != *$'\e'* && $stderr != *31m* ]]
	sed -E 's/, [0-9]+ bytes$//; /START/d' <<<"$stderr" >got
	is_text got "$(cat <<-'E'
		forkpool: to worker 1: HELLO
		forkpool: to worker 1: JOB, job 1
		forkpool: from worker 1: READY
		forkpool: from worker 1: OUTPUT, job 1
		forkpool: from worker 1: DONE, job 1
		forkpool: to worker 1: QUIT
	E
	)"
	grep -q ': OUTPUT, job 1, 12 bytes$' <<<"$stderr"
	# of a long one each frame, and signals
	start "$FORKPOOL" run --debug -j1 -a list -- sh -c 'exec sleep 60' \
		{} {} {}
	wait_for grep -q START err
	grep -qE ': JOB, job 1, [0-9]+ bytes, to be continued$' err
	grep -qE ': ARGS, job 1, [0-9]+ bytes$' err
	kill -TERM "$fp"
	finish 143
	grep -q ': to worker 1: SIGNAL, 4 bytes$' err
	for kind in sleep fetch; do
		forkpool $kind --debug --quiet x 2>err || :
		grep -q ': from worker 1: DONE, job 1, ' err
	done
}
