# The same command lines with GNU parallel and with forkpool print the same.
# What differs on purpose is in the manual page of run, not here.
# not sanitized: what runs here runs in the tests of each option, too

load helper

R() {
	timeout -k 2 60 "$FORKPOOL" run "$@"
}

# P is either program.  GNU parallel keeps the order only with -k.
P() {
	if [ "$program" = gnu ]; then
		timeout -k 2 60 parallel -k "$@"
	else
		timeout -k 2 60 "$FORKPOOL" run --shell -k "$@"
	fi
}

make_files() {
	printf 'a\nb\nc\n' >abc
	printf '1\n2\n3\n' >num
	printf 'x,1\ny,2\n' >csv
	printf 'n,v\nx,1\ny,2\n' >hcsv
	printf 'p q\tr\ns\tt u\n' >tsv
	printf 'one two\nthree four\n' >words
	printf ' a \n\nb\n \n' >blank
	printf 'a\0b c\0' >nul
	: >empty
	# without it GNU parallel asks for citations
	mkdir .parallel
	: >.parallel/will-cite
	export HOME=$PWD
}

# both N LINE: what the two programs print of it; or of its halves, when there
# is a == in it: the left one is of another program, the right one is ours
both() {
	local program=gnu
	eval "${2% == *}" >"gnu.$1" 2>"gnu.err.$1" </dev/null || :
	program=ours
	eval "${2#* == }" >"ours.$1" 2>"ours.err.$1" </dev/null || :
}

is_gnu_parallel_here() {
	parallel --version 2>/dev/null | grep -q '^GNU parallel'
}

