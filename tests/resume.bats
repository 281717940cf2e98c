# What --resume leaves out and what it runs.

load helper
load signals

# A job that notes that it ran, and prints its name.
job='echo {} >>ran; echo {}'

ran() {
	sort ran | tr '\n' ' '
	rm -f ran
}

@test "with a new job before the others, that and what is behind them run [G6]" {
	forkpool run --journal j.db "$job" ::: a b c
	ran
	run -0 --separate-stderr forkpool run --resume --journal j.db "$job" \
		::: NEW a b c d
	[ "$output" = $'NEW\nd' ]
	[ "$stderr" = 'forkpool: resumed: 3 done before, 2 new' ]
	[ "$(ran)" = 'NEW d ' ]
	run -0 --separate-stderr forkpool run --resume --journal j.db "$job" \
		::: d NEW
	[ "$output" = '' ]
	[ "$stderr" = 'forkpool: resumed: 2 done before, 0 new, 3 of before not in the list' ]
	[ ! -e ran ]
}

@test "equal jobs are counted, wherever they stand" {
	forkpool run --journal j.db "$job" ::: a b a
	ran
	forkpool run --resume --journal j.db "$job" ::: x a a b a x
	[ "$(ran)" = 'a x x ' ]
	forkpool run --resume --journal j.db "$job" ::: a a b a a x
	[ "$(ran)" = 'a ' ]
	forkpool run --resume --journal j.db "$job" ::: x x a a a a b
	[ ! -e ran ]
}

@test "a job that is new is none of before, though it is written already" {
	forkpool run --journal j.db "$job" ::: a b c
	rm ran
	mkfifo list
	start "$FORKPOOL" run --resume --journal j.db -a list "$job"
	exec 7>list
	printf '%s\n' a c c >&7
	four_are_noted() {
		[ "$(sqlite3 j.db "SELECT count(*) FROM job WHERE state = 'ok'")" -eq 4 ]
	}
	wait_for four_are_noted
	echo c >&7
	exec 7>&-
	finish 0
	[ "$(ran)" = 'c c ' ]
}

@test "--resume leaves out what failed, --resume-failed runs it again" {
	fail='echo {} >>ran; [ {} != b -o -e fine ]'
	run -1 forkpool run --journal j.db "$fail" ::: a b c
	ran
	run -0 --separate-stderr forkpool run --resume --journal j.db "$fail" \
		::: a b c
	[ "$stderr" = 'forkpool: resumed: 3 done before (1 of them failed), 0 new' ]
	[ ! -e ran ]
	run -1 --separate-stderr forkpool run --resume-failed --journal j.db \
		"$fail" ::: a b c
	[[ $stderr == *'3 jobs: 0 ok, 2 done before, 1 failed'* ]]
	[ "$(ran)" = 'b ' ]
	touch fine
	forkpool run --resume-failed --journal j.db "$fail" ::: a b c
	[ "$(ran)" = 'b ' ]
	forkpool run --resume-failed --journal j.db "$fail" ::: a b c
	[ ! -e ran ]
	[ "$(sqlite3 j.db 'SELECT count(*) FROM failed')" -eq 0 ]
	[ "$(sqlite3 j.db 'SELECT count(*) FROM attempt')" -eq 5 ]
}

@test "a run that is interrupted says at its end how to go on [G10]" {
	start "$FORKPOOL" run -j2 --journal j.db \
		$'echo {} >>ran\n[ {} = a -o -e go ] || exec sleep 60; echo "{}"' \
		::: a b c $'d\t\'é\e\xff'
	wait_for has_lines ran 3
	kill -INT "$fp"
	finish 130
	[ "$(cat out)" = a ]
	[ "$(sqlite3 j.db 'SELECT seq, state FROM job ORDER BY seq')" = \
		$'1|ok\n2|cancelled\n3|cancelled' ]
	[ "$(sqlite3 j.db 'SELECT status, signal FROM run')" = '3|2' ]
	hint=$(tail -n 1 err)
	[[ $hint == 'forkpool: to go on: forkpool run --resume -j2 --journal j.db '* ]]
	ran
	touch go
	eval "${hint#*go on: }" >out
	[ "$(cat out)" = $'b\nc\nd\t\'é\e\xff' ]
	[ "$(ran)" = $'b c d\t\'é\e\xff ' ]
}

