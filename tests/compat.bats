# The same command lines with GNU parallel and with forkpool print the same.
# What differs on purpose is in the manual page of run, not here; more of them
# are in compat-long.bats.
# not sanitized: what runs here runs in the tests of each option, too

load helper
load compat

@test 'lists' {
	same <<'LINES'
P echo ::: 'a  b' "it's" '$HOME' '*' ';' '"' '\' '' '~' '&'
P echo ::: a b ::: 1 2 ::: x y
P echo ::: 1 2 :::: abc
P --arg-file abc -a num echo
P -a abc echo ::: 1 2
P -a abc -a num echo {2}-{1}
cat abc | P echo ::: 1 2 :::: -
P echo ::: a b c :::+ 1 2
P echo ::: a b :::+ 1 2 3
P echo ::: x y ::: a b :::+ 1 2
P echo :::: abc ::::+ num
P --link echo ::: a b ::: 1 2 3 ::: x
P --arg-sep ,, --arg-file-sep // echo ,, a b ,, 1 2 // num
P echo :::
P echo < blank
P -r echo < blank
printf 'a\nb' | P echo
LINES
}

@test 'records and their ends' {
	same <<'LINES'
printf 'a,b,c,' | P -d , echo
printf 'a\tb\tc' | P -d '\t' echo
P -0 echo < nul
printf 'a\nENDx\nEND\nb\n' | P -E END echo
P --trim n echo '[{}]' ::: ' a '
P --trim l echo '[{}]' ::: ' a '
P --trim r echo '[{}]' ::: ' a '
P --trim rl echo '[{}]' < blank
LINES
}