# same: each line of standard input is a command line, for both programs; four
# at a time
same() {
	local lines n bad=0 pids=()
	skip_under_sanitizer 'compared in the plain build'
	is_gnu_parallel_here || skip 'no GNU parallel'
	make_files
	mapfile -t lines
	for n in "${!lines[@]}"; do
		both "$n" "${lines[n]}" 3>&- &
		pids+=($!)
		[ ${#pids[@]} -lt 4 ] || {
			wait "${pids[@]}"
			pids=()
		}
	done
	wait "${pids[@]}"
	for n in "${!lines[@]}"; do
		cmp -s "gnu.$n" "ours.$n" || {
			bad=$((bad + 1))
			echo "differs: ${lines[n]}"
			head -n 20 "gnu.$n" "gnu.err.$n" "ours.$n" "ours.err.$n"
		}
	done
	[ $bad -eq 0 ]
}

@test 'lists' {
	same <<'LINES'
P echo ::: a b c
P echo ::: 'a  b' "it's" '$HOME' '*' ';' '"' '\' '' '~' '&'
P echo ::: a b ::: 1 2
P echo ::: a b ::: 1 2 ::: x y
P echo :::: abc
P echo :::: abc num
P echo :::: abc ::: 1 2
P echo ::: 1 2 :::: abc
P -a abc echo
P --arg-file abc -a num echo
P -a abc echo ::: 1 2
P -a abc -a num echo {2}-{1}
cat abc | P echo
cat abc | P echo :::: -
cat abc | P echo ::: 1 2 :::: -
cat abc | P -a - echo
P echo ::: a b c :::+ 1 2 3
P echo ::: a b c :::+ 1 2
P echo ::: a b :::+ 1 2 3
P echo ::: a b :::+ 1 2 ::: x y
P echo ::: x y ::: a b :::+ 1 2
P echo :::: abc ::::+ num
P echo :::: abc :::+ 7 8 9
P --link echo ::: a b c ::: 1 2
P --link echo ::: a b ::: 1 2 3 ::: x
P --link -a abc -a num echo
P --arg-sep ,, --arg-file-sep // echo ,, a b ,, 1 2 // num
P echo :::
P echo :::: empty
P echo < blank
P -r echo < blank
P --no-run-if-empty echo ::: a '' b
printf 'a\nb' | P echo
LINES
}

@test 'records and their ends' {
	same <<'LINES'
printf 'a,b,c' | P -d , echo
printf 'a,b,c,' | P -d , echo
printf 'a\tb\tc' | P -d '\t' echo
P -0 echo < nul
P --null echo :::: nul
P -d '\0' echo < nul
P --delimiter , echo :::: csv
P -E END echo ::: a END b
printf 'a\nENDx\nEND\nb\n' | P -E END echo
P --eof=b echo :::: abc
P --trim n echo '[{}]' ::: ' a '
P --trim l echo '[{}]' ::: ' a '
P --trim r echo '[{}]' ::: ' a '
P --trim lr echo '[{}]' ::: ' a  b '
P --trim rl echo '[{}]' < blank
LINES
}

@test 'columns' {
	same <<'LINES'
P -C , echo {2}-{1} :::: csv
P --colsep , echo {} :::: csv
P -C '\t' echo '{1}-{2}' :::: tsv
P -C ' ' echo {2} :::: words
P -C '[, ]' echo {2} ::: 'a,b' 'c d'
P -C , echo {1}{3}{2} ::: a,b,c d,e
P -C , echo {2} {3} :::: csv ::: z
P -C ' +' echo {2} ::: 'a   b'
P -C , echo '{-1} {-2}' ::: a,b,c
P -C , echo '[{1}][{2}]' ::: ' a , b '
P -C , --trim n echo '[{1}][{2}]' ::: ' a , b '
P -C , --trim l echo '[{1}][{2}]' ::: ' a , b '
P -C , --trim lr echo '[{1}][{2}]' ::: ' a , b '
P --header : echo {n} {m} ::: n 1 2 ::: m a b
P --header : -C , echo {n}={v} {1} :::: hcsv
P --header : echo {n.} {n/} {n//} {n/.} ::: n a/b.c
P --header : --link echo {n} {m} ::: n 1 2 ::: m a b
LINES
}

@test 'replacement strings' {
	same <<'LINES'
P echo {} {} ::: a
P echo {.} ::: a.b a.b.c a .b d.e/f x/.y
P echo {/} ::: a/b.c b /x/y/ a/
P echo {//} ::: a/b.c b /x/y /x a/b/c
P echo {/.} ::: a/b.c b.d /x/y.z.q d.e/f
P echo {#} ::: a b c
P -j1 echo {%} ::: a b c
P echo {2}{2}{1} ::: a b ::: 1 2
P echo {1.} {2/} {1//} {2/.} ::: a/b.c ::: d/e.f
P echo {-1} {-2} ::: a ::: 1
P echo {-1.} {-2/} ::: a/b.c ::: d/e.f
P echo {3} {1} ::: a ::: b
P echo x{}y{} ::: a b
P echo {x} {} ::: a
P -I ,, echo ,, {} ::: a b
P --replace X echo aXb ::: 1 2
P --extensionreplace EE echo EE ::: a.b
P --er EE echo EE {.} ::: a.b
P --basenamereplace BB echo BB ::: a/b.c
P --bnr BB echo BB ::: a/b.c
P --basenameextensionreplace BE echo BE ::: a/b.c
P --bner BE echo BE ::: a/b.c
P --dirnamereplace DD echo DD ::: a/b.c
P --dnr DD echo DD ::: a/b.c
P --seqreplace SS echo SS ::: a b
P -j1 --slotreplace TT echo TT ::: a b
P --plus echo {..} ::: a.b.c a.b a
P --plus echo {+/} {+.} ::: a/b.c
P --plus echo {##} ::: a b c
P --plus echo {0#} ::: 1 2 3 4 5 6 7 8 9 10
LINES
}

@test 'several records in one job' {
	same <<'LINES'
P -n 2 echo ::: a b c d e
P -n2 echo {1} {2} ::: a b c d
P -N 2 echo ::: a b c d e
P -N2 echo {2} {1} ::: a b c
P -N3 echo '[{}]' ::: a b c d
P -N 0 echo hi ::: a b c
P --max-args=2 echo {} x ::: 1 2 3
P -L 2 echo < abc
P -L 1 echo < words
P -L2 echo {1} {2} < abc
P -L 2 -C ' ' echo {1} {3} :::: words
P -j1 -X echo ::: a b c
P -j1 -X echo x{}y ::: a b c
P -j1 -m echo x{}y ::: a b c
P -j1 --xargs echo ::: a b c
P -j1 -X echo {} {.} ::: a.x b.y
P -j1 -X -n2 echo x{} ::: a b c
P -j1 -m -n2 echo x{} ::: a b c
P -j1 --xargs -n2 echo ::: a b c
P -j1 -X echo {}/{/} ::: a/b c/d
P -j1 -s 20 -X echo ::: aaaa bbbb cccc dddd
P -j1 --xargs --max-chars 20 echo ::: aaaa bbbb cccc dddd
P -j1 --xargs 'echo {} | wc -w' ::: 1 2 3
P -j1 -m 'echo {#}: {}' ::: 1 2 3
P -j2 -X echo ::: 1 2 3 4
P -j2 -m echo ::: 1 2 3 4 5
P -n2 echo ::: a b ::: 1 2
P -N2 echo {1} {2} {3} ::: a b ::: 1 2
P -n2 --tag echo ::: a b c
P -n4 -C , echo {1} {2} {3} {4} :::: csv
LINES
}

@test 'output' {
	same <<'LINES'
P --tag echo x ::: a b
P --tag echo ::: a ::: 1 2
P --tag 'echo x; echo y' ::: a
P --tag 'printf x' ::: a b
P --tag true ::: a
P --tag -C , echo {2} :::: csv
P --tagstring '{}:' echo ::: a b
P --tagstring '{2}-{1}' echo ::: a ::: 1 2
P --tagstring 'job {#}' echo ::: a b
P --tagstring '{/.}' echo ::: d/a.x
P --tagstring 'a\tb' echo ::: 1
P --lb --tag 'echo x; echo {}' ::: a b
P --line-buffer 'echo {}; sleep 0.{}; echo {}' ::: 2 1
P --group 'echo {}; sleep 0.{}; echo {}' ::: 2 1
P -j1 -u echo ::: a b
P -j1 --ungroup echo ::: a b
P 'sleep 0.{}; echo {}' ::: 3 2 1
P 'echo out; echo err >&2' ::: a
P 'seq 1000 | tail -n {}' ::: 5 10
P --keep-order --delay 0.01 --timeout 9 echo ::: a b
P -j100% echo ::: a b
P -j+1 echo ::: a b
P -P 2 echo ::: a b
P --jobs 0 --retries 2 --will-cite --gnu --plain echo ::: a b
P 'exit {}' ::: 0 0
LINES
}

@test 'commands and quotes' {
	same <<'LINES'
P 'echo {} | tr ab AB' ::: a b
P echo {} '|' tr ab AB ::: a b
P 'echo {}; echo {}' ::: a b
P 'echo "{}"' ::: a b
P "echo '{}'" ::: a b
P 'echo $(echo {})' ::: a b
P 'echo `echo {}`' ::: a b
P 'x={}; echo $x$x' ::: a b
P 'for i in {} z; do echo $i; done' ::: a b
P 'echo {} > {}.out; cat {}.out' ::: a b
P 'test {} = a && echo yes || echo no' ::: a b
P 'echo $((1+{}))' ::: 1 2
P 'f() { echo "<$1>"; }; f {}' ::: 'a  b' c
P 'printf "[%s]" x{}y; echo' ::: 'a b' "it's" '$x' '*' '~' ''
P ::: 'echo a' 'echo b; echo c'
printf 'echo a\necho b | tr b c\n' | P
P -q echo 'a;b' '$x' '{}' ::: 'c  d'
P --quote printf '%s|' '{.} {/}' ::: 'a b.c'
P 'echo {}' ::: -n --
P 'cat; echo {}' ::: a
P 'cd / && pwd; : {}' ::: a
P 'echo {1}{2}{3}' ::: a ::: b
LINES
}

@test 'blocks of standard input' {
	same <<'LINES'
seq 100000 | P --pipe --block 100k wc
seq 10 | P --pipe -N 3 cat
seq 10 | P --pipe -L 3 wc -l
seq 10 | P --pipe -L 2 -N 2 wc -l
seq 10 | P -j1 --pipe -N 4 'echo {#}; cat'
(echo h; seq 4) | P --pipe --header : -N 2 cat
(echo h; seq 6) | P --header '.*\n' --pipe -N 3 cat
printf 'a;b;c;d' | P --pipe --recend ';' -N 2 'cat; echo'
printf 'a;b;c;d' | P --pipe --recend ';' --rrs -N 2 'cat; echo'
printf '>a\nx\n>b\ny\n>c\n' | P --pipe --recstart '>' -N 2 'cat; echo =='
printf 'a1b22c333d' | P --pipe --regexp --recend '[0-9]+' -N 1 'cat; echo'
printf '' | P --pipe wc -c
printf 'a\nb' | P --pipe -N 1 'cat; echo .'
seq 10000 >part.$program; P --pipe-part -a part.$program --block 20k cat
seq 100 | P -j1 --round-robin --pipe --block 50 wc -l
seq 5 | P --tag --pipe -N 2 cat
LINES
}

@test 'results' {
	# files DIRECTORY: their names and what is in them, but for what only
	# we write
	files() {
		(cd "$1" && find . -type f ! -name job.json | sort |
			xargs tail -n 9 /dev/null)
	}
	same <<'LINES'
P --results a.$program echo ::: a b; files a.$program
P --results b.$program 'echo {}; echo e >&2' ::: a/b c; files b.$program
P --results c.$program echo ::: a b ::: 1 2; files c.$program
P --header : --results d.$program echo ::: x a b ::: y 1; files d.$program
P --results "$program.{}.txt" echo ::: a b; cat $program.a.txt $program.b.txt
P --results "e.$program/{}/" echo ::: a b; files e.$program
P --results f.$program.csv echo ::: a b; cut -d, -f1,7,10- f.$program.csv
P --results g.$program.tsv echo ::: a b; cut -f1,7,10- g.$program.tsv
P --results -.csv echo ::: a b | cut -d, -f1,7,10-
P --files echo ::: a b | xargs cat; rm -f "$TMPDIR"/*
LINES
}

@test 'an end before the end of the list' {
	same <<'LINES'
P -j1 --halt now,fail=1 'echo {}; exit {}' ::: 0 1 0 0
P -j1 --halt soon,fail=1 'echo {}; exit {}' ::: 0 1 0 0
P -j1 --halt soon,fail=2 'echo {}; exit {}' ::: 0 1 0 1 0
P -j1 --halt now,success=1 'echo {}; exit {}' ::: 1 0 0
P -j1 --halt now,done=2 'echo {}; exit {}' ::: 1 0 0
P -j1 --halt soon,fail=50% 'echo {}; exit {}' ::: 0 1 1 1
P -j1 --halt never 'echo {}; exit {}' ::: 1 0 1
P -j1 --halt 2 'echo {}; exit {}' ::: 0 1 0
P -j1 --retries 3 "echo {} >>rt.$program; wc -l <rt.$program; exit 1" ::: a
LINES
}

@test 'the log of jobs, and going on from it' {
	same <<'LINES'
P --joblog a.$program echo ::: a b; cut -f1,2,5-8 a.$program
P -j1 --joblog b.$program 'exit {}' ::: 0 3; cut -f1,5-8 b.$program
P --joblog c.$program echo ::: a b; P --resume --joblog c.$program echo ::: a b c
P -j1 --joblog d.$program 'echo {}; exit {}' ::: 0 1; P --resume-failed --joblog d.$program 'echo {}; exit {}' ::: 0 1 0
P -j1 --joblog e.$program 'echo {}; exit {}' ::: 0 1; P --resume --joblog e.$program 'echo {}; exit {}' ::: 0 1 2
P --timeout 300% echo ::: a b
LINES
}

@test 'surroundings of a job' {
	same <<'LINES'
P --wd / 'pwd; : {}' ::: a
P --workdir "$PWD/new" 'pwd; : {}' ::: a
P --nice 5 'nice; : {}' ::: a
P --process-slot-var v -j1 'echo $v; : {}' ::: a b
P --shuf -N 2 echo ::: 1 1 1
P --termseq TERM,100,KILL,25 --tmpdir . echo ::: a
LINES
}

@test 'what GNU parallel calls otherwise' {
	f() { echo "f $1"; }
	export -f f
	same <<'LINES'
parallel -k echo ::: a b == R echo ::: a b
parallel -j1 echo ::: a b == R -j1 --as-completed echo ::: a b
parallel -k echo {} '|' tr ab AB ::: a b == R -c echo {} '|' tr ab AB ::: a b
parallel -k -q echo '$x;' {} ::: 'a  b' == R echo '$x;' {} ::: 'a  b'
parallel -k --plus echo {..} ::: a.b.c == R echo {..} ::: a.b.c
parallel -k -n 0 echo hi ::: a b == R -N 0 echo hi ::: a b
parallel -k -l2 echo <abc == R -L 2 echo <abc
parallel -k -i X echo xX <abc == R -I X echo xX <abc
parallel -k --xapply echo ::: a b ::: 1 2 == R --link echo ::: a b ::: 1 2
parallel -k --spreadstdin wc -l <abc == R --pipe wc -l <abc
parallel -k --env f f ::: a == R -c --shell-program bash f ::: a
parallel --dryrun echo ::: == R --dry-run echo :::
parallel -k --silent echo ::: a == R --silent echo ::: a
parallel -j1 'echo $PARALLEL_SEQ; : {}' ::: a b == R 'echo $FORKPOOL_SEQ; : {}' ::: a b
parallel -j1 'echo $PARALLEL_JOBSLOT; : {}' ::: a b == R -j1 'echo $FORKPOOL_SLOT; : {}' ::: a b
PARALLEL_SHELL=/bin/bash parallel 'echo {} $BASH' ::: a == FORKPOOL_SHELL=/bin/bash R 'echo {} $BASH' ::: a
PARALLEL='-n 2' parallel -k echo ::: a b == R -n 2 echo ::: a b
LINES
}

@test 'what xargs does' {
	is_gnu_parallel_here() { :; }
	same <<'LINES'
xargs -d '\n' -n 1 echo <words == R echo <words
xargs -d '\n' -n 3 echo <abc == R -n 3 echo <abc
xargs -d '\n' echo <abc == R --xargs echo <abc
xargs -d , -n 1 echo <csv == R -d , echo <csv
xargs -0 -n 1 echo <nul == R -0 echo <nul
xargs -a abc -n 1 echo == R -a abc echo
xargs -I {} echo x{} <words == R echo x{} <words
xargs -I % echo x% <words == R -I % echo x% <words
xargs -L 2 echo <abc == R -L 2 echo <abc
xargs -s 20 echo <num == R --xargs -s 20 echo <num
seq 100 | xargs -s 50 echo == seq 100 | R --xargs -s 50 echo
xargs -E b -n 1 echo <abc == R -E b echo <abc
xargs -P 1 -n 1 echo <abc == R -P 4 echo <abc
xargs -P 0 -n 3 echo <abc == R -P 0 -n 3 echo <abc
xargs -r -n 1 echo <empty == R echo <empty
xargs -t -n 1 true <abc 2>&1 == R -t -j1 true <abc 2>&1
xargs -n 1 sh -c 'echo "<$1>"' sh <abc == R 'echo "<{}>"' <abc
xargs --process-slot-var v -n 1 sh -c 'echo $v' <abc == R -j1 --process-slot-var v 'echo $v; : {}' <abc
xargs -n 1 echo <words == tr -s '[:space:]' '\n' <words | R echo
LINES
}
