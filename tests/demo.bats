# demo: what "make demo" shows, and that it cleans up behind itself.
#
# not sanitized: it takes long, and only forkpool would be sanitized

load helper

demo=$BATS_TEST_DIRNAME/tools/demo

# The demo's forkpool: ours, after it has noted where the demo has its files.
setup_demo() {
	cat >noting <<-'E'
		#!/bin/sh
		dirname "$(readlink "/proc/$$/fd/0")" >"$FP_NOTE"
		exec "$FP_REAL" "$@"
	E
	chmod +x noting
	export FP_NOTE=$PWD/note FP_REAL=$FORKPOOL
	[[ $FP_REAL == /* ]] || FP_REAL=$BATS_TEST_DIRNAME/../$FP_REAL
	export FORKPOOL=$PWD/noting
}

# An nginx tells its directory in its title.
has_nginx() {
	pgrep -f "^nginx: master process nginx -p $1/" >/dev/null
}

# Nothing is left of the demo whose directory is noted.
is_cleaned_up() {
	dir=$(cat note)
	[[ $dir == */build/demo.* ]]
	[ ! -e "$dir" ]
	! has_nginx "$dir"
}

@test 'the demo shows the pages, the account, the status and the times' {
	setup_demo
	run -0 --separate-stderr timeout -k 5 60 "$demo"
	[ -z "$stderr" ]
	[[ $output == *'$ forkpool fetch < urls | head -5'*'<title>Page 001</title>'* ]]
	[[ $output == *'/missing: HTTP 404'*'/broken: HTTP 500'* ]]
	[[ $output == *'forkpool: 207 jobs: 205 ok, 2 failed'*'exit status 1 '* ]]
	[[ $output =~ 'forkpool fetch, 16 workers'\ +[0-9.]+\ s ]]
	[[ $output =~ 'one curl process for all'\ +[0-9.]+\ s\ +[0-9.]+\ x ]]
	[[ $output =~ 'a loop, one curl process a URL'\ +[0-9.]+\ s\ +[0-9.]+\ x ]]
	[[ $output == *'The same 4074110 bytes in the same order, all three times'* ]]
	# it fits a terminal of 80 columns
	[ "$(wc -L <<<"$output")" -le 80 ]
	is_cleaned_up
}

@test 'the demo fails and says so when forkpool does not do as it should' {
	mkdir bin
	printf '#!/bin/sh\n' >bin/curl
	printf '#!/bin/sh\necho page\n' >wrong
	chmod +x bin/curl wrong
	PATH=$PWD/bin:$PATH FORKPOOL=$PWD/wrong run -1 --separate-stderr \
		timeout -k 5 60 "$demo"
	[[ $stderr == *"demo: forkpool's exit status is 0, not 1"* ]]
	[[ $stderr == *'demo: forkpool did not say that http://'*'/missing failed'* ]]
	[[ $stderr == *"demo: forkpool's bytes differ from curl's (loop)"* ]]
	[[ $output == *'Not all was as it should be.'* ]]
	FORKPOOL=$PWD/none run -1 --separate-stderr "$demo"
	[ "$stderr" = "demo: there is no $PWD/none (make)" ]
}

@test 'an interrupt in the middle of the demo leaves nothing behind' {
	setup_demo
	for signal in INT TERM; do
		rm -f note
		env --default-signal=INT setsid timeout --foreground -k 5 30 \
			"$demo" >out 2>err 3>&- &
		demo_pid=$!
		wait_for has_lines note 1
		has_nginx "$(cat note)"
		# as the terminal does it: to the whole group
		kill -s $signal -- -$demo_pid
		status=0
		wait $demo_pid || status=$?
		[ $status -eq $((128 + $(kill -l $signal))) ]
		is_cleaned_up
	done
}
