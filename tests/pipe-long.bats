# pipe-long: random data and random options: what the jobs of --pipe read, one
# after the other, is the data.

load helper

# one_of WORD ...: any of them
one_of() {
	shift $((RANDOM % $#))
	printf '%s' "$1"
}

# Records of any length, separators in a row, and NULs; as many bytes as $1.
make_data() {
	local words
	words=$(one_of 1 100 10000)
	head -c "$1" /dev/urandom |
		case $(one_of text binary sparse) in
		text) base64 -w "$words" ;;
		binary) tr "$(one_of a x '\0')" '\n' ;;
		sparse) tr -c 'a\n' "$(one_of b '\n')" ;;
		esac >list
}

# Random options; with much data, some fifty jobs at most.
make_options() {
	local size most
	size=$(stat -c %s list)
	most=$(one_of $((size / 50 + 1)) $((size / 3 + 1)) 1000000)
	[ "$size" -gt 1000 ] || most=$(one_of 1 10 100 5k 64K)
	options=("-j$(one_of 1 2 5)" --block "$most")
	case $(one_of part pipe pipe) in
	part) options+=(--pipe-part -a list) ;;
	pipe)
		options+=(--pipe)
		[ "$(one_of y n)" = y ] || options+=(-N "${most%[kK]}")
		[ "$(one_of y n)" = y ] || options+=(-L "$(one_of 1 2 7)")
		;;
	esac
	case $(one_of line text start both regexp) in
	text) options+=(--recend "$(one_of a '\n\n' aab '\0')") ;;
	start) options+=(--recstart "$(one_of a '\na' A)") ;;
	both) options+=(--recend '\n' --recstart "$(one_of a b '\n')") ;;
	regexp) options+=(--regexp --recend "$(one_of '\n+' '[a-c]' 'a|b')") ;;
	esac
}

@test 'random data and random options: the blocks are the data' {
	RANDOM=$((EPOCHSECONDS % 32768))
	echo "# seed $RANDOM"
	for _ in {1..100}; do
		make_data "$(one_of 0 1 1000 200000 2000000)"
		make_options
		echo "${options[*]}"
		forkpool run "${options[@]}" cat <list >out
		cmp out list
		# no job without any input
		forkpool run "${options[@]}" wc -c <list >sizes
		run ! grep -qx 0 sizes
	done
}

@test 'random data and --round-robin: every record comes once' {
	for _ in {1..30}; do
		seq "$(one_of 0 1 1000 100000)" | shuf >list
		forkpool run --pipe --round-robin "-j$(one_of 1 2 5)" \
			--block "$(one_of 100 5k 64k)" \
			"$(one_of cat 'sort -n')" <list >out
		sort -n out | cmp - <(sort -n list)
	done
}

@test 'random records and sizes: each comes once, and no line is too long' {
	for _ in {1..60}; do
		head -c "$(one_of 0 100 30000)" /dev/urandom |
			base64 -w "$(one_of 1 7 200)" | shuf >list
		size=$(one_of 300 1000 131072)
		how=$(one_of --xargs '-n 3' '-N 5' -X -m '-L 4')
		# shellcheck disable=SC2086
		forkpool run $how -s "$size" \
			"-j$(one_of 1 3)" echo "$(one_of '{}' '%{}')" <list >out
		awk -v size="$size" 'length + 6 > size { exit 1 }' out
		tr ' ' '\n' <out | sed 's/^%//' | cmp - list
	done
}

@test 'the same blocks as GNU parallel makes, in more ways' {
	type parallel >/dev/null 2>&1 || skip 'no GNU parallel'
	seq 3000 | sed 's/7$/7 and more/' >list
	while read -r how; do
		# shellcheck disable=SC2086
		parallel -k $how 'wc -c; :' <list 2>/dev/null >want
		# shellcheck disable=SC2086
		forkpool run $how 'wc -c; :' <list | cmp - want
	done <<-'E'
		--pipe --block 1000
		--pipe -N 300
		--pipe -L 4 -N 50
		--pipe --block 1k --recend 0\n
		--pipe --block 6k --recstart 1 --recend \n
		--pipe --block 1k --header :
		--pipe-part -a list --block 1000
		--pipe-part -a list --block 1k --header :
	E
}
