# compat, in full: the command lines that are much like those of compat.bats.
# not sanitized: what runs here runs in the tests of each option, too

load helper
load compat

@test 'lists, the rest' {
	same <<'LINES'
P echo ::: a b c
P echo ::: a b ::: 1 2
P echo :::: abc
P echo :::: abc num
P echo :::: abc ::: 1 2
P -a abc echo
cat abc | P echo
cat abc | P echo :::: -
cat abc | P -a - echo
P echo ::: a b c :::+ 1 2 3
P echo ::: a b :::+ 1 2 ::: x y
P echo :::: abc :::+ 7 8 9
P --link echo ::: a b c ::: 1 2
P --link -a abc -a num echo
P echo :::: empty
P --no-run-if-empty echo ::: a '' b
LINES
}

@test 'records and their ends, the rest' {
	same <<'LINES'
printf 'a,b,c' | P -d , echo
P --null echo :::: nul
P -d '\0' echo < nul
P --delimiter , echo :::: csv
P -E END echo ::: a END b
P --eof=b echo :::: abc
P --trim lr echo '[{}]' ::: ' a  b '
LINES
}

@test 'columns, the rest' {
	same <<'LINES'
P -C , echo {2}-{1} :::: csv
P -C ' ' echo {2} :::: words
P -C , --trim n echo '[{1}][{2}]' ::: ' a , b '
P -C , --trim l echo '[{1}][{2}]' ::: ' a , b '
P -C , --trim lr echo '[{1}][{2}]' ::: ' a , b '
P --header : echo {n} {m} ::: n 1 2 ::: m a b
P --header : --link echo {n} {m} ::: n 1 2 ::: m a b
LINES
}

@test 'replacement strings, the rest' {
	same <<'LINES'
P echo {} {} ::: a
P -j1 echo {%} ::: a b c
P echo {2}{2}{1} ::: a b ::: 1 2
P echo {-1} {-2} ::: a ::: 1
P echo x{}y{} ::: a b
P --replace X echo aXb ::: 1 2
P --extensionreplace EE echo EE ::: a.b
P --basenamereplace BB echo BB ::: a/b.c
P --basenameextensionreplace BE echo BE ::: a/b.c
P --dirnamereplace DD echo DD ::: a/b.c
P --plus echo {+/} {+.} ::: a/b.c
P --plus echo {##} ::: a b c
P --plus echo {0#} ::: 1 2 3 4 5 6 7 8 9 10
LINES
}

@test 'several records in one job, the rest' {
	same <<'LINES'
P -n2 echo {1} {2} ::: a b c d
P -N 2 echo ::: a b c d e
P -N2 echo {2} {1} ::: a b c
P -N 0 echo hi ::: a b c
P -L 2 echo < abc
P -L2 echo {1} {2} < abc
P -j1 -X echo ::: a b c
P -j1 -X echo x{}y ::: a b c
P -j1 -X echo {} {.} ::: a.x b.y
P -j1 -m -n2 echo x{} ::: a b c
P -j1 -X echo {}/{/} ::: a/b c/d
P -j1 --xargs 'echo {} | wc -w' ::: 1 2 3
P -j2 -X echo ::: 1 2 3 4
P -j2 -m echo ::: 1 2 3 4 5
P -n2 --tag echo ::: a b c
LINES
}

@test 'output, the rest' {
	same <<'LINES'
P --tag echo x ::: a b
P --tag -C , echo {2} :::: csv
P --tagstring '{}:' echo ::: a b
P --tagstring 'job {#}' echo ::: a b
P --group 'echo {}; sleep 0.{}; echo {}' ::: 2 1
P -j1 -u echo ::: a b
P -j1 --ungroup echo ::: a b
P 'seq 1000 | tail -n {}' ::: 5 10
P -j100% echo ::: a b
P -j+1 echo ::: a b
P -P 2 echo ::: a b
P 'exit {}' ::: 0 0
LINES
}

@test 'commands and quotes, the rest' {
	same <<'LINES'
P 'echo {} | tr ab AB' ::: a b
P 'echo {}; echo {}' ::: a b
P 'echo "{}"' ::: a b
P "echo '{}'" ::: a b
P 'x={}; echo $x$x' ::: a b
P 'test {} = a && echo yes || echo no' ::: a b
P 'cat; echo {}' ::: a
P 'cd / && pwd; : {}' ::: a
P 'echo {1}{2}{3}' ::: a ::: b
LINES
}

@test 'blocks of standard input, the rest' {
	same <<'LINES'
seq 10 | P --pipe -N 3 cat
seq 10 | P --pipe -L 3 wc -l
(echo h; seq 4) | P --pipe --header : -N 2 cat
printf 'a;b;c;d' | P --pipe --recend ';' -N 2 'cat; echo'
printf '' | P --pipe wc -c
seq 100 | P -j1 --round-robin --pipe --block 50 wc -l
LINES
}

@test 'results, the rest' {
	same <<'LINES'
P --results a.$program echo ::: a b; files a.$program
P --results c.$program echo ::: a b ::: 1 2; files c.$program
P --results "$program.{}.txt" echo ::: a b; cat $program.a.txt $program.b.txt
P --results g.$program.tsv echo ::: a b; cut -f1,7,10- g.$program.tsv
LINES
}

@test 'an end before the end of the list, the rest' {
	same <<'LINES'
P -j1 --halt now,fail=1 'echo {}; exit {}' ::: 0 1 0 0
P -j1 --halt soon,fail=2 'echo {}; exit {}' ::: 0 1 0 1 0
P -j1 --halt now,done=2 'echo {}; exit {}' ::: 1 0 0
P -j1 --halt never 'echo {}; exit {}' ::: 1 0 1
LINES
}

@test 'the log of jobs, and going on from it, the rest' {
	same <<'LINES'
P --joblog a.$program echo ::: a b; cut -f1,2,5-8 a.$program
P -j1 --joblog e.$program 'echo {}; exit {}' ::: 0 1; P --resume --joblog e.$program 'echo {}; exit {}' ::: 0 1 2
P --timeout 300% echo ::: a b
LINES
}

@test 'surroundings of a job, the rest' {
	same <<'LINES'
P --wd / 'pwd; : {}' ::: a
P --shuf -N 2 echo ::: 1 1 1
LINES
}

@test 'what GNU parallel calls otherwise, the rest' {
	f() { echo "f $1"; }
	export -f f
	same <<'LINES'
parallel -k echo ::: a b == R echo ::: a b
parallel -k -q echo '$x;' {} ::: 'a  b' == R echo '$x;' {} ::: 'a  b'
parallel -k --plus echo {..} ::: a.b.c == R echo {..} ::: a.b.c
parallel -k -n 0 echo hi ::: a b == R -N 0 echo hi ::: a b
parallel -k -l2 echo <abc == R -L 2 echo <abc
parallel -k --xapply echo ::: a b ::: 1 2 == R --link echo ::: a b ::: 1 2
parallel -k --spreadstdin wc -l <abc == R --pipe wc -l <abc
parallel --dryrun echo ::: == R --dry-run echo :::
parallel -k --silent echo ::: a == R --silent echo ::: a
parallel -j1 'echo $PARALLEL_SEQ; : {}' ::: a b == R 'echo $FORKPOOL_SEQ; : {}' ::: a b
parallel -j1 'echo $PARALLEL_JOBSLOT; : {}' ::: a b == R -j1 'echo $FORKPOOL_SLOT; : {}' ::: a b
PARALLEL_SHELL=/bin/bash parallel 'echo {} $BASH' ::: a == FORKPOOL_SHELL=/bin/bash R 'echo {} $BASH' ::: a
LINES
}
