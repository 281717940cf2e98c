# resources: descriptors, zombies and limits, however many jobs and workers.
# sanitized at length: much is started; other files have the code

load helper
load signals

# fill_fifo NAME: makes one that takes not a byte more, and keeps it open as 8
fill_fifo() {
	mkfifo "$1"
	exec 8<>"$1"
	dd if=/dev/zero of="/proc/$BASHPID/fd/8" bs=4096 count=1000 \
		oflag=nonblock >/dev/null 2>&1 || :
}

# limited N COMMAND [WORD ...]: with so many descriptors
limited() {
	(
		ulimit -n "$1"
		shift
		exec timeout -k 2 40 "$@"
	)
}

@test 'thousands of jobs leave neither descriptors nor zombies [E8]' {
	n=2000
	[ -z "${FP_SANITIZED:-}" ] || n=500
	# each 100th looks at the worker and at the parent: open descriptors,
	# and children, of which zombies are some
	cat >job <<-'E'
		case $FORKPOOL_SEQ in *00) ;; *) exit ;; esac
		count() {
			echo $#
		}
		echo "worker $(count /proc/$PPID/fd/*)" \
			"$(count $(cat /proc/$PPID/task/$PPID/children))"
		echo "parent $(count /proc/$FORKPOOL_PID/fd/*)" \
			"$(count $(cat /proc/$FORKPOOL_PID/task/$FORKPOOL_PID/children))"
	E
	run -0 --separate-stderr forkpool run -j2 sh ./job < <(seq $n)
	[ "${#lines[@]}" -eq $((n / 50)) ]
	# a few of each job's that is on its way, but no more with time
	printf '%s\n' "${lines[@]}" | sort | uniq -c >looks
	cat looks
	awk '{ if (!($2 in least) || $3 < least[$2]) least[$2] = $3
		if ($3 > least[$2] + 3) bad = 1
		if ($4 > ($2 == "parent" ? 2 : 1)) bad = 1 }
		END { exit bad }' looks
	[ -z "$stderr" ]
}

@test 'daemons that jobs leave are no zombies when they end [E8]' {
	# what each leaves is gone when the last one runs
	start "$FORKPOOL" run -j1 '[ $1 != 50 ] || until [ -e go ]; do
			sleep 0.01
		done
		true >&- 2>&- & true >&- 2>&- & exit 0' ::: $(seq 50)
	wait_for has_workers "$fp" 1
	worker=$(worker_pids "$fp")
	one_child() {
		[ "$(worker_pids "${worker%% *}" | wc -w)" -le 2 ]
	}
	wait_for one_child
	touch go
	finish 0
}

@test 'with few descriptors there are fewer workers, and it is told why [C7]' {
	seq 50 >list
	for n in 12 16 20 32; do
		run -0 --separate-stderr limited $n "$FORKPOOL" run -j50 \
			'echo {}' <list
		[ "$output" = "$(seq 50)" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == *'-j 50: '*' allows no more than '*'; raise nofile'* ]]
		run -0 --separate-stderr limited $n "$FORKPOOL" sleep -j50 0.001 0 0
		[[ $stderr == *nofile* ]]
		# without -j it is no warning's business
		run -0 --separate-stderr limited $n "$FORKPOOL" run -j1 \
			'echo {}' <list
		[ -z "$stderr" ]
	done
}

@test 'with too few descriptors for any job nothing runs, and it is told [C7]' {
	for n in 8 11; do
		for kind in run sleep; do
			run -4 --separate-stderr limited $n "$FORKPOOL" $kind \
				-a /dev/stdin 0 <<<x
			[ -z "$output" ]
			[[ $stderr == *"descriptors is $n and must be 12 "*'(ulimit -n)' ]]
			[ "${#stderr_lines[@]}" -eq 1 ]
		done
	done
	# those that we were started with count too
	# what nobody asked for is not said to be of -j
	run -1 --separate-stderr limited 24 "$FORKPOOL" fetch http://127.0.0.1:9/
	[[ $stderr == 'forkpool: workers, by default 16: '*'raise nofile'* ]]
	(
		for fd in 12 13 14 15 16 17 18; do
			eval "exec $fd</dev/null"
		done
		ulimit -n 12
		eval 'exec 4</dev/null 5</dev/null 6</dev/null 7</dev/null'
		eval 'exec 8</dev/null 9</dev/null'
		status=0
		timeout -k 2 40 "$FORKPOOL" run echo ::: a b >out 2>err ||
			status=$?
		[ $status -eq 4 ]
		grep -q 'cannot start any worker: Too many open files$' err
	)
}

