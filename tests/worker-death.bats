# What becomes of the jobs when a worker dies, hangs or lies.

load helper
load deaths

# A run of "good" jobs around one that follows a word of chaos; FP_LOG has a
# line for each attempt.
around() {
	chaos sleep -j2 --log "$BATS_TEST_TMPDIR/attempts" "$@" \
		say=one say=two "$word" say=three say=four >out 2>err
}

# Three that are charged, after one which may have been another job's.
is_crashes() {
	[ "$1" -eq 3 ] || [ "$1" -eq 4 ]
}

attempts_of() {
	grep -c "^$1 " attempts
}

@test "a worker killed in mid-job loses only that job, which is named [A1]" {
	start "$FORKPOOL" run -j2 \
		'echo $PPID >worker.{}; echo begin {}; [ {} != b ] || exec sleep 60
		echo end {}' ::: a b c d
	wait_for has_lines worker.b 1
	wait_for has_lines worker.d 1
	kill -9 "$(cat worker.b)"
	finish 3
	is_text out $'begin a\nend a\nbegin b\nbegin c\nend c\nbegin d\nend d'
	grep -qF 'job 2 (b): lost: its worker was killed by signal 9 (KILL)' err
	grep -qF '4 jobs: 3 ok, 1 lost' err
}

@test "the processes of a killed worker's job end with it [A1]" {
	start "$FORKPOOL" run -j2 'exec 2>&-
		[ {} != a ] || { echo $PPID >worker
		(setsid sleep 60 & echo $! >pid.daemon)
		setsid sleep 60 & echo $! >pid.session
		sleep 60 & echo $! >pid.child; wait; }
		[ {} = a ] || { until [ -e seen ]; do sleep 0.02; done; echo {}; }' \
		::: a b
	wait_for have_lines worker pid.daemon pid.session pid.child
	kill -9 "$(cat worker)"
	# shellcheck disable=SC2046
	wait_for are_gone $(noted pid.*)
	lives "$fp"
	touch seen
	finish 3
	is_text out b
}

@test "jobs of sleep are repeated in a new worker [A1]" {
	start "$FORKPOOL" sleep -v -j2 2 2.1 0.01
	wait_for has_workers "$fp" 2
	read -r victim _ < <(worker_pids "$fp") || :
	kill -9 "$victim"
	finish 0
	is_text err ''
	[ "$(grep -c after out)" -eq 3 ]
	[ "$(sed 's/.* //' out | uniq -c | tr -s ' \n' ' ')" = \
		' 2 2 2 2.1 2 0.01 ' ]
}

@test "nothing of a lost attempt is printed when the next succeeds [A1]" {
	chaos sleep -j2 attempt,once,kill9 bytes=90000,attempt,once,kill9 \
		say=c,say=d,once,kill9-unsent say=e >out 2>err
	is_text err ''
	[ "$(tr -d x <out)" = $'attempt 2\nattempt 2\nc\nd\ne' ]
	[ "$(tr -cd x <out | wc -c)" -eq 90000 ]
}

@test "workers are killed at any time, and the account is right [A1]" {
	kill_workers_of_run 5
	kill_workers_of_sleep 5
}

@test "an idle worker is replaced without a word [A2]" {
	mkfifo list
	exec 7<>list
	start "$FORKPOOL" run -j1 'echo $PPID >>workers; echo {}' <list
	for word in a b c; do
		echo $word >&7
		wait_for grep -q $word out
		worker=$(tail -n 1 workers)
		# it is idle when it has answered, and waits for a request
		kill -9 "$worker"
		wait_for are_gone "$worker"
	done
	exec 7>&-
	finish 0
	is_text err ''
	is_text out $'a\nb\nc'
	[ "$(sort -u workers | wc -l)" -eq 3 ]
}

@test "half a reply does not count, wherever it is cut [A3]" {
	for ((n = 1; n <= 70; n++)); do
		echo "once,kill9-after-half-frame=$n"
	done >list
	chaos sleep -j2 --log attempts -a list 2>err
	is_text err ''
	[ "$(cut -d ' ' -f 1 attempts | sort -nu | wc -l)" -eq 70 ]
	# what is shorter than a reply was charged, and so tried once more; what
	# was sent behind a whole one may have been charged with that death
	whole=$(grep ' 2$' attempts | sort -nu |
		awk '$1 == n + 1 { n++ } END { print n + 1 }')
	[ "$whole" -gt 16 ]
	[ "$whole" -lt 70 ]
	no_match ' 3$' attempts
}

@test "an exit without a reply is a loss, also with status 0 [A4]" {
	word=exit0-silent
	run -3 around
	is_text out $'one\ntwo\nthree\nfour'
	grep -qF 'job 3 (exit0-silent): lost: its worker ended without a reply' \
		err
	is_crashes "$(attempts_of 3)"
	word=once,exit0-silent run -0 around
	is_text err ''
}