@test 'columns' {
	same <<'LINES'
P --colsep , echo {} :::: csv
P -C '\t' echo '{1}-{2}' :::: tsv
P -C '[, ]' echo {2} ::: 'a,b' 'c d'
P -C , echo {1}{3}{2} ::: a,b,c d,e
P -C , echo {2} {3} :::: csv ::: z
P -C ' +' echo {2} ::: 'a   b'
P -C , echo '{-1} {-2}' ::: a,b,c
P -C , echo '[{1}][{2}]' ::: ' a , b '
P --header : -C , echo {n}={v} {1} :::: hcsv
P --header : echo {n.} {n/} {n//} {n/.} ::: n a/b.c
LINES
}

@test 'replacement strings' {
	same <<'LINES'
P echo {.} ::: a.b a.b.c a .b d.e/f x/.y
P echo {/} ::: a/b.c b /x/y/ a/
P echo {//} ::: a/b.c b /x/y /x a/b/c
P echo {/.} ::: a/b.c b.d /x/y.z.q d.e/f
P echo {#} ::: a b c
P echo {1.} {2/} {1//} {2/.} ::: a/b.c ::: d/e.f
P echo {-1.} {-2/} ::: a/b.c ::: d/e.f
P echo {3} {1} ::: a ::: b
P echo {x} {} ::: a
P -I ,, echo ,, {} ::: a b
P --er EE echo EE {.} ::: a.b
P --bnr BB echo BB ::: a/b.c
P --bner BE echo BE ::: a/b.c
P --dnr DD echo DD ::: a/b.c
P --seqreplace SS echo SS ::: a b
P -j1 --slotreplace TT echo TT ::: a b
P --plus echo {..} ::: a.b.c a.b a
LINES
}

@test 'several records in one job' {
	same <<'LINES'
P -n 2 echo ::: a b c d e
P -N3 echo '[{}]' ::: a b c d
P --max-args=2 echo {} x ::: 1 2 3
P -L 1 echo < words
P -L 2 -C ' ' echo {1} {3} :::: words
P -j1 -m echo x{}y ::: a b c
P -j1 --xargs echo ::: a b c
P -j1 -X -n2 echo x{} ::: a b c
P -j1 --xargs -n2 echo ::: a b c
P -j1 -s 20 -X echo ::: aaaa bbbb cccc dddd
P -j1 --xargs --max-chars 20 echo ::: aaaa bbbb cccc dddd
P -j1 -m 'echo {#}: {}' ::: 1 2 3
P -n2 echo ::: a b ::: 1 2
P -N2 echo {1} {2} {3} ::: a b ::: 1 2
P -n4 -C , echo {1} {2} {3} {4} :::: csv
LINES
}

@test 'output' {
	same <<'LINES'
P --tag echo ::: a ::: 1 2
P --tag 'echo x; echo y' ::: a
P --tag 'printf x' ::: a b
P --tag true ::: a
P --tagstring '{2}-{1}' echo ::: a ::: 1 2
P --tagstring '{/.}' echo ::: d/a.x
P --tagstring 'a\tb' echo ::: 1
P --lb --tag 'echo x; echo {}' ::: a b
P --line-buffer 'echo {}; sleep 0.{}; echo {}' ::: 2 1
P 'sleep 0.{}; echo {}' ::: 3 2 1
P 'echo out; echo err >&2' ::: a
P --keep-order --delay 0.01 --timeout 9 echo ::: a b
P --jobs 0 --retries 2 --will-cite --gnu --plain echo ::: a b
LINES
}

@test 'commands and quotes' {
	same <<'LINES'
P echo {} '|' tr ab AB ::: a b
P 'echo $(echo {})' ::: a b
P 'echo `echo {}`' ::: a b
P 'for i in {} z; do echo $i; done' ::: a b
P 'echo {} > {}.out; cat {}.out' ::: a b
P 'echo $((1+{}))' ::: 1 2
P 'f() { echo "<$1>"; }; f {}' ::: 'a  b' c
P 'printf "[%s]" x{}y; echo' ::: 'a b' "it's" '$x' '*' '~' ''
P ::: 'echo a' 'echo b; echo c'
printf 'echo a\necho b | tr b c\n' | P
P -q echo 'a;b' '$x' '{}' ::: 'c  d'
P --quote printf '%s|' '{.} {/}' ::: 'a b.c'
P 'echo {}' ::: -n --
LINES
}

@test 'blocks of standard input' {
	same <<'LINES'
seq 100000 | P --pipe --block 100k wc
seq 10 | P --pipe -L 2 -N 2 wc -l
seq 10 | P -j1 --pipe -N 4 'echo {#}; cat'
(echo h; seq 6) | P --header '.*\n' --pipe -N 3 cat
printf 'a;b;c;d' | P --pipe --recend ';' --rrs -N 2 'cat; echo'
printf '>a\nx\n>b\ny\n>c\n' | P --pipe --recstart '>' -N 2 'cat; echo =='
printf 'a1b22c333d' | P --pipe --regexp --recend '[0-9]+' -N 1 'cat; echo'
printf 'a\nb' | P --pipe -N 1 'cat; echo .'
seq 10000 >part.$program; P --pipe-part -a part.$program --block 20k cat
seq 5 | P --tag --pipe -N 2 cat
LINES
}

@test 'results' {
	same <<'LINES'
P --results b.$program 'echo {}; echo e >&2' ::: a/b c; files b.$program
P --header : --results d.$program echo ::: x a b ::: y 1; files d.$program
P --results "e.$program/{}/" echo ::: a b; files e.$program
P --results f.$program.csv echo ::: a b; cut -d, -f1,7,10- f.$program.csv
P --results -.csv echo ::: a b | cut -d, -f1,7,10-
P --files echo ::: a b >h.$program; xargs cat <h.$program; xargs rm <h.$program
LINES
}

@test 'an end before the end of the list' {
	same <<'LINES'
P -j1 --halt soon,fail=1 'echo {}; exit {}' ::: 0 1 0 0
P -j1 --halt now,success=1 'echo {}; exit {}' ::: 1 0 0
P -j1 --halt soon,fail=50% 'echo {}; exit {}' ::: 0 1 1 1
P -j1 --halt 2 'echo {}; exit {}' ::: 0 1 0
P -j1 --retries 3 "echo {} >>rt.$program; wc -l <rt.$program; exit 1" ::: a
LINES
}

@test 'the log of jobs, and going on from it' {
	same <<'LINES'
P -j1 --joblog b.$program 'exit {}' ::: 0 3; cut -f1,5-8 b.$program
P --joblog c.$program echo ::: a b; P --resume --joblog c.$program echo ::: a b c
P -j1 --joblog d.$program 'echo {}; exit {}' ::: 0 1; P --resume-failed --joblog d.$program 'echo {}; exit {}' ::: 0 1 0
LINES
}

@test 'surroundings of a job' {
	same <<'LINES'
P --workdir "$PWD/new" 'pwd; : {}' ::: a
P --nice 5 'nice; : {}' ::: a
P --process-slot-var v -j1 'echo $v; : {}' ::: a b
P --termseq TERM,100,KILL,25 --tmpdir . echo ::: a
LINES
}

@test 'what GNU parallel calls otherwise' {
	f() { echo "f $1"; }
	export -f f
	same <<'LINES'
parallel -j1 echo ::: a b == R -j1 --as-completed echo ::: a b
parallel -k echo {} '|' tr ab AB ::: a b == R -c echo {} '|' tr ab AB ::: a b
parallel -k -i X echo xX <abc == R -I X echo xX <abc
parallel -k --env f f ::: a == R -c --shell-program bash f ::: a
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
