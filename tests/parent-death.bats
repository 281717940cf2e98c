# When the parent is killed and can't tell anybody, nothing of the run lives on.

load helper
load deaths

# The parent is killed with KILL; then nothing is left, soon.
kill_parent() {
	kill -9 "$fp"
	finish 137
	wait_for all_is_gone
}

# unshare's arguments for a run in a pid namespace of its own
ns=(-Urpf --kill-child)

probe_namespaces() {
	unshare "${ns[@]}" true 2>/dev/null ||
		skip 'no user and pid namespaces here'
}

@test "jobs end when the parent is killed [B8]" {
	start "$FORKPOOL" run -j3 'echo $$ >job.{}; sleep 60' ::: a b c
	wait_for have_lines job.a job.b job.c
	has_workers "$fp" 3
	kill_parent
}

@test "jobs end that ignore every signal they can [B8]" {
	start "$FORKPOOL" run -j2 'trap "" HUP INT QUIT TERM PIPE TSTP
		echo $$ >job.{}; while :; do sleep 1; done' ::: a b
	wait_for have_lines job.a job.b
	kill_parent
}

@test "jobs end that have sessions of their own [B8]" {
	start "$FORKPOOL" run -j2 'setsid sh -c "trap \"\" HUP TERM
		echo \$\$ >job.{}; while :; do sleep 1; done" & wait' ::: a b
	wait_for have_lines job.a job.b
	kill_parent
}

@test "what jobs made a daemon ends with them [B8]" {
	cat >daemon <<-'END'
		trap "" HUP TERM
		job=$PWD/job.$1
		cd /
		sleep 60 &
		echo $$ $! >"$job"
		wait
	END
	start "$FORKPOOL" run -j2 '(setsid sh daemon {} >/dev/null 2>&1 &)
		sleep 60' ::: a b
	wait_for have_lines job.a job.b
	kill_parent
	# shellcheck disable=SC2046
	wait_for are_gone $(noted job.*)
}

@test "jobs end that have cleared their environment [B8]" {
	start "$FORKPOOL" run -j2 '(env -i setsid sleep 60 & echo $! >job.{})
		exec env -i sleep 60' ::: a b
	wait_for have_lines job.a job.b
	kill_parent
}

@test "jobs end that never stop forking [B8]" {
	cat >chain <<-'END'
		# each starts the next, in a session of its own, and ends
		echo >>started
		setsid sh "$0" &
	END
	start "$FORKPOOL" run -j2 'sh chain & sleep 60; : {}' ::: a b
	wait_for has_lines started 20
	kill_parent
	is_at_rest started
}

@test "jobs end whose output nobody reads [B8]" {
	mkfifo full
	exec 7<>full
	start sh -c 'exec "$@" >full' sh \
		"$FORKPOOL" run -j2 'echo >started.{}; exec yes {}' ::: a b
	wait_for have_lines started.a started.b
	wait_for is_blocked "$fp"
	kill_parent
	exec 7>&-
}

# It sleeps, and so do its workers: their pipes are full.
is_blocked() {
	local pid
	for pid in "$1" $(worker_pids "$1"); do
		grep -q '^State:.S' "/proc/$pid/status" || return 1
	done
}

@test "an idle worker ends when the parent is killed [B8]" {
	mkfifo list
	exec 7<>list
	start "$FORKPOOL" run -j1 'echo $PPID >worker; echo {}' <list
	echo a >&7
	wait_for grep -q a out
	lives "$(cat worker)"
	kill_parent
	exec 7>&-
}

@test "a worker that is stopped ends too when the parent is killed [B8]" {
	start "$FORKPOOL" run -j2 'echo $PPID >worker.{}; exec sleep 60 {}' \
		::: 60 61
	wait_for have_lines worker.60 worker.61
	# shellcheck disable=SC2046
	kill -STOP $(noted worker.*)
	kill_parent
}

@test "workers that block end when the parent is killed [B8]" {
	start "$FORKPOOL" sleep -j3 60 60 60
	wait_for has_workers "$fp" 3
	kill_parent
	start "$FORKPOOL" fetch -j2 "$SITE_URL/stuck" "$SITE_URL/stuck"
	wait_for has_workers "$fp" 2
	for worker in $(worker_pids "$fp"); do
		wait_for has_socket "$worker"
	done
	kill_parent
	start "$FP_TOOLS/chaos" sleep -j2 --log started stop hang
	wait_for has_lines started 2
	kill_parent
}

@test "a suspended run ends when the parent is killed [B8]" {
	start "$FORKPOOL" run -j2 'echo $$ >job.{}; exec sleep {}' ::: 60 61
	wait_for have_lines job.60 job.61
	kill -TSTP "$fp"
	for pid in $(noted job.*); do
		wait_for is_stopped "$pid"
	done
	kill_parent
}

@test "the parent is killed at any time, and nothing is left [B8]" {
	kill_parents 5
}

# Without a namespace a job lives on when parent and worker are killed: that is
# the limit, and what forkpool(1) tells to do.
@test "in a namespace not even killing all workers leaves a job [B9]" {
	probe_namespaces
	for mount in --mount-proc ''; do
		rm -f job.*
		# shellcheck disable=SC2086
		start unshare "${ns[@]}" $mount "$FORKPOOL" run -j2 \
			'(setsid sleep 60 &); echo >job.{}; exec sleep {}' \
			::: 60 61
		wait_for have_lines job.60 job.61
		# the parent, and a worker, by the pids that they have outside
		inner=$(worker_pids "$fp" | tr -d ' ')
		# shellcheck disable=SC2046
		kill -9 $(worker_pids "$inner") "$inner"
		# unshare can't die of KILL by itself, and ends with 1
		wait "$launched" || :
		wait_for all_is_gone
	done
}

@test "in a namespace killing unshare alone leaves no job [B9]" {
	probe_namespaces
	start unshare "${ns[@]}" --mount-proc "$FORKPOOL" run -j2 \
		'(setsid sleep 60 &); echo >job.{}; exec sleep {}' ::: 60 61
	wait_for have_lines job.60 job.61
	kill_parent
}

@test "with the /proc of another namespace no stranger is signalled [B9]" {
	probe_namespaces
	# the numbers there are of others, among them our own workers
	start unshare "${ns[@]}" "$FORKPOOL" run -j2 --timeout 2 \
		'[ {} != a ] || sleep 60 & wait; [ {} = a ] || echo {}' \
		::: a b c a d a e
	finish 1
	is_text out $'b\nc\nd\ne'
	[ "$(grep -c 'timed out' err)" -eq 3 ]
	no_match lost err
}

@test "as process 1 it runs, counts and ends as ever [B9]" {
	probe_namespaces
	start unshare "${ns[@]}" --mount-proc "$FORKPOOL" run -j2 \
		'(sleep 0.01 &); [ {} != b ] || kill -9 $PPID; echo {}' ::: a b c
	finish 3
	is_text out $'a\nc'
	grep -qF 'job 2 (b): lost: ' err
}
