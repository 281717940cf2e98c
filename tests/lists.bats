#!/usr/bin/env bats
# several lists, columns, and the strings that stand for their values

load helper

# out WORD ...: what forkpool run prints, on standard input nothing
out() {
	run -0 --separate-stderr forkpool run "$@" </dev/null
}

@test 'several lists are combined, the first changes slowest' {
	out echo ::: a b c ::: 1 2
	[ "$output" = "$(printf '%s\n' 'a 1' 'a 2' 'b 1' 'b 2' 'c 1' 'c 2')" ]
	printf 'x\ny\n' >list
	out -a list echo ::: 1 2 :::: list
	[ "${#lines[@]}" -eq 8 ]
	[ "${lines[1]}" = 'x 1 y' ]
	out echo :::: list list
	[ "${lines[2]}" = 'y x' ]
}

@test 'an empty list among several leaves no job' {
	out echo ::: a b ::: ::: 1
	[ -z "$output" ]
	out echo ::: ::: a
	[ -z "$output" ]
}

@test 'standard input may be one of the lists' {
	run -0 forkpool run echo ::: a b :::: - <<<$'1\n2'
	[ "$output" = "$(printf '%s\n' 'a 1' 'a 2' 'b 1' 'b 2')" ]
}

@test 'the first list may be endless' {
	run -0 bash -c 'yes | timeout 40 "$FORKPOOL" run echo :::: - ::: a b |
		head -3'
	[ "$output" = $'y a\ny b\ny a' ]
}

@test 'linked lists go together, the shorter one ends them' {
	out echo ::: a b c :::+ 1 2 ::: x y
	[ "$output" = "$(printf '%s\n' 'a 1 x' 'a 1 y' 'b 2 x' 'b 2 y')" ]
	printf '1\n2\n3\n' >list
	out echo ::: a b ::::+ list
	[ "$output" = $'a 1\nb 2' ]
	run -2 forkpool run echo :::+ a
	[[ $output == *'no list before it'* ]]
}

@test '--link links all lists, and the short ones begin anew' {
	out --link echo ::: a b c ::: 1 2
	[ "$output" = $'a 1\nb 2\nc 1' ]
	out --link echo ::: a ::: 1 2 3 ::: x y
	[ "$output" = $'a 1 x\na 2 y\na 3 x' ]
}

@test 'the words that begin a list can be renamed' {
	printf 'x\n' >list
	out --arg-sep ,, --arg-file-sep // echo ,, a ::: // list
	[ "$output" = $'a x\n::: x' ]
}

@test '-d sets the end of a record' {
	run -0 forkpool run -d , echo '[{}]' < <(printf 'a,b\nc,')
	[ "$output" = "$(printf '[a]\n[b\nc]')" ]
	run -0 forkpool run -d '\t' echo '[{}]' < <(printf 'a\tb')
	[ "$output" = $'[a]\n[b]' ]
	run -0 forkpool run -d '\0' echo '[{}]' < <(printf 'a\0b')
	[ "$output" = $'[a]\n[b]' ]
	run -2 forkpool run -d ab echo <<<x
	[[ $output == *'not one character'* ]]
}

@test '-E ends a list early' {
	run -0 forkpool run -E END echo < <(printf 'a\nEND\nb\n')
	[ "$output" = a ]
	out --eof END echo ::: a END b ::: 1 2
	[ "$output" = $'a 1\na 2' ]
}

@test '-r leaves out blank records, --trim strips white space' {
	run -0 forkpool run -r echo '[{}]' < <(printf 'a\n\n \t\nb\n')
	[ "$output" = $'[a]\n[b]' ]
	for how in 'n [ a ]' 'l [a ]' 'r [ a]' 'lr [a]' 'rl [a]'; do
		out --trim "${how%% *}" echo '[{}]' ::: ' a '
		[ "$output" = "${how#* }" ]
	done
	run -2 forkpool run --trim x echo ::: a
}

@test '-C cuts records into columns' {
	out -C ' +' echo '{2}-{1}-{3}' ::: 'a   b' 'c d e'
	[ "$output" = $'b-a-\nd-c-e' ]
	run -0 forkpool run --colsep '\t' printf '<%s>' < <(printf 'a b\tc\n')
	[ "$output" = '<a b><c>' ]
	out -C , echo '[{1}][{2}]' ::: ' a , b '
	[ "$output" = '[a][b]' ]
	out -C , --trim l echo '[{1}][{2}]' ::: ' a , b '
	[ "$output" = '[a ][b ]' ]
	out -C '\t' --trim n echo '[{1}][{2}]' ::: $' a\tb '
	[ "$output" = '[ a][b ]' ]
	out -C '\t' printf '<%s>' ::: $'\ta'
	[ "$output" = '<><a>' ]
	# an argument that is not there is no word
	out -C , printf '<%s>' '{1}' '{2}' 'x{3}' ::: a,b,c d, e
	[ "$output" = '<a><b><xc><d><><x><e><x>' ]
	out -C , 'printf "<%s>" {1} {2} "{2}"' ::: e
	[ "$output" = '<e><>' ]
	run -2 forkpool run -C '(' echo ::: a
	[[ $output == 'forkpool: -C (:'* ]]
}

