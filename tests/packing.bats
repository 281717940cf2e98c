# packing: several records become one job: which, how they are put into its
# words, and that no command line becomes longer than the system allows.
# sanitized at length: test_pack and test_argmax have the code

load helper

# jobs WANT OPTION ... -- WORD ...: that is what comes out for the records
# a.x, b, "c d", e and f
jobs() {
	local want=$1
	shift
	run -0 --separate-stderr forkpool run "$@" ::: a.x b 'c d' e f
	[ "$output" = "$(printf '%b' "$want")" ] || {
		printf 'got:\n%s\nwant:\n%b\n' "$output" "$want"
		return 1
	}
	[ -z "$stderr" ]
}

# refused MESSAGE WORD ...: status 2, and that in the one line on stderr
refused() {
	local message=$1
	shift
	run -2 --separate-stderr forkpool "$@" </dev/null
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "forkpool: "*"$message"* ]]
}

@test '-n: so many records a job, and {} stands for all of them' {
	jobs 'a.x b\nc d e\nf' -n2 echo
	jobs 'a.x b c d e f' --max-args 9 echo
	jobs '<a.x> <b>\n<c d> <e>\n<f>' -n 2 sh -c \
		'printf "<%s> " "$@" | sed "s/ \$//"; echo' sh
	jobs 'pa.x bs\npc d es\npfs' -n2 echo 'p{}s'
	jobs 'pa bs\npc d es\npfs' -n2 echo 'p{.}s'
	jobs 'a.x b a.x b\nc d e c d e\nf f' -n2 echo '{}' '{}'
	jobs 'a.x b\nc d e\nf' -n2 -c echo '{1}' '{2}'
	jobs '1 2 a.x b\n2 2 c d e\n3 1 f' -n2 -c 'echo {#} $# {}'
}

@test '-N: the same, and a word around {} is repeated' {
	jobs 'pa.x pb\npc d pe\npf' -N2 echo 'p{}'
	jobs 'pa.xs pbs\npc ds pes\npfs' --max-replace-args 2 -c echo 'p{}s'
	jobs 'pas/a.x pbs/b\npc ds/c d pes/e\npfs/f' -N2 echo 'p{.}s/{}'
	jobs 'b-a.x\ne-c d\n-f' -N2 echo '{2}-{1}'
	jobs 'a.x b c d\ne f' -N3 -c 'echo {1} {2} {3}'
	jobs 'f a.x' -N5 echo '{-1}' '{1}'
}

@test '-N0: a job for each record, and nothing of it' {
	jobs 'x\nx\nx\nx\nx' -N0 echo x
	jobs 'ab\nab\nab\nab\nab' -N0 echo 'a{}b' '{}'
	jobs '0\n0\n0\n0\n0' -N0 'echo $#'
	jobs 'x y\nx y\nx y\nx y\nx y' -N0 -c echo x {} y
}

@test '-L: so many lines, and one that ends in a blank goes on' {
	jobs 'pa.x pb\npc d pe\npf' -L2 echo 'p{}'
	printf '1\n2 \n3\t\n4\n\n5 \n' >list
	run -0 --separate-stderr forkpool run -L2 'printf "<%s>" "$@"; echo' \
		<list
	[ "$output" = $'<1><2 3\t4>\n<><5 >' ]
	run -0 forkpool run -L1 -s 9 echo < <(printf 'aa \nbbb\nc\n')
	[ "$output" = $'aa \nbbb\nc' ]
	run -0 forkpool run --max-lines 1 'printf "<%s>" "$@"; echo' <list
	[ "$output" = $'<1>\n<2 3\t4>\n<>\n<5 >' ]
}

@test '-X, -m: as many as fit, the last ones over all workers' {
	jobs 'pa.x pb pc d pe pf' -X -j1 echo 'p{}'
	jobs 'pa.x b c d e f' -m -j1 echo 'p{}'
	jobs 'pa.x pb pc d\npe pf' -X -j2 echo 'p{}'
	jobs 'pa.x b c d\npe f' --multiple -j2 echo 'p{}'
	jobs 'a.x\nb\nc d\ne\nf' --context-replace -j9 echo
	jobs 'pa.xs pbs pc ds pes pfs' -X -j1 'echo p{}s'
}

@test '--xargs: as many as fit, without that' {
	jobs 'a.x b c d e f' --xargs -j2 echo
	jobs 'pa.x b c d e f' --xargs -j2 echo 'p{}'
	run -0 --separate-stderr forkpool run --xargs -j2 'set -- "$@"; echo $#' \
		< <(seq 99)
	[ "$output" = 99 ]
}

@test '-s: no command is longer' {
	# each word and one byte behind it: echo has 5
	jobs 'a.x b\nc d e\nf' -s 11 --xargs echo
	jobs 'a.x b c d\ne f' -s 15 --xargs echo
	jobs 'a.x b\nc d e\nf' -s 15 -n2 echo
	jobs 'pa.x\npb\npc d\npe pf' -s 11 -X -j1 echo 'p{}'
	seq 2000 >list
	forkpool run --max-chars 600 --xargs echo <list >out
	tr ' ' '\n' <out | cmp - list
	awk '{ if (length + 6 > 600) long = 1; else if (length >= 590) full++ }
		END { exit long || full < NR - 1 }' out
}