@test "and that its list was the standard input" {
	printf '%s\n' a b c >list
	start "$FORKPOOL" run -j1 --journal j.db \
		'echo {} >>ran; [ {} = a -o -e go ] || exec sleep 60' <list
	wait_for has_lines ran 2
	kill -TERM "$fp"
	finish 143
	ran
	hint=$(tail -n 1 err)
	[[ $hint == 'forkpool: to go on, with the same standard input: '* ]]
	touch go
	eval "${hint#*standard input: }" <list
	[ "$(ran)" = 'b c ' ]
}

@test "a parent that is killed loses no job and no output" {
	start "$FORKPOOL" run -j2 --journal j.db \
		'echo {} >>ran; [ {} -lt 4 -o -e go ] || exec sleep 60; echo {}' \
		::: 1 2 3 4 5 6 7
	wait_for has_lines out 3
	wait_for all_ok 3
	kill -9 "$fp"
	finish 137
	touch go
	ran
	forkpool run --resume --journal j.db \
		'echo {} >>ran; [ {} -lt 4 -o -e go ] || exec sleep 60; echo {}' \
		::: 1 2 3 4 5 6 7 >>out 2>/dev/null
	[ "$(tr '\n' ' ' <out)" = '1 2 3 4 5 6 7 ' ]
	[ "$(ran)" = '4 5 6 7 ' ]
}

all_ok() {
	[ "$(sqlite3 j.db "SELECT count(*) FROM job WHERE state = 'ok'")" -eq "$1" ]
}

@test "another command is another list, and that is said [G7]" {
	forkpool run --journal j.db "$job" ::: a
	run -0 --separate-stderr forkpool run --resume --journal j.db "$job x" ::: a
	[ "$stderr" = 'forkpool: j.db has no run of this command: every job is new' ]
	[ "$output" = 'a x' ]
	ran
	# and the first one is still there to go on with
	forkpool run --resume --journal j.db "$job" ::: a
	[ ! -e ran ]
}

@test "without --resume all is run again, and resumed from there" {
	forkpool run --journal j.db "$job" ::: a b
	forkpool run --journal j.db "$job" ::: a
	[ "$(ran)" = 'a a b ' ]
	forkpool run --resume --journal j.db "$job" ::: a b
	[ "$(ran)" = 'b ' ]
	[ "$(sqlite3 j.db 'SELECT id, first FROM run')" = $'1|1\n2|2\n3|2' ]
}

@test "{#} and {%} in a resumed template are warned of" {
	forkpool run --journal j.db 'echo {#} {}' ::: a
	run -0 --separate-stderr forkpool run --resume --journal j.db \
		'echo {#} {}' ::: x a
	[ "$output" = '1 x' ]
	[[ $stderr == *'{#} and {%} are not what they were'* ]]
}

@test "--resume needs something to resume from" {
	run -2 forkpool run --resume-failed "$job" ::: a
	[[ $output == 'forkpool: --resume-failed needs --journal '* ]]
	run -2 --separate-stderr forkpool run --resume true ::: a
	[[ $stderr == *'--resume needs --journal'* ]]
	run -2 --separate-stderr forkpool run --retry-failed
	[[ $stderr == *'--retry-failed needs --journal'* ]]
	# the first time there is nothing, and that is no mistake
	run -0 --separate-stderr forkpool run --resume --journal j.db "$job" ::: a
	[ "$output" = a ]
	[ "$stderr" = '' ]
}

@test "jobs of other kinds and of several arguments are resumed" {
	forkpool sleep --journal j.db 0 0.01
	forkpool run --journal j.db "echo {1} >>ran" ::: a b ::: c d
	ran
	forkpool sleep --resume --journal j.db 0 0.01 60 ::: 2>/dev/null || :
	run -0 --separate-stderr forkpool sleep --resume --journal j.db 0 0.01
	[ "$stderr" = 'forkpool: resumed: 2 done before, 0 new' ]
	forkpool run --resume --journal j.db "echo {1} >>ran" ::: a b ::: c d x
	[ "$(ran)" = 'a b ' ]
}