@test "a reply whose sender dies right after counts once [A5]" {
	for ((n = 1; n <= 50; n++)); do
		echo "say=$n,done-then-kill9"
	done >list
	chaos sleep -j2 --log attempts -a list >out 2>err
	is_text err ''
	seq 50 | cmp - out
	[ "$(wc -l <attempts)" -eq 50 ]
}

@test "a worker that hangs is ended when its job is overdue [A6]" {
	word=hang
	run -1 around --timeout 2
	is_text out $'one\ntwo\nthree\nfour'
	grep -qF 'job 3 (hang): timed out' err
	[ "$(attempts_of 3)" -eq 1 ]
}

@test "a job that ignores TERM is ended when it is overdue [A6]" {
	run -1 --separate-stderr forkpool run -j2 --timeout 2 'trap "" TERM
		[ {} != b ] || while :; do sleep 1; done; echo {}' ::: a b c
	[ "$output" = $'a\nc' ]
	[[ $stderr == *'job 2 (b): timed out'* ]]
}

@test "a worker that is stopped is ended when its job is overdue [A7]" {
	word=stop
	run -1 around --timeout 2
	is_text out $'one\ntwo\nthree\nfour'
	grep -qF 'job 3 (stop): timed out' err
}

@test "a job that is stopped is ended when it is overdue [A7]" {
	run -1 --separate-stderr forkpool run -j2 --timeout 2 \
		'[ {} != b ] || kill -STOP $$; echo {}' ::: a b c
	[ "$output" = $'a\nc' ]
	[[ $stderr == *'job 2 (b): timed out'* ]]
}

@test "a worker that sends what is no message is ended, and said so [A8]" {
	for word in garbage oversize wrong-id unknown-type wrong-direction \
		done-of=0 done-of=3 done-of=99 output-of=0 output-of=3 \
		output-of=32773 output-of=262144 ready-again; do
		echo "$word"
		rm -f attempts
		run -3 around
		is_text out $'one\ntwo\nthree\nfour'
		n=$(grep -c 'sent what is no message, and is ended: ' err)
		is_crashes "$n"
		[ "$(wc -l <err)" -eq $((n + 2)) ]
		[ "$(attempts_of 3)" -eq "$n" ]
		# 16 bytes of it are shown, and none that a terminal would obey
		[ "$(wc -L <err)" -lt 140 ]
		LC_ALL=C no_match '[^ -~]' err
	done
}

@test "after a false message the job is repeated [A8]" {
	for word in garbage oversize wrong-id unknown-type wrong-direction; do
		word=say=x,once,$word
		run -0 around
		is_text out $'one\ntwo\nx\nthree\nfour'
		[ "$(wc -l <err)" -le 2 ]
	done
}

@test "a length out of all bounds costs no memory [A8]" {
	skip_under_sanitizer 'its shadow memory is larger than the limit'
	word=once,oversize
	ulimit -v 200000
	run -0 around
	is_text out $'one\ntwo\nthree\nfour'
}

@test "a second reply to one job costs the worker, not the job [A8]" {
	chaos sleep -j1 --log attempts say=a,dup say=b say=c >out 2>err
	is_text out $'a\nb\nc'
	[ "$(wc -l <err)" -eq 1 ]
	grep -q 'worker 1 sent what is no message, and is ended: ' err
	[ "$(attempts_of 1)" -eq 1 ]
}

@test "a worker that closes its pipes is ended [A8]" {
	word=closefds
	run -3 around
	is_text out $'one\ntwo\nthree\nfour'
	grep -qF 'job 3 (closefds): lost: ' err
}

@test "a job that kills every worker is lost after 3, the others are not [A10]" {
	{
		seq -f 'say=%g' 50
		echo kill9
		seq -f 'say=%g' 51 100
	} >list
	run -3 chaos sleep -j4 --log attempts -a list
	seq 100 >want
	grep -vE '^(chaos|forkpool): ' <<<"$output" | cmp - want
	[[ $output == *'job 51 (kill9): lost: its worker was killed by signal 9'* ]]
	[[ $output == *'101 jobs: 100 ok, 1 lost'* ]]
	is_crashes "$(attempts_of 51)"
	# of the others, those that were sent with it ran once more at most
	[ -z "$(sort attempts | uniq -c | awk '$1 > 2 && $2 != 51')" ]
}

@test "a command that kills its worker is lost at once, others are not [A10]" {
	{
		seq 50
		echo poison
		seq 51 100
	} >list
	run -3 --separate-stderr forkpool run -j4 'echo {} >>attempts
		[ {} != poison ] || kill -9 $PPID; echo {}' <list
	seq 100 >want
	grep -v poison <<<"$output" | cmp - want
	[[ $stderr == *'job 51 (poison): lost: '*'101 jobs: 100 ok, 1 lost' ]]
	[ "$(grep -c poison attempts)" -eq 1 ]
}

