# second: a template that would put a value into the text of a second shell is
# warned of, and what the warning says to write is safe.

load helper

# warned PROGRAM WORD ...: one line about it, before anything runs; the job runs
warned() {
	run -0 --separate-stderr forkpool run --dry-run "${@:2}" ::: a
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "forkpool: warning: "*" that $1 runs, "* ]]
	run -0 --separate-stderr forkpool run --dry-run --quiet "${@:2}" ::: a
	[ -z "$stderr" ]
}

# silent WORD ...
silent() {
	run -0 --separate-stderr forkpool run --dry-run "$@" ::: a
	[ -z "$stderr" ]
}

@test 'a value in the text of a second shell is warned of, once' {
	run -0 --separate-stderr forkpool run sh -c 'echo x{}' ::: a b c
	[ "$output" = $'xa\nxb\nxc' ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *"write sh -c '... \"\$1\" ...' sh {}, or "* ]]
	warned sh sh -c 'echo {.}'
	warned bash env A=1 bash -euo pipefail -c 'echo {}'
	warned ssh ssh host ls
	warned ssh ssh host 'ls {}'
	warned python3 python3 -c 'print("{}")'
	warned eval 'eval x={}'
	warned sh 'cd /; sh -c "echo {}"'
	warned ssh 'cat {} | ssh host "cat > {}"'
	warned su 'su bob -c "ls $1"'
	warned bash $'bash <<E\necho {}\nE'
	warned trap "trap 'rm {}' EXIT"
	warned sh -c sh -c '"echo {}"'
	run -0 --separate-stderr forkpool run -I ,, --dry-run sh -c 'a ,,' ::: x
	[[ $stderr == *warning* ]]
}

@test 'a value beside the text of a second shell is not warned of' {
	silent sh -c 'echo "$1"' sh {}
	silent sh -c 'echo "$1"' sh
	silent 'sh -c '\''echo "$1"'\'' sh {}'
	silent sh -c {}
	silent sh -c 'echo {#}'
	silent ssh {} uptime
	silent 'echo {}'
	silent $'cat <<E\necho {}\nE'
	silent 'echo "eval {}"'
	run -0 --separate-stderr forkpool run -I ,, --dry-run sh -c 'a {}' ::: x
	[ -z "$stderr" ]
}

@test 'what the warning says to write is safe' {
	values=("it's" '$(touch x)' '`touch x`' '"; touch x; "' $'a\n b' '*')
	want=$(printf '<%s>\n' "${values[@]}")
	mkdir bin
	printf '#!/bin/sh\nshift\nexec bash -c "$*"\n' >bin/ssh
	chmod +x bin/ssh
	PATH=$PWD/bin:$PATH
	same() {
		run -0 --separate-stderr forkpool run "$@" ::: "${values[@]}"
		[ "$output" = "$want" ]
		[ -z "$stderr" ]
	}
	same sh -c 'printf "<%s>\n" "$1"' sh {}
	same 'x={}; eval '\''printf "<%s>\n" "$x"'\'
	same "x={}; trap 'printf \"<%s>\n\" \"\$x\"' EXIT"
	same flock lock printf '<%s>\n' {}
	same --shell-program bash 'ssh HOST "printf \"<%s>\\n\" ${1@Q}"'
	same python3 -c 'import sys; print("<%s>" % sys.argv[1])' {}
	same perl -e 'print "<$ARGV[0]>\n"' {}
	[ ! -e x ]
}
