# map: a program that is kept answers each record.

load helper

# its second word is its pid
cat_with_pid='while read -r x; do echo "$x $$"; done'

@test 'each record gets its answer, in the order of the list' {
	seq 200000 >list
	forkpool map -j3 cat <list >out
	cmp out list
	seq 50 | forkpool map -j4 'while read -r n; do
		[ $((n % 7)) = 0 ] && sleep 0.05
		echo "$n $((n * n))"
	done' >out
	seq 50 | awk '{ print $1, $1 * $1 }' | cmp - out
	# a program for each worker, and no more
	seq 1000 | forkpool map -j2 "$cat_with_pid" | cut -d' ' -f2 | sort -u >pids
	[ "$(wc -l <pids)" -le 2 ]
}

@test 'the words are the program, and nothing replaces anything in them' {
	[ "$(forkpool map sed -u 's/^/{} /' ::: a b)" = $'{} a\n{} b' ]
	[ "$(forkpool map --dry-run sed -u 's/a/b c/' ::: x -y)" = \
		"forkpool map sed -u 's/a/b c/' ::: x
forkpool map sed -u 's/a/b c/' ::: -y" ]
	[ "$(printf '1,2\n3,4\n' | forkpool map -C , cat)" = $'1 2\n3 4' ]
	run -2 --separate-stderr forkpool map ::: a
	[[ $stderr == *'map: the program is missing'* ]]
	run -1 --separate-stderr forkpool map nowhere-to-be-found ::: a b
	[ "$stderr" = 'forkpool: job 1: cannot run nowhere-to-be-found: No such file or directory
forkpool: job 2: cannot run nowhere-to-be-found: No such file or directory
forkpool: 2 jobs: 0 ok, 2 failed' ]
	for option in --lines=0 --format=xml --recycle=1000x --credit=5000; do
		run -2 --separate-stderr forkpool map $option cat ::: a
		[[ $stderr == *"${option%=*}"*'write '* ]]
	done
}

@test 'an answer may have several lines, or end with an empty one' {
	twice='while read -r x; do echo "$x"; echo "$x!"; done'
	[ "$(forkpool map -j2 --lines 2 "$twice" ::: a b c)" = \
		$'a\na!\nb\nb!\nc\nc!' ]
	block='while read -r n; do seq "$n"; echo; done'
	[ "$(forkpool map -j2 --lines block "$block" ::: 2 0 1 | tr '\n' .)" = \
		1.2...1.. ]
}

@test 'with -0 records and answers end in NUL' {
	printf 'a\nb\0c\0' >list
	forkpool map -0 -j2 sed -uz 's/^/</' <list >out
	printf '<a\nb\0<c\0' | cmp - out
	# otherwise such a record can't be sent, and others can
	run -1 --separate-stderr forkpool map cat ::: $'a\nb' c
	[ "$output" = c ]
	[[ $stderr == 'forkpool: job 1: the record has a new line in it'*'1 ok, 1 failed'* ]]
}

@test 'large records pass, to a program that reads all before it writes' {
	printf '%0200000d\n' {1..50} >list
	forkpool map -j2 cat <list >out
	cmp out list
	printf '%04000d\n' {1..3000} >list
	cat >all.py <<-'END'
	import sys
	lines = [sys.stdin.readline() for n in range(3000)]
	sys.stdout.writelines(lines)
	sys.stdout.flush()
	sys.stdin.read()
	END
	forkpool map -j1 --credit 3000 python3 all.py <list >out
	cmp out list
}

@test 'the record that kills its program is named, and others are answered' {
	poison='while read -r x; do
		[ "$x" = 77 ] && kill -SEGV $$
		echo "$x"
	done'
	seq 500 >list
	run -3 --separate-stderr forkpool map -j2 --credit 20 "$poison" <list
	[ "$output" = "$(seq 500 | grep -vx 77)" ]
	[[ $stderr == *'job 77 (77): lost'* && $stderr == *'499 ok, 1 lost'* ]]
	[[ $stderr == *'was killed by SIGSEGV'* ]]
	# as often as it is allowed
	run -3 --separate-stderr forkpool map -j1 --crash-limit 2 \
		'read -r x; echo >>runs; exit 9' ::: a
	[ "$(wc -l <runs)" -eq 2 ]
	[[ $stderr == 'forkpool: job 1: the program exited with status 9'*'
forkpool: job 1 (a): lost: its worker ended without a reply: the program exited with status 9'* ]]
	# one that ends between two records has done nothing wrong
	[ "$(forkpool map -j1 --credit 1 'read -r x; echo "$x"' ::: a b c)" = \
		$'a\nb\nc' ]
}

@test 'a program that ends and reads nothing is named once, and no record blamed' {
	for j in 1 4; do
		rm -f runs
		seq 1000 >list
		run -4 --separate-stderr forkpool map -j$j --journal j.db \
			'echo >>runs; echo "no module" >&2; exit 7' <list
		[ -z "$output" ]
		[[ ${stderr_lines[0]} == 'forkpool: the program ended '?' times and read nothing, '*'has to read'* ]]
		[ "${stderr_lines[1]}" = 'no module' ]
		[[ ${stderr_lines[2]} == 'forkpool: job '?*': the program exited with status 7 and read nothing' ]]
		[[ ${stderr_lines[3]} == *': 0 ok, '[1-5]' not run (from job 1 on), the rest of the list not read' ]]
		[ "$(wc -l <runs)" -le $((3 + 3 * j)) ]
		run -0 --separate-stderr forkpool map -j$j --resume --journal j.db \
			cat <list
		cmp list <(echo "$output")
		rm j.db
	done
	# where others work it is tried again, and nothing is lost
	run -0 --separate-stderr forkpool map -j2 --credit 1 \
		'[ $FORKPOOL_SLOT = 1 ] || [ -e calm ] || exit 7
		while read -r x; do [ $x -lt 20 ] || : >calm; echo "$x"; done' \
		<list
	cmp list <(echo "$output")
	[ "$(grep -c 'read nothing; it is started again' <<<"$stderr")" -le 1 ]
}

@test 'a record that takes too long costs its program, and nothing else' {
	hang='while read -r x; do [ "$x" = 3 ] && sleep 600; echo "$x"; done'
	run -1 --separate-stderr forkpool map -j1 --credit 5 --timeout 1 \
		"$hang" ::: 1 2 3 4 5
	[ "$output" = $'1\n2\n4\n5' ]
	[[ $stderr == *'job 3 (3): timed out'*'4 ok, 1 failed'* ]]
}

@test 'what belongs to no record is named, what does is its [A9]' {
	run -0 --separate-stderr forkpool map -j1 --credit 1 'while read -r x; do
		echo "about $x" >&2; echo "$x"
	done; echo good; echo bye >&2; exit 4' ::: a b
	[ "$output" = $'a\nb' ]
	[[ $stderr == *$'about a\nabout b\n'* ]]
	[[ $stderr == *'worker 1: the program wrote without a record'*': good'* ]]
	[[ $stderr == *'worker 1: the program: bye'* ]]
	[[ $stderr == *'exited with status 4 after its last record'* ]]
}

@test 'a program that answers too often is started anew' {
	forkpool map -j1 --credit 1 'while read -r x; do
		[ "$x" != 1 ] || more="
	more"; echo "$x $$$more"; more=
	done' ::: 1 2 3 >out
	[ "$(cut -d ' ' -f 1 out)" = $'1\n2\n3' ]
	[ "$(cut -d ' ' -f 2 out | uniq -c | awk '{ printf $1 }')" = 12 ]
}

@test 'a program that never stops writing is named, its records answered [A9]' {
	# should each line be told
	(ulimit -f 1000 && forkpool map -j2 --credit 1 yes ::: a b >out 2>err)
	is_text out $'y\ny'
	grep -q 'worker 2: the program wrote without a record to answer: y$' err
	[ "$(grep -c 'it goes on, which is not shown$' err)" -eq 2 ]
	[ "$(wc -l <err)" -eq 24 ]
}

@test 'a program that keeps its answers to itself gets a hint' {
	mkfifo never
	start "$FORKPOOL" map -j1 'exec 9<>never; read -r x; read -r x <&9' ::: a
	wait_for grep -q 'worker 1: no answer in 2 s.*python3 -u.*mawk -W interactive' err
	kill -INT "$fp"
	finish 130
}

@test 'a program that waits for the end of its input gets it when nothing follows' {
	seq 6 >list
	run -0 --separate-stderr forkpool map -j2 --credit 3 grep . <list
	[ "$output" = "$(seq 6)" ]
	[[ $stderr == *'no answer in 2 s'* ]]
	# and what is asked after it was told that nothing follows is heard
	program='trap ": >heard; exit" INT
		read -r x; echo $PPID >>workers; sleep 600 & wait'
	start "$FORKPOOL" map -j1 "$program" ::: a
	wait_for has_lines workers 1
	kill -INT "$fp"
	finish 130
	[ -e heard ]
	rm workers
	start "$FORKPOOL" map -j2 "$program" ::: a b
	wait_for has_lines workers 2
	kill -KILL "$fp"
	finish 137
	# shellcheck disable=SC2046 # they are pids
	wait_for are_gone $(cat workers)
}

@test '--recycle starts a new program after so many records, or so long' {
	forkpool map -j1 --recycle 3 "$cat_with_pid" ::: {1..10} >out
	[ "$(cut -d' ' -f1 out)" = "$(seq 10)" ]
	[ "$(cut -d' ' -f2 out | uniq -c | awk '{ printf $1 }')" = 3331 ]
	forkpool map -j1 --recycle 100ms --delay 0.15 "$cat_with_pid" \
		::: {1..5} | cut -d' ' -f2 | sort -u >pids
	[ "$(wc -l <pids)" -gt 1 ]
	# the last that it has is answered before the others, then it is old
	{ echo a; echo b; sleep 0.2; echo c; } |
		forkpool map -j1 --format json --credit 2 --recycle 100ms 'read -r x
		case $x in
		*:3,*) echo "{\"id\":3}" ;;
		*) read -r x; echo "{\"id\":2}"; sleep 0.4; echo "{\"id\":1}" ;;
		esac; read -r x; :'
}

@test 'in JSON answers may come in any order, with all that a job has' {
	cat >worker.py <<-'END'
	import json, sys
	held = []
	for line in sys.stdin:
	    held.append(json.loads(line))
	    if len(held) == 3:
	        for r in reversed(held):
	            a = r["args"]
	            print(json.dumps({"id": r["id"], "out": "-".join(a) + "\n",
	                "err": a[0] + "?\n", "exit": 5 if a[0] == "c" else 0}),
	                flush=True)
	        held = []
	END
	run -1 --separate-stderr forkpool map -j1 --format json --credit 3 -C ' ' \
		python3 worker.py ::: 'a 1' $'b "\t2' c ü e f
	[ "$output" = $'a-1\nb-"\t2\nü\ne\nf' ]
	[[ $stderr == $'a?\nb?\nc?\nü?\n'*'job 3 (c): exit 5'*'1 failed'* ]]
	run -1 --separate-stderr forkpool map --format json cat ::: $'\xff'
	[[ $stderr == *'not UTF-8'* ]]
}

@test 'a program that breaks the rules of JSON is stopped, with its words' {
	for answer in 'hello \033[31m' '{"id":99}' '{"id":1,"out":7}' '{}' \
		'{"id":1}\n{"id":1}'; do
		run --separate-stderr forkpool map --crash-limit 1 --format json \
			"read -r x; printf '%b\n' '$answer'; read -r x" ::: a
		[ $status -eq 3 ] || [[ $answer == *'}\n{'* ]]
		[[ $stderr == *'worker 1: the program is stopped'* ]]
		[[ $stderr != *$'\e'* ]]
	done
}

@test 'after an interrupt no program is left, not even a deaf one' {
	start "$FORKPOOL" map -j2 'trap "" INT TERM; sleep 600 & while read -r x; do
		echo "$x"; : >"got.$x"; sleep 600
	done' ::: a b c d
	wait_for test -e got.b
	kill -INT "$fp"
	sleep 0.1
	kill -INT "$fp"
	finish 130
}

@test 'when the parent or a worker is killed its programs go too' {
	program='sleep 600 & while read -r x; do echo $PPID >>workers
		[ "$x" = b ] && sleep 600; echo "$x"; done'
	start "$FORKPOOL" map -j1 --credit 1 --crash-limit 1 "$program" ::: a b c
	wait_for has_lines workers 2
	kill -KILL "$(tail -n 1 workers)"
	wait_for has_lines workers 3
	finish 3
	rm workers
	start "$FORKPOOL" map -j1 "$program" ::: a b c
	wait_for has_lines workers 2
	kill -KILL "$fp"
	finish 137
}
