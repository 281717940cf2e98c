#!/usr/bin/env bats
# Standard input, output and error: full, failing, closed, shared, idle.

load helper
load signals

# with REDIRECTION WORD ...: runs forkpool; its status is in $status, what it
# prints in out and err unless that goes elsewhere
with() {
	status=0
	eval "forkpool \"\${@:2}\" >out 2>err </dev/null $1" || status=$?
}

# told_once WHY: err says only once why there is no output
told_once() {
	is_text <(grep 'cannot write' err) \
		"forkpool: cannot write the output: $1"
}

has_full() {
	[ -c /dev/full ] || skip 'no /dev/full'
}

@test 'a full disk under stdout ends the run, and is told once [C1]' {
	has_full
	mkfifo list
	yes >list 2>/dev/null 3>&- &
	for order in -k --as-completed --line-buffer -u; do
		with '>/dev/full' run $order -j2 -a list echo
		[ "$status" -eq 4 ]
		told_once 'No space left on device'
		yes >list 2>/dev/null 3>&- &
	done
	: <list
}

@test 'then running jobs get TERM, and have time to end [C1]' {
	has_full
	make_witness
	cat >job <<-'E'
		#!/bin/sh
		[ $1 = a ] || exec ./witness $1
		until [ -e started.b ]; do
			sleep 0.02
		done
		echo a
	E
	chmod +x job
	with '>/dev/full' run -j2 ./job ::: a b c d
	[ "$status" -eq 4 ]
	got b TERM exit
	# c may have begun with the news that a had ended
	[ ! -e started.d ]
	told_once 'No space left on device'
}

@test 'a failing disk under stdout: what was written before is there [C1]' {
	can_trace
	: >out
	status=0
	timeout -k 2 40 strace -qq -o /dev/null -P "$PWD/out" -e trace=write \
		-e inject=write:error=EIO:when=3+ "$FORKPOOL" run -j1 echo \
		::: 1 2 3 4 5 6 7 8 9 >>out 2>err || status=$?
	[ "$status" -eq 4 ]
	told_once 'Input/output error'
	seq 9 | head -n "$(wc -l <out)" | cmp - out
	[ "$(wc -l <out)" -ge 2 ]
	[ "$(wc -l <out)" -lt 9 ]
}

@test 'interrupted and short writes lose and repeat nothing [C1]' {
	can_trace
	: >out
	timeout -k 2 40 strace -qq -o /dev/null -P "$PWD/out" -e trace=write \
		-e inject=write:error=EINTR:when=1+2 "$FORKPOOL" run -j2 \
		seq 1000 ::: 1001 1002 1003 >>out 2>err
	{
		seq 1000 1001
		seq 1000 1002
		seq 1000 1003
	} | cmp - out
	is_text err ''
}

@test 'a file that may grow no more: what fits is there [C1]' {
	with '' run true ::: a
	status=0
	(
		ulimit -f 8
		timeout -k 2 40 env --ignore-signal=XFSZ "$FORKPOOL" run \
			seq 10000 ::: 20000 >out 2>err.pipe
	) || status=$?
	[ "$status" -eq 4 ]
	[ "$(wc -c <out)" -eq 8192 ]
	seq 10000 20000 | head -c 8192 | cmp - out
	grep -q 'cannot write the output: File too large' err.pipe
}

@test 'a failing stderr does not hurt stdout, but is no success [C1]' {
	has_full
	with '2>/dev/full' run -j2 'echo {} >&2; echo {}' ::: 1 2 3 4 5
	[ "$status" -eq 4 ]
	is_text out "$(seq 5)"
}

# closed LIST WORD ...: runs forkpool with the descriptors in LIST closed
closed() {
	local redirection='' fd
	for fd in $1; do
		redirection="$redirection $fd>&-"
	done
	with "$redirection" "${@:2}"
}

combinations() {
	printf '%s\n' 0 1 2 '0 1' '0 2' '1 2' '0 1 2'
}

@test 'with closed descriptors, jobs that print nothing run as ever [C14]' {
	while read -r fds; do
		rm -f ran.*
		closed "$fds" run -j2 touch ran.{} ::: a b c
		[ "$status" -eq 0 ]
		[ "$(echo ran.*)" = 'ran.a ran.b ran.c' ]
	done < <(combinations)
}

@test 'with closed descriptors, output is printed or is an error [C14]' {
	while read -r fds; do
		rm -f ran.*
		closed "$fds" run 'touch ran.{}; echo err >&2; echo out' ::: a
		if [[ $fds == *1* ]]; then
			[ "$status" -eq 4 ]
			[ -e ran.a ]
		else
			[ "$status" -eq 0 ]
			is_text out out
		fi
		if [[ $fds == 1 || $fds == '0 1' ]]; then
			told_once 'Bad file descriptor'
		elif [[ $fds != *2* ]]; then
			is_text err err
		fi
	done < <(combinations)
}

@test 'where a descriptor was closed there is /dev/null, nothing else [C14]' {
	echo a >list
	while read -r fds; do
		closed "$fds" run -a list 'cd /proc/$FORKPOOL_PID/fd; : {}
			readlink 0 1 2 >"$OLDPWD/ours"
			exec ls -1 /proc/self/fd >"$OLDPWD/jobs"'
		[ "$status" -eq 0 ]
		# 3 is how it reads that
		is_text jobs "$(printf '0\n1\n2\n3')"
		for fd in 0 1 2; do
			want=/dev/null
			case "$fd $fds" in
			1*1*) ;;
			1*) want=$PWD/out ;;
			2*2*) ;;
			2*) want=$PWD/err ;;
			esac
			is_text <(sed -n $((fd + 1))p ours) "$want"
		done
	done < <(combinations)
}