@test '--header names the columns' {
	run -0 forkpool run -C , --header : echo '{zip} {city.}' \
		< <(printf 'city,zip\nBonn.x,53\nUlm,89\n')
	[ "$output" = $'53 Bonn\n89 Ulm' ]
	out --header : echo '{n}{m}' ::: n 1 2 ::: m a
	[ "$output" = $'1a\n2a' ]
	run -2 forkpool run --header : echo '{n}' </dev/null
	[[ $output == *'no line with the names of columns'* ]]
	# it is the one that has none that is named
	run -2 forkpool run --header : echo :::: /dev/null <(echo n)
	[[ $output == 'forkpool: /dev/null has no line with'* ]]
}

@test '--shuf runs all records, in an order of its own' {
	out --shuf echo ::: $(seq 200)
	[ "$output" != "$(seq 200)" ]
	[ "$(sort -n <<<"$output")" = "$(seq 200)" ]
}

@test 'parts of a path' {
	out echo '{} {.} {/} {//} {/.} {..} {+/} {+.}' ::: d/e/f.tar.gz
	[ "$output" = 'd/e/f.tar.gz d/e/f.tar f.tar.gz d/e f.tar d/e/f d/e gz' ]
	out echo '[{.}][{/}][{//}][{/.}][{..}][{+/}][{+.}]' ::: f
	[ "$output" = '[f][f][.][f][f][][]' ]
	out echo '{1/} {2.} {-1//} {-2/.} {3} {-3}' ::: a/b.c ::: d/e.f
	[ "$output" = 'b.c d/e d b  ' ]
}

@test 'numbers of jobs and workers' {
	out -j1 echo '{#} {%} {##} {0#}' ::: $(seq 11)
	[ "${lines[0]}" = '1 1 11 01' ]
	[ "${lines[10]}" = '11 1 11 11' ]
	run -2 forkpool run echo '{##}' <<<a
	[[ $output == *'need the number of jobs'* ]]
}

@test 'replacement strings can be renamed, others stay as they stand' {
	out -I ,, echo ,, {} ::: a
	[ "$output" = 'a {}' ]
	out --er E --bnr B --bner X --dnr D --seqreplace S --slotreplace T -j1 \
		echo 'E B X D S T' ::: d/f.c
	[ "$output" = 'd/f f.c f d 1 1' ]
	out echo '{x} {1x} {+} {###} {' ::: a
	[ "$output" = '{x} {1x} {+} {###} { a' ]
}

@test 'several values are words where they are bare, one inside quotes' {
	out 'printf "[%s]" {} "{}" '"'{}'"'; echo' ::: 'a b' ::: 'c;d'
	[ "$output" = '[a b][c;d][a b c;d][a b c;d]' ]
	out printf '<%s>' {} x{}y ::: 'a b' ::: c
	[ "$output" = '<a b><c><xa b cy>' ]
	run -0 forkpool run -C , 'printf "[%s]" {}; echo' < <(printf 'a,b\nc\n')
	[ "$output" = $'[a][b]\n[c]' ]
}

@test 'lists and strings are the same for every kind' {
	run -0 forkpool sleep --dry-run '{1}.{2}' ::: 0 1 ::: 5
	[ "$output" = $'forkpool sleep 0.5\nforkpool sleep 1.5' ]
	run -0 forkpool fetch --dry-run 'http://h/{/.}' ::: a/b.c
	[ "$output" = 'forkpool fetch http://h/b' ]
	run -0 forkpool sleep '0.0{1}' ::: 1 2 ::: 3
}

@test '--tag shows all arguments' {
	out --tag echo x ::: a ::: 1
	[ "$output" = $'a 1\tx a 1' ]
}

@test 'a number of jobs that nobody can count is not known' {
	local list
	mapfile -t list < <(seq 10000)
	run -2 --separate-stderr forkpool run --dry-run echo '{##}' \
		::: "${list[@]}" ::: "${list[@]}" ::: "${list[@]}" \
		::: "${list[@]}" ::: "${list[@]}"
	[ -z "$output" ]
	[[ $stderr == *'need the number of jobs'* ]]
}