@test "--crash-limit: so many workers, and ever less often [A10] [A12]" {
	local since=${EPOCHREALTIME/[.,]/}
	run -3 chaos sleep -j1 --crash-limit 1 --log once kill9
	[[ $output == *'job 1 (kill9): lost: '* ]]
	[ "$(wc -l <once)" -eq 1 ]
	run -3 chaos sleep -j1 --crash-limit 5 --log attempts kill9
	[ "$(attempts_of 1)" -eq 5 ]
	# 0, 100, 200 and 400 ms, less a quarter at most
	[ $((${EPOCHREALTIME/[.,]/} - since)) -ge 500000 ]
}

@test "out of memory, a worker and its job go before the parent [A16]" {
	local mark
	mark=$(cat /proc/self/oom_score_adj)
	[ "$mark" -le 900 ] || skip 'all go first here'
	run -0 forkpool run 'cat /proc/self/oom_score_adj \
		/proc/$PPID/oom_score_adj; : {}' ::: a
	[ "$output" = "$((mark + 100))"$'\n'"$((mark + 100))" ]
	run -0 forkpool run 'cat "/proc/$FORKPOOL_PID/oom_score_adj"; : {}' ::: a
	[ "$output" = "$mark" ]
}

@test "a job without memory fails alone [A16]" {
	run -1 --separate-stderr forkpool run '
		[ {} != b ] || ulimit -v 1000; echo {} | cat' ::: a b c
	[ "$output" = $'a\nc' ]
	[[ $stderr == *' 3 jobs: 2 ok, 1 failed' ]]
}

@test "all workers dying at once lose no job that may be repeated [A13]" {
	for word in a b c d e f g h i; do
		# not so short that one waits in a worker behind the ninth
		echo "say=$word,sleep-ms=10,once,sleep-ms=60000"
	done >list
	start "$FP_TOOLS/chaos" sleep -j8 --log attempts -a list
	wait_for has_lines attempts 8
	# shellcheck disable=SC2046
	kill -9 $(worker_pids "$fp")
	# the ninth is in its first attempt, the others have ended
	wait_for has_lines attempts 17
	wait_for has_lines out 8
	# shellcheck disable=SC2046
	kill -9 $(worker_pids "$fp") 2>/dev/null
	finish 0
	is_text err ''
	is_text out $'a\nb\nc\nd\ne\nf\ng\nh\ni'
	[ "$(wc -l <attempts)" -eq 18 ]
}

@test "all workers dying at once lose the commands that ran [A13]" {
	start "$FORKPOOL" run -j4 'echo $PPID >worker.{}
		[ {} -gt 4 ] || exec sleep 60; echo {}' ::: 1 2 3 4 5 6
	wait_for have_lines worker.1 worker.2 worker.3 worker.4
	# shellcheck disable=SC2046
	kill -9 $(noted worker.*)
	finish 3
	is_text out $'5\n6'
	grep -qF '6 jobs: 2 ok, 4 lost' err
}

@test "an inherited SIGCHLD that is ignored hides no status [A14]" {
	env --ignore-signal=CHLD true || skip 'env has no --ignore-signal'
	forkpool() {
		timeout -k 2 40 env --ignore-signal=CHLD "$FORKPOOL" "$@"
	}
	run -3 --separate-stderr forkpool run -j2 \
		'[ {} -lt 9 ] || kill -9 $PPID; echo {}; exit {}' ::: 0 3 9 0
	[[ $output == $'0\n3\n'*0 ]]
	[[ $stderr == *'job 2 (3): exit 3'* ]]
	[[ $stderr == *'job 3 (9): lost: its worker was killed by signal 9'* ]]
	[[ $stderr == *'4 jobs: 2 ok, 1 failed, 1 lost' ]]
}

@test "children that were there before are neither counted nor ended [A15]" {
	start bash -c 'sleep 60 & echo $! >before.1
		(sleep 60 & echo $! >before.2; wait) &
		sleep 0.01 & exec "$@"' bash "$FORKPOOL" run -j2 \
		'[ {} != a ] || { echo $PPID >worker; exec sleep 60; }; echo {}' \
		::: a b c
	wait_for have_lines before.1 before.2 worker
	kill -9 "$(cat worker)"
	finish 3
	is_text out $'b\nc'
	grep -qF '3 jobs: 2 ok, 1 lost' err
	for pid in $(noted before.*); do
		lives "$pid"
		kill "$pid"
	done
}

