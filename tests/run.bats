# run: a command for each record: how it is made of the words, what it finds
# when it starts, and how its end is told.

load helper

nasty=$'a b\'; $(touch x) "\\'

@test 'several words are a program and its arguments, without a shell' {
	run -0 forkpool run printf '<%s>' '$HOME' '*' ';' 'a  b' '`id`' \
		'>x' ::: "$nasty"
	[ "$output" = "<\$HOME><*><;><a  b><\`id\`><>x><$nasty>" ]
	[ ! -e x ]
}

@test '{} stands in any word, as often as one likes' {
	run -0 forkpool run printf '<%s>' {}-{} x{}y z {} ::: 1
	[ "$output" = '<1-1><x1y><z><1>' ]
	run -0 forkpool run '{}' a ::: echo
	[ "$output" = a ]
	run -0 forkpool run printf '<%s>' {} ::: "$nasty" '{}'
	[ "$output" = "<$nasty><{}>" ]
}

@test 'where {} stands nowhere the record is appended, as one argument' {
	run -0 forkpool run printf '<%s>' a ::: "$nasty" ''
	[ "$output" = "<a><$nasty><a><>" ]
	run -0 forkpool run echo ::: '1  2'
	[ "$output" = '1  2' ]
	run -0 forkpool run 'echo one;  echo' ::: '1  2'
	[ "$output" = "$(printf 'one\n1  2')" ]
}

@test 'one word with white space or an operator is a script' {
	printf '#!/bin/sh\necho plain "$@"\n' >odd+name
	chmod +x odd+name
	run -0 forkpool run ./odd+name ::: a
	[ "$output" = 'plain a' ]
	for script in 'echo {}' $'echo\t{}' $'echo\n{}' '(:{})' 'a;b{}' 'a|b{}' \
		'a&b{}' 'a<{}' 'a>{}' '$0{}' '`:`{}'; do
		run -0 --separate-stderr forkpool run --dry-run "$script" ::: a
		[[ $output == "/bin/sh -c '"* ]]
	done
	for word in echo ec"'"ho 'a*' 'a=b' '~' 'a#b' '{}' '!' 'a{}b'; do
		run -0 --separate-stderr forkpool run --dry-run "$word" ::: a
		[[ $output != /bin/sh* ]]
	done
}

@test '-c joins the words to a script' {
	run -0 forkpool run -c echo {} '|' tr a b ::: a
	[ "$output" = b ]
	run -0 forkpool run --shell echo 'x  y' ::: a
	[ "$output" = 'x y a' ]
	run -0 forkpool run -c true ::: a
	[ "$output" = '' ]
}

@test 'a script that uses its arguments gets the record as the first' {
	run -0 forkpool run 'printf "<%s>" $# "$1" "$@" "$*"' ::: 'a  b'
	[ "$output" = '<1><a  b><a  b><a  b>' ]
	run -0 forkpool run 'printf "<%s>" {} $# "$1"; shift; echo $#' ::: 'a  b'
	[ "$output" = '<a  b><1><a  b>0' ]
	run -0 forkpool run 'printf "<%s>" "${1%.c}.o"' ::: a.c
	[ "$output" = '<a.o>' ]
	run -0 forkpool run 'echo $0' ::: a
	[ "$output" = 'forkpool a' ]
}

@test 'another shell for scripts is --shell-program or FORKPOOL_SHELL' {
	script='a=({} y); echo "${a[0]} ${BASH_VERSION:+bash}"'
	want="$nasty bash"
	run -0 forkpool run --shell-program /bin/bash "$script" ::: "$nasty"
	[ "$output" = "$want" ]
	FORKPOOL_SHELL=bash run -0 forkpool run "$script" ::: "$nasty"
	[ "$output" = "$want" ]
	FORKPOOL_SHELL=/nonexistent run -0 forkpool run --shell-program=bash \
		"$script" ::: "$nasty"
	[ "$output" = "$want" ]
	FORKPOOL_SHELL='' run -0 forkpool run 'echo "${BASH_VERSION-none} $1"' ::: a
	[ "$output" = 'none a' ]
	FORKPOOL_SHELL=bash run -0 forkpool run ::: 'echo "${BASH_VERSION:+bash}"'
	[ "$output" = bash ]
	FORKPOOL_SHELL=/nonexistent run -1 --separate-stderr forkpool run \
		'echo {}' ::: a
	[[ $stderr == *'cannot run /nonexistent: No such file'* ]]
}

