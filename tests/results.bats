# results: output that is kept in files, which are there when they are whole.

load helper
load signals
load output

# tree DIR: what is in it, sorted, without our own file
tree() {
	(cd "$1" && find . -type f ! -name job.json | sort)
}

@test '--results DIR: a directory for each source and value' {
	run -0 --separate-stderr forkpool run -c --results dir \
		'echo out {1} {2}; echo err {1} >&2' ::: a b/c ::: 'x y' ''
	[ -z "$output$stderr" ]
	[ "$(tree dir)" = "$(printf './1/%s\n' \
		{a,'b\_c'}/2/{,'x y/'}{seq,stderr,stdout} | sort)" ]
	[ "$(cat 'dir/1/b\_c/2/x y/'*)" = "$(
		cat 'dir/1/b\_c/2/x y/job.json')"$'\n3err b/c\nout b/c x y' ]
	run -0 forkpool run --header : --results named 'echo {n}{m}' \
		::: n a ::: m 1 2
	[ "$(cat named/m/2/n/a/stdout)" = a2 ]
	# what would lead elsewhere means nothing
	run -0 forkpool run --results mine echo ::: . .. ../.. / '\.'
	[ "$(tree mine | grep stdout)" = "$(printf './1/%s/stdout\n' \
		'\.' '\..' '\\.' '\_' '..\_..' | sort)" ]
	[ "$(cat 'mine/1/\../stdout')" = .. ]
}

@test '--results DIR: job.json tells of the job, of every kind' {
	run -1 forkpool run -j1 --results dir 'echo {}; exit 3' ::: a b
	[ "$(tail -n 2 <<<"$output" | head -n 1)" = 'forkpool: job 2 (b): exit 3' ]
	python3 -c 'import json
for n, value in enumerate(("a", "b")):
    o = json.load(open("dir/1/" + value + "/job.json"))
    assert o["seq"] == n + 1 and o["args"] == [value], o
    assert o["outcome"] == "exit" and o["exit"] == 3, o
    assert "stdout" not in o and o["attempts"] == 1, o'
	run -1 forkpool sleep --results dir -v 0.001 x
	[[ $output == *'job 2 (x): '* ]]
	grep -q after dir/1/0.001/stdout
	grep -q '"outcome":"ok"' dir/1/0.001/job.json
	grep -q 'not a duration' dir/1/x/stderr
	run -1 forkpool fetch --results dir http://127.0.0.1:1/
	grep -q '"outcome":"error"' 'dir/1/http:\_\_127.0.0.1:1\_/job.json'
	# what never ran leaves nothing, and its message is not lost
	run -1 forkpool run --results new 'echo $(({}))' ::: 1 z
	[[ $output == *'job 2 (z): the value stands in'* ]]
	[ "$(tree new | wc -l)" -eq 3 ]
}

@test '--results TEMPLATE names files by replacement strings' {
	run -0 --separate-stderr forkpool run --results 'out/{/.}.txt' \
		'echo out {}; echo e{#} >&2' ::: a/b.c ../d.e
	[ -z "$output$stderr" ]
	[ "$(tree out)" = "$(printf './%s\n' {b,d}.txt{,.err,.seq})" ]
	[ "$(cat out/d.txt out/d.txt.err out/d.txt.seq)" = $'out ../d.e\ne2\n2' ]
	run -0 forkpool run --results 'dir/{2}-{1}/' 'echo {1}' ::: a ::: c/d
	[ "$(tree dir)" = "$(printf './c/d-a/%s\n' seq stderr stdout)" ]
	run -0 forkpool run --results 'in-{}' echo ::: x
	[ "$(cat in-x in-x.seq)" = $'x\n1' ]
}