@test 'a record that is longer than -s fails alone' {
	run -1 --separate-stderr forkpool run -s 11 --xargs echo ::: \
		a 1234567 b c
	[ "$output" = $'a\nb c' ]
	[ "${stderr_lines[0]}" = "forkpool: job 2 (1234567): the record is too \
long for a command line" ]
	[ "${stderr_lines[1]}" = 'forkpool: 3 jobs: 2 ok, 1 failed' ]
}

@test 'with columns and several lists, arguments of a record stay together' {
	run -0 --separate-stderr forkpool run -C, -N2 echo '{1}-{4} {}' \
		< <(printf '%s\n' 1,a 2,b 3,c)
	[ "$output" = $'1-b 1 1-b a 1-b 2 1-b b\n3- 3 3- c' ]
	run -0 --separate-stderr forkpool run -C, -N2 -c echo '{1}-{4} {}' \
		< <(printf '%s\n' 1,a 2,b 3,c)
	[ "$output" = $'1-b 1 a 2 b\n3- 3 c' ]
	run -0 --separate-stderr forkpool run -n2 echo ::: 1 2 ::: a b
	[ "$output" = $'1 a 1 b\n2 a 2 b' ]
	run -0 --separate-stderr forkpool run -m -j3 echo ::: 1 2 ::: a b
	[ "$output" = $'1 a 1 b\n2 a 2 b' ]
}

@test 'blank records, ends and white space are as without packing' {
	printf '1\n\n 2 \nE\n3\n' >list
	run -0 --separate-stderr forkpool run -r -E E --trim lr -n5 \
		'printf "<%s>" "$@"' <list
	[ "$output" = '<1><2>' ]
	run -0 --separate-stderr forkpool run -n5 'printf "<%s>" "$@"' <list
	[ "$output" = '<1><>< 2 ><E><3>' ]
	run -0 forkpool run --xargs echo </dev/null
	[ -z "$output" ]
	run -0 --separate-stderr forkpool run --shuf -n3 echo ::: 1 2 3
	[ "$(xargs -n1 <<<"$output" | sort | xargs)" = '1 2 3' ]
}

@test 'a job that is full runs before the list goes on' {
	mkfifo list
	exec 7<>list
	start "$FORKPOOL" run -n2 echo <list
	echo 1 >&7
	echo 2 >&7
	wait_for is_text out '1 2'
	echo 3 >&7
	exec 7>&-
	finish 0
	is_text out $'1 2\n3'
}

@test 'a list that breaks off: what was packed runs, and the place is told' {
	# the second read of it fails
	can_trace
	seq 5 >list
	run -4 --separate-stderr strace -f -qq -o /dev/null -P "$PWD/list" \
		-e trace=read -e inject=read:error=EIO:when=2+ \
		"$FORKPOOL" run -n9 -a list echo
	[ "$output" = '1 2 3 4 5' ]
	[[ $stderr == *'list: cannot read on after line 5: Input/output error'* ]]
}

@test 'values in words that are repeated never become text of a script' {
	printf '%s\0' plain '' 'a b' $'a b\'; $(touch x) "\\' ' lead' 'trail ' \
		'$(touch x)' '`touch x`' "'; touch x; '" '"; touch x; "' \
		$'"\'"\'$(touch x)' '); touch x' '& touch x' '| touch x' \
		'> x' $'\\' $'back\\' $'two\nlines' $'\nE\ntouch x\n' '/*' '?' \
		-n -- '{}' '{1}' '${fp1} $1 $@' '#c' '%s%n\0\c' \
		$'\xc3\xa9\xff\x80' $'\x01\x7f\t\r\x1b' >values
	sed -z 's/^/p/; s/$/q/' values >want
	for shell in dash bash; do
		for how in -N3 '-X -j2 -s 900'; do
			# shellcheck disable=SC2086
			for script in 'printf "%s\0" p{}q' 'printf "%s\0" "p{}q"' \
				"printf '%s\\0' 'p{}q'" \
				'printf "%s\0" p"{}"q $(: {} ); : "{1}"'; do
				forkpool run -0 --shell-program $shell $how \
					-- "$script" <values >out
				cmp out want
			done
		done
	done
	forkpool run -0 -N5 printf '%s\0' p{}q <values >out
	cmp out want
	sed -z 's/^/p/; s/$/ q/' values >want
	forkpool run -0 -n1 "printf '%s\\0' 'p{} q'" <values >out
	cmp out want
	[ ! -e x ]
}

@test 'a job of which a value is no integer fails, others of the pack too' {
	run -1 --separate-stderr forkpool run -N2 'echo $(({1} + {2}))' \
		::: 1 2 x 4 5 6
	[ "$output" = $'3\n11' ]
	[[ $stderr == *'job 2 (x 4): the value stands in $((...)) and is not an '* ]]
}

