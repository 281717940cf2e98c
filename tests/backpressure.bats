# back-pressure: much output that waits takes neither memory nor slots, slow
# readers and full disks only slow things down, and nothing is read ahead.
# sanitized at length: much data; test_sink and test_spool have the code

load helper
load signals
load output

@test 'much output behind a slow job takes neither memory nor slots' {
	make_job 12000000
	start_jobs 11 -j3
	# all others end while the first goes on
	wait_for has_files ended 10
	# what is too much for memory is in one file without a name
	[ "$(find "/proc/$fp/fd" -lname "$TMPDIR/*deleted)" | wc -l)" -eq 1 ]
	no_file_is_left
	open_gate gate
	peak_is_below 98304 "$fp"
	finish 0
	[ "$(cat sum)" = "$(jobs_sum 11)" ]
}

@test 'past --spool-max no job starts but the next to print [C11]' {
	make_job 8000000
	# a pause doesn't count as the time that is left after a job's end
	start_jobs 14 -j3 --spool-max 4M --linger 0.01
	wait_for has_files ended 3
	settles begun
	# 32 MiB in memory, 4 MiB in the file, and those that are paused
	[ "$(count_files ended)" -le 5 ]
	[ "$(count_files begun)" -le 8 ]
	# the next to print is not paused
	[ "$(cat first)" = first ]
	open_gate gate
	peak_is_below 98304 "$fp"
	finish 0
	[ "$(cat sum)" = "$(jobs_sum 14)" ]
	is_text err ''
}

@test 'a record that comes when there is no room is not begun' {
	make_job 8000000
	mkfifo list
	exec 7<>list
	start sh -c 'exec "$FORKPOOL" run -j9 --spool-max 4M ./job <list' 7>&-
	# 32 MiB in memory and 4 MiB in the file, but for the last
	seq 2 >&7
	wait_for has_files ended 1
	seq 3 5 >&7
	wait_for has_files ended 4
	echo 6 >&7
	wait_for has_files begun 6
	settles ended
	[ "$(count_files ended)" -eq 4 ]
	seq 7 8 >&7
	settles begun
	[ "$(count_files begun)" -eq 6 ]
	seq 9 10 >&7
	exec 7>&-
	open_gate gate
	finish 0
	cksum <out >sum
	[ "$(cat sum)" = "$(jobs_sum 10)" ]
}

@test 'a full disk pauses the others, and nothing is lost [C5]' {
	unshare -Urm true 2>/dev/null || skip 'no user namespaces'
	make_job 8000000
	make_reader
	mkdir disk
	start unshare -Urm bash -c 'set -o pipefail
		mount -t tmpfs -o size=1m none disk && seq 14 | {
			TMPDIR=disk exec "$FORKPOOL" run -j3 ./job
		} | ./reader'
	wait_for has_files ended 3
	settles begun
	[ "$(count_files begun)" -le 8 ]
	[ "$(cat first)" = first ]
	open_gate gate
	finish 0
	[ "$(cat sum)" = "$(jobs_sum 14)" ]
}

@test 'without a place for the file the others are paused, and nothing is lost [C5]' {
	make_job 8000000
	TMPDIR=/nonexistent start_jobs 12 -j3
	wait_for has_files ended 3
	settles begun
	[ "$(count_files begun)" -le 8 ]
	open_gate gate
	finish 0
	[ "$(cat sum)" = "$(jobs_sum 12)" ]
}

@test 'a file that may grow no more pauses the others, and nothing is lost [C5]' {
	make_job 8000000
	(
		ulimit -f 1000
		start_jobs 12 -j3
		wait_for has_files ended 3
		settles begun
		[ "$(count_files begun)" -le 8 ]
		open_gate gate
		finish 0
	)
	[ "$(cat sum)" = "$(jobs_sum 12)" ]
	# which is no business of the jobs: they are ended by it as ever
	status=0
	(
		ulimit -f 1
		exec timeout -k 2 40 "$FORKPOOL" run \
			'head -c 100000 /dev/zero >{}' ::: some 2>err
	) || status=$?
	[ $status -eq 1 ]
	# by the shell's account, or by ours
	grep -qE 'exit 153|killed by signal 25 ' err
}

@test 'a job that must be held and can not is an error that names the way out [C5]' {
	run -4 --separate-stderr forkpool run --as-completed --spool-max 1M \
		head -c 80000000 ::: /dev/zero
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == "forkpool: cannot hold more output in $TMPDIR"* ]]
	[[ ${stderr_lines[0]} == *--spool-max* ]]
	TMPDIR=/nonexistent run -4 --separate-stderr forkpool run \
		--as-completed head -c 80000000 ::: /dev/zero
	[[ ${stderr_lines[0]} == *" in /nonexistent "*": No such file or "* ]]
	unshare -Urm true 2>/dev/null || return 0
	mkdir disk
	run -4 --separate-stderr timeout -k 2 40 unshare -Urm sh -c '
		mount -t tmpfs -o size=1m none disk
		TMPDIR=disk exec "$FORKPOOL" run --as-completed \
			head -c 80000000 ::: /dev/zero'
	[[ ${stderr_lines[0]} == *" in disk "*--spool-max* ]]
}

@test 'what was printed before such an error stays, and the rest is counted [C5]' {
	run -4 --separate-stderr forkpool run -j1 --as-completed --spool-max 1M \
		'echo {}; [ $1 != 3 ] || head -c 80000000 /dev/zero' \
		::: 1 2 3 4 5
	[ "$output" = $'1\n2' ]
	[[ ${stderr_lines[-1]} == *' 5 jobs: 2 ok, 1 cancelled, 2 not run (from job 4 on)' ]]
}

@test 'what can not be read back of the file is an error [C5]' {
	can_trace
	make_job 8000000
	start bash -c 'seq 8 | strace -qq -o /dev/null -e trace=pread64 \
		-e inject=pread64:error=EIO:when=30+ \
		"$FORKPOOL" run -j3 ./job >printed'
	wait_for has_files ended 7
	open_gate gate
	finish 4
	grep -q "cannot read back output held in $TMPDIR: Input/output error" err
}

@test 'a slow reader pauses the job that is printed, and no other [C10]' {
	mkfifo pipe
	make_job 10000000
	seq 2 11 >list
	exec 7<>pipe
	exec 6<pipe
	start sh -c 'exec "$FORKPOOL" run -j3 ./job <list >pipe' 6<&- 7>&-
	wait_for has_files ended 9
	[ ! -e ended.2 ]
	[ -n "${FP_SANITIZED:-}" ] || [ "$(peak_now "$fp")" -lt 98304 ]
	(exec timeout -k 2 40 cksum <&6 >sum 6<&- 7>&-) 3>&- &
	exec 6<&- 7>&-
	finish 0
	wait $!
	[ "$(cat sum)" = "$(for n in 2 3 4 5 6 7 8 9 10 11; do
		yes "output of job $n" | head -c 10000000
	done | cksum)" ]
}

@test 'ungrouped and by lines a slow reader pauses the jobs [C10]' {
	mkfifo pipe
	for mode in -u --line-buffer; do
		rm -f begun.*
		exec 7<>pipe
		exec 6<pipe
		start sh -c 'exec "$FORKPOOL" run -j2 '$mode' "for i in 1 2 3
			do
				: >begun.\$1.\$i; yes \$1 | head -c 1000000
			done" ::: 1 2 >pipe' 6<&- 7>&-
		wait_for has_files begun 2
		settles begun
		[ "$(count_files begun)" -eq 2 ]
		(exec timeout -k 2 40 cat <&6 >lines 6<&- 7>&-) 3>&- &
		exec 6<&- 7>&-
		finish 0
		wait $!
		[ "$(tr -cd 1 <lines | wc -c)" -eq 1500000 ]
		[ "$(tr -cd 2 <lines | wc -c)" -eq 1500000 ]
		[ "$(wc -c <lines)" -eq 6000000 ]
	done
}

@test 'of an endless list only a little is read ahead, and it ends at once [C12]' {
	cat >producer <<-'E'
		#!/bin/sh
		trap '' PIPE
		i=0
		while echo "$1" 2>/dev/null; do
			i=$((i + 1))
		done
		echo $i >produced
	E
	chmod +x producer
	line=$(head -c 1000 /dev/zero | tr '\0' x)
	status=0
	timeout -k 2 40 bash -c './producer "$1" |
		"$FORKPOOL" run -j2 "echo {}" | head -n 100 >out
		exit ${PIPESTATUS[1]}' bash "$line" || status=$?
	[ $status -eq 141 ]
	[ "$(sort -u out)" = "$line" ]
	[ "$(wc -l <out)" -eq 100 ]
	# what was printed, 64 KiB in the pipe, 64 KiB in one read, 64 KiB of
	# output in the pipe and as much that waits
	wait_for has_lines produced 1
	[ "$(cat produced)" -lt 450 ]
}

@test 'a list behind a slow job is not read ahead [C12]' {
	mkfifo gate list
	line=$(head -c 1000 /dev/zero | tr '\0' x)
	start sh -c 'exec "$FORKPOOL" run -j1 "read -r _ <gate; echo {}" <list'
	exec 7>list
	(
		trap '' PIPE
		i=0
		while echo "$line" 2>/dev/null; do
			i=$((i + 1))
			: >"line.$i"
		done >&7
	) 3>&- &
	exec 7>&-
	wait_for has_files line 60
	settles line
	# 64 KiB in the pipe, and 64 KiB in one read
	[ "$(count_files line)" -lt 140 ]
	kill -TERM "$fp"
	finish 143
	wait
}

@test 'an endless list takes no memory [C12]' {
	start bash -c 'yes 0 | { echo $BASHPID >pid
		exec "$FORKPOOL" sleep -j2 -v; } | head -n 20000 | tail -n 1; :'
	wait_for has_lines pid 1
	peak_is_below 16384 "$(cat pid)"
	finish 0
	[[ $(cat out) == *' after 0' ]]
}

@test 'large records go both ways at the same time [C13]' {
	for i in 1 2 3 4 5 6 7 8 9; do
		head -c 120000 /dev/zero | tr '\0' $i
		echo
	done >some
	cat some some some some some some some some some some >list
	start sh -c 'exec "$FORKPOOL" run -j3 printf "%s\n" <list'
	peak_is_below 98304 "$fp"
	finish 0
	cmp out list
	forkpool run -j3 --shell 'printf "%s\n" {}; printf "%s\n" {} >&2' \
		<some >out 2>err
	cmp out some
	cmp err some
}
