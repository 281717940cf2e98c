# list: where the records come from, and what each line of a list becomes.
# sanitized at length: test_input and test_feed have the code

load helper
load signals

# out_is TEXT: waits until the output has as many lines, and is the text
out_is() {
	wait_for has_lines out "$(printf '%s\n' "$1" | wc -l)"
	[ "$(cat out)" = "$1" ]
}

two_are_out() {
	wait_for has_lines out 2
}

@test 'the words after ::: are the list' {
	run -0 --separate-stderr forkpool run printf '<%s>\n' ::: a 'b  c' -n '*'
	[ "$output" = "$(printf '<%s>\n' a 'b  c' -n '*')" ]
	[ -z "$stderr" ]
}

@test 'standard input is the list where there is no other' {
	printf 'a\nb c\n' >list
	run -0 forkpool run echo x <list
	[ "$output" = "$(printf 'x a\nx b c')" ]
	run -0 forkpool run echo x < <(cat list)
	[ "$output" = "$(printf 'x a\nx b c')" ]
}

@test '-a and :::: read a list from a file' {
	printf 'a\nb c\n' >list
	want=$(printf 'a\nb c')
	run -0 forkpool run -a list echo </dev/null
	[ "$output" = "$want" ]
	run -0 forkpool run --arg-file=list echo </dev/null
	[ "$output" = "$want" ]
	run -0 forkpool run echo :::: list </dev/null
	[ "$output" = "$want" ]
	cp list ./-odd
	run -0 forkpool run -a -odd echo </dev/null
	[ "$output" = "$want" ]
}

@test '-a - and :::: - read it from standard input' {
	printf 'a\nb c\n' >list
	run -0 forkpool run -a - echo <list
	[ "$output" = "$(cat list)" ]
	run -0 forkpool run echo :::: - <list
	[ "$output" = "$(cat list)" ]
}

@test 'standard input is left alone where the list is elsewhere' {
	printf 'a\nb\n' >list
	run -0 bash -c '"$FORKPOOL" run echo ::: x && cat' <list
	[ "$output" = "$(printf 'x\na\nb')" ]
	run -0 bash -c '"$FORKPOOL" sleep 0 && cat' <list
	[ "$output" = "$(printf 'a\nb')" ]
}

@test 'an empty list is no job, no output and no error' {
	: >empty
	for kind in run fetch sleep; do
		run -0 forkpool $kind </dev/null
		[ -z "$output" ]
		run -0 forkpool $kind -a empty
		[ -z "$output" ]
		run -0 forkpool $kind :::
		[ -z "$output" ]
		run -0 forkpool $kind -0 --dry-run <empty
		[ -z "$output" ]
	done
	run -0 forkpool run echo {} <empty
	[ -z "$output" ]
}

@test 'with -0 records end in NUL and may hold new lines' {
	printf 'a\nb\0c\n\0\0d\r' >list
	forkpool run -0 printf '<%s>' <list >out
	printf '<a\nb><c\n><><d\r>' | cmp - out
	forkpool run --null -a list printf '<%s>' >out
	printf '<a\nb><c\n><><d\r>' | cmp - out
}

@test 'words are records for sleep and fetch, and a template for run' {
	run -0 forkpool sleep --dry-run 1 2
	[ "$output" = "$(printf 'forkpool sleep 1\nforkpool sleep 2')" ]
	run -0 forkpool fetch --dry-run http://a/ http://b/
	[ "$output" = "$(printf 'forkpool fetch http://a/\nforkpool fetch http://b/')" ]
	run -0 forkpool run --dry-run a b <<<c
	[ "$output" = 'a b c' ]
}

@test 'words of sleep and fetch are a template beside a list or with {}' {
	run -0 forkpool sleep --dry-run 1 ::: 2 3
	[ "$output" = "$(printf 'forkpool sleep 1 2\nforkpool sleep 1 3')" ]
	printf '2\n3\n' >list
	run -0 forkpool sleep --dry-run -a list 1
	[ "$output" = "$(printf 'forkpool sleep 1 2\nforkpool sleep 1 3')" ]
	run -0 forkpool fetch --dry-run http://{}/{} <list
	[ "$output" = "$(printf 'forkpool fetch http://%s/%s\n' 2 2 3 3)" ]
}

