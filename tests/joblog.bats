# The joblog: a line for each job, as GNU parallel writes it, and what --resume
# makes of it.

load helper
load signals

job='echo {} >>ran; echo {}'

ran() {
	sort ran | tr '\n' ' '
	rm -f ran
}

# The columns $2 of a joblog, in the order of the list
columns() {
	tail -n +2 "$1" | sort -n | cut -f "$2"
}

@test "the columns are those of GNU parallel" {
	command -v env_parallel >/dev/null || skip 'no GNU parallel'
	cat >job <<-'J'
		#!/bin/sh
		echo "$1"
		case $1 in 3) exit 3;; esac
	J
	chmod +x job
	run forkpool run -j2 --joblog ours ./job ::: 1 2 'a b' 3
	[ "$status" -eq 1 ]
	PARALLEL_HOME=$PWD/home parallel -j2 --joblog theirs ./job \
		::: 1 2 'a b' 3 >/dev/null 2>&1 || :
	cmp <(head -n 1 ours) <(head -n 1 theirs)
	diff <(columns ours 1,2,5-8) <(columns theirs 1,2,5-8)
	[ "$(columns ours 9)" = "./job 1
./job 2
./job 'a b'
./job 3" ]
	now=$(date +%s)
	columns ours 3,4 | awk -v now="$now" 'NF != 2 || $1 < now - 60 ||
		$1 > now + 60 || $2 < 0 || $2 > 20 { bad = 1 } END { exit bad }'
	[ "$(awk '$4 !~ /^[0-9]+\.[0-9][0-9][0-9]$/' ours | wc -l)" -eq 1 ]
}

@test "a job that is killed has 128 and its signal, and its signal" {
	run -3 forkpool run --joblog log --timeout 0.3 --retries 2 --retry-on 5 \
		--retry-delay 0 'case {} in kill) kill -9 $$;;
		time) exec sleep 60;; exit) exit 5;; worker) kill -9 $PPID;;
		esac' ::: kill time exit worker fine
	[ "$(columns log 7,8 | tr '\t' ' ')" = $'137 9\n-1 15\n5 0\n137 9\n0 0' ]
	[ "$(awk '$7 && NR > 1' log | wc -l)" -eq 4 ]
	run -1 forkpool run --joblog log ./nothing ::: a
	[ "$(columns log 7)" = 127 ]
}

@test "commands of several lines are one line, and can be pasted" {
	forkpool run --joblog log printf '%s\n' ::: $'a\nb' "it's" $'tab\there'
	[ "$(wc -l <log)" -eq 4 ]
	columns log 9- >commands
	[ "$(bash commands)" = $'a\nb\nit\'s\ntab\there' ]
	run -0 --separate-stderr forkpool run --resume --joblog log \
		printf '%s\n' ::: $'a\nb' new "it's" $'tab\there'
	[ "$output" = new ]
}

@test "--resume from a joblog alone knows jobs by their command [G6]" {
	forkpool run --joblog log "$job" ::: a b b
	ran
	run -0 --separate-stderr forkpool run --resume --joblog log "$job" \
		::: NEW a b c b b
	[ "$output" = $'NEW\nc\nb' ]
	[ "$stderr" = 'forkpool: resumed: 3 done before, 3 new' ]
	[ "$(ran)" = 'NEW b c ' ]
	forkpool run --resume --joblog log "$job" ::: b b c NEW b a
	[ ! -e ran ]
	[ "$(columns log 1 | sort -u | wc -l)" -eq 6 ]
}

@test "what a joblog has and the list has not is counted" {
	forkpool run --joblog log true ::: a b c
	run -0 --separate-stderr forkpool run --resume --joblog log true ::: b d
	[ "$stderr" = \
'forkpool: resumed: 1 done before, 1 new, 2 of before not in the list' ]
}

@test "--retry-failed says so when the joblog can't be read on" {
	can_trace
	run -1 forkpool run --quiet --joblog log false ::: a b
	run -4 --separate-stderr timeout -k 2 40 strace -qq -o /dev/null \
		-P "$PWD/log" -e trace=read -e inject=read:error=EIO:when=3 \
		"$FORKPOOL" run --retry-failed --joblog log
	[[ $stderr == 'forkpool: cannot read the joblog log: Input/output error'* ]]
}

@test "--resume-failed from a joblog alone runs what failed until it is ok" {
	fail='echo {} >>ran; [ {} != b -o -e fine ]'
	run -1 forkpool run --joblog log "$fail" ::: a b c
	ran
	forkpool run --resume --joblog log "$fail" ::: a b c
	[ ! -e ran ]
	run -1 forkpool run --resume-failed --joblog log "$fail" ::: x a b c
	[ "$(ran)" = 'b x ' ]
	touch fine
	forkpool run --resume-failed --joblog log "$fail" ::: x a b c
	[ "$(ran)" = 'b ' ]
	forkpool run --resume-failed --joblog log "$fail" ::: x a b c
	[ ! -e ran ]
}

