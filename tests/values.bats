# values: a value arrives as itself wherever {} stands in a script, and none of
# it ever becomes text of the script.
# sanitized at length: test_shell and test_shell_values have the code

load helper

# Each ends in NUL.  What would be run if it were text makes a file x.
make_values() {
	printf '%s\0' plain '' 'a b' $'a b\'; $(touch x) "\\' ' lead trail ' \
		'$(touch x)' '`touch x`' "'; touch x; '" '"; touch x; "' \
		$'"\'"\'$(touch x)' '); touch x' '& touch x' '| touch x' \
		'> x' $'\\' $'back\\' $'two\nlines' $'trailing\n' $'\n' \
		$'\nE\ntouch x\n' '/*' '[e]*' '?' -n -- '~' '!!' '{}' '{a,b}' \
		'${fp1} $1 $@ $x' fp1=2 '#c' '%s%n\0\c' 'a[$(touch x)]' \
		'esac' $'\xc3\xa9\xff\x80\x81\x88\xc3' $'\x01\x7f\t\r\x1b' >values
	mkdir dir
}

# arrives SCRIPT ...: each writes every value, and a NUL behind it, when it is
# run by dash and by bash; all are parts of one script
arrives() {
	local part script='' want=''
	for part; do
		script+="($part)"$'\n'
		want+='&\x00'
	done
	LC_ALL=C sed -z "s/.*/${want%????}/" values >want
	arrives_as want "$script"
}

# arrives_as FILE SCRIPT: the file is what it writes with all values
arrives_as() {
	local shell
	for shell in dash bash; do
		(cd dir && forkpool run -0 --shell-program $shell "$2") \
			<values >out
		cmp out "$1"
	done
	rmdir dir
	mkdir dir
}

@test 'a value arrives in a bare place' {
	make_values
	arrives 'printf "%s\0" {}' \
		'x={}; printf "%s\0" "$x"' \
		'x=a{}b; x=${x#a}; printf "%s\0" "${x%b}"' \
		'set -eu; IFS=abtou; printf "%s\0" {}'
}

@test 'a value arrives in double quotes' {
	make_values
	arrives 'printf "%s\0" "{}"' \
		'x="a${y-}{}b"; x=${x#a}; printf "%s\0" "${x%b}"' \
		'x="\"{}\""; x=${x#\"}; printf "%s\0" "${x%\"}"'
}

@test 'a value arrives in single quotes' {
	make_values
	arrives "printf '%s\\0' '{}'" \
		"x='a\"{}b'; x=\${x#a\\\"}; printf '%s\\0' \"\${x%b}\""
}

@test 'a value arrives in a command substitution' {
	make_values
	arrives 'x=$(printf %s. {}); printf "%s\0" "${x%.}"' \
		'x="$(printf %s. "{}")"; printf "%s\0" "${x%.}"' \
		'x=$(printf %s "$(printf %s. '\''{}'\'')"); printf "%s\0" "${x%.}"'
}

@test 'a value arrives in backquotes' {
	make_values
	arrives 'x=`printf %s. {}`; printf "%s\0" "${x%.}"' \
		'x=`printf %s. "{}"`; printf "%s\0" "${x%.}"' \
		'x="`printf %s. {}`"; printf "%s\0" "${x%.}"' \
		"x=\`printf %s. '{}'\`; printf '%s\\0' \"\${x%.}\""
}

@test 'a value arrives in a here-document' {
	make_values
	LC_ALL=C sed -z 's/.*/&.\n\x00&.\n/' values >lines
	arrives_as lines "$(printf '%s\n' 'cat <<E; printf "\0"' '{}.' E \
		'cat <<-E; printf "\0"' $'\t{}.' $'\tE')"
	arrives $'x=$(cat <<E\n{}.\nE\n); printf "%s\\0" "${x%.}"'
}

