# helper: what every test file loads.  Each test runs in a directory of its own,
# under a limit of time, and leaves neither a process nor a file behind.

: "${FORKPOOL:=$BATS_TEST_DIRNAME/../build/forkpool}"
: "${FP_TOOLS:=$BATS_TEST_DIRNAME/../build/tools}"
export FORKPOOL FP_TOOLS

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	FP_TEST_ID=$BATS_TEST_NUMBER-$$-$RANDOM$RANDOM
	TMPDIR=$BATS_TEST_TMPDIR/tmp
	export FP_TEST_ID TMPDIR
	mkdir -p "$TMPDIR"
	unset FORKPOOL_SHELL http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
}

teardown() {
	no_process_is_left
	no_file_is_left
}

# The program under test, never longer than 20 seconds.
forkpool() {
	timeout -k 2 20 "$FORKPOOL" "$@"
}

# pids of processes that this test started and that still live: by a variable
# that they inherit, or by their directory, as the title of a worker overwrites
# its environment
test_pids() {
	{
		grep -lsz "^FP_TEST_ID=$FP_TEST_ID\$" /proc/[0-9]*/environ
		find -H /proc/[0-9]*/cwd -maxdepth 0 \
			-samefile "$BATS_TEST_TMPDIR" 2>/dev/null
	} | tr -dc '0-9\n' | sort -u
}

# Fails when a process of this test lives on; ends it, by its pid.
no_process_is_left() {
	local pid left try
	for try in 1 2 3 4 5 6 7 8 9 10; do
		left=
		for pid in $(test_pids); do
			is_ours "$pid" || left="$left $pid"
		done
		[ -n "$left" ] || return 0
		sleep 0.1
	done
	for pid in $left; do
		echo "left behind: $pid $(tr '\0' ' ' <"/proc/$pid/cmdline")"
		kill -9 "$pid" || :
	done
	return 1
}

# bats' own processes have the variable too: those above us, and our children
is_ours() {
	local up=$BASHPID
	while [ "${up:-0}" -gt 1 ]; do
		[ "$up" != "$1" ] || return 0
		up=$(awk '/^PPid:/ { print $2 }' "/proc/$up/status" 2>/dev/null)
	done
	[ ! -r "/proc/$1/comm" ]
}

no_file_is_left() {
	local left
	left=$(find "$TMPDIR" -mindepth 1)
	[ -z "$left" ] || {
		echo "left behind in TMPDIR: $left"
		return 1
	}
}

# wait_for COMMAND [WORD ...]: until it is true, 10 seconds at most
wait_for() {
	local try
	for ((try = 0; try < 500; try++)); do
		"$@" && return 0
		sleep 0.02
	done
	echo "waited in vain for: $*"
	return 1
}

# worker_pids PID: the workers of the forkpool PID
worker_pids() {
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

has_workers() {
	[ "$(worker_pids "$1" | wc -w)" -ge "$2" ]
}

is_gone() {
	[ ! -d "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status"
}

has_lines() {
	[ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}

# skip_under_sanitizer REASON
skip_under_sanitizer() {
	[ -z "${FP_SANITIZED:-}" ] || skip "$1"
}