@test 'with closed descriptors, jobs use theirs as ever [C14]' {
	while read -r fds; do
		closed "$fds" run -j2 '{ cat; echo {} | tr a-z A-Z; } >{}' \
			::: a b
		[ "$status" -eq 0 ]
		is_text a A
		is_text b B
	done < <(combinations)
}

@test 'a list on a closed standard input is no empty list [C14]' {
	for fds in 0 '0 1' '0 2' '0 1 2'; do
		closed "$fds" run touch ran
		[ "$status" -eq 2 ]
		closed "$fds" run -a - touch ran
		[ "$status" -eq 2 ]
		[ ! -e ran ]
	done
	# one that is not read does no harm
	closed 0 sleep 0
	[ "$status" -eq 0 ]
}

# True when no TERM waits to be taken by a process.
took_term() {
	local pending
	read -r _ pending < <(grep '^ShdPnd:' "/proc/$1/status")
	[ $((0x$pending & 0x4000)) -eq 0 ]
}

@test 'the descriptors that we share with others stay as they are' {
	mkfifo in pipe
	exec 7<>in 8<>pipe
	start sh -c 'exec "$FORKPOOL" run -j2 "seq 100000; : {}" <in >pipe 2>&1' \
		7>&- 8>&-
	printf '%s\n' a b c >&7
	wait_for has_workers "$fp" 2
	for fd in 0 1 2; do
		read -r _ flags < <(grep '^flags:' "/proc/$fp/fdinfo/$fd")
		# O_NONBLOCK; the description is the shell's too
		[ $((flags & 04000)) -eq 0 ]
	done
	kill -TERM "$fp"
	# or the reader's end may be seen first
	wait_for took_term "$fp"
	exec 7>&- 8>&-
	finish 143
}

@test 'a stdout that somebody made non-blocking loses nothing' {
	timeout -k 2 40 python3 - "$FORKPOOL" >out <<-'E' 3>&-
		import os, subprocess, sys, time
		r, w = os.pipe()
		os.set_blocking(w, False)
		p = subprocess.Popen([sys.argv[1], "run", "seq", "1", ":::",
		    "100000", "100001"], stdout=w, stdin=subprocess.DEVNULL)
		os.close(w)
		while data := os.read(r, 1000):
		    sys.stdout.buffer.write(data)
		sys.exit(p.wait())
	E
	cat <(seq 100000) <(seq 100001) | cmp - out
}

# ticks of the processor that these forkpools and their workers have used
ticks() {
	local pid
	for pid in "$@" $(for fp; do worker_pids "$fp"; done); do
		sed 's/.*) //' "/proc/$pid/stat"
	done | awk '{ n += $12 + $13 } END { print n + 0 }'
}

# Whether none of these takes more than two ticks of a hundred in a second.
are_idle() {
	local before=() pid i=0 lazy=0
	for pid; do
		before+=("$(ticks "$pid")")
	done
	sleep 1
	for pid; do
		if [ $(($(ticks "$pid") - before[i])) -gt 2 ]; then
			echo "busy: $(tr '\0' ' ' <"/proc/$pid/cmdline")"
			lazy=1
		fi
		i=$((i + 1))
	done
	return $lazy
}

@test 'what waits takes no time of the processor [C17]' {
	mkfifo list pipe pipe2
	exec 7<>list 8<>pipe 9<>pipe2
	waiting=()
	begin() {
		start "$@" 7>&- 8>&- 9>&-
		waiting+=("$fp")
	}
	# a job that has closed its output, and one that has ended
	begin "$FORKPOOL" run -j2 'exec >&- 2>&-; sleep {}' ::: 60 0
	# a list that is silent, one that is ahead, and one that has ended
	begin "$FORKPOOL" run -a list echo
	begin bash -c 'exec "$FORKPOOL" run "sleep 60; : {}" < <(yes)'
	seq 60 61 >numbers
	begin sh -c 'exec "$FORKPOOL" run -j3 sleep <numbers'
	# a reader that does not read: in order, and as it comes
	begin sh -c 'exec "$FORKPOOL" run -j2 seq 1000000 ::: 1 2 >pipe'
	begin sh -c 'exec "$FORKPOOL" run -u -j2 seq 1000000 ::: 1 2 >pipe2'
	# nobody reads stderr
	begin bash -c 'exec "$FORKPOOL" run "echo >&2; sleep {}" ::: 60 2> >(:)'
	# timeouts that are far
	begin "$FORKPOOL" sleep --timeout 100 60 60
	begin "$FORKPOOL" run --timeout 100 sleep ::: 60
	# nothing is open
	begin sh -c 'exec "$FORKPOOL" run sleep ::: 60 <&- >&- 2>&-'
	# more output than is held, behind a job that is silent
	begin "$FORKPOOL" run -j2 --spool-max 1M \
		'[ {} != b ] || exec yes; exec sleep 60' ::: a b
	# a signal was passed on, to a job that does not end
	begin "$FORKPOOL" run 'trap "" INT; : >deaf; sleep {}' ::: 60
	wait_for [ -e deaf ]
	kill -INT "$fp"
	sleep 0.3
	tries=0
	until are_idle "${waiting[@]}" >busy; do
		tries=$((tries + 1))
		[ $tries -lt 4 ] || cat busy
		[ $tries -lt 4 ]
	done
	kill -TERM "${waiting[@]}"
	kill -INT "${waiting[@]}" || :
	exec 7>&- 8>&- 9>&-
	wait
}