@test "the end of a process that makes the list is not a job's [A15]" {
	run -0 --separate-stderr timeout -k 2 40 bash -c \
		'exec "$@" -a <(seq 3; sleep 0.1; echo 4) echo job' \
		bash "$FORKPOOL" run -j2
	[ "$output" = $'job 1\njob 2\njob 3\njob 4' ]
	[ -z "$stderr" ]
}

@test "a worker dying over a request of a megabyte blocks nobody [A17]" {
	{
		echo read1-then-die
		printf 'ok=%0200000d\n' 0
		echo say=a
	} >list
	chaos sleep -j1 --log attempts -a list {} {} {} {} {} >out 2>err
	is_text err ''
	is_text out $'a\na\na\na\na'
	# what wasn't read whole was no attempt
	[ "$(sort -n attempts | uniq -c | tr -s ' \n' ' ')" = \
		' 1 1 1 1 2 1 1 3 1 ' ]
}

@test "a worker that reads no more requests is ended [A17]" {
	run -0 --separate-stderr chaos sleep -j1 deaf say=a deaf say=b
	[ "$output" = $'a\nb' ]
	[ -z "$stderr" ]
	{
		echo deaf
		printf 'ok=%0100000d\n' 0
	} >list
	chaos sleep -j1 -a list
}

@test "a worker dying during the end does not hinder it [A18]" {
	kill_workers_at_the_end 5
}

@test "a worker has its two pipe ends and nothing else open [C19]" {
	exec 8</dev/null
	start "$FORKPOOL" sleep -j4 60 60 60 60
	wait_for has_workers "$fp" 4
	for pid in $(worker_pids "$fp"); do
		wait_for has_fds "$pid" '0 1 2 3 4'
		grep -qz 'forkpool: worker [1-4]: sleep' "/proc/$pid/cmdline"
		[ "$(readlink "/proc/$pid/fd/0")" = /dev/null ]
		[ "$(readlink "/proc/$pid/fd/1")" = /dev/null ]
		[[ $(readlink "/proc/$pid/fd/3") == pipe:* ]]
		[[ $(readlink "/proc/$pid/fd/4") == pipe:* ]]
		readlink "/proc/$pid/fd/3" "/proc/$pid/fd/4"
	done >pipes
	[ "$(sort -u pipes | wc -l)" -eq 8 ]
	kill -TERM "$fp"
	finish 143
}

@test "a job has its three descriptors and nothing else open [C19]" {
	exec 8</dev/null
	start "$FORKPOOL" run -j3 'echo $$ >job.{}; exec sleep 60' ::: a b c
	wait_for have_lines job.a job.b job.c
	for pid in $(noted job.*); do
		wait_for has_fds "$pid" '0 1 2'
	done
	kill -TERM "$fp"
	finish 143
}

has_fds() {
	[ "$(find "/proc/$1/fd" -type l -printf '%f\n' | sort -n |
		tr '\n' ' ')" = "$2 " ]
}

@test "kill 0 in a job reaches that job only [E4]" {
	run -1 --separate-stderr forkpool run -j2 \
		'[ {} != b ] || kill 0; echo {}' ::: a b c
	[ "$output" = $'a\nc' ]
	[[ $stderr == *'job 2 (b): killed by signal 15 (TERM)'* ]]
}

@test "a daemon that a job leaves behind is let be [B10]" {
	start "$FORKPOOL" run -j1 --timeout 2 'exec 2>&-
		[ {} != a ] || (setsid sleep 60 >&- & echo $! >daemon)
		[ {} != b ] || exec sleep 60
		[ {} != c ] || kill -9 $PPID
		echo {}' ::: a b c d
	finish 3
	is_text out $'a\nd'
	lives "$(cat daemon)"
	kill "$(cat daemon)"
}

@test "what a job leaves behind is ended with the whole run [B10]" {
	start "$FORKPOOL" run 'exec 2>&-
		(setsid sleep 60 & echo $! >daemon)
		(setsid sh -c "trap \"\" TERM; echo \$\$ >deaf
		while :; do sleep 1; done" &)
		exec sleep {}' ::: 60
	wait_for have_lines daemon deaf
	kill -TERM "$fp"
	finish 143
	# shellcheck disable=SC2046
	are_gone $(noted daemon deaf)
}

@test "what ends of what a job leaves behind is no zombie for long [B10]" {
	cat >many <<-'END'
		for n in 1 2 3 4 5 6 7 8 9 10; do
			(sh -c 'echo $$ >>ended' &)
		done
		echo $PPID >worker
		until [ -e seen ]; do sleep 0.02; done
	END
	start "$FORKPOOL" run sh many ::: a
	wait_for has_lines ended 10
	wait_for has_lines worker 1
	wait_for has_one_child "$(cat worker)"
	touch seen
	finish 0
}

has_one_child() {
	[ "$(worker_pids "$1" | wc -w)" -eq 1 ]
}
