# output: what the tests of output and of back-pressure share.
# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # the tests use what is set here

# open_gate NAME: lets one job go that reads from the FIFO of that name
open_gate() {
	timeout -k 1 30 sh -c ': >"$1"' sh "$1"
}

# peak_now PID: the peak of its memory so far, in kB; nothing when it has ended
peak_now() {
	awk '/^VmHWM:/ { print $2 }' "/proc/$1/status" 2>/dev/null
}

# peak_of PID: the same, when it has ended
peak_of() {
	local peak=0 now
	while now=$(peak_now "$1") && [ -n "$now" ]; do
		peak=$now
		sleep 0.02
	done
	echo "$peak"
}

# peak_is_below KB PID: so it is, when it has ended; sanitizers take more
peak_is_below() {
	local peak
	peak=$(peak_of "$2")
	[ -n "${FP_SANITIZED:-}" ] || [ "$peak" -lt "$1" ] || {
		echo "peak of memory: $peak kB"
		return 1
	}
}

# count_files WORD: how many are called WORD.something
count_files() {
	find . -maxdepth 1 -name "$1.*" | wc -l
}

# has_files WORD N: that many, at least
has_files() {
	[ "$(count_files "$1")" -ge "$2" ]
}

# settles WORD: no more such files come for a while.  Should it only be slow,
# a test that wants few of them is less sharp, not wrong.
settles() {
	local same=0 n before=0
	while [ $same -lt 25 ]; do
		sleep 0.02
		n=$(count_files "$1")
		same=$((n == before ? same + 1 : 0))
		before=$n
	done
}

# make_job SIZE: "./job N": the first waits at the gate; each other one prints
# SIZE bytes of its own, and notes when it begins and ends
make_job() {
	cat >job <<-'E'
		#!/bin/sh
		: >"begun.$1"
		if [ "$1" = 1 ]; then
			echo first
			read -r _ <gate
			echo last
		else
			yes "output of job $1" | head -c "$SIZE"
		fi
		: >"ended.$1"
	E
	chmod +x job
	mkfifo gate
	export SIZE=$1
}

# jobs_sum N: the sum of what N jobs print
jobs_sum() {
	local n
	{
		printf 'first\nlast\n'
		for ((n = 2; n <= $1; n++)); do
			yes "output of job $n" | head -c "$SIZE"
		done
	} | cksum
}

# make_reader: "./reader" puts the first line into first, the sum into sum
make_reader() {
	cat >reader <<-'E'
		#!/bin/sh
		IFS= read -r line
		printf '%s\n' "$line" >first
		{
			printf '%s\n' "$line"
			cat
		} | cksum >sum
	E
	chmod +x reader
}

# start_jobs N [OPTION ...]: so many of them, read by the reader
start_jobs() {
	make_reader
	start bash -c 'set -o pipefail; seq "$1" | {
			echo $BASHPID >pid; exec "$FORKPOOL" run "${@:2}" ./job
		} | ./reader' bash "$@"
	wait_for has_lines pid 1
	fp=$(cat pid)
}

# make_blobs: files that are hard to print, and the list of them
make_blobs() {
	head -c 100000 /dev/urandom >blob.random
	head -c 1000000 /dev/zero | tr '\0' x >blob.long-line
	head -c 70000 /dev/zero >blob.nul
	printf '\n\n\n' >blob.lines
	printf 'no end' >blob.no-end
	printf '\0' >blob.one-nul
	: >blob.empty
	seq 30000 >blob.seq
	printf 'a\0b\r\n\377\n' >blob.odd
	printf '%s\n' blob.* blob.empty >list
}

# plain_loop COMMAND [WORD ...]: over list, into want.out and want.err
plain_loop() {
	local arg
	while IFS= read -r arg; do
		"$@" "$arg" </dev/null
	done <list >want.out 2>want.err
}

# as_the_loop KIND [WORD ...]: both streams are the loop's
as_the_loop() {
	local status=0
	forkpool "$@" <list >out 2>err || status=$?
	[ $status -eq 0 ] || {
		echo "ended with $status"
		tail -n 5 err
		return 1
	}
	cmp out want.out && cmp err want.err
}

# print_as_the_loop_does ROUNDS: lists of random jobs, which print much or
# little, now or later, on this stream or that, to a reader who is slow at times
print_as_the_loop_does() {
	local round jobs i n
	cat >job <<-'E'
		#!/bin/bash
		for word in $1; do
			case $word in
			s*) sleep "0.0${word#s}" ;;
			o*) head -c "${word#o}" /dev/zero | tr '\0' "${#1}" ;;
			e*) head -c "${word#e}" /dev/zero | tr '\0' "${#1}" >&2 ;;
			l*) echo "${word#l} $1" ;;
			esac
		done
	E
	chmod +x job
	for ((round = 1; round <= $1; round++)); do
		jobs=$((RANDOM % 20 + 1))
		for ((n = 0; n < jobs; n++)); do
			for ((i = RANDOM % 6; i > 0; i--)); do
				case $((RANDOM % 6)) in
				0) printf 's%d ' $((RANDOM % 8)) ;;
				1) printf 'o%d ' $((RANDOM % 100)) ;;
				2) printf 'o%d ' $((RANDOM * (RANDOM % 16))) ;;
				3) printf 'e%d ' $((RANDOM % 100)) ;;
				4) printf 'e%d ' $((RANDOM * (RANDOM % 8))) ;;
				5) printf 'l%d ' $RANDOM ;;
				esac
			done
			echo
		done >list
		plain_loop ./job
		{
			status=0
			forkpool run -j$((RANDOM % 8 + 1)) ./job <list 2>err ||
				status=$?
			echo $status >status
		} | {
			[ $((RANDOM % 2)) -eq 0 ] || sleep 0.1
			cat
		} >out
		if ! echo 0 | cmp - status || ! cmp out want.out ||
			! cmp err want.err; then
			echo "round $round, list:"
			cat list
			return 1
		fi
	done
}