@test 'what --dry-run prints of sleep and fetch is such a job again' {
	bin=$(dirname "$FORKPOOL")
	printf '%s\n' 1 '2 3' "it's" -4 --help '{}' 'http://a/{}?b&c' >list
	for kind in sleep fetch; do
		forkpool $kind --dry-run <list >lines
		sed "s/forkpool $kind/& --dry-run/" lines >again
		PATH=$bin:$PATH timeout -k 2 40 sh again </dev/null | cmp - lines
	done
	# the options of the kind are part of it
	run -0 --separate-stderr forkpool sleep -v --dry-run 0.001
	[ "$output" = 'forkpool sleep --timestamps 0.001' ]
	run -0 --separate-stderr forkpool sleep -t -v 0
	[ "$stderr" = 'forkpool sleep --timestamps 0' ]
}

@test 'without a command each record is a line for the shell' {
	cat >list <<-'E'
		echo one; echo two
		x=3 && echo $x | tr 3 4
		exit 7

		printf '%s\n' "{}" '$1'
	E
	run -1 --separate-stderr forkpool run <list
	[ "$output" = "$(printf 'one\ntwo\n4\n{}\n$1')" ]
	[[ $stderr == *'job 3 (exit 7): exit 7'* ]]
	[[ $stderr == *'5 jobs: 4 ok, 1 failed'* ]]
	run -0 forkpool run ::: 'echo a b' 'true; echo c'
	[ "$output" = "$(printf 'a b\nc')" ]
}

@test 'a line with a NUL fails and tells of -0, the others run [D1]' {
	printf 'a\nb\0c\nd\n' >list
	run -1 --separate-stderr forkpool run echo <list
	[ "$output" = "$(printf 'a\nd')" ]
	[[ $stderr == *'job 2 (b\0c): '*NUL*' -0 '* ]]
	[[ $stderr == *'3 jobs: 2 ok, 1 failed'* ]]
	run -1 --separate-stderr forkpool run --dry-run echo <list
	[ "$output" = "$(printf 'echo a\necho d')" ]
	[[ $stderr == *'record 2: '*' -0 '* ]]
}

@test 'a last line without its end is a record [D2]' {
	printf 'a\nb' >list
	run -0 forkpool run echo <list
	[ "$output" = "$(printf 'a\nb')" ]
	printf 'a\nb' | forkpool run echo >out
	printf 'a\nb\n' | cmp - out
	printf 'a\0b' | forkpool run -0 echo >out
	printf 'a\nb\n' | cmp - out
}

@test 'a CR before the end of a line is kept, and told of once [D3]' {
	printf 'a\r\nb\r\nc\nd\re\n' >list
	forkpool run printf '<%s>' <list >out 2>err
	printf '<a\r><b\r><c><d\re>' | cmp - out
	[ "$(grep -c -- --crlf err)" -eq 1 ]
	[ "$(wc -l <err)" -eq 1 ]
}

@test '--crlf strips the CR and says nothing [D3]' {
	printf 'a\r\nb\r\nc\nd\re\r' >list
	forkpool run --crlf printf '<%s>' <list >out 2>err
	printf '<a><b><c><d\re>' | cmp - out
	[ ! -s err ]
	# so it is where columns are trimmed
	forkpool run -C , printf '<%s>' '{1}' <list >out 2>err
	printf '<a><b><c><d\re>' | cmp - out
	[ ! -s err ]
	forkpool run printf '<%s>' ::: a$'\r' >out 2>err
	printf '<a\r>' | cmp - out
	[ ! -s err ]
}

@test 'a line longer than an argument can be fails, the others run [D4]' {
	{
		echo a
		head -c 131071 /dev/zero | tr '\0' x
		echo
		head -c 131072 /dev/zero | tr '\0' y
		echo
		head -c 1000000 /dev/zero | tr '\0' z
		echo
		echo b
	} >list
	status=0
	forkpool run printf '%s\n' <list >out 2>err || status=$?
	[ "$status" -eq 1 ]
	grep -v '^[yz]' list | cmp - out
	grep -qE '^forkpool: job 3 \(y{60}\.\.\.\): too long for one argument: 13' err
	grep -qE '^forkpool: job 4 \(z{196}\.\.\.\): too long for one argument$' err
	grep -q '5 jobs: 3 ok, 2 failed' err
	[ "$(wc -c <err)" -lt 2000 ]
}

