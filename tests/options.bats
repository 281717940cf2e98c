# options: what a user types wrong, what he asks about, and how many workers he
# gets.
# sanitized at length: test_options has the code

load helper

# mistake WORD ...: status 2, one line that says what is wrong, nothing run
mistake() {
	run -2 --separate-stderr forkpool "$@" </dev/null
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == 'forkpool: '* ]]
	[ ! -e x ]
}

# meet FORKPOOL-OPTION ...: three jobs that all wait until three of them run
meet() {
	rm -rf met
	mkdir met
	forkpool run "$@" 'touch met/{}; n=0
		until [ -e met/a ] && [ -e met/b ] && [ -e met/c ]; do
			[ $((n += 1)) -lt 500 ] || exit 9
			sleep 0.02
		done
		echo {} $FORKPOOL_SLOT' ::: a b c
}

@test '--help of a kind is a text on stdout that has every option' {
	for kind in run map fetch digest query sleep call; do
		run -0 --separate-stderr forkpool $kind --help
		[ -z "$stderr" ]
		[[ ${lines[0]} == "usage: forkpool $kind [options] "* ]]
		for option in '-0, --null' '-a, --arg-file' --as-completed \
			--crlf --dry-run --group '-h, --help' '-j, --jobs' \
			'-k, --keep-order' --line-buffer --lb --quiet \
			--spool-max '-t, --verbose' --tag --timeout \
			'-u, --ungroup' '-V, --version'; do
			[[ $output == *" $option "* ]]
		done
		[[ $output == *"forkpool help $kind"* ]]
		long=$output
		run -0 forkpool $kind -h
		[ "$output" = "$long" ]
	done
	run -0 forkpool run --help
	[[ $output == *--shell* && $output == *--linger* ]]
	# after other options, and whatever follows
	run -0 forkpool run -j3 --help --nonsense x
	[[ ${lines[0]} == 'usage: forkpool run '* ]]
}

@test 'no kind has an option twice' {
	for kind in run map fetch digest query sleep call; do
		forkpool $kind --help | grep -oE '^ +(-., +)?--[a-z-]+' >rows
		[ "$(wc -l <rows)" -gt 15 ]
		[ -z "$(sed 's/.*--//' rows | sort | uniq -d)" ]
		[ -z "$(grep -oE '^ +-[^-]' rows | sort | uniq -d)" ]
	done
}

@test 'no line of a help text is wider than a terminal' {
	forkpool --help >text
	for kind in run map fetch digest query sleep call; do
		forkpool $kind --help >>text
	done
	[ "$(wc -l <text)" -gt 80 ]
	[ "$(wc -L <text)" -lt 80 ]
}

@test '--help without a kind names all kinds' {
	run -0 --separate-stderr forkpool --help
	[ -z "$stderr" ]
	for kind in run map fetch digest query sleep call; do
		[[ $output == *$'\n'"  $kind "* ]]
	done
	long=$output
	run -0 forkpool -h
	[ "$output" = "$long" ]
}

@test '--version tells the version' {
	for words in --version -V 'run --version' 'sleep -V' 'fetch -j2 -V x'; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr forkpool $words
		[[ $output =~ ^forkpool\ [0-9]+\.[0-9.]+$ ]]
		[ -z "$stderr" ]
	done
}

@test 'without a kind there is a short text on stderr' {
	run -2 --separate-stderr forkpool
	[ -z "$output" ]
	[[ $stderr == 'usage: forkpool KIND '* ]]
}

@test 'an unknown kind is a mistake' {
	for kind in bogus RUN ru "''" echo ./run; do
		mistake "${kind#"''"}" touch x
		[[ $stderr == *": $kind: no such kind of job; see forkpool --help" ]]
	done
	for word in -- -j3 --bogus; do
		mistake "$word" run touch x
		[ "$stderr" = "forkpool: $word: a kind of job stands before its options, as in forkpool run $word" ]
	done
	for words in 'rnu run' 'runs run' 'fecth fetch' 'diget digest' \
		'job jobs' 'hlep help' 'quury query'; do
		mistake "${words% *}" x
		[[ $stderr == *": no such kind of job; ${words#* } is the nearest" ]]
	done
}

