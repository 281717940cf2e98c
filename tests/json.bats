# json: --json and files of rows are for programs: each row is whole, in order,
# and says all of a job.

load helper
load signals
load output

# fields PYTHON: prints that expression of each object o in out
fields() {
	python3 -c 'import base64, json, sys
for line in open("out", encoding="utf-8", newline="\n"):
    o = json.loads(line)
    print('"$1"')'
}

@test '--json prints an object for each job, in the order of the list' {
	run -1 --separate-stderr forkpool run -j3 --json 'sleep 0.0{3}
		echo "<{1}>"; echo error >&2
		case {2} in x) exit 7 ;; k) kill -9 $$ ;; esac' \
		::: 'a "quoted" \word' ::: o x k :::+ 3 2 1
	printf '%s\n' "${lines[@]}" >out
	[ "$(fields 'o["seq"], o["args"][1], o["outcome"], o["exit"], o["signal"]')" = \
		"$(printf '%s\n' '1 o ok 0 None' '2 x exit 7 None' \
			'3 k signal None 9')" ]
	[ "$(fields '" ".join(o)' | sort -u)" = "seq args outcome exit signal$(
		) start wall user sys maxrss slot worker attempts stdout stderr" ]
	[ "$(fields 'o["stdout"] == "<" + o["args"][0] + ">\n", o["stderr"]' |
		sort -u)" = $'\nTrue error' ]
	[ "$(fields 'o["attempts"], o["slot"] in (1, 2, 3), o["maxrss"] > 100,
		o["wall"] >= 0.01, o["worker"] > 1, o["user"] + o["sys"] > 0,
		1.7e9 < o["start"]' | sort -u)" = \
		'1 True True True True True True' ]
	[[ $stderr == *'job 3 '*': killed by signal 9 (KILL)'* ]]
}

@test '--json: bytes that are no text are base64, of any kind and length [E9]' {
	make_blobs
	printf 'caf\303\251 \360\237\230\200' >blob.text
	printf '\303' >blob.cut
	printf '%s\n' blob.text blob.cut >>list
	plain_loop sh -c 'cat "$0"; cat "$0" >&2'
	for jobs in 1 4; do
		forkpool run --json -j$jobs 'cat {}; cat {} >&2' <list >out
		python3 -c 'import base64, json, sys
def piece(o, key):
    if key in o:
        return o[key].encode()
    return base64.b64decode(o[key + "_base64"], validate=True)
with open("got.out", "wb") as out, open("got.err", "wb") as err:
    for line in open("out", encoding="utf-8", newline="\n"):
        o = json.loads(line)
        out.write(piece(o, "stdout"))
        err.write(piece(o, "stderr"))
        name = o["args"][0]
        text = name.split(".")[1] not in ("random", "cut", "odd")
        assert ("stdout" in o) == text == ("stderr" in o), name'
		cmp got.out want.out
		cmp got.err want.err
	done
	forkpool run --json -0 echo < <(printf 'a\0\377\0') >out
	[ "$(fields 'o.get("args"), o.get("args_base64")')" = \
		"$(printf '%s\n' "['a'] None" "None ['/w==']")" ]
}

@test '--json of other kinds, and of jobs that never ran' {
	run -1 --separate-stderr forkpool sleep --json --as-completed 0.5 x -v
	printf '%s\n' "${lines[@]}" >out
	[ "$(fields 'o["args"][0], o["outcome"], o["exit"], "not a" in o["stderr"]')" = \
		"$(printf '%s\n' 'x error None True' '-v error None True' \
			'0.5 ok 0 False')" ]
	[[ $stderr == *'job 2 (x): '* ]]
	for order in -u --line-buffer '-k --lb'; do
		# shellcheck disable=SC2086 # they are several words
		run -0 forkpool run --json $order echo ::: a
		[[ $output == *'"stdout":"a\n","stderr":""}' ]]
	done
	run -1 --separate-stderr forkpool fetch --json http://127.0.0.1:1/
	[[ $output == *'"outcome":"error","exit":null'*'http://127.0.0.1:1/'* ]]
	run -1 --separate-stderr forkpool run --json -j1 'echo $(({}))' ::: 1 x 2
	printf '%s\n' "${lines[@]}" >out
	[ "$(fields 'o["attempts"], o["start"] is None, o["worker"] is None, o["stdout"]')" = \
		"$(printf '%s\n' '1 False False 1' '' '0 True True ' \
			'1 False False 2')" ]
	[[ $stderr == *'job 2 (x): '* ]]
}