@test 'a line of 17 MiB is a failure of that job only' {
	{
		echo a
		x60=$(printf '%060d' 0 | tr 0 x)
		head -c 17825792 /dev/zero | tr '\0' x
		echo
		echo b
	} >list
	run -1 --separate-stderr forkpool run echo <list
	[ "$output" = "$(printf 'a\nb')" ]
	[[ $stderr == *"job 2 (${x60}...): the record is longer than 16 MiB"* ]]
	run -1 --separate-stderr forkpool run echo < <(cat list)
	[ "$output" = "$(printf 'a\nb')" ]
}

@test 'every byte of a record reaches the job [D5]' {
	LC_ALL=C awk 'BEGIN { for (i = 1; i < 256; i++)
		if (i != 10) printf "x%c%cy\n", i, i }' >list
	printf '\xc3\nx\xe2\x82\n\xff\xfe\n' >>list
	forkpool run -c "printf '%s\n' {}" <list >out 2>err
	cmp list out
	forkpool run --dry-run printf '%s\n' <list 2>/dev/null | sh >out
	cmp list out
}

@test 'what a terminal would obey is escaped in messages only [D5]' {
	printf 'a\x1b[31m\xff\xc3\xa9\x9b\n' >list
	run -1 --separate-stderr forkpool run 'echo {}; false' <list
	[ "$output" = "$(cat list)" ]
	[[ $stderr == *'job 1 (a^[[31m'* ]]
	[[ $stderr == *$'\xc3\xa9'* ]]
	# shellcheck disable=SC2154
	printf '%s' "$stderr" | LC_ALL=C awk '/\033|\377|\233/ { exit 1 }'
}

@test 'empty lines and repeated lines are jobs [D6]' {
	printf '\na\n\na\n\n' >list
	forkpool run printf '<%s>' <list >out
	printf '<><a><><a><>' | cmp - out
}

@test 'a directory is no list [D7]' {
	mkdir dir
	for words in '-a dir touch x' 'touch x :::: dir'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr forkpool run $words </dev/null
		[ "$stderr" = \
			'forkpool: cannot read the list dir: Is a directory' ]
	done
	run -2 --separate-stderr forkpool run touch x <dir
	[ "$stderr" = \
		'forkpool: cannot read the list standard input: Is a directory' ]
	[ ! -e x ]
}

@test 'a list that can not be opened is named, and nothing is run [D7]' {
	run -2 --separate-stderr forkpool run -a missing touch x
	[ "$stderr" = \
		'forkpool: cannot read the list missing: No such file or directory' ]
	run -2 --separate-stderr forkpool sleep :::: missing/list
	[[ $stderr == *'missing/list: '* ]]
	[ ! -e x ]
}

@test 'a list that breaks off is no end of the list [D7]' {
	can_trace
	# more than one read; the second breaks off
	seq 100000 100020 | sed 's/.*/& &/' | awk '{
		for (i = 0; i < 600; i++) printf "%s ", $0; print "" }' >list
	status=0
	timeout -k 2 40 strace -qq -o /dev/null -P "$PWD/list" -e trace=read \
		-e inject=read:error=EIO:when=2 "$FORKPOOL" run -a list \
		printf '%.13s\n' >out 2>err || status=$?
	[ "$status" -eq 4 ]
	# what came before it was whole, and was run
	n=$(wc -l <out)
	[ "$n" -gt 2 ]
	[ "$n" -lt 20 ]
	cut -c1-13 list | head -n "$n" | cmp - out
	grep -qx "forkpool: list: cannot read on after line $n:\
 Input/output error" err
}

@test 'a list that can not be read at all is an error [D7]' {
	can_trace
	seq 3 >list
	for kind in run sleep 'run --dry-run'; do
		# shellcheck disable=SC2086
		run -4 --separate-stderr timeout -k 2 40 strace -qq \
			-o /dev/null -P "$PWD/list" -e trace=read \
			-e inject=read:error=EIO:when=1 "$FORKPOOL" $kind -a list
		[ -z "$output" ]
		[[ $stderr == *'list: cannot read on after line 0: '* ]]
	done
}