@test 'so many workers as were allowed do run at the same time [C7]' {
	# each waits for the others
	limited 32 "$FORKPOOL" run -j50 ': >begun.$1
		until [ "$(ls begun.* | wc -l)" -ge 8 ]; do sleep 0.02; done' \
		::: 1 2 3 4 5 6 7 8
}

@test 'when descriptors run out on the way fewer workers do [C7]' {
	can_trace
	# of the two pipes of a worker, one or the other, for some time
	for when in 3 4 3..6 5..8; do
		status=0
		timeout -k 2 40 strace -qq -o /dev/null -e trace=pipe2 \
			-e inject=pipe2:error=EMFILE:when=$when \
			"$FORKPOOL" run -j4 'sleep 0.02; echo {}' ::: $(seq 20) \
			>out 2>err || status=$?
		[ $status -eq 0 ]
		is_text out "$(seq 20)"
		[ "$(grep -c 'Too many open files' err)" -eq 1 ]
	done
}

@test 'when no process can be forked for a while it is tried again [C8]' {
	can_trace
	# the first worker, or one beside it
	for when in 1..4 2..5; do
		status=0
		timeout -k 2 40 strace -qq -o /dev/null \
			-e trace=clone,clone3,fork,vfork \
			-e inject=clone,clone3,fork,vfork:error=EAGAIN:when=$when \
			"$FORKPOOL" run -j2 'sleep 0.1; echo {}' ::: 1 2 3 4 \
			>out 2>err || status=$?
		[ $status -eq 0 ]
		is_text out "$(seq 4)"
		[ "$(wc -l <err)" -eq 1 ]
		grep -qE ': cannot start worker [12], (trying again|going on w)' err
	done
}

@test 'the soft limit is raised for us, and jobs get it as it was [C18]' {
	[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 1000 ] ||
		skip 'the hard limit is too low'
	ulimit -Sn 64
	hard=$(ulimit -Hn)
	run -0 --separate-stderr forkpool run -j100 \
		'[ $1 = 1 ] || exit 0; ulimit -Sn; ulimit -Hn' ::: $(seq 100)
	[ "$output" = "64"$'\n'"$hard" ]
	[ -z "$stderr" ]
}

@test 'more than a thousand at the same time [C18]' {
	skip_under_sanitizer 'a thousand processes are too much'
	ulimit -n 20000 2>/dev/null || skip 'the limit of descriptors is too low'
	yes 100 | head -n 1100 >list
	start "$FORKPOOL" sleep -v -j1100 --line-buffer -a list
	wait_for has_workers "$fp" 1100
	wait_for has_lines out 1100
	# numbers beyond select(2)
	[ "$(find "/proc/$fp/fd" -printf '%f\n' | sort -n | tail -n 1)" -gt 2100 ]
	[ -z "$(cat err)" ]
	kill -TERM "$fp"
	finish 143
}

@test 'a limit beyond all bounds is no work [C18]' {
	can_trace
	most=$(cat /proc/sys/fs/nr_open)
	(ulimit -n "$most") 2>/dev/null || most=$(ulimit -Hn)
	ulimit -n "$most"
	timeout -k 2 40 strace -f -qq -c -o calls -e trace=close \
		"$FORKPOOL" run -j2 true ::: 1 2 3
	# nobody closes them one by one
	[ "$(awk '$NF == "close" { print $4 }' calls)" -lt 300 ]
	run -0 forkpool run -j0 echo ::: 1 2 3
	[ "$output" = "$(seq 3)" ]
}

