#!/usr/bin/env bats
# The exit status: one small fixed table, of which the highest applies.

load helper
load signals

# status_with REDIRECTION WORD ...: of forkpool with these words; what it prints
# is in out and err, its input is empty
status_with() {
	local status=0
	eval "forkpool \"\${@:2}\" >out 2>err </dev/null $1" || status=$?
	echo $status
}

status_of() {
	status_with '' "$@"
}

# refused WORD ...: status 2, something is said, and nothing was run
refused() {
	[ "$(status_of "$@")" -eq 2 ] && [ -s err ] && [ ! -s out ] &&
		[ ! -e ran ] && return
	echo "not refused: $*"
	return 1
}

@test '0: every job is ok' {
	[ "$(status_of run true ::: a b c)" -eq 0 ]
	[ "$(status_of run -j1 -k 'exit 0; {}' ::: a b c)" -eq 0 ]
	[ "$(status_of sleep 0 0.001)" -eq 0 ]
	is_text err ''
}

@test '0: there is no job at all' {
	[ "$(status_of run true)" -eq 0 ]
	[ "$(status_of run true :::)" -eq 0 ]
	[ "$(status_of sleep)" -eq 0 ]
	is_text err ''
}

@test '0: what was asked for is told' {
	for words in --help -h --version -V 'run --help' 'sleep --version' \
		'run --dry-run echo ::: a'; do
		# shellcheck disable=SC2086
		[ "$(status_of $words)" -eq 0 ]
		[ -s out ]
		is_text err ''
	done
}

@test '1: every job ran, and one or more failed' {
	[ "$(status_of run sh -c 'exit $1' sh ::: 0 1 0)" -eq 1 ]
	[ "$(status_of run sh -c 'exit $1' sh ::: 255 0)" -eq 1 ]
	[ "$(status_of run sh -c 'exit $1' sh ::: 2 3 4)" -eq 1 ]
	[ "$(status_of run sh -c 'kill -9 $$' sh ::: a)" -eq 1 ]
	[ "$(status_of run sh -c 'kill -INT $$' sh ::: a)" -eq 1 ]
	[ "$(status_of run ./missing ::: a)" -eq 1 ]
	[ "$(status_of sleep 0 nonsense 0)" -eq 1 ]
	[ "$(status_of run --timeout 0.1 sleep ::: 60)" -eq 1 ]
	[ "$(status_of sleep --timeout 0.1 60)" -eq 1 ]
}

@test '1: it is 1 however many fail' {
	[ "$(status_of run false ::: $(seq 300))" -eq 1 ]
	grep -q ': 300 jobs: 0 ok, 300 failed$' err
}

@test '1: a record that can be no job has failed' {
	printf 'a\nb\0b\nc\n' >list
	[ "$(status_of run -a list echo)" -eq 1 ]
	is_text out "$(printf 'a\nc')"
	[ "$(status_of run -a list --dry-run echo)" -eq 1 ]
}

@test '0: the stop asked for on success or done is reached' {
	[ "$(status_of run -j1 --halt now,success=1 'exit {}' ::: 1 0 1)" -eq 0 ]
	[ "$(status_of run -j1 --halt soon,done=1 'exit {}' ::: 1 0 1)" -eq 0 ]
	[ "$(status_of sleep -j2 --until first 60 0)" -eq 0 ]
	# it was not
	[ "$(status_of run --halt now,success=1 false ::: a b)" -eq 1 ]
	[ "$(status_of run --halt now,success=3 'exit {}' ::: 0 0)" -eq 0 ]
}

@test '2: no such kind, and no kind' {
	refused
	refused nonsense
	refused nonsense --help
	refused ''
	refused --nonsense
	refused help nonsense
}

@test '2: no such option, and wrong values' {
	refused run --nonsense touch ran ::: a
	refused run -Z touch ran ::: a
	refused run -j
	refused run -j x touch ran ::: a
	refused run -j --1 touch ran ::: a
	refused run -j 101x touch ran ::: a
	refused run --timeout soon touch ran ::: a
	refused run --spool-max much touch ran ::: a
	refused run --linger never touch ran ::: a
	refused sleep --linger 1 0
	refused run --timeout
}

@test '2: a template that can not be' {
	refused run 'cat <<"E"
{}
E' ::: a
	refused run 'touch ran; echo "' ::: a
}

@test '2: the list can not be read' {
	refused run -a missing touch ran
	refused run touch ran :::: missing
	refused run -a . touch ran
	refused run -a /proc/self/mem/x touch ran
	refused run -a /proc/self/mem touch ran
	refused run -a missing --dry-run touch ran
	refused sleep -a missing
	for input in '<.' '<&-' '0>written'; do
		[ "$(status_with $input run touch ran)" -eq 2 ]
		grep -q '^forkpool: cannot read the list standard input: ' err
		[ ! -e ran ]
	done
}

@test '3: a job is lost with its worker, failed ones or not' {
	[ "$(status_of run -j1 'kill -9 $PPID; {}' ::: a)" -eq 3 ]
	grep -q ': job 1 (a): lost: ' err
	[ "$(status_of run -j1 \
		'case {} in b) kill -9 $PPID;; c) exit 1;; esac; echo {}' \
		::: a b c d)" -eq 3 ]
	is_text out "$(printf 'a\nd')"
	grep -q ': 4 jobs: 2 ok, 1 failed, 1 lost$' err
}