@test '--json: an interrupted run has a row for each job that it had begun' {
	start "$FORKPOOL" run -j2 --json '[ {} = 1 ] || { : >begun; sleep 100; }
		echo {}' ::: 1 2 3 4
	wait_for test -e begun
	wait_for has_workers "$fp" 2
	kill -TERM "$fp"
	finish 143
	[ "$(fields 'o["args"][0], o["outcome"], o["stdout"]' | head -n 3)" = \
		"$(printf '%s\n' '1 ok 1' '' '2 cancelled ')" ]
}

@test '--json takes output in pieces: memory stays flat' {
	start bash -c 'echo $BASHPID >pid
		exec "$FORKPOOL" run --json "head -c 20000000 /dev/zero; : {}" \
			::: a > >(wc -c >size)'
	wait_for has_lines pid 1
	peak_is_below 60000 "$(cat pid)"
	finish 0
	wait_for has_lines size 1
	[ "$(cat size)" -gt 120000000 ]
}

@test '--results FILE: rows in the order of the list, and nothing on stdout' {
	run -1 --separate-stderr forkpool run --results x.jsonl -j3 \
		'sleep 0.0{}; echo {}; exit $(({} / 3))' ::: 3 2 1
	[ -z "$output" ]
	cp x.jsonl out
	[ "$(fields 'o["seq"], o["exit"], o["stdout"]')" = \
		"$(printf '%s\n' '1 1 3' '' '2 0 2' '' '3 0 1' '')" ]
	echo old >y.jsonl
	run -0 forkpool sleep --results y.jsonl -j2 0 0.001
	[ -z "$output" ]
	[ "$(wc -l <y.jsonl)" -eq 2 ]
	[[ $(cat y.jsonl) == '{"seq":1,"args":["0"],'* ]]
	# what cannot be
	run -2 forkpool run --results x.csv --json echo ::: a
	run -2 forkpool run --results x.csv --files echo ::: a
	run -2 forkpool run --json --files echo ::: a
	run -2 forkpool run --results none/x.csv echo ::: a
	[[ $output == 'forkpool: cannot write none/x.csv: No such file'* ]]
}

@test '--results FILE.csv and .tsv have the columns of GNU parallel' {
	for type in csv tsv; do
		run -1 forkpool run -c --header : --results "x.$type" \
			'printf "%s\n" {1} "x,\"y"; printf "e\t" >&2; exit 3' \
			::: name 'a b' 'c"d' ::: other g,h
		run -0 python3 -c 'import csv, sys
sep = "," if sys.argv[1] == "x.csv" else "\t"
for row in csv.reader(open(sys.argv[1], newline=""), delimiter=sep):
    del row[8], row[2:4]
    print(row)' "x.$type"
		[ "$output" = "['Seq', 'Host', 'Send', 'Receive', 'Exitval', $(
			)'Signal', 'name', 'other', 'Stdout', 'Stderr']
['1', ':', '0', '9', '3', '0', 'a b', 'g,h', 'a b\\nx,\"y\\n', 'e\\t']
['2', ':', '0', '9', '3', '0', 'c\"d', 'g,h', 'c\"d\\nx,\"y\\n', 'e\\t']" ]
	done
	run -0 forkpool run --results -.csv echo ::: a
	[[ ${lines[0]} == Seq,Host,*,V1,Stdout,Stderr ]]
	[[ ${lines[1]} == '1,:,'*',0,0,"echo a",a,"a' ]]
}

@test 'a list is not written while it is read [C15]' {
	seq 3 >list
	for command in 'run -a list echo >>list' 'sleep :::: list 1<>list' \
		'run echo <list >>list' 'run -a list --dry-run echo >>list' \
		'run -a ./list -a list.csv --results list.csv echo'; do
		cp list list.csv
		run -2 timeout -k 2 40 bash -c "\"\$FORKPOOL\" $command 2>err"
		grep -q 'is the same file as this list' err
		[ "$(cat list)" = "$(seq 3)" ]
		[ "$(cat list.csv)" = "$(seq 3)" ]
	done
	# but a job may add to it, and what is no file is none
	run -0 forkpool run -j1 -a list '[ {} != 3 ] || echo 4 >>list; echo {}'
	[ "$output" = "$(seq 4)" ]
	run -0 bash -c '"$FORKPOOL" run -a /dev/null echo >/dev/null'
}