@test 'a stderr that blocks does not stop jobs that do not use it [C16]' {
	fill_fifo pipe
	status=0
	forkpool run -j2 echo ::: 1 2 3 >out 2>&8 || status=$?
	[ $status -eq 0 ]
	is_text out "$(seq 3)"
	forkpool run -j2 --quiet 'echo {}; exit 1' ::: 1 2 3 >out 2>&8 || status=$?
	[ $status -eq 1 ]
	is_text out "$(seq 3)"
}

@test 'messages of ours do not stop the run where stderr blocks [C16]' {
	fill_fifo pipe
	start bash -c 'exec "$FORKPOOL" run -t -j2 --linger 0.01 "
		{ until [ -e go ]; do sleep 0.02; done; } & echo {}" \
		::: 1 2 3 2>&8'
	wait_for is_text out "$(seq 3)"
	touch go
	cat <&8 >/dev/null 3>&- &
	reader=$!
	finish 0
	kill $reader
}

@test 'where stderr blocks an interrupt ends the run all the same [C16]' {
	fill_fifo pipe
	start bash -c 'exec "$FORKPOOL" run -j2 "echo {}; exit 1" ::: 1 2 3 2>&8'
	wait_for is_text out "$(seq 3)"
	# the first asks to end, the second not to wait for anything
	kill -INT "$fp"
	kill -TERM "$fp"
	finish 130
}

@test 'errors of jobs wait for the reader of stderr, and are not lost [C16]' {
	fill_fifo pipe
	start bash -c 'exec "$FORKPOOL" run -j2 "echo {}; echo error {} >&2" \
		::: 1 2 3 2>&8'
	wait_for grep -q 1 out
	timeout -k 2 40 cat <pipe >got 3>&- 8>&- &
	reader=$!
	exec 8>&-
	finish 0
	wait $reader
	[ "$(tr -d '\0' <got)" = "$(printf 'error %s\n' 1 2 3)" ]
}

@test 'a worker that could not be greeted is not left behind' {
	local n
	skip_under_sanitizer 'ASan must be the first library'
	cat >alone <<-'E'
		#!/bin/bash
		read -r _ _ _ parent _ <"/proc/$PPID/stat"
		for ((i = 0; i < 500; i++)); do
			read -r children <"/proc/$parent/task/$parent/children"
			[ "$children" != "$PPID" ] || exit 0
			sleep 0.02
		done
		exit 1
	E
	chmod +x alone
	# where HELLO is the first to need memory
	for n in {100..400}; do
		FP_FAULT=memory:$n: timeout -k 2 20 \
			env LD_PRELOAD="$FP_TOOLS/fault.so" "$FORKPOOL" run -j1 \
			./alone ::: a >out 2>err || grep -q '^forkpool: cannot ' err
		! grep -q '^forkpool: cannot start worker 1' err || break
	done
	is_text err 'forkpool: cannot start worker 1, trying again for 30 s: '\
'Cannot allocate memory'
}

@test 'memory that runs out ends the run, and harms no journal [C9]' {
	local n status
	skip_under_sanitizer 'ASan must be the first library'
	for n in 20: 120:+ 160: 200:+ 900: 1650:+ 1700: 1750: 1800:+ 1900: \
		2000:+ 2100: 2200:+; do
		rm -f j.db*
		status=0
		FP_FAULT=memory:$n timeout -k 2 20 \
			env LD_PRELOAD="$FP_TOOLS/fault.so" "$FORKPOOL" run -j2 \
			--journal j.db 'echo {}' ::: 1 2 3 4 5 6 7 8 9 10 \
			>out 2>err || status=$?
		# an allocation that has another way out is no failure
		case $status in
		0) is_text out "$(seq 10)" ;;
		1) grep -q '^forkpool: job .*emory' err ;;
		2 | 3 | 4) grep -q '^forkpool: cannot ' err ;;
		*)
			echo "$n: ended with $status"
			return 1
			;;
		esac
		[ ! -s j.db ] || [ "$(sqlite3 j.db 'PRAGMA integrity_check')" = ok ]
		forkpool run --resume-failed --journal j.db 'echo {}' \
			::: 1 2 3 4 5 6 7 8 9 10 >>out 2>/dev/null
		[ "$(sort -nu out)" = "$(seq 10)" ]
	done
}