@test '--results DIR: equal records have directories of their own' {
	# the first in the list is the first, whichever ends first
	run -0 forkpool run -j3 --results dir \
		'[ {#} != 1 ] || until [ -e dir/1/a/\#3/seq ]; do sleep 0.01; done
		echo {#}' ::: a b a a
	[ -z "$output" ]
	[ "$(cat dir/1/a/{,'#2/','#3/'}stdout dir/1/b/stdout)" = $'1\n3\n4\n2' ]
	# also when only one of them is repeated, or the list has changed
	work='echo {} >>ran; [ {} != b ] || { echo no; [ -e calm ]; }'
	run -1 forkpool run --journal j --joblog l --results r "$work" \
		::: a b b a c
	[ "$(tree r | grep -c stdout)" -eq 5 ]
	cp -r r s
	sqlite3 j "UPDATE job SET state = 'ok' WHERE seq = 2"
	awk '{ if ($1 == 2) $7 = 0 } 1' FS='\t' OFS='\t' l >m
	: >calm
	: | tee r/1/b/{,'#2/'}stdout >s/1/b/stdout
	run -0 forkpool run --journal j --retry-failed
	is_text r/1/b/stdout ''
	is_text 'r/1/b/#2/stdout' no
	run -0 forkpool run --joblog m --resume-failed --results s "$work" \
		::: new a b b a c a
	is_text s/1/b/stdout ''
	is_text 's/1/b/#2/stdout' no
	is_text 's/1/a/#3/seq' 7
	[ "$(tree s | grep -c stdout)" -eq 7 ]
	[ "$(sort ran | uniq -c | tr -s ' \n' ' ')" = ' 3 a 4 b 1 c 1 new ' ]
}

@test '--results: a name that leads elsewhere, or comes twice, is an error of that job' {
	mkdir sub
	run -1 --separate-stderr forkpool run -j1 --results 'sub/{}.txt' echo \
		::: ../x a /etc/b c/../../../y a d/e
	[[ ${stderr_lines[0]} == 'forkpool: job 1 (../x): cannot write '*': it leaves its directory' ]]
	[[ $stderr == *'job 4 (c/../../../y): cannot write '*': it leaves its directory'* ]]
	[[ $stderr == *'job 5 (a): cannot write sub/a.txt: another job of this run has written it'* ]]
	[ "${stderr_lines[-1]}" = 'forkpool: 6 jobs: 3 ok, 3 failed' ]
	[ "$(find . -name '*.txt' | sort)" = "$(printf '%s\n' ./sub/a.txt \
		./sub/d/e.txt ./sub/etc/b.txt)" ]
	run -1 forkpool run -j1 --results '{}' echo ::: "$PWD/x" ''
	[[ $output == *'it leaves its directory'*'the name is empty'* ]]
	[ ! -e x ]
	long=$(printf %0255d 1)
	run -1 forkpool run -j1 --results dir echo ::: "$long" "${long}2"
	[[ $output == *": cannot write dir/1/$long/stdout: another job"* ]]
	# a value that is a directory of another
	run -1 forkpool run -j1 --results 'sub/{}' echo ::: x x/y z
	[[ $output == *'job 2 (x/y): cannot write sub/x/y: Not a directory'* ]]
	[ "$(cat sub/z)" = z ]
	[ -z "$(find . -name '.forkpool*')" ]
}

@test '--results: a file that is there is no directory to write into' {
	echo kept >plain
	for name in plain plain/ plain/sub; do
		run -2 --separate-stderr forkpool run --results $name touch ran ::: a
		[[ $stderr == "forkpool: --results $name: Not a directory; write "* ]]
	done
	[ ! -e ran ]
	is_text plain kept
	# a template is another matter
	run -0 forkpool run --results '{}' echo ::: plain
	is_text plain plain
}

@test '--results of an earlier run are replaced' {
	umask 027
	for text in first second; do
		run -0 forkpool run --results dir 'echo {1}' ::: "$text" \
			::: same
		run -0 forkpool sleep --results 'out/{}' 0.001
		run -0 forkpool run --results 'again' "echo $text; : {}" ::: a
	done
	[ "$(cat again/1/a/stdout)" = second ]
	[ "$(stat -c %a again/1/a again/1/a/*)" = $'750\n640\n640\n640\n640' ]
	[ "$(find . -name '.forkpool*')" = '' ]
}

@test '--results: a job that is repeated alone keeps its number' {
	run -1 forkpool run --journal j --results 'r/{#}' \
		'echo {}; [ {} = a ] || [ -e calm ]' ::: a b
	touch calm
	run -0 forkpool run --journal j --retry-failed
	is_text r/1 a
	is_text r/2 b
}

@test '--results: every byte, of both streams, in any order of printing [E9]' {
	make_blobs
	sort -u list >list.uniq
	for option in -k -u --line-buffer --as-completed; do
		rm -rf dir
		run -0 forkpool run -j3 $option --results dir \
			'cat {}; cat {} >&2' <list.uniq
		[ -z "$output" ]
		while IFS= read -r blob; do
			cmp "dir/1/$blob/stdout" "$blob"
			cmp "dir/1/$blob/stderr" "$blob"
		done <list.uniq
	done
}

@test '--results: files appear when they are whole' {
	mkfifo gate.1
	start "$FORKPOOL" run -j2 --results dir 'echo begun; read -r _ <gate.{}
		echo end' ::: 1
	wait_for has_workers "$fp" 1
	[ -z "$(find . -path './dir/*')" ]
	open_gate gate.1
	finish 0
	[ "$(cat dir/1/1/stdout)" = $'begun\nend' ]
	# and those of a job that was ended do not
	start "$FORKPOOL" run --results cut 'echo begun; : >begun; sleep 100' ::: 1
	wait_for test -e begun
	kill -TERM "$fp"
	finish 143
	[ ! -e cut ]
}

@test '--results: nobody needs to read the output that is not printed' {
	run -0 bash -o pipefail -c '"$FORKPOOL" run -j1 --results dir \
		"sleep 0.1; echo {}" ::: 1 2 | true'
	[ "$(cat dir/1/*/stdout)" = "$(seq 2)" ]
	run -0 forkpool run --results other echo ::: a >&-
}

@test '--files prints the names of files with the output, in order' {
	mkdir kept
	run -0 --separate-stderr forkpool run -j3 --files --tmpdir kept \
		'sleep 0.0{}; echo {}; echo error {} >&2' ::: 3 2 1
	[ "${#lines[@]}" -eq 3 ]
	[ "$(cat "${lines[@]}")" = "$(seq 3 -1 1)" ]
	[[ ${lines[0]} == kept/* ]]
	[ "$(find kept -type f | wc -l)" -eq 3 ]
	[ "$stderr" = "$(printf 'error %s\n' 3 2 1)" ]
	run -0 forkpool sleep --files --tag --tmpdir kept -v 0.001 0
	[[ ${lines[1]} == $'0\t'kept/* ]]
	grep -q 'after 0' "${lines[1]#*$'\t'}"
	run -0 forkpool run --files --results dir -j2 'sleep 0.0{}; echo {}' ::: 2 1
	[ "$output" = $'dir/1/2/stdout\ndir/1/1/stdout' ]
	run -0 forkpool run --json --results dir2 echo ::: a
	[[ $output == '{"seq":1,'*'"stdout":"a\n","stderr":""}' ]]
	[ "$(cat dir2/1/a/stdout)" = a ]
}

@test '--results: a full disk fails the job, leaves no file, and ends the run [C4]' {
	unshare -Urm true 2>/dev/null || skip 'no user namespaces'
	mkdir disk
	run -4 --separate-stderr timeout -k 2 40 unshare -Urm sh -c '
		mount -t tmpfs -o size=1m none disk
		"$FORKPOOL" run -j1 --results disk \
			"[ {} != 2 ] || head -c 2000000 /dev/zero; echo {}" \
			::: 1 2 3
		status=$?
		find disk -type f >names
		exit $status'
	[[ ${stderr_lines[0]} == 'forkpool: job 2 (2): cannot write disk/1/2/stdout: No space left on device' ]]
	[[ $stderr == *'1 ok, 1 failed'* ]]
	[ "$(sort names)" = "$(printf 'disk/1/1/%s\n' job.json seq stderr stdout)" ]
	run -4 --separate-stderr timeout -k 2 40 unshare -Urm sh -c '
		mount -t tmpfs -o size=1m none disk
		"$FORKPOOL" run -j1 --results disk/x.jsonl \
			"head -c 600000 /dev/zero; echo {}" ::: 1 2 3'
	[[ $stderr == *'cannot write disk/x.jsonl: No space left on device'* ]]
	run -4 --separate-stderr timeout -k 2 40 unshare -Urm sh -c '
		mount -t tmpfs -o size=1m none disk
		"$FORKPOOL" run -j1 --files --tmpdir disk \
			"head -c 2000000 /dev/zero; echo {}" ::: 1 2'
	[[ $stderr == *'job 1 (1): cannot write disk/forkpool.'*': No space left on device'* ]]
	run -4 --separate-stderr forkpool run -j1 --results /proc/none/'{}' \
		echo ::: 1 2
	[[ $stderr == *'job 1 (1): cannot write /proc/none/1: '* ]]
}

@test '--results: a job whose file could not be kept is not ok in the journal [C4]' {
	unshare -Urm true 2>/dev/null || skip 'no user namespaces'
	mkdir disk
	work='[ {} != 2 ] || head -c 2000000 /dev/zero; echo {}'
	run -4 timeout -k 2 40 unshare -Urm sh -c '
		mount -t tmpfs -o size=1m none disk && exec "$@"' sh \
		"$FORKPOOL" run -j1 --journal j.db --results disk "$work" ::: 1 2 3
	[ "$(sqlite3 j.db 'SELECT seq, state FROM job ORDER BY seq')" = \
		$'1|ok\n2|failed' ]
	# the disk is gone, with what was ok: that is not looked at again
	run -0 forkpool run --resume-failed --journal j.db --results disk \
		"$work" ::: 1 2 3
	[ "$(cd disk/1 && echo *)" = '2 3' ]
	[ "$(wc -c <disk/1/2/stdout)" -eq 2000002 ]
}

@test '--results: what close and fdatasync tell of a file is heeded [C6]' {
	skip_under_sanitizer 'ASan must be the first library'
	local fault why
	for fault in close sync; do
		rm -f j.db
		run -4 --separate-stderr timeout -k 2 20 \
			env FP_FAULT=$fault:.forkpool.: LD_PRELOAD="$FP_TOOLS/fault.so" \
			"$FORKPOOL" run -j1 --journal j.db --results dir echo ::: a b
		why='Disk quota exceeded'
		[ $fault = close ] || why='Input/output error'
		[ "${stderr_lines[0]}" = "forkpool: job 1 (a): cannot write dir/1/a/stdout: $why" ]
		[ -z "$(find dir -type f)" ]
		[ "$(sqlite3 j.db "SELECT count(*) FROM job WHERE state = 'ok'")" -eq 0 ]
	done
	can_trace
	start strace -qq -o trace -e trace=fdatasync,fsync \
		"$FORKPOOL" run -j1 --sync=off --journal l.db --results dir echo ::: a
	finish 0
	! grep sync trace || return 1
}

@test '--results needs no more descriptors for more workers' {
	run -0 --separate-stderr bash -c 'ulimit -n 64
		exec timeout -k 2 40 "$FORKPOOL" run -j20 --results dir \
			"head -c 100000 /dev/zero; : {}"' < <(seq 60)
	[ -z "$stderr" ]
	[ "$(find dir -name stdout -size 100000c | wc -l)" -eq 60 ]
}

@test '--results of --pipe: names are made of numbers' {
	seq 10 >list
	run -0 forkpool run --pipe -N5 --results 'dir/{#}/' cat <list
	[ -z "$output" ]
	cat dir/1/stdout dir/2/stdout | cmp - list
	run -2 forkpool run --pipe -N5 --results dir cat <list
	[[ $output == *'write dir/{#}/' ]]
	run -0 --separate-stderr forkpool run --pipe -N5 --json cat <list
	[[ ${lines[1]} == '{"seq":2,"args":[],'*'"stdout":"6\n7\n8\n9\n10\n",'* ]]
	# and there too the list is not written while it is read
	for command in 'run --pipe cat <list >>list' \
		'run --pipe-part -a list cat >>list'; do
		run -2 timeout -k 2 20 bash -c "\"\$FORKPOOL\" $command"
		[[ $output == *'is the same file as this list'* ]]
	done
	seq 10 | cmp - list
}
