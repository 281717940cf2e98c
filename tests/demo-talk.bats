# demo-talk: what "forkpool demo" shows, that its numbers agree with each other,
# and that it leaves nothing behind.  ("make demo" is in demo.bats.)

load helper

# quotients_agree FILE N: each "x" there, of N lines, is the time in turn
# divided by that before it, all as they are printed
quotients_agree() {
	awk -v n="$2" '
	function agree(turn, time, x) {
		if (turn / time > x + 0.0501 || turn / time < x - 0.0501) {
			print "wrong: " $0
			wrong = 1
		}
	}
	/ x +.* x$/ {
		gsub(",", "")
		sub("^ +[a-z]*", "")
		agree($1, $3, $5)
		agree($1, $7, $9)
		lines++
	}
	END {
		if (lines != n)
			print lines " lines with times, not " n
		exit wrong || lines != n
	}' "$1"
}

@test 'the demonstration runs each list in three ways, and its sums are right' {
	skip_under_sanitizer 'it takes long, and its jobs are below'
	mkdir empty
	LC_ALL=C.UTF-8 run -0 --separate-stderr timeout -k 5 120 \
		env -C empty "$(realpath "$FORKPOOL")" demo
	[ -z "$stderr" ]
	rmdir empty
	printf '%s\n' "$output" >out
	# not a terminal: ASCII, whatever the locale, and 80 columns
	run -1 env LC_ALL=C grep '[^ -~]' out
	[ "$(wc -L <out)" -le 80 ]
	for name in waiting fetching computing queries 'a crash' 'a hang'; do
		grep -qE "^[1-6]\. $name: " out
		grep -qE "^  $name  " out
	done
	# four of the six have times for all three ways, above and in the table
	quotients_agree out 8
	[ "$(grep -c 'in turn *one event loop *[0-9]\+ worker' out)" -eq 6 ]
	# both drawings: three jobs after the bad one never ran
	[ "$(grep -c ' [4-6] never ran ' out)" -eq 6 ]
	for name in 'a crash' 'a hang'; do
		grep -qE "^  $name +2 of 6 done +0 of 6 done +5 of 6 done$" out
	done
	output=$(<out)
	[[ $output == *'job 3 (crash:0.1): lost: '*'5 ok, 1 lost'* ]]
	[[ $output == *'job 3 (hang:0.1): timed out'*'5 ok, 1 failed'* ]]
	[[ $output == *'The results are the same in all three.'* ]]
}

# a server and a child that asks it run then
fetching_has_begun() {
	grep -q '^2\. fetching' out
}

@test 'at a terminal it draws with signs, and ^C ends all that it started' {
	skip_under_sanitizer 'it takes long'
	mkfifo keys
	exec 7<>keys
	LC_ALL=C.UTF-8 start script -qefc '"$FORKPOOL" demo' /dev/null <&7
	wait_for fetching_has_begun
	printf '\003' >&7
	finish 130
	exec 7>&-
	wait_for all_is_gone
	grep -q '^   8 *░.*░.*░' out
	run -1 grep $'\x1b' out
}

@test 'when it is killed, all that it started ends' {
	skip_under_sanitizer 'it takes long'
	start "$FORKPOOL" demo
	wait_for fetching_has_begun
	has_workers "$fp" 2
	kill -9 "$fp"
	finish 137
	wait_for all_is_gone
}

@test 'the jobs of the demonstration are jobs like any other' {
	run -3 --separate-stderr forkpool demo -j3 wait:10ms crash:1ms \
		compute:28 query:2000 "fetch:$SITE_URL/page/001.html" \
		"fetch:$SITE_URL/missing" sing
	sed -E 's/ [0-9]+\.[0-9]{6}/ T/' <<<"$output" >out
	is_text out '1 waits T
1 works T
1 ends T 0
2 waits T
2 works T
3 works T
3 ends T 27
4 works T
4 ends T 508
5 waits T
5 works T
5 ends T 0
6 waits T'
	[[ $stderr == *'job 2 (crash:1ms): lost: its worker was killed by signal 6 (ABRT)'* ]]
	[[ $stderr == *"fetch:$SITE_URL/missing: "* ]]
	[[ $stderr == *'sing: no job of the demonstration; write wait:T, '* ]]
	[[ $stderr == *'7 jobs: 4 ok, 2 failed, 1 lost' ]]
	# it is killed, not asked
	run -1 --separate-stderr forkpool demo --timeout 0.2 hang:0
	[[ $stderr == *'job 1 (hang:0): timed out'* ]]
}

@test 'what can not be shown is told at once' {
	run -4 --separate-stderr bash -c '"$FORKPOOL" demo >/dev/full'
	[ "$stderr" = 'forkpool: cannot write the output: No space left on device' ]
	[ ! -e /usr/local/lib/forkpool ] || skip 'forkpool is installed'
	cp "$FORKPOOL" alone
	run -4 --separate-stderr ./alone demo
	[ -z "$output" ]
	[[ $stderr == *': cannot load the demonstration: '*demo.so* ]]
}