@test 'a record runs as soon as it arrives [D8]' {
	{
		echo one
		out_is one && echo two
	} | forkpool run echo >out
	[ "$(cat out)" = "$(printf 'one\ntwo')" ]
}

@test 'a record that arrives in pieces runs when it is whole [D8]' {
	mkfifo list
	exec 7<>list
	forkpool run -a list echo >out 3>&- 7>&- &
	pid=$!
	printf 'one\nt' >&7
	out_is one
	printf 'w' >&7
	printf 'o\nthree' >&7
	out_is "$(printf 'one\ntwo')"
	exec 7>&-
	wait "$pid"
	[ "$(cat out)" = "$(printf 'one\ntwo\nthree')" ]
}

@test 'a record of a repeatable kind runs as soon as it arrives [D8]' {
	{
		echo 0.01
		two_are_out && echo 0.02
	} | forkpool sleep -v >out
	[ "$(cut -d' ' -f2- out)" = "$(printf '%s\n' 'before 0.01' \
		'after 0.01' 'before 0.02' 'after 0.02')" ]
}

@test 'a job can not eat the list: its input is /dev/null [D9]' {
	seq 5 >list
	run -0 forkpool run -j1 'cat; echo {}' <list
	[ "$output" = "$(cat list)" ]
	run -0 forkpool run -j1 'readlink /proc/self/fd/0; read x; echo {}' \
		< <(cat list)
	[ "$output" = "$(sed 's,^,/dev/null\n,' list)" ]
	run -0 forkpool run readlink <<<'/proc/self/fd/0'
	[ "$output" = /dev/null ]
}

@test 'what is read of a list does not change any more [D10]' {
	seq 3 >list
	run -0 forkpool run -j1 'printf 777777 1<>list; echo {}' <list
	[ "$output" = "$(seq 3)" ]
	[ "$(cat list)" = 777777 ]
}

@test 'a stdin that somebody made non-blocking has not ended where it waits' {
	for option in -j2 --dry-run --shuf; do
		timeout -k 2 40 python3 - "$FORKPOOL" $option >out <<-'E' 3>&-
			import fcntl, os, struct, subprocess, sys, termios, time
			r, w = os.pipe()
			os.set_blocking(r, False)
			p = subprocess.Popen(
			    [sys.argv[1], "run", sys.argv[2], "echo"], stdin=r)
			for line in b"a\n", b"b\n":
			    os.write(w, line)
			    # until it is taken, and there is nothing
			    while struct.unpack("i", fcntl.ioctl(
			        r, termios.FIONREAD, bytes(4)))[0]:
			        time.sleep(0.01)
			os.write(w, b"c")
			os.close(w)
			os.close(r)
			sys.exit(p.wait())
		E
		sed 's/^echo //' out | sort | tr '\n' . >sorted
		[ "$(<sorted)" = a.b.c. ]
	done
}

@test 'who waits at a terminal for a list is told so' {
	cat >session <<-'E'
		tty
		"$FORKPOOL" run echo not :::
		"$FORKPOOL" run echo
		"$FORKPOOL" run --quiet echo quiet
		"$FORKPOOL" run echo <session >/dev/null
		"$FORKPOOL" run echo >out 2>err
	E
	on_terminal session
	wait_for grep -q /dev/ typescript
	printf 'a\n\4b\n\4c\n\4' >&9
	finish 0
	exec 9>&-
	[ "$(grep -c 'read from the terminal.*behind :::' typescript)" -eq 1 ]
	grep -q '^quiet b' typescript
	[ "$(<out)" = c ]
	[ ! -s err ]
}

@test 'a list of many reads is whole and in order' {
	seq -f '%.0f some more text' 20000 >list
	forkpool run --dry-run echo <list >out
	sed "s/.*/echo '&'/" list | cmp - out
	seq 2000 | sed 's/.*/0/' >list
	forkpool sleep -j4 -v <list >out
	[ "$(wc -l <out)" -eq 4000 ]
}