@test 'a job finds who it is in its environment' {
	export FORKPOOL_SEQ=outer FORKPOOL_SLOT=outer FORKPOOL_PID=outer
	export FORKPOOL_ATTEMPT=outer FORKPOOL_OTHER=kept
	run -0 forkpool run -j1 'env | grep "^FORKPOOL_[SAPO]" | sort; : {}' ::: a b
	[ "${#lines[@]}" -eq 10 ]
	pid=${lines[2]#FORKPOOL_PID=}
	[[ $pid =~ ^[0-9]+$ ]]
	want() {
		printf '%s\n' FORKPOOL_ATTEMPT=1 FORKPOOL_OTHER=kept \
			"FORKPOOL_PID=$pid" "FORKPOOL_SEQ=$1" FORKPOOL_SLOT=1
	}
	[ "$output" = "$(want 1 && want 2)" ]
}

@test 'an empty environment stays so, but for what is added' {
	run -0 env -i "$FORKPOOL" run -j1 /usr/bin/env ::: FP=1
	[ "$(sort <<<"$output")" = "$(printf '%s\n' FORKPOOL_ATTEMPT=1 \
		"$(grep PID <<<"$output")" FORKPOOL_SEQ=1 FORKPOOL_SLOT=1 FP=1)" ]
	run -0 env -i "$FORKPOOL" map cat ::: a
	[ "$output" = a ]
}

@test 'FORKPOOL_PID is the process that the user sees' {
	# timeout would stand between
	bash -c 'echo $$; exec timeout -k 2 40 bash -c "echo \$\$
		exec \"\$FORKPOOL\" run \"echo \\\$FORKPOOL_PID # {}\" ::: a"' >out
	[ "$(sed -n 2p out)" = "$(sed -n 3p out)" ]
}

@test 'jobs that run at the same time have slots of their own' {
	mkdir met
	script='touch met/$FORKPOOL_SLOT
		until [ -e met/1 ] && [ -e met/2 ] && [ -e met/3 ]; do
			sleep 0.02
		done
		echo $FORKPOOL_SEQ {} >>slots'
	forkpool run -j3 "$script" ::: a b c
	[ "$(sort slots)" = "$(printf '1 a\n2 b\n3 c')" ]
}

@test 'a job has the descriptors 0, 1 and 2 and no other' {
	exec 7<"$BATS_TEST_FILENAME" 8>kept
	echo a >list
	want=$(printf '0\n1\n2')
	run -0 forkpool run -a list -j1 'ls /proc/$$/fd; : {}'
	[ "$output" = "$want" ]
	run -0 forkpool run -j2 'ls /proc/$$/fd; : {}' ::: a
	[ "$output" = "$want" ]
	run -0 forkpool run --as-completed -j2 'ls /proc/$$/fd; : {}' <list
	[ "$output" = "$want" ]
	exec 7<&- 8>&-
}

@test 'a job has a session of its own, and the directory and mask it came from' {
	mkdir dir
	cd dir
	umask 027
	run -0 forkpool run 'set -- $(cat /proc/$$/stat); [ $1 = $6 ] && pwd &&
		umask; : {}' ::: a
	[ "$output" = "$(printf '%s\n0027' "$PWD")" ]
}

@test 'a job has no terminal [E2]' {
	command -v script >/dev/null || skip 'no script(1)'
	cat >both <<-'E'
		(: </dev/tty) && echo ours >tty
		timeout -k 2 40 "$FORKPOOL" run 'cat </dev/tty; echo {} $?' \
			::: a >out 2>err
	E
	timeout -k 2 40 script -qec 'sh both' /dev/null </dev/null >log 2>&1
	[ "$(cat tty)" = ours ]
	[ "$(cat out)" = 'a 2' ]
	grep -q 'No such device' err
}

@test 'a job may close its input and outputs [E3]' {
	run -1 --separate-stderr forkpool run 'exec <&- >&- 2>&-; sleep 0.1
		echo {} >ended; exit 3' ::: a
	[ "$(cat ended)" = a ]
	[[ $stderr == *'job 1 (a): exit 3'* ]]
	for close in '<&-' '>&-' '2>&-'; do
		run -1 --separate-stderr forkpool run "exec $close; exit {}" ::: 4
		[[ $stderr == *'job 1 (4): exit 4'* ]]
	done
}

@test 'an exit status is told exactly [E5]' {
	run -1 --separate-stderr forkpool run -j1 'exit {}' ::: \
		0 1 2 3 125 126 127 128 254 255
	[ -z "$output" ]
	for n in 1 2 3 125 126 127 128 254 255; do
		[[ $stderr == *"($n): exit $n"$'\n'* ]]
	done
	[[ $stderr == *'10 jobs: 1 ok, 9 failed' ]]
}

@test 'a signal that ends a job is told by number and name [E5]' {
	ulimit -c 0
	run -1 --separate-stderr timeout -k 2 40 env --default-signal \
		"$FORKPOOL" run 'kill -{} $$; sleep 30' ::: \
		HUP INT QUIT ABRT KILL SEGV PIPE TERM USR1 40
	for signal in '1 (HUP)' '2 (INT)' '3 (QUIT)' '6 (ABRT)' '9 (KILL)' \
		'11 (SEGV)' '13 (PIPE)' '15 (TERM)' '10 (USR1)' 40; do
		[[ $stderr == *": killed by signal $signal"* ]]
	done
	[[ $stderr == *'10 jobs: 0 ok, 10 failed' ]]
}

@test 'a program that can not be started is told from one that exits 127 [E5]' {
	touch plain
	printf '#!/bin/sh\r\n' >crlf
	chmod +x crlf
	run -1 --separate-stderr forkpool run -j1 {} ::: /nonexistent/x \
		nosuchprogram ./plain /tmp '' true ./crlf
	[[ $stderr == *'cannot run /nonexistent/x: No such file or directory'* ]]
	[[ $stderr == *'cannot run nosuchprogram: No such file or directory'* ]]
	[[ $stderr == *'cannot run ./plain: Permission denied'* ]]
	[[ $stderr == *'cannot run /tmp: Permission denied'* ]]
	[[ $stderr == *"cannot run '': No such file or directory"* ]]
	[[ $stderr == *'cannot run ./crlf: No such file or directory; the file is there, the interpreter that it names is not'* ]]
	[[ $stderr == *'7 jobs: 1 ok, 6 failed' ]]
	[[ $stderr != *exit* ]]
	run -1 --separate-stderr forkpool run 'nosuchprogram {}' ::: a
	[[ $stderr == *'job 1 (a): exit 127'* ]]
	[[ $stderr != *cannot* ]]
}

@test 'a program that somebody writes to is tried again [E6]' {
	printf '#!/bin/sh\ntouch marked\n' >mark
	chmod +x mark
	# on a machine that is very busy the tries may be over too soon
	for _ in 1 2 3 4 5; do
		cp -f /bin/true prog
		rm -f marked
		exec 7>>prog
		forkpool run -j1 {} ::: ./mark ./prog 3>&- 7>&- &
		pid=$!
		wait_for [ -e marked ]
		sleep 0.05
		exec 7>&-
		status=0
		wait "$pid" || status=$?
		[ "$status" -ne 0 ] || break
	done
	[ "$status" -eq 0 ]
}

@test 'a program that is written for long fails after some tries [E6]' {
	cp /bin/true prog
	exec 7>>prog
	begun=$(now_ms)
	run -1 --separate-stderr forkpool run -j1 {} ::: true ./prog true 7>&-
	exec 7>&-
	[ $(($(now_ms) - begun)) -ge 300 ]
	[[ $stderr == *'cannot run ./prog: Text file busy'* ]]
	[[ $stderr == *'3 jobs: 2 ok, 1 failed' ]]
}

@test 'a script without #! is run by sh, with its arguments [E7]' {
	mkdir dir
	echo 'printf "<%s>" "${0##*/}" "$@"; exit 3' >dir/script
	chmod +x dir/script
	run -1 --separate-stderr forkpool run dir/script 'x  y' ::: "$nasty"
	[ "$output" = "<script><x  y><$nasty>" ]
	[[ $stderr == *': exit 3'* ]]
	PATH=$PWD/dir:$PATH run -1 --separate-stderr forkpool run script ::: a
	[ "$output" = '<script><a>' ]
	: >dir/empty
	chmod +x dir/empty
	run -0 forkpool run dir/empty ::: a
	[ -z "$output" ]
}

@test 'a job that takes too long is ended, with what it wrote before' {
	begun=$(now_ms)
	run -1 --separate-stderr forkpool run -j2 --timeout 2 \
		'echo begun {}; sleep {}' ::: 30 0
	[ $(($(now_ms) - begun)) -ge 2000 ]
	[ "$output" = "$(printf 'begun 30\nbegun 0')" ]
	[[ $stderr == *'job 1 (30): timed out'* ]]
	[[ $stderr == *'2 jobs: 1 ok, 1 failed' ]]
}

@test 'a job that is quicker than --timeout is not touched' {
	for t in 1h30m 5m 90s 20.5; do
		run -0 forkpool run --timeout "$t" 'sleep 0.01; echo {}' ::: a
		[ "$output" = a ]
	done
}

@test 'an overdue job may end by itself when it gets TERM' {
	# the trap must be there before the time is over
	for t in 0.2 1 4; do
		run -1 --separate-stderr forkpool run --timeout $t \
			'trap "echo cleaned; exit 0" TERM; echo {}; sleep 30 & wait' \
			::: a
		[ "$output" != "$(printf 'a\ncleaned')" ] || break
	done
	[ "$output" = "$(printf 'a\ncleaned')" ]
	[[ $stderr == *'job 1 (a): timed out'* ]]
}

@test 'an overdue job that ignores TERM is killed, with all that it started' {
	cat >stubborn <<-'E'
		trap '' TERM
		echo $$ >>pids
		(echo $BASHPID >>pids; sleep 30; :) &
		setsid bash -c 'trap "" TERM; echo $$ >>pids; sleep 30; :' &
		(setsid bash -c 'echo $$ >>pids; sleep 30; :' &)
		while :; do
			sleep 30
		done
	E
	# all four must be there before the time is over
	for t in 1 3 9; do
		rm -f pids
		run -1 --separate-stderr forkpool run --timeout $t bash \
			::: stubborn
		[ "$(wc -l <pids)" -lt 4 ] || break
	done
	[ "$(wc -l <pids)" -eq 4 ]
	[[ $stderr == *'job 1 (stubborn): timed out'* ]]
	while read -r pid; do
		is_gone "$pid"
	done <pids
}

@test 'what --dry-run prints can be pasted, and does the same' {
	printf '%s\0' "$nasty" 'a b' '' '*' '-n' '~' "it's" $'two\nlines' \
		$'\\' '$HOME' '!x' '#' '=ls' '{}' 'a;b' $'\xff\xc3' >list
	for words in 'printf <%s>' 'printf <%s> {}x{}' 'printf <%s> \{}'; do
		# shellcheck disable=SC2086
		forkpool run -0 $words <list >want
		[ -s want ]
		# shellcheck disable=SC2086
		forkpool run -0 --dry-run $words <list >lines
		for shell in sh bash; do
			$shell lines >out
			cmp want out
		done
	done
	for script in 'printf "<%s>" {} '\''{}'\'' "{}" "$1"' \
		'x=$(echo "{}"); printf "<%s>" "$x"' 'printf "<%s>" `echo {}`'; do
		forkpool run -0 "$script" <list >want
		[ -s want ]
		forkpool run -0 --dry-run "$script" <list >lines
		for shell in sh bash; do
			$shell lines >out
			cmp want out
		done
	done
	[ ! -e x ]
}

@test '--dry-run prints a line for each record of a list of commands' {
	cat >list <<-'E'
		echo 'a b' | tr a-z A-Z
		x="it's"; echo "$x"
	E
	forkpool run <list >want
	forkpool run --dry-run <list >lines
	[ "$(wc -l <lines)" -eq 2 ]
	sh lines | cmp want -
}

@test '--dry-run starts nothing, and tells what would not run' {
	run -0 forkpool run --dry-run touch ::: x
	[ "$output" = 'touch x' ]
	run -1 --separate-stderr forkpool run --dry-run 'touch $(({}))' ::: 1 x 2
	[ "${#lines[@]}" -eq 2 ]
	[[ $stderr == *'record 2: '*'not an integer' ]]
	[ ! -e x ]
	[ ! -e 1 ]
	[ ! -e 2 ]
}

@test '-t prints each job on stderr as it starts' {
	run -0 --separate-stderr forkpool run -t -j1 echo ::: 1 'a b'
	[ "$output" = "$(printf '1\na b')" ]
	[ "$stderr" = "$(printf "echo 1\necho 'a b'")" ]
	run -0 --separate-stderr forkpool run --verbose 'echo {}' ::: 'a b'
	[ "$output" = 'a b' ]
	eval "$stderr" >out
	[ "$(cat out)" = 'a b' ]
}

@test '--quiet leaves out the account, not what jobs say' {
	run -1 --separate-stderr forkpool run --quiet -j1 \
		'echo {}; echo "{} says" >&2; exit {}' ::: 0 1
	[ "$output" = "$(printf '0\n1')" ]
	[ "$stderr" = "$(printf '0 says\n1 says')" ]
}

@test 'the account names ten failures and counts the others' {
	seq 15 >list
	run -1 --separate-stderr forkpool run -j1 'exit {}' <list
	[ "$(grep -c ': exit ' <<<"$stderr")" -eq 10 ]
	[[ ${stderr_lines[0]} == *' job 1 (1): exit 1' ]]
	[ "${#stderr_lines[@]}" -eq 11 ]
	[[ $stderr == *'15 jobs: 0 ok, 15 failed' ]]
}

@test 'nothing is said when all went well' {
	run -0 --separate-stderr forkpool run echo ::: a b c
	[ "$output" = "$(printf 'a\nb\nc')" ]
	[ -z "$stderr" ]
}

@test '-q takes a single word, and words with -c, for what they are' {
	printf '#!/bin/sh\nprintf "<%%s>" "$@"; echo\n' >'a b;c'
	chmod +x 'a b;c'
	PATH=$PWD:$PATH
	for options in -q --quote '-q -c' '-c -q'; do
		# shellcheck disable=SC2086
		run -0 forkpool run $options 'a b;c' ::: 'x  y' '$z'
		[ "$output" = $'<x  y>\n<$z>' ]
		# shellcheck disable=SC2086
		run -0 forkpool run $options echo '$HOME;' '"{}"' ::: 'x  y'
		[ "$output" = '$HOME; "x  y"' ]
	done
	# a record without a command is one too
	run -0 forkpool run -q ::: 'a b;c'
	[ "$output" = '<>' ]
	run -1 --separate-stderr forkpool run -q ::: 'echo a'
	[[ $stderr == *'cannot run echo a: No such file or directory'* ]]
}

@test 'functions that are exported by bash are there with bash' {
	f() { echo "f of $# ($1)"; }
	g() { f "$@" | tr fox FOX; }
	export -f f g
	run -0 forkpool run --shell-program bash 'f {}; g {}' ::: 'a  b' '$(x)'
	[ "$output" = $'f of 1 (a  b)\nF OF 1 (a  b)\nf of 1 ($(x))\nF OF 1 ($(X))' ]
	FORKPOOL_SHELL=/bin/bash run -0 forkpool run -c g ::: a
	[ "$output" = 'F OF 1 (a)' ]
	run -0 forkpool run bash -c 'g "$1"' bash ::: a
	[ "$output" = 'F OF 1 (a)' ]
	run -1 forkpool run g {} ::: a
	[[ $output == *'cannot run g: '*'; for the function of bash, --shell-'* ]]
}