@test 'a value arrives in the body of a function' {
	make_values
	arrives 'f() { printf "%s\0" {}; }; f p q' \
		'f() ( set -- p; printf "%s\0" "{}" ); f'
}

@test 'a value arrives after set -- and after shift' {
	make_values
	arrives 'set -- p q; printf "%s\0" {}' \
		'shift; printf "%s\0" {}' \
		'set -- p q r; shift 2; f() { shift; printf "%s\0" {}; }; f p q'
}

@test 'a value arrives in the words of loops, conditions and case' {
	make_values
	arrives 'for i in {} "{}"; do x=$i; done; printf "%s\0" "$x"' \
		'if [ {} = "{}" ]; then printf "%s\0" {}; fi' \
		'case {} in "{}") printf "%s\0" {};; esac' \
		'true && printf "%s\0" {} | cat || touch x'
}

@test 'a value arrives where it is appended, and as the first argument' {
	make_values
	arrives_as values 'printf "%s\0"'
	arrives 'printf "%s\0" "$1"' \
		'printf "%s\0" "$@"' \
		'fp1=mine; printf "%s\0" {}'
}

@test 'a value arrives in what --dry-run prints' {
	make_values
	forkpool run -0 --dry-run 'x=$(printf "%s." {}); printf "%s\0" "${x%.}"' \
		<values >lines
	for shell in dash bash; do
		(cd dir && $shell ../lines) | cmp - values
	done
	rmdir dir
}

@test 'a value arrives in words that -c joins' {
	make_values
	forkpool run -0 -c printf "'%s\\0'" {} '|' cat <values >out
	cmp out values
	forkpool run -0 -c printf '"%s\0"' '{}{}' <values >out
	LC_ALL=C sed -z 's/.*/&&/' values | cmp - out
}

@test 'an arithmetic place takes integers of every form' {
	for shell in dash bash; do
		run -0 forkpool run --shell-program $shell -j1 \
			'i=3; echo $(({} + 1)) $((3-{})) $((i-{})) "$((i+{}))"' \
			::: 1 -5 +7 0x10 010 2147483648
		[ "$output" = "$(for n in 1 -5 7 16 8 2147483648; do
			echo $((n + 1)) $((3 - n)) $((3 - n)) $((3 + n))
		done)" ]
	done
}

@test 'an arithmetic place fails the jobs of what is no integer, the others run' {
	values=(x 'a[$(touch x)]' '1+1' '' ' 1' '1 ' 08 0x 1.5 1e3 -
		9223372036854775808 99999999999999999999 '$(touch x)' '1,x=2')
	run -1 --separate-stderr forkpool run -j1 'echo $(({} + 1))' ::: \
		1 "${values[@]}" 2
	[ "$output" = "$(printf '2\n3')" ]
	[ "$(grep -c 'not an integer' <<<"$stderr")" -eq "${#values[@]}" ]
	[[ $stderr == *"$((${#values[@]} + 2)) jobs: 2 ok,"* ]]
	[ ! -e x ]
}

@test 'a quoted here-document is refused, and its place is shown' {
	for begin in "<<'E'" '<<"E"' '<<\E' "<<-'E'" "<<E''" '<<"E"F'; do
		run -2 --separate-stderr forkpool run \
			"touch x; cat $begin"$'\n{}\nE\nEF\n' ::: a b
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == 'forkpool: in the script, at byte '* ]]
		[[ $stderr == *"cat $begin\\n{}\\nE"* ]]
		[[ $stderr == *'quoted here-document'* ]]
	done
	[ ! -e x ]
}

@test 'a quoted here-document without a value is none of our business' {
	run -0 forkpool run $'cat <<\'E\'; echo {}\n$x it\'s `\nE' ::: a
	[ "$output" = $'$x it\'s `\na' ]
	run -2 --separate-stderr forkpool run --dry-run 'echo ${#{}}' ::: a
	[[ $stderr == *'at byte 9 (echo ${#{}})'* ]]
}