@test 'an unknown option is a mistake that is named' {
	mistake run --nope touch x
	[[ $stderr == 'forkpool: --nope: no such option; see forkpool run --help' ]]
	mistake run --nope=3 touch x
	[[ $stderr == *' --nope=3: no such option; '* ]]
	mistake run -Z touch x
	[[ $stderr == 'forkpool: -Z: no such option; see forkpool run --help' ]]
	mistake run -kZt touch x
	[[ $stderr == *' -Z: no such option; '* ]]
	mistake sleep --shell 0
	[[ $stderr == *' --shell: no such option; see forkpool sleep --help' ]]
	mistake run --recned touch x
	[[ $stderr == *' --recned: no such option; --recend is the nearest' ]]
	mistake fetch --recned http://a/
	[[ $stderr == *' --recned: no such option; see forkpool fetch --help' ]]
	mistake fetch -c http://a/
	[[ $stderr == *' -c: no such option; see forkpool fetch --help' ]]
}

@test 'an option of another program says what to use instead' {
	for option in --sshlogin=h -S --eta --rpl --sqlmaster --tmux -p -i \
		-l3 --csv --semaphore --env --tee -kx --show-limits -o; do
		mistake run $option touch x
		[[ $stderr =~ \ an\ option\ of\ [a-zA-Z\ ]+\ that\ forkpool\ does ]]
	done
	mistake run -kl 3 touch x
	[[ $stderr == *'forkpool: -l: an option of xargs '*': write -L N' ]]
	mistake sleep --sshlogin=host 0
	[[ $stderr == *': --sshlogin=host: an option of GNU parallel '* ]]
	mistake fetch --parallel-max 8 http://127.0.0.1:9/
	[[ $stderr == *': --parallel-max: an option of curl '*': write -j N' ]]
	# of letters, that are ours, what stands behind them tells
	for words in '-L x://' '-s x://' -sS '-fsSL' '-I x://' '-X POST' \
		'-m 5' '-n x://' '-C -' '-u joe:secret'; do
		# shellcheck disable=SC2086
		mistake fetch $words http://127.0.0.1:9/
		[[ $stderr == *": another option than curl's: "* ]]
		[[ $stderr != *secret* ]]
	done
	for words in -u:127.0.0.1:9 -u:127.0.0.1:9/a:b -L2:127.0.0.1:9 \
		-m:127.0.0.1:9 -X:LOCALHOST:9 -IX:X; do
		run -0 forkpool fetch --dry-run "${words%%:*}" "${words#*:}"
	done
	# that it is the beginning of one of ours does not matter
	for words in '--dir d' --dir=d '--request POST'; do
		# shellcheck disable=SC2086
		mistake fetch $words http://127.0.0.1:9/
		[[ $stderr == *": ${words%% *}: an option of "* ]]
	done
	# a part of one is not it, and ours come first
	mistake run --sshlog touch x
	[[ $stderr == *' no such option'* ]]
}

@test 'an option of another program that changes nothing is accepted' {
	run -0 --separate-stderr forkpool fetch -Zf --location </dev/null
	[ -z "$stderr" ]
	run -0 --separate-stderr forkpool run --will-cite --plus --gnu echo \
		'{..}' ::: a.b.c
	[ "$output" = a ]
	[ -z "$stderr" ]
}

@test 'an option that is cut too short is a mistake that names all' {
	mistake run --t touch x
	[[ $stderr == 'forkpool: --t: ambiguous; write one of --'* ]]
	[[ $stderr == *' --tag, '* && $stderr == *' --timeout'* ]]
	mistake run --l=3 touch x
	[[ $stderr == *' --l=3: ambiguous; '*' --link, '*'--linger' ]]
	# one that is not is as good as the whole name
	run -0 forkpool run --dry touch x ::: a
}

@test 'an expression of Perl is left as it stands, with a warning' {
	run -0 --separate-stderr forkpool run echo '{= s/a/b/ =}' {} ::: a b
	[ "$output" = $'{= s/a/b/ =} a\n{= s/a/b/ =} b' ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == 'forkpool: warning: {= ... =} is left '*' ${1%.*}, '* ]]
	run -0 --separate-stderr forkpool run --quiet echo '{= 1 =}' ::: a
	[ -z "$stderr" ]
	run -0 --separate-stderr forkpool run echo '{=' '=}' ::: a
	[ -z "$stderr" ]
}

