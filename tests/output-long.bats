# output, at length: gigabytes, and many jobs.

load helper
load signals
load output

# never longer than 10 minutes
forkpool() {
	timeout -k 2 600 "$FORKPOOL" "$@"
}

@test 'random jobs print what a plain loop prints, many times' {
	print_as_the_loop_does 200
}

@test '2 GB behind a slow job take neither memory nor slots [C11]' {
	[ "$(df -P --output=avail "$TMPDIR" | tail -n 1)" -gt 4000000 ] ||
		skip 'not enough room for 2 GB'
	cat >job <<-'E'
		#!/bin/sh
		if [ "$1" = 1 ]; then
			until [ "$(ls ended.* 2>/dev/null | wc -l)" -eq 10 ]; do
				sleep 0.1
			done
			echo first
		else
			yes "output of job $1" | head -c 200000000 &&
				: >"ended.$1"
		fi
	E
	chmod +x job
	seq 11 >list
	forkpool run -j3 ./job <list 3>&- > >(cksum >sum) &
	running=$!
	wait_for has_workers_below $running 3
	peak_is_below 98304 "$fp"
	wait $running
	wait_for has_lines sum 1
	[ "$(cat sum)" = "$({
		echo first
		for n in 2 3 4 5 6 7 8 9 10 11; do
			yes "output of job $n" | head -c 200000000
		done
	} | cksum)" ]
}

# has_workers_below PID N: below timeout, in fp
has_workers_below() {
	fp=$(worker_pids "$1")
	fp=${fp%% *}
	[ -n "$fp" ] && has_workers "$fp" "$2"
}

@test '10 GB of the job that is printed pass through [C11]' {
	forkpool run head -c 10G ::: /dev/zero 3>&- > >(wc -c >count) &
	running=$!
	wait_for has_workers_below $running 1
	peak_is_below 16384 "$fp"
	wait $running
	wait_for has_lines count 1
	[ "$(cat count)" -eq 10737418240 ]
}

@test 'a disk that is full all the time loses nothing [C5]' {
	unshare -Urm true 2>/dev/null || skip 'no user namespaces'
	mkdir disk
	seq 60 >list
	timeout -k 2 300 unshare -Urm sh -c 'mount -t tmpfs -o size=3m none disk
		TMPDIR=disk exec "$FORKPOOL" run -j5 \
			"sleep 0.0\$((\$1 % 10)); seq \$((\$1 * 20000))"' <list |
		cksum >sum
	[ "$(cat sum)" = "$(while read -r n; do
		seq $((n * 20000))
	done <list | cksum)" ]
}

@test 'an endless list with a slow job in front takes no memory for long [C12]' {
	start bash -c 'exec "$FORKPOOL" sleep -j2 < <(echo 1000; yes 0)'
	wait_for has_workers "$fp" 2
	for ((i = 0; i < 20; i++)); do
		sleep 1
		[ -d "/proc/$fp" ]
	done
	[ -n "${FP_SANITIZED:-}" ] || [ "$(peak_now "$fp")" -lt 98304 ]
	kill -TERM "$fp"
	finish 143
}

@test 'fifty thousand jobs leave neither descriptors nor zombies [E8]' {
	forkpool run -j2 -c 'case $FORKPOOL_SEQ in *000)
			echo "$(ls /proc/$PPID/fd | wc -l)" \
				$(cat /proc/$PPID/task/$PPID/children | wc -w)
		esac; : {}' < <(seq 50000) >out
	[ "$(wc -l <out)" -eq 50 ]
	awk '{ if (NR == 1) first = $1
		if ($1 > first + 3 || $2 != 1) exit 1 }' out
}
