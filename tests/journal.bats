# What --journal writes, and what becomes of a run that can't write it.

load helper
load signals

# sql QUERY: its rows, columns parted by a space
sql() {
	sqlite3 -separator ' ' j.db "$1"
}

@test "the journal has a row for each job and each attempt" {
	run -1 forkpool run -j2 --journal j.db --timeout 0.5 --retries 2 \
		--retry-delay 0 --retry-on 3 \
		'case {} in b) echo no >&2; exit 3;; c) kill -9 $$;;
		d) exec sleep 60;; *) echo {}; echo hm >&2; esac' \
		::: a b c d "$(printf 'e\tf')"
	[ "$(sql 'SELECT seq, arguments, state FROM job ORDER BY seq')" = \
		$'1 a ok\n2 b failed\n3 c failed\n4 d failed\n5 e\\tf ok' ]
	[ "$(sql 'SELECT seq, number, outcome, exit, attempt.signal, stderr
		FROM attempt JOIN job ON job.id = attempt.job ORDER BY seq, number')" = \
		"1 1 ok 0  hm
2 1 exit 3  no
2 2 exit 3  no
3 1 signal  9 
4 1 timeout  15 
5 1 ok 0  hm" ]
	[ "$(sql 'SELECT count(*) FROM attempt WHERE slot IN (1, 2) AND pid > 1
		AND maxrss > 100 AND user >= 0 AND sys >= 0 AND ended >= started
		AND abs(ended - started - wall) < 1')" -eq 6 ]
	[ "$(sql 'SELECT wall > 0.4 FROM attempt WHERE outcome = "timeout"')" = 1 ]
	[ "$(sql 'SELECT seq, outcome FROM failed')" = \
		$'2 exit\n3 signal\n4 timeout' ]
	[ "$(sql 'SELECT kind, slots, status, signal, ended >= started,
		first = id FROM run')" = 'run 2 1  1 1' ]
	[ "$(sql 'SELECT directory FROM run')" = "$PWD" ]
	[[ $(sql 'SELECT command FROM run') == \
		"forkpool run -j2 --journal j.db --timeout 0.5 "*" ::: a b c d 'e'\$'\\t''f'" ]]
	[ ! -e j.db-wal ]
}

@test "equal jobs have a row each, and rows stand in the list's order" {
	forkpool run --journal j.db true ::: a a b a
	[ "$(sql 'SELECT seq, arguments FROM job ORDER BY id')" = \
		$'1 a\n2 a\n3 b\n4 a' ]
	forkpool sleep --journal j.db -j4 0 :::: <(yes 0 | head -n 1000)
	[ "$(sql "SELECT count(*), count(DISTINCT attempt), max(seq),
		min(job.id - seq), max(job.id - seq), min(state), max(state)
		FROM job WHERE run = 2")" = '1000 1000 1000 4 4 ok ok' ]
	[ "$(sql "SELECT count(*), count(DISTINCT job) FROM attempt
		WHERE run = 2 AND outcome = 'ok'")" = '1000 1000' ]
}

@test "a job that could not be started, or whose worker died, is there too" {
	run -3 chaos sleep --journal j.db -j1 say=1 kill9 bad
	[ "$(sql 'SELECT seq, state, outcome, attempt.signal FROM job
		LEFT JOIN attempt ON attempt.id = job.attempt ORDER BY seq')" = \
		$'1 ok ok \n2 lost lost 9\n3 failed error ' ]
	run -1 forkpool run --journal k.db ./nothing ::: a
	[ "$(sqlite3 k.db 'SELECT state, outcome FROM failed')" = 'failed|error' ]
}

@test "a second run on the same journal stops at once [G1, G12]" {
	start "$FORKPOOL" run --journal j.db \
		'echo {}; until [ -e go ]; do sleep 0.05; done' ::: a b
	wait_for has_lines out 1
	for _ in 1 2 3 4 5; do
		run -2 --separate-stderr forkpool run --journal j.db 'echo >>ran' ::: a
		[ "$stderr" = 'forkpool: cannot open the journal j.db: another run holds it' ]
	done
	# a worker that takes the place of a dead one holds no part of it [G12]
	victim=$(worker_pids "$fp" | cut -d ' ' -f 1)
	kill -9 "$victim"
	wait_for is_gone "$victim"
	run -2 forkpool run --journal j.db 'echo >>ran' ::: a
	touch go
	finish 3
	[ ! -e ran ]
	[ "$(sql 'SELECT count(*) FROM run')" -eq 1 ]
	forkpool run --journal j.db true ::: a
}

@test "what is no journal is refused, and left as it is [G2, G3]" {
	echo 'a text that is longer than the name of a format' >text
	printf x >short
	sqlite3 other 'CREATE TABLE t (x); INSERT INTO t VALUES (1)'
	forkpool run --journal newer true ::: a
	sqlite3 newer 'PRAGMA user_version = 99' >/dev/null
	mkdir directory
	cksum text short other newer >before
	for f in text short other newer directory /dev/null /dev/full \
		missing/j.db; do
		run -2 --separate-stderr forkpool run --journal "$f" 'echo >ran' ::: a
		[[ $stderr == "forkpool: cannot open the journal $f: "?* ]]
	done
	[ ! -e ran ]
	cksum text short other newer | cmp - before
}

@test "a journal that is cut off is refused, or read; never believed [G2]" {
	local size at
	forkpool run --journal j.db true ::: a b c
	size=$(stat -c %s j.db)
	for at in 1 99 4096 5000 $((size / 2)) $((size - 1)); do
		head -c $at j.db >cut.db
		: >ran
		run forkpool run --resume --journal cut.db 'echo {} >>ran' ::: a b c
		case $status in
		0)
			# all three anew, as none of this template was there
			[ "$(wc -l <ran)" -eq 3 ]
			;;
		2 | 4)
			[[ $output == *cut.db* ]]
			;;
		*)
			echo "cut at $at: $status $output"
			return 1
			;;
		esac
	done
}

