# deaths: what the tests of dying workers and of a dying parent share.
# shellcheck shell=bash disable=SC2016,SC2154

# The real parent, with workers that misbehave in the place of sleep's.
chaos() {
	timeout -k 2 40 "$FP_TOOLS/chaos" "$@"
}

# The pids that a job has noted, one in each file.
noted() {
	cat "$@" | tr '\n' ' '
}

# Whether each of these files has a line.
have_lines() {
	local file
	for file; do
		has_lines "$file" 1 || return 1
	done
}

has_socket() {
	find "/proc/$1/fd" -lname 'socket:*' 2>/dev/null | grep -q .
}

# Whether nobody writes to a file any more: what forks all the time may not be
# seen by its pids.
is_at_rest() {
	local lines
	lines=$(wc -l <"$1")
	sleep 0.2
	[ "$(wc -l <"$1")" -eq "$lines" ]
}

# A moment up to 100 ms, in steps of 0.1: when something dies, by chance.
some_time() {
	sleep "0.0$(printf %03d $((RANDOM % 1000)))"
}

# But for the job that is named in err as lost, out is that of a plain loop over
# 1 to 6.
is_a_loop_but_for_the_lost() {
	local lost n
	lost=$(sed -n 's/.* job \([0-9]*\) .*: lost: .*/\1/p' err)
	[ "$(wc -w <<<"$lost")" -le 1 ] || return 1
	for n in 1 2 3 4 5 6; do
		[ "$n" = "$lost" ] || printf 'begin %d\nend %d\n' "$n" "$n"
	done >want
	grep -v " ${lost:-none}\$" out | diff - want
}

# One worker of "run" is killed at some time or other.  $1: rounds
kill_workers_of_run() {
	local round want victim
	for ((round = 0; round < $1; round++)); do
		start "$FORKPOOL" run -j2 \
			'echo begin {}; sleep 0.02; echo end {}' ::: 1 2 3 4 5 6
		some_time
		read -r victim _ < <(worker_pids "$fp") || :
		[ -z "$victim" ] || kill -9 "$victim" 2>/dev/null || :
		want=0
		wait "$launched" || want=$?
		[ $want -eq 0 ] || grep -q ': lost: ' err
		[ $want -eq 3 ] || ! grep -q ': lost: ' err
		[ $want -eq 0 ] || [ $want -eq 3 ]
		is_a_loop_but_for_the_lost
		wait_for all_is_gone
	done
}

# The same with "sleep", whose jobs are repeated.
kill_workers_of_sleep() {
	local round victim
	for ((round = 0; round < $1; round++)); do
		start "$FORKPOOL" sleep -v -j2 0.02 0.02 0.02 0.02 0.02 0.02
		some_time
		read -r victim _ < <(worker_pids "$fp") || :
		[ -z "$victim" ] || kill -9 "$victim" 2>/dev/null || :
		finish 0
		is_text err ''
		[ "$(grep -c before out)" -eq 6 ]
		[ "$(grep -c after out)" -eq 6 ]
		wait_for all_is_gone
	done
}

# The parent is asked to end, and a worker dies at the same time.
kill_workers_at_the_end() {
	local round victim
	for ((round = 0; round < $1; round++)); do
		rm -f started worker
		start "$FORKPOOL" run -j2 \
			'echo $PPID >>worker; echo {} >>started; exec sleep 60' \
			::: 1 2 3 4 5 6
		wait_for has_lines started 2
		read -r victim <worker
		kill -TERM "$fp"
		kill -9 "$victim" || :
		finish 143
		[ "$(wc -l <started)" -eq 2 ]
		wait_for all_is_gone
	done
}

# The parent is killed at some time or other.
kill_parents() {
	local round
	for ((round = 0; round < $1; round++)); do
		start "$FORKPOOL" run -j3 \
			'(setsid sleep 60 &); setsid sleep 60 & sleep {}' \
			::: 0.01 0.02 0.03 0.04 0.05 0.06 60
		some_time
		kill -9 "$fp"
		finish 137
		wait_for all_is_gone
	done
}