@test "--retry-failed needs nothing but the journal" {
	fail='echo "{1} {2}" >>ran; [ "{1}" != b ] || [ -e fine ]'
	run -1 forkpool run -j1 -k --journal j.db --tag "$fail" \
		::: a b $'b\tc\\' ::: 1 -x
	ran
	run -1 forkpool run --retry-failed --journal j.db
	[ "$(ran)" = 'b -x b 1 ' ]
	touch fine
	run -0 --separate-stderr forkpool run --retry-failed --quiet --journal j.db
	[ "$stderr" = '' ]
	[ "$(ran)" = 'b -x b 1 ' ]
	run -0 forkpool run --retry-failed --journal j.db
	[ ! -e ran ]
	# the list is finished, as a resumed run sees it
	forkpool run --resume --journal j.db "$fail" ::: a b $'b\tc\\' ::: 1 -x
	[ ! -e ran ]
	[ "$(sqlite3 j.db 'SELECT DISTINCT first FROM run')" = 1 ]
	[ "$(sqlite3 j.db 'SELECT DISTINCT state FROM job')" = ok ]
	[ "$(sqlite3 j.db 'SELECT group_concat(seq) FROM job')" = 1,2,3,4,5,6 ]
}

@test "--dry-run shows what --resume and its kin would run, and writes nothing" {
	local work='echo {} >>ran; [ {} != b ]' sums
	shown() {
		forkpool run --dry-run "$@" | sed 's/.* //' | tr '\n' ' '
	}
	forkpool run --journal j.db --joblog log "$work" ::: a b c || :
	# as a run leaves it that is killed while it writes
	printf '4\t:\tto' >>log
	: >empty
	sums=$(cksum j.db log empty)
	rm ran
	[ "$(shown --resume --journal j.db "$work" ::: x a b b c d)" = 'x b d ' ]
	[ "$(shown --resume-failed --journal j.db "$work" ::: x a b c)" = 'x b ' ]
	[ "$(shown --retry-failed --journal j.db)" = 'b ' ]
	[ "$(shown --journal j.db "$work" ::: a)" = 'a ' ]
	[ "$(shown --resume-failed --joblog log "$work" ::: a b c e)" = 'b e ' ]
	[ "$(shown --resume --journal none.db "$work" ::: a)" = 'a ' ]
	[ "$(shown --resume --joblog empty "$work" ::: a)" = 'a ' ]
	[ "$(cksum j.db log empty)" = "$sums" ]
	[ ! -e none.db ]
	[ ! -e ran ]
	# and it does not mind the run itself
	forkpool run --resume-failed --journal j.db "$work" ::: a b || :
	[ "$(ran)" = 'b ' ]
}

@test "what --retry-failed runs can be pasted, whatever kind it is of" {
	run -1 forkpool digest --algorithm md5 --journal j.db missing
	run -0 forkpool digest --retry-failed --journal j.db --dry-run
	[ "$output" = 'forkpool digest --algorithm md5 missing' ]
	forkpool digest --retry-failed --journal j.db --joblog log || :
	[ "$(cut -f9 log | tail -n 1)" = "$output" ]
}

@test "of equal jobs --retry-failed runs the one that failed" {
	forkpool run -j1 --journal j.db \
		': {}; echo x >>ran; [ "$(wc -l <ran)" -ne 2 ]' ::: a a a || :
	[ "$(sqlite3 j.db 'SELECT seq FROM job WHERE state <> "ok"')" = 2 ]
	forkpool run --retry-failed --journal j.db
	[ "$(wc -l <ran)" -eq 4 ]
	[ "$(sqlite3 j.db 'SELECT DISTINCT state FROM job')" = ok ]
}

@test "--retry-failed is refused where it can't be right" {
	run -1 forkpool run --journal j.db false ::: a
	run -2 --separate-stderr forkpool run --retry-failed --journal j.db false
	[[ $stderr == *'leave them out' ]]
	run -2 forkpool run --retry-failed --journal j.db ::: a
	run -2 forkpool run --retry-failed
	run -2 --separate-stderr forkpool sleep --retry-failed --journal j.db
	[[ $stderr == *'write forkpool run --retry-failed' ]]
	run -2 forkpool run --retry-failed --journal missing.db
	[ ! -e missing.db ]
}

@test "records of other kinds are retried too, with their options" {
	run -1 forkpool sleep -v --journal j.db 0 bad 0.01
	run -1 --separate-stderr forkpool sleep --retry-failed --journal j.db
	[[ $stderr == *bad*1\ job*1\ failed* ]]
	[ "$(sqlite3 j.db 'SELECT group_concat(state) FROM job')" = ok,failed,ok ]
}