@test "a log that is cut off is believed as far as it goes [G2]" {
	local at size
	local job='[ {} -lt 5 -o -e go ] || exec sleep 60; echo {} >>ran'
	start "$FORKPOOL" run -j2 --journal j.db "$job" ::: $(seq 8)
	wait_for is_noted "SELECT state, count(*) FROM job GROUP BY state" \
		$'ok 4\nrunning 2'
	kill -9 "$fp"
	finish 137
	wait_for all_is_gone
	touch go
	mkdir kept
	mv j.db j.db-wal ran kept
	size=$(stat -c %s kept/j.db-wal)
	for at in 0 31 33 4200 $((size / 3)) $((size / 2)) $((size - 1)) \
		"$size"; do
		cp kept/* .
		rm -f j.db-shm
		truncate -s "$at" j.db-wal
		run -0 forkpool run --resume --journal j.db "$job" ::: $(seq 8)
		[ "$(sort -u ran)" = "$(seq 8)" ]
		[ "$(sql "SELECT count(*) FROM job WHERE state = 'ok'")" -eq 8 ]
	done
}

@test "with no room for the journal nothing more is started [C2, G9]" {
	unshare -Urm true 2>/dev/null || skip 'no user namespaces'
	mkdir small
	run -4 --separate-stderr timeout -k 2 20 unshare -Urm sh -c '
		mount -t tmpfs -o size=200k none small && exec "$@"' sh \
		"$FORKPOOL" run -j2 --journal small/j.db 'echo {} >>ran
		[ {} != 1 ] || { trap "echo >>got; exit" TERM; sleep 60 & wait; }' \
		:::: <(seq 20000)
	[[ $stderr == *'cannot write the journal small/j.db: database or disk is full'* ]]
	[ "$(wc -l <ran)" -lt 20000 ]
	# and who runs is asked to end
	[ "$(wc -l <got)" -eq 1 ]
	[[ $stderr == *' cancelled'* ]]
}

@test "a disk that fails is told, and not asked again [C3]" {
	skip_under_sanitizer 'strace of it is slow'
	start strace -qq -o trace -e trace=fdatasync,fsync \
		-e inject=fdatasync,fsync:error=EIO:when=14 \
		"$FORKPOOL" run -j1 --sync=each --journal j.db 'echo {} >>ran' \
		:::: <(seq 30)
	finish 4
	grep -q 'cannot write the journal j.db: disk I/O error' err
	[ "$(wc -l <ran)" -lt 30 ]
	# though it would have said yes the next time
	grep -q EIO trace
	! sed '1,/EIO/d' trace | grep sync || return 1
}

@test "a signal during a write to the journal does no harm [B13]" {
	can_trace
	start strace -qq -o trace -P "$PWD/j.db-wal" -e trace=pwrite64 \
		-e inject=pwrite64:error=EINTR:when=3+2 \
		"$FORKPOOL" run -j1 --sync=each --journal j.db 'echo {}' ::: 1 2 3
	finish 0
	[ "$(cat out)" = $'1\n2\n3' ]
	[ "$(grep -c EINTR trace)" -ge 3 ]
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
	[ "$(sql "SELECT count(*) FROM job WHERE state = 'ok'")" -eq 3 ]
}

@test "where the journal can't be written nothing is started [G9]" {
	local as_nobody=()
	[ "$(id -u)" -ne 0 ] ||
		as_nobody=(setpriv --reuid=65534 --clear-groups)
	forkpool run --journal j.db true ::: a
	chmod 444 j.db
	mkdir closed
	chmod 555 closed
	chmod 711 . && "${as_nobody[@]}" test -x "$FORKPOOL" ||
		skip 'the program is not for everybody'
	for f in j.db closed/j.db; do
		run -2 --separate-stderr "${as_nobody[@]}" timeout -k 2 20 \
			"$FORKPOOL" run --tmpdir /tmp --journal $f 'echo >/dev/stderr ran' ::: a
		[ "$stderr" = "forkpool: cannot open the journal $f: Permission denied" ]
	done
	cmp <(sql 'SELECT count(*) FROM run') <(echo 1)
}

@test "a journal that is removed stops the run [G8]" {
	start "$FORKPOOL" run -j1 --journal j.db \
		'echo {}; until [ -e go ]; do sleep 0.05; done' ::: a b c
	wait_for has_lines out 1
	rm j.db
	finish 4
	is_text out a
	grep -qF 'cannot write the journal j.db: the file was removed' err
}

@test "a job whose output is not printed is not done" {
	local work='case {} in a) until [ -e go ]; do sleep 0.05; done;;
		b) echo b;; esac; echo {} >>ran'
	start "$FORKPOOL" run -j2 --journal j.db \
		"$work" ::: a b c
	wait_for has_lines ran 2
	wait_for is_noted "SELECT state FROM job WHERE seq = 3" ok
	[ "$(sql 'SELECT state FROM job WHERE seq < 3')" = $'running\nended' ]
	kill -9 "$fp"
	finish 137
	wait_for all_is_gone
	touch go
	rm ran
	run -0 forkpool run --resume -j1 --journal j.db "$work" ::: a b c
	[ "${lines[0]}" = b ]
	[ "$(tr '\n' ' ' <ran)" = 'a b ' ]
}

is_noted() {
	[ "$(sql "$1")" = "$2" ]
}

chaos() {
	timeout -k 2 20 "$FP_TOOLS/chaos" "$@"
}

is_text() {
	printf '%s\n' "$2" | cmp - "$1"
}