@test 'an option without its argument is a mistake' {
	for option in -j --jobs -a --arg-file --timeout --spool-max --linger; do
		mistake run $option
		[[ $stderr == "forkpool: $option: an argument is missing; see "* ]]
	done
	mistake run -kj
	[[ $stderr == *': an argument is missing; '* ]]
}

@test 'an option with an argument that it does not take is a mistake' {
	for option in --quiet=3 --dry-run= --shell=dash; do
		mistake run $option touch x
		[[ $stderr == "forkpool: $option: the option takes no argument;"* ]]
	done
}

@test 'what a terminal would obey in a mistake is escaped' {
	for words in $'run --n\x1b[31mo' $'a\x1b[31mb' $'help x\x1b[31m' \
		$'run -j\x1b[31m' $'run --timeout=\x1b[31m'; do
		# shellcheck disable=SC2086
		mistake $words
		[[ $stderr == *'^[[31m'* ]]
		[[ $stderr != *$'\x1b'* ]]
	done
}

@test 'what follows the first word is no option' {
	run -0 forkpool run printf '<%s>' --help -j -Z ::: --version -h
	[ "$output" = '<--help><-j><-Z><--version><--help><-j><-Z><-h>' ]
	run -0 forkpool run -- printf '<%s>' -- ::: a
	[ "$output" = '<--><a>' ]
}

@test '-j N is how many run at the same time, at most' {
	run -0 meet -j3
	[ "$(cut -d' ' -f1 <<<"$output")" = "$(printf 'a\nb\nc')" ]
	[ "$(cut -d' ' -f2 <<<"$output" | sort)" = "$(printf '1\n2\n3')" ]
	run -0 forkpool run -j1 'echo $FORKPOOL_SLOT {}' ::: a b c
	[ "$output" = "$(printf '1 a\n1 b\n1 c')" ]
	run -0 forkpool run --jobs=2 'mkdir busy$FORKPOOL_SLOT && sleep 0.05 &&
		rmdir busy$FORKPOOL_SLOT && ls -d busy* | wc -l >>seen; : {}' \
		::: 1 2 3 4 5 6
	[ "$(sort -n seen | tail -n 1)" -le 1 ]
}

@test '-j 0 runs all jobs at the same time' {
	run -0 meet -j0
	[ "$(cut -d' ' -f2 <<<"$output" | sort)" = "$(printf '1\n2\n3')" ]
}

@test '-j N%, +N and -N count the usable CPUs; -P is the same' {
	cpu=$(awk '/^Cpus_allowed_list/ { split($2, a, /[-,]/); print a[1] }' \
		/proc/self/status)
	timeout -k 2 40 taskset -c "$cpu" true || skip 'no taskset'
	forkpool() {
		timeout -k 2 40 taskset -c "$cpu" "$FORKPOOL" "$@"
	}
	run -0 meet -j300%
	run -0 meet -j201%
	run -0 meet -j +2
	run -0 meet -P3
	run -0 meet --max-procs=+2
	for j in 100% 99% 1% +0 -0 -1 -100000; do
		run -0 forkpool run -j$j 'echo $FORKPOOL_SLOT; : {}' ::: a b c
		[ "$output" = "$(printf '1\n1\n1')" ]
	done
	# the default
	run -0 forkpool run 'echo $FORKPOOL_SLOT; : {}' ::: a b c
	[ "$output" = "$(printf '1\n1\n1')" ]
}

@test 'there are never more workers than jobs' {
	"$FORKPOOL" run -j50 'touch {}; until [ -e go ]; do sleep 0.02; done' \
		::: a b c 3>&- &
	pid=$!
	wait_for [ -e a ]
	wait_for [ -e b ]
	wait_for [ -e c ]
	n=$(worker_pids "$pid" | wc -w)
	touch go
	wait "$pid"
	[ "$n" -eq 3 ]
}

@test 'a wrong number of workers is a mistake' {
	for j in x 1x x1 1.5 0x3 % 0% -5% +5% x% 10%% 100001 + - -+1 --1 ' 1' \
		999999999999999999999 999999999999999999999% 1e3 '1 2'; do
		mistake run -j"$j" touch x
		[[ $stderr == "forkpool: -j $j: "*'; write a number of workers'* ]]
	done
	mistake run -j '' touch x
	[[ $stderr == "forkpool: -j '': invalid; "* ]]
	mistake run --jobs= touch x
}