@test "+FILE goes on behind what is there" {
	forkpool run --joblog +log true ::: a
	forkpool run -j1 --joblog +log true ::: b c
	[ "$(cut -f 9 log)" = $'Command\ntrue a\ntrue b\ntrue c' ]
	forkpool run --resume --joblog +log 'true' ::: a b c d
	[ "$(wc -l <log)" -eq 5 ]
	echo 'not one' >other
	run -2 forkpool run --joblog +other true ::: a
	[ "$(cat other)" = 'not one' ]
}

@test "a line that is not whole is not believed" {
	forkpool run --joblog log "$job" ::: a b
	ran
	truncate -s -2 log
	forkpool run --resume --joblog log "$job" ::: a b
	[ "$(ran)" = 'b ' ]
	[ "$(columns log 1)" = $'1\n2' ]
}

@test "a job that was interrupted is not in the joblog [G10]" {
	start "$FORKPOOL" run -j2 --joblog log \
		'echo {} >>ran; [ {} = a -o -e go ] || exec sleep 60; echo {}' \
		::: a b c d
	wait_for has_lines ran 3
	kill -TERM "$fp"
	finish 143
	[ "$(columns log 1)" = 1 ]
	hint=$(tail -n 1 err)
	[[ $hint == 'forkpool: to go on: forkpool run --resume -j2 --joblog log '* ]]
	touch go
	eval "${hint#*go on: }" >out
	[ "$(cat out)" = $'b\nc\nd' ]
}

@test "what is no joblog is refused, and one in use [G1, C1]" {
	echo text >text
	run -2 --separate-stderr forkpool run --joblog text 'echo >ran' ::: a
	[[ $stderr == 'forkpool: cannot open the joblog text: not a job log, and left as it is' ]]
	[ "$(cat text)" = text ]
	run -2 forkpool run --resume --joblog /dev/null 'echo >ran' ::: a
	run -2 --separate-stderr forkpool run --joblog /dev/full 'echo >ran' ::: a
	[[ $stderr == *'No space left on device' ]]
	[ ! -e ran ]
	start "$FORKPOOL" run --joblog log \
		'echo {}; until [ -e go ]; do sleep 0.05; done' ::: a
	wait_for has_lines out 1
	run -2 --separate-stderr forkpool run --joblog log 'echo >ran' ::: a
	[[ $stderr == *'another run holds it' ]]
	touch go
	finish 0
	[ "$(wc -l <log)" -eq 2 ]
	forkpool run --joblog log true ::: b
	[ "$(columns log 9)" = 'true b' ]
}

@test "with no room for the joblog nothing more is started [C2]" {
	unshare -Urm true 2>/dev/null || skip 'no user namespaces'
	mkdir small
	run -4 --separate-stderr timeout -k 2 20 unshare -Urm sh -c '
		mount -t tmpfs -o size=8k none small && exec "$@"' sh \
		"$FORKPOOL" run -j2 --joblog small/log 'echo {} >>ran' :::: <(seq 9000)
	[[ $stderr == *'cannot write the joblog small/log: No space left on device'* ]]
	[ "$(wc -l <ran)" -lt 9000 ]
}

@test 'the reader of a joblog that is a FIFO is waited for, and loses nothing' {
	mkfifo pipe
	# more than a pipe holds
	seq 3000 >list
	start "$FORKPOOL" run --joblog pipe -a list true
	exec 8<pipe
	wait_for has_workers "$fp" 1
	wc -l <&8 >count
	exec 8<&-
	finish 0
	[ "$(cat count)" -eq 3001 ]
	# one that goes is told of, and so is none
	start "$FORKPOOL" run --joblog pipe -a list true
	head -n 1 pipe
	finish 4
	grep -q 'cannot write the joblog pipe: Broken pipe' err
	start "$FORKPOOL" run --joblog pipe touch ran ::: a
	kill -TERM "$fp"
	finish 143
	[ ! -e ran ]
}

@test "--retry-failed runs the commands of a joblog that failed" {
	fail='echo "$1" >>ran; [ "$1" != b ] || [ -e fine ] # {}'
	run -1 forkpool run -j1 --joblog log --shell "$fail" ::: a b $'b\nc' b
	ran
	run -1 forkpool run -j1 --retry-failed --joblog log
	[ "$(ran)" = 'b b ' ]
	[ "$(columns log 1 | tr '\n' ' ')" = '1 2 2 3 4 4 ' ]
	touch fine
	forkpool run --retry-failed --joblog log
	[ "$(ran)" = 'b b ' ]
	forkpool run --retry-failed --joblog log
	[ ! -e ran ]
	forkpool run --resume-failed --joblog log --shell "$fail" \
		::: a b $'b\nc' b
	[ ! -e ran ]
	run -2 forkpool sleep --retry-failed --joblog log
	run -2 forkpool run --retry-failed --joblog log true
}
