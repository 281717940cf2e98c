# What forkpool log tells of a journal.

load helper
load signals

make_journal() {
	run -1 forkpool run -j1 --journal j.db 'case {} in *b*) echo "no  {}" >&2; exit 3;; c) sleep 0.3;; d) kill -9 $$;; esac' \
		::: a $'b\tb' c d "it's"
}

@test "the summary tells the run, the counts, the slowest and what failed" {
	make_journal
	run -0 --separate-stderr forkpool log j.db
	[ "$stderr" = '' ]
	[[ ${lines[0]} == 'forkpool run -j1 --journal j.db '* ]]
	[[ $output == *$'\nstarted 20'* ]]
	[[ $output == *'s of CPU in jobs'* ]]
	[[ $output == *$'\njobs: 3 ok, 2 failed\n'* ]]
	[[ $output == *$'\nslowest:\n   0.3'*' s  job 3 (c)'* ]]
	[[ $output == *$'\nfailed:\n  job 2 (b\\tb): exit 3: no  b\\tb\n  job 4 (d): killed by signal 9 (KILL)' ]]
	run -0 forkpool log --failed j.db
	[ "$output" = $'job 2 (b\\tb): exit 3: no  b\\tb\njob 4 (d): killed by signal 9 (KILL)' ]
}

@test "a lost job is told as at the end of its run" {
	run -3 --separate-stderr forkpool run --journal j.db \
		'kill -9 $PPID; : {}' ::: a
	run -0 forkpool log --failed j.db
	[ "forkpool: $output" = "${stderr_lines[0]}" ]
}

@test "json and tsv have every job, and every value as it was" {
	make_journal
	forkpool log --json j.db >json
	python3 - <<-'P'
		import json
		rows = [json.loads(line) for line in open("json")]
		assert [r["seq"] for r in rows] == [1, 2, 3, 4, 5]
		assert [r["arguments"] for r in rows] == [
		    ["a"], ["b\tb"], ["c"], ["d"], ["it's"]]
		assert [r["state"] for r in rows] == [
		    "ok", "failed", "ok", "failed", "ok"]
		assert rows[1]["exit"] == 3 and rows[3]["signal"] == 9
		assert rows[1]["stderr"] == "no  b\tb"
		assert 0.3 <= rows[2]["wall"] < 20 and rows[0]["slot"] == 1
	P
	forkpool log --tsv j.db >tsv
	[ "$(cut -f 1,2,15- tsv | head -n 3)" = \
		$'seq\tstate\targuments\n1\tok\ta\n2\tfailed\tb\\tb' ]
	[ "$(awk -F '\t' '{ print NF }' tsv | sort -u)" = 15 ]
	[ "$(forkpool log --failed --tsv j.db | wc -l)" -eq 3 ]
	[ "$(forkpool log --failed --json j.db | wc -l)" -eq 2 ]
}

@test "json has all of an argument that is no text" {
	local long
	printf -v long '\xff%09000d' 7
	forkpool run --journal j.db true ::: "$long"
	forkpool log --json j.db >json
	python3 - <<-'P'
		import json
		arguments = json.load(open("json"))["arguments"]
		assert arguments[0].endswith("7".zfill(9000))
	P
}

@test "the arguments of what failed are a list to run again" {
	run -1 forkpool run --journal j.db 'false' ::: a $'b\nb' ::: "it's" $'\xff'
	forkpool log --args j.db | head -n 2 >list
	printf "a\tit's\na\t\xff\n" | cmp - list
	forkpool log --args -0 j.db | forkpool run -0 -C '\t' printf '%s.' >out
	printf "a.it's.a.\xff.b\nb.it's.b\nb.\xff." | cmp - out
}

@test "a resumed list is told as one" {
	forkpool run --journal j.db true ::: old
	forkpool run --journal j.db 'true {}' ::: a b
	forkpool run --resume --journal j.db 'true {}' ::: a b c
	forkpool run --retry-failed --journal j.db
	run -0 forkpool log j.db
	[ "${lines[0]}" = "forkpool run --journal j.db 'true {}' ::: a b" ]
	[[ $output == *', 3 runs, '* ]]
	[[ $output == *$'\njobs: 3 ok\n'* ]]
	[[ $output != *old* ]]
}

@test "it reads beside a run, and tells that this has not ended" {
	start "$FORKPOOL" run -j1 --journal j.db \
		'echo {}; until [ -e go ]; do sleep 0.05; done' ::: a b
	wait_for has_lines out 1
	wait_for tells 'running'
	tells 'not ended'
	touch go
	finish 0
	tells '2 ok'
	run ! tells 'not ended'
}

@test "it reads what it may not write, and leaves nothing beside it" {
	local reader=()
	# root, without the right to write where nobody may
	[ "$(id -u)" -ne 0 ] ||
		reader=(setpriv --inh-caps=-all --bounding-set=-all)
	mkdir closed
	forkpool run --journal closed/j.db true ::: a
	chmod 444 closed/j.db
	chmod 555 closed
	run -0 "${reader[@]}" timeout -k 2 20 "$FORKPOOL" log closed/j.db
	[[ $output == *'jobs: 1 ok'* ]]
	chmod 755 closed
	forkpool log closed/j.db | grep -q ok
	[ "$(cd closed && echo *)" = j.db ]
}

tells() {
	forkpool log j.db | grep -q "$1"
}

@test "what can't be read or written is told" {
	echo text >text
	mkdir directory
	for f in text directory missing; do
		run -2 --separate-stderr forkpool log "$f"
		[[ $stderr == "forkpool: cannot read the journal $f: "* ]]
	done
	[ ! -e missing ]
	forkpool run --journal j.db true ::: a
	sqlite3 j.db 'DELETE FROM attempt; DELETE FROM job; DELETE FROM run'
	run -2 --separate-stderr forkpool log j.db
	[ -z "$output" ]
	[[ $stderr == 'forkpool: the journal j.db holds no run: '* ]]
	run -2 forkpool log
	run -2 forkpool log a b
	run -2 --separate-stderr forkpool log --jsn j.db
	[[ $stderr == *'--jsn: no such option'* ]]
	forkpool run --journal j.db true ::: a "$(printf %05000d 7)"
	for how in --json --tsv; do
		run -4 bash -c "\"\$FORKPOOL\" log $how j.db >/dev/full"
	done
	run -0 forkpool log --help
	[[ $output == *--args* ]]
}
