# run, in full: every exit status and every signal, and the races many times.

load helper

# The account names ten at a time.
ten_of() {
	local first=$1
	shift
	printf '%s\n' "${@:first + 1:10}"
}

@test 'every exit status from 0 to 255 is told exactly [E5]' {
	mapfile -t all < <(seq 0 255)
	for ((i = 0; i < 256; i += 10)); do
		ten_of $i "${all[@]}" >list
		status=0
		forkpool run 'exit {}' <list 2>err || status=$?
		[ "$status" -eq 1 ]
		while read -r n; do
			[ "$n" -eq 0 ] || grep -qx \
				"forkpool: job $((n - i + 1)) ($n): exit $n" err
		done <list
		[ "$(wc -l <err)" -eq $(($(grep -cvx 0 list) + 1)) ]
	done
}

@test 'every signal that ends a process is told exactly [E5]' {
	ulimit -c 0
	# not those that stop, continue or are ignored, nor the C library's own
	mapfile -t all < <(seq 1 64 | grep -vxE '17|18|19|20|21|22|23|28|32|33')
	for ((i = 0; i < ${#all[@]}; i += 10)); do
		ten_of $i "${all[@]}" >list
		status=0
		timeout -k 2 40 env --default-signal "$FORKPOOL" run \
			'kill -{} $$; sleep 10' <list 2>err || status=$?
		[ "$status" -eq 1 ]
		while read -r n; do
			grep -q " ($n): killed by signal $n (" err
		done <list
		grep -q ': 0 ok, ' err
	done
}

@test 'each record is dispatched on arrival, two hundred times [D8]' {
	mkfifo list
	exec 7<>list
	forkpool run -a list echo >out 3>&- 7>&- &
	pid=$!
	for n in {1..200}; do
		echo "$n" >&7
		wait_for has_lines out "$n"
	done
	exec 7>&-
	wait "$pid"
	seq 200 | cmp - out
}

@test 'an overdue job leaves nothing behind, many times' {
	for _ in {1..20}; do
		run -1 --separate-stderr forkpool run -j4 --timeout 0.2 \
			'trap "" TERM; sleep 30 & setsid sleep 30 & sleep 30; : {}' \
			::: a b c d
		[ "$(grep -c 'timed out' <<<"$stderr")" -eq 4 ]
		no_process_is_left
	done
}