@test 'a place that is refused is refused before any job starts' {
	refused 'in ${...}' run -N2 'echo "${x-{}}"' ::: 1 2
	refused 'in the script, at byte' run -X "cat <<'E'
{}
E" ::: 1 2
	# but not if it is one only where words are repeated
	run -1 --separate-stderr forkpool run -N3 'echo "$(echo {})"' ::: 1 2 3 4
	[ "$output" = 4 ]
	[[ $stderr == *"job 1 (1 2 3): with the words around {} repeated, "* ]]
}

@test 'what jobs of several records are called' {
	run -1 --separate-stderr forkpool run -j1 -N2 --tag \
		'echo {1}; exit {#}' ::: a b c
	[ "$output" = $'a b\ta\nc\tc' ]
	[ "${stderr_lines[0]}" = 'forkpool: job 1 (a b): exit 1' ]
	[ "${stderr_lines[1]}" = 'forkpool: job 2 (c): exit 2' ]
	run -0 --separate-stderr forkpool run -N2 --dry-run echo '{1} {##}' \
		::: a b c
	[ "$output" = $'echo \'a 2\'\necho \'c 2\'' ]
	run -0 forkpool run -n2 --dry-run 'echo x{}' ::: 'a b' c
	[ "$output" = "/bin/sh -c 'fp1=\$1 fp2=\$2; shift 2; echo \
x\"\${fp1}\" \"\${fp2}\"' forkpool 'a b' c 'a b' c" ]
}

@test 'fetch and sleep take several records too' {
	run -0 --separate-stderr forkpool sleep -n1 0 0
	[ -z "$output$stderr" ]
	run -0 --separate-stderr forkpool sleep -n2 --dry-run 0 0.5 1
	[ "$output" = $'forkpool sleep 0 0.5\nforkpool sleep 1' ]
	forkpool sleep -N2 '0.{1}{2}' ::: 0 0 0 0
	run -0 --separate-stderr forkpool fetch -N2 --dry-run \
		"$SITE_URL/{1}/{2}" ::: a b c d
	[ "$output" = "forkpool fetch $SITE_URL/a/b
forkpool fetch $SITE_URL/c/d" ]
	forkpool fetch -N2 "$SITE_URL/{1}{2}" ::: bin ary >out
	forkpool fetch "$SITE_URL/binary" | cmp - out
	head -n 3 "$SITE_DIR/urls" >few
	forkpool fetch -n2 <few >out
	forkpool fetch <few | cmp - out
}

@test 'wrong numbers' {
	for option in -n -L; do
		refused "$option 0: too small" run $option 0 echo
	done
	for option in -n -N -L; do
		for value in -1 x 1.5 '' 99999999999999999999; do
			refused "$option ${value:-''}: " run $option "$value" \
				echo
		done
	done
	for value in 0 x -1 ''; do
		refused "-s ${value:-''}: not a size" run -s "$value" echo
	done
}

@test 'many records: no command is too long, and none is lost' {
	n=200000
	seq $n >list
	forkpool run --xargs echo <list >out
	tr ' ' '\n' <out | cmp - list
	[ "$(wc -l <out)" -lt $((n / 10000)) ]
	# as much as the system takes, not as -s says
	forkpool run -s 1G -X echo x{} <list >out
	tr -s ' ' '\n' <out | tr -d x | cmp - list
	forkpool run -s 1G -m 'printf "%s\n" {}' <list >out
	cmp out list
}

@test 'no command is too long for a big environment or a small stack' {
	n=50000
	seq $n >list
	for i in {1..9}; do
		printf -v "big$i" '%100000s' x
		export "big$i"
	done
	for stack in 8192 4096; do
		(
			ulimit -s $stack
			forkpool run -s 1G --xargs echo <list >out
			tr ' ' '\n' <out | cmp - list
			forkpool run -s 1G -X -j1 echo '{}{#}' <list >/dev/null
		)
	done
	unset "${!big@}"
	(
		ulimit -s 512
		forkpool run -s 1G --xargs echo <list >out
		tr ' ' '\n' <out | cmp - list
	)
}

@test 'records that are too long for one argument fail alone' {
	head -c 131071 /dev/zero | tr '\0' b >most
	{
		echo a
		cat most
		printf 'b\nc\n'
		cat most
		printf '\nd\n'
	} >list
	for how in --xargs -n9 '-X -j1'; do
		# shellcheck disable=SC2086
		run -1 --separate-stderr forkpool run -s 1G $how \
			'for i in "$@"; do echo ${#i}; done' <list
		[ "$output" = $'1\n1\n131071\n1' ]
		[[ ${stderr_lines[0]} == *'job 2 (bbbbb'*'too long'* ]]
	done
	# with something around it, it is too long
	run -1 --separate-stderr forkpool run -s 1G -X -j1 \
		sh -c 'for i; do echo ${#i}; done' sh x{} <list
	[ "$output" = $'2\n2\n2' ]
	[[ ${stderr_lines[2]} == *'5 jobs: 3 ok, 2 failed' ]]
}
