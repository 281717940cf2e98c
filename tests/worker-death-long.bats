# Deaths at any time, over many rounds.

load helper
load deaths

@test "workers of run are killed at any time, 200 rounds [A1]" {
	kill_workers_of_run 200
}

@test "workers of sleep are killed at any time, 200 rounds [A1]" {
	kill_workers_of_sleep 200
}

@test "a worker dies during the end, 200 rounds [A18]" {
	kill_workers_at_the_end 200
}

@test "the parent is killed at any time, 200 rounds [B8]" {
	kill_parents 200
}

@test "half a reply, cut anywhere, behind output and before [A3]" {
	for ((n = 1; n <= 70; n++)); do
		echo "say=$n,bytes=$((n * 997)),once,kill9-after-half-frame=$n"
	done >list
	chaos sleep -j3 -a list >out 2>err
	is_text err ''
	[ "$(tr -d x <out | tr '\n' ' ')" = "$(seq 70 | tr '\n' ' ')" ]
	[ "$(tr -cd x <out | wc -c)" -eq $((997 * 35 * 71)) ]
}

# Its job is overdue for seconds then, because it could still end it by itself.
@test "a worker of run that is stopped is ended with its job [A7]" {
	start "$FORKPOOL" run -j2 --timeout 2 'echo $PPID >worker.{}
		[ {} != b ] || { echo $$ >job; exec sleep 60; }; echo {}' ::: a b c
	wait_for have_lines worker.b job
	kill -STOP "$(cat worker.b)"
	finish 1
	is_text out $'a\nc'
	grep -qF 'job 2 (b): timed out' err
	is_gone "$(cat job)"
}

@test "of 1000 jobs, a tenth poison, the rest are done [A10]" {
	seq 1000 | sed 's/.*0$/poison/' >list
	run -3 --separate-stderr forkpool run -j4 \
		'[ {} != poison ] || kill -9 $PPID; echo {}' <list
	[ "$output" = "$(grep -v poison list)" ]
	[[ $stderr == *'1000 jobs: 900 ok, 100 lost' ]]
}

@test "the processes of a job are caught that fork without end [B8]" {
	cat >chain <<-'END'
		echo >>started
		setsid sh "$0" &
	END
	for ((round = 0; round < 50; round++)); do
		start "$FORKPOOL" run -j2 --timeout 0.1 \
			'sh chain & exec sleep {}' ::: 60 61
		finish 1
		all_is_gone
		is_at_rest started
	done
}
