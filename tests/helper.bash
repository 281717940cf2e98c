# helper: what every test file loads.  Each test runs in a directory of its own,
# under a limit of time, and leaves neither a process nor a file behind.
# shellcheck shell=bash disable=SC2034 # the tests use what is set here

: "${FORKPOOL:=$BATS_TEST_DIRNAME/../build/forkpool}"
: "${FP_TOOLS:=$BATS_TEST_DIRNAME/../build/tools}"
export FORKPOOL FP_TOOLS

bats_require_minimum_version 1.5.0

# bats does not tell of which file a test is
BATS_TEST_NAME_PREFIX="${BATS_TEST_FILENAME##*/}: "

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	FP_TEST_ID=$BATS_TEST_NUMBER-$$-$RANDOM$RANDOM
	TMPDIR=$BATS_TEST_TMPDIR/tmp
	export FP_TEST_ID TMPDIR
	mkdir "$TMPDIR"
	unset FORKPOOL_SHELL http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
}

# bats heeds nothing but the last command of this.  Its own trap, for each
# command here, takes longer than the commands.
teardown() {
	trap - DEBUG
	no_process_is_left && no_file_is_left
}

# The program under test, never longer than 40 seconds.
forkpool() {
	timeout -k 2 40 "$FORKPOOL" "$@"
}

# start COMMAND [WORD ...]: in the background, for 40 seconds at most, with our
# standard input, and with INT as a person's shell leaves it.  Its output is in
# out and err, its own pid in $fp; what finish waits for is $launched.
# Descriptor 7 is the test's own.
start() {
	rm -f fp.pid
	timeout -k 2 40 env --default-signal=INT,QUIT \
		sh -c 'echo $$ >fp.pid; exec "$@"' sh "$@" \
		<&0 >out 2>err 3>&- 7>&- &
	launched=$!
	wait_for has_lines fp.pid 1
	fp=$(<fp.pid)
}

# finish STATUS: what was started ends with that
finish() {
	local status=0
	wait "$launched" || status=$?
	[ $status -eq "$1" ] || {
		echo "ended with $status instead of $1"
		tail -n 5 out err
		return 1
	}
}

# wait_for COMMAND [WORD ...]: until it is true, 30 seconds at most
wait_for() {
	local end=$((SECONDS + 30))
	until "$@"; do
		[ $SECONDS -lt $end ] || {
			echo "waited in vain for: $*"
			return 1
		}
		sleep 0.02
	done
}

# look_at PID: sets $state, a letter, and $parent; to nothing when it is gone
look_at() {
	local stat=
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || :
	# shellcheck disable=SC2086
	set -- ${stat##*) }
	state=${1:-} parent=${2:-}
}

is_gone() {
	local state parent
	look_at "$1"
	[[ $state == ['ZX'] || -z $state ]]
}

is_stopped() {
	local state parent
	look_at "$1"
	[ "$state" = T ]
}

lives() {
	! is_gone "$1"
}

are_gone() {
	local pid
	for pid; do
		is_gone "$pid" || return 1
	done
}

# pids of processes that this test started and that still live: by a variable
# that they inherit, or by their directory, as the title of a worker overwrites
# its environment.  Those above us have it too, and are bats' own.  To be
# called in a subshell, because of the trap (see teardown).
test_pids() {
	trap - DEBUG
	local pid state parent=$BASHPID above=' '
	while [ "${parent:-0}" -gt 1 ]; do
		above+="$parent "
		look_at "$parent"
	done
	for pid in $({
		grep -lsz "^FP_TEST_ID=$FP_TEST_ID\$" /proc/[0-9]*/environ
		find -H /proc/[0-9]*/cwd -maxdepth 0 \
			-samefile "$BATS_TEST_TMPDIR" 2>/dev/null
	} | tr -dc '0-9\n' | sort -u); do
		[[ $above == *" $pid "* ]] || is_gone "$pid" || echo "$pid"
	done
}

# Whether nothing of this test lives, but for the pids in $servers.
all_is_gone() {
	local pid
	for pid in $(test_pids); do
		[[ " ${servers:-} " == *" $pid "* ]] || return 1
	done
}

# Fails when a process of this test lives on; ends it, by its pid.
no_process_is_left() {
	local pid end=$((SECONDS + 3)) servers=
	until all_is_gone; do
		[ $SECONDS -ge $end ] || {
			sleep 0.05
			continue
		}
		for pid in $(test_pids); do
			echo "left: $pid $(tr '\0' ' ' <"/proc/$pid/cmdline")"
			kill -9 "$pid" || :
		done
		return 1
	done
}

no_file_is_left() {
	local left
	left=$(find "$TMPDIR" -mindepth 1)
	[ -z "$left" ] || {
		echo "left behind in TMPDIR: $left"
		return 1
	}
}

# worker_pids PID: the workers of the forkpool PID
worker_pids() {
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

has_workers() {
	[ "$(worker_pids "$1" | wc -w)" -ge "$2" ]
}

has_lines() {
	[ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}

# is_text FILE TEXT: the file is that, but for its last new lines
is_text() {
	[ "$(cat "$1")" = "$2" ] || {
		echo "$1 is:"
		cat "$1"
		return 1
	}
}

# no_match GREP-ARGUMENT ...: the pattern is nowhere there.  Bash heeds no
# command behind a "!", but the last one of a test.
no_match() {
	if grep "$@"; then return 1; fi
}

# milliseconds, on the clock of $EPOCHREALTIME
now_ms() {
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}

# skip_under_sanitizer REASON
skip_under_sanitizer() {
	[ -z "${FP_SANITIZED:-}" ] || skip "$1"
}

# Skips where strace can not stop and change a process.
can_trace() {
	strace -qq -o /dev/null true 2>/dev/null || skip 'no ptrace'
	skip_under_sanitizer 'LeakSanitizer traces by itself'
}
