# output, at length: gigabytes, and many jobs.

load helper
load signals
load output

# never longer than 10 minutes
forkpool() {
	timeout -k 2 600 "$FORKPOOL" "$@"
}

# start_long KIND [WORD ...]: in the background, for 10 minutes at most; its pid
# is in fp, that of timeout in launched
start_long() {
	rm -f fp.pid
	timeout -k 2 600 sh -c 'echo $$ >fp.pid; exec "$FORKPOOL" "$@"' sh \
		"$@" <&0 3>&- &
	launched=$!
	wait_for has_lines fp.pid 1
	fp=$(cat fp.pid)
}

@test 'random jobs print what a plain loop prints, many times' {
	print_as_the_loop_does 200
}

@test 'the time that a reader takes does not count as --linger [E1]' {
	mkfifo pipe
	exec 7<>pipe
	exec 6<pipe
	start sh -c 'exec "$FORKPOOL" run -u --linger 2 "{
			head -c 400000 /dev/zero; echo; echo late; } & : {}" \
		::: 1 >pipe' 6<&- 7>&-
	# longer than that
	sleep 2.5
	(exec timeout -k 2 40 tail -n 1 <&6 >last 6<&- 7>&-) 3>&- &
	exec 6<&- 7>&-
	finish 0
	wait $!
	is_text last late
	is_text err ''
}

@test '2 GB behind a slow job take neither memory nor slots [C11]' {
	[ "$(df --output=avail "$TMPDIR" | tail -n 1)" -gt 4000000 ] ||
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
	start_long run -j3 ./job <list > >(cksum >sum)
	peak_is_below 98304 "$fp"
	wait $launched
	wait_for has_lines sum 1
	[ "$(cat sum)" = "$({
		echo first
		for n in 2 3 4 5 6 7 8 9 10 11; do
			yes "output of job $n" | head -c 200000000
		done
	} | cksum)" ]
}

@test '10 GB of the job that is printed pass through [C11]' {
	start_long run head -c 10G ::: /dev/zero > >(wc -c >count)
	peak_is_below 16384 "$fp"
	wait $launched
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

@test 'behind a slow job an endless list goes on for 500,000 jobs [C12]' {
	skip_under_sanitizer 'half a million jobs take too long'
	start_long sleep -j2 < <(
		echo 1000
		yes 0
	) 2>err
	wait_for has_workers "$fp" 2
	# until it does nothing any more
	before=-1 now=0
	while [ "$now" -ne "$before" ]; do
		sleep 2
		before=$now
		now=$(awk '{ print $14 + $15 }' "/proc/$fp/stat")
	done
	[ "$(peak_now "$fp")" -lt 98304 ]
	kill -TERM "$fp"
	status=0
	wait $launched || status=$?
	[ $status -eq 143 ]
	grep -q '50000[12] jobs: 500000 ok' err
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