@test 'workers that the limit of descriptors does not allow are named [C7]' {
	ulimit -n 64
	run -0 --separate-stderr forkpool run -j1000 echo ::: a b
	[ "$output" = "$(printf 'a\nb')" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *'-j 1000: '*' allows no more than '*'; raise nofile'* ]]
	# who says "as many as possible" gets them without a word
	run -0 --separate-stderr forkpool run -j0 'echo {}; ulimit -n' ::: a
	[ "$output" = "$(printf 'a\n64')" ]
	[ -z "$stderr" ]
}

@test 'a wrong duration is a mistake' {
	for t in x -1 1y . 1..2 '1 s' 1e3 0x1 1h-1m 99999999999999999999 \
		300000d; do
		mistake run --timeout "$t" touch x
		[[ $stderr == "forkpool: --timeout $t: not a duration; write "* ]]
	done
	mistake run --timeout '' touch x
	[[ $stderr == "forkpool: --timeout '': not a duration; write "* ]]
	mistake run --timeout 0% touch x
	[[ $stderr == 'forkpool: --timeout 0%: too small; write '* ]]
	mistake run --linger 1y touch x
	[[ $stderr == 'forkpool: --linger 1y: not a duration; write '* ]]
}

@test 'a wrong size is a mistake' {
	for size in x -1 0 1X M 1.5M 1kk 1G5 '1 k' 99999999999999999999; do
		mistake run --spool-max "$size" touch x
		[[ $stderr == "forkpool: --spool-max $size: not a size; write "* ]]
	done
	# each names its option, and says what to write
	mistake run --shell-program= touch x
	[[ $stderr == "forkpool: --shell-program '': empty; write "* ]]
	mistake run -E '' touch x
	[[ $stderr == "forkpool: --eof '': empty; write "* ]]
	for size in 1000000 64M 2G 1k; do
		run -0 forkpool run --spool-max $size echo ::: a
		[ "$output" = a ]
	done
}

@test 'every way to order the output may be given, also several' {
	for words in -k --keep-order --group -u --ungroup --line-buffer --lb \
		--as-completed '-u -k' '--lb --group'; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr forkpool run -j1 $words echo ::: a b
		[ "$output" = "$(printf 'a\nb')" ]
		[ -z "$stderr" ]
	done
}

# page NAME: as man shows it, where man is more than a stub
page() {
	local file
	file=$(dirname "$FORKPOOL")/man/$1
	[ -r "$file" ] || skip "no page $1"
	man -l "$file" >want 2>/dev/null </dev/null || skip 'no man'
	grep -q EXAMPLES want || skip 'man shows no page here'
}

@test 'help opens the manual page, of a kind too' {
	export MANPAGER=cat PAGER=cat MANWIDTH=80
	page forkpool.1
	forkpool help >out </dev/null
	cmp out want
	page forkpool-run.1
	forkpool help run >out </dev/null
	cmp out want
}

@test 'help about what has no page is a mistake' {
	for topic in nosuch ../forkpool . run.1 'run '; do
		mistake help "$topic"
		[[ $stderr == "forkpool: no manual page for $topic; try "* ]]
	done
	mistake help ''
}

@test 'help without any page is a mistake, not a crash' {
	mkdir bin
	cp "$FORKPOOL" bin/forkpool
	[ ! -e /usr/share/man/man1/forkpool.1 ] || skip 'it is installed'
	FORKPOOL=$PWD/bin/forkpool
	mistake help
	[[ $stderr == 'forkpool: no manual pages beside the program, '* ]]
	mistake help run
}

@test 'modules are found where make install puts them' {
	mkdir -p usr/bin usr/lib/forkpool
	cp "$FORKPOOL" usr/bin/forkpool
	cp "$(dirname "$FORKPOOL")/fetch.so" usr/lib/forkpool
	FORKPOOL=$PWD/usr/bin/forkpool
	run -0 forkpool fetch --dry-run http://a/
	[ "$output" = 'forkpool fetch http://a/' ]
}