@test '3: a stop before the end of the list, on failure or by the clock' {
	[ "$(status_of run -j1 --halt soon,fail=1 'exit {}' ::: 1 0)" -eq 3 ]
	[ "$(status_of run -j1 --halt now,fail=1 'exit {}' ::: 1 0)" -eq 3 ]
	[ "$(status_of run --deadline 0.1 sleep ::: 60)" -eq 3 ]
	[ "$(status_of sleep --deadline 0.1 60)" -eq 3 ]
	# all jobs had run when it was reached
	[ "$(status_of run -j1 --halt soon,fail=1 'exit {}' ::: 0 1)" -eq 1 ]
	[ "$(status_of run --deadline 60 true ::: a)" -eq 0 ]
}

@test '4: the output can not be written' {
	[ -c /dev/full ] || skip 'no /dev/full'
	[ "$(status_with '>/dev/full' run echo ::: a)" -eq 4 ]
	[ "$(status_with '>&-' run echo ::: a)" -eq 4 ]
	[ "$(status_with '2>/dev/full' run 'echo {} >&2' ::: a)" -eq 4 ]
	[ "$(status_with '>/dev/full' sleep -v 0)" -eq 4 ]
}

@test '4: nor can help, version or dry run' {
	local long
	[ -c /dev/full ] || skip 'no /dev/full'
	printf -v long '%05000d' 7
	for words in --help --version 'run --help' 'sleep --version' \
		'run --dry-run echo ::: a' "run --dry-run echo ::: $long"; do
		# shellcheck disable=SC2086
		[ "$(status_with '>/dev/full' $words)" -eq 4 ]
		is_text err 'forkpool: cannot write the output: '\
'No space left on device'
		# shellcheck disable=SC2086
		[ "$(status_with '>&-' $words)" -eq 4 ]
	done
}

@test 'a dry run ends with its reader, as of PIPE' {
	# shellcheck disable=SC2016
	run -0 --separate-stderr bash -c 'yes | timeout -k 2 20 \
		"$FORKPOOL" run --dry-run echo | head -n 1
		echo ${PIPESTATUS[1]}'
	[ "$output" = $'echo y\n141' ]
	[ -z "$stderr" ]
}

# breaks_off WHEN [WORD ...]: reads list with a read that fails
breaks_off() {
	timeout -k 2 40 env --default-signal=INT strace -qq -o /dev/null \
		-P "$PWD/list" -e trace=read \
		-e inject=read:error=EIO:when="$1" "${@:2}"
}

@test '2: the names of columns can not be read' {
	can_trace
	seq 100 >list
	run -2 --separate-stderr breaks_off 1 "$FORKPOOL" run --header : \
		-a list touch ran
	[ "$stderr" = 'forkpool: cannot read the list list: Input/output error' ]
	[ ! -e ran ]
}

@test '4: the list breaks off midway, and what was read is finished' {
	can_trace
	seq 100 >list
	run -4 --separate-stderr breaks_off 2 "$FORKPOOL" run -j3 -a list \
		sh -c 'sleep 0.01; echo $1' sh
	[ "$output" = "$(seq 100)" ]
	[[ ${stderr_lines[0]} == 'forkpool: list: cannot read on after line 100:'*\
'Input/output error' ]]
}

@test '4: it is more than 1 and 3' {
	can_trace
	seq 3 >list
	run -4 breaks_off 2 "$FORKPOOL" run -a list \
		sh -c '[ $1 != 2 ] || exit 1; [ $1 != 3 ] || kill -9 $PPID' sh
	[[ $output == *' 3 jobs: 1 ok, 1 failed, 1 lost'* ]]
	[ "$(status_with '>&-' run 'echo {}; exit 1' ::: a b)" -eq 4 ]
}

@test 'an interrupt is more than 4' {
	can_trace
	make_witness
	echo a >list
	start strace -qq -o /dev/null -P "$PWD/list" -e trace=read \
		-e inject=read:error=EIO:when=2 \
		sh -c 'echo $$ >fp.traced; exec "$@"' sh \
		"$FORKPOOL" run -a list ./witness
	wait_for has_lines started.a 1
	wait_for grep -q 'cannot read on' err
	kill -INT "$(cat fp.traced)"
	finish 130
	got a INT exit
}

@test '4: the module of a kind, or the journal, is not there' {
	[ ! -e /usr/local/lib/forkpool/fetch.so ] || skip 'it is installed'
	mkdir bin
	cp "$FORKPOOL" bin/forkpool
	run -4 --separate-stderr timeout -k 2 40 bin/forkpool fetch http://x
	[[ $stderr == 'forkpool: cannot load the kind fetch: '* ]]
	for words in 'run --journal j true ::: a' 'log j' \
		'run --retry-failed --journal j'; do
		# shellcheck disable=SC2086 # they are words
		run -4 --separate-stderr timeout -k 2 40 bin/forkpool $words
		[[ $stderr == 'forkpool: cannot load the journal: '* ]]
	done
	[ ! -e j ]
}
