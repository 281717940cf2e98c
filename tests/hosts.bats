# hosts: what fetch does for the sake of hosts: how many connections, how fast,
# and pauses that they ask for.  Two hosts: nginx, and a server of our own.
# shellcheck disable=SC2154 # set in what is loaded

load helper
load deaths
load fetch

# pages FIRST LAST: URLs of the site, marked as this test's
pages() {
	mark=hosts-$FP_TEST_ID
	seq -f "$SITE_URL/page/%03g.html?$mark" "$1" "$2"
}

# contents FIRST LAST: what they are
contents() {
	local n
	for n in $(seq -f %03g "$1" "$2"); do
		cat "$SITE_DIR/html/page/$n.html"
	done
}

asked() {
	wc -l <requests
}

has_asked() {
	[ -e requests ] && [ "$(asked)" -ge "$1" ]
}

# lasted TENTHS COMMAND ...: of a second, at least
lasted() {
	local tenths=$1 begin=${EPOCHREALTIME/[.,]/}
	shift
	"$@"
	[ $((${EPOCHREALTIME/[.,]/} - begin)) -ge $((tenths * 100000)) ]
}

@test '--per-host: a host gets so many at a time, others go on' {
	serve_faults
	{
		seq -f "$faults/gate?%g" 9
		pages 1 40
	} >list
	start "$FORKPOOL" fetch -j8 --per-host 3 <list
	# all of a host that stands far behind in the list
	wait_for is_logged 40
	wait_for has_asked 3
	[ "$(asked)" -eq 3 ]
	[ ! -s out ]
	touch open
	finish 0
	{
		seq -f 'through the gate %g' 9
		contents 1 40
	} | cmp out -
	[ "$(asked)" -eq 9 ]
}

@test 'a host that asks for a pause gets one, other hosts go on [curl#5905]' {
	local since=$SECONDS
	serve_faults
	{
		seq -f "$faults/busy?2.%g" 30
		pages 1 40
	} >list
	start "$FORKPOOL" fetch -j4 --retries 0 --retry-delay 0 <list
	wait_for is_logged 40
	touch calm
	finish 0
	{
		seq -f 'not busy 2.%g' 30
		contents 1 40
	} | cmp out -
	[ ! -s err ]
	# four at first, then one in two seconds, not all
	[ "$(asked)" -le $((30 + 4 + (SECONDS - since) / 2 + 1)) ]
}

@test 'without retries a URL fails, but those behind it wait' {
	serve_faults
	seq -f "$faults/busy?2.%g" 4 >list
	start "$FORKPOOL" fetch -j1 --quiet <list
	wait_for has_asked 1
	touch calm
	finish 1
	seq -f 'not busy 2.%g' 2 4 | cmp out -
	[ "$(asked)" -eq 4 ]
}

@test 'in a mixed list too' {
	serve_faults
	seq -f "fetch $faults/busy?2.%g" 3 >list
	start "$FORKPOOL" jobs -j1 --quiet list
	wait_for has_asked 1
	touch calm
	finish 1
	seq -f 'not busy 2.%g' 2 3 | cmp out -
	[ "$(asked)" -eq 3 ]
}

@test 'a pause may be asked for by 503 and with a date' {
	serve_faults
	start "$FORKPOOL" fetch --retries 2 --retry-delay 0 "$faults/busy-date"
	wait_for has_asked 1
	touch calm
	finish 0
	[ "$(cat out)" = 'not busy ' ]
	rm calm requests
	lasted 10 run -1 forkpool fetch -j1 --retries 2 --retry-delay 0 \
		"$faults/busy-date"
	[ "$(asked)" -eq 2 ]
}

@test 'after a redirect it is the host that answers which pauses' {
	serve_faults
	local other=${faults/127.0.0.1/localhost}
	lasted 18 run -1 --separate-stderr forkpool fetch -j1 --retries 2 \
		--retry-delay 0 "$faults/redirect?$other/busy?1" "$other/empty" \
		"$faults/empty?free"
	[ "$(grep -v redirect requests)" = '/busy?1
/empty?free
/busy?1
/empty' ]
}

@test 'a long pause is told, and can be interrupted' {
	serve_faults
	# for an hour at most
	start "$FORKPOOL" fetch -j1 "$faults/busy?9300000000000000" \
		"$faults/empty"
	wait_for grep -qsx "forkpool: ${faults#http://} asks for a pause: no \
more of its URLs for 3600 s" err
	kill -TERM "$fp"
	finish 143
	[ "$(asked)" -eq 1 ]
}

# given_back COMMAND [WORD ...]: runs it, again and again, until its standard
# error, in the file err, tells that a worker gave jobs back: one is sent
# several pages at once only while pages come quickly.
given_back() {
	local try
	for ((try = 0; try < 30; try++)); do
		rm -f open requests
		"$@"
		! grep -q ': from worker [0-9]*: BACK, job' err || return 0
	done
	echo 'no worker ever gave a job back'
	return 1
}

@test 'pages that are sent to a worker together do not wait for a slow one' {
	fetch_behind_gates() {
		start "$FORKPOOL" fetch -j4 --as-completed --debug <list
		wait_for has_asked 318
		touch open
		finish 0
		[ "$(asked)" -eq 318 ]
		[ "$(grep -o 'through the gate\|/any/' out | sort | uniq -c |
			paste -sd' ' | tr -s ' ')" = ' 15 /any/ 3 through the gate' ]
	}
	serve_faults
	for n in 1 2 3; do
		yes "$faults/empty" | head -n 100
		echo "$faults/gate?$n"
		seq -f "$faults/any/$n-%g" 5
	done >list
	given_back fetch_behind_gates
}

@test 'pages that were sent together with one that asks for a pause wait' {
	fetch_behind_busy() {
		lasted 9 run -1 --separate-stderr forkpool fetch -j1 --debug \
			-a list
		echo "$stderr" >err
		[ "$(tail -n 2 requests)" = $'/busy?1\n/any' ]
	}
	serve_faults
	{
		yes "$faults/empty" | head -n 200
		printf '%s\n' "$faults/busy?1" "$faults/any"
	} >list
	given_back fetch_behind_busy
}

@test '--rate: each host has its own, in parallel [curl#3920]' {
	serve_faults
	printf '%s\n' "$faults"/{busy?a,busy?b,busy?c} "$SITE_URL/empty" >list
	touch calm
	# a second each, but for the first: 2/s is slower in its first second
	lasted 10 forkpool fetch --rate 2/s <list >out
	printf 'not busy %s\n' a b c | cmp out -
	printf '%s\n' "$faults/busy?d" "$SITE_URL/empty" >list
	forkpool fetch --rate 1/h <list >out
}

@test '--rate-total: all hosts together' {
	serve_faults
	lasted 7 forkpool fetch --rate-total 600/m \
		"$faults"/empty?{1,2,3,4} "$SITE_URL"/empty?{1,2,3,4}
	[ "$(asked)" -eq 4 ]
}

@test 'URLs of a host go to the worker that has a connection' {
	serve_faults
	for n in 1 2 3 4 5; do
		pages "$n" "$n"
		echo "$faults/drip?$n"
	done >list
	pages 1 1 >/dev/null
	# both workers are free each time, the one of the drips since just now
	forkpool fetch -j2 --per-host 1 --rate 10/s <list >out
	[ "$(grep -c 'drip drip' out)" -eq 5 ]
	wait_for is_logged 5
	[ "$(connections)" -eq 1 ]
}

@test 'a worker that was at a host before the last one is found too' {
	serve_faults
	local other=${faults/127.0.0.1/localhost}
	mkfifo list
	start "$FORKPOOL" fetch -j2 --as-completed -a list
	exec 7>list
	# one worker waits at the gate, the other sees two hosts meanwhile
	echo "${faults/127.0.0.1/gate.localhost}/gate" >&7
	wait_for has_asked 1
	printf '%s\n' "$faults/who" "$other/who" >&7
	wait_for has_lines out 2
	touch open
	wait_for has_lines out 3
	echo "$faults/who" >&7
	wait_for has_lines out 4
	exec 7>&-
	finish 0
	[ "$(sed -n 1p out)" = "$(sed -n 4p out)" ]
}

@test 'the scheduler is asked for long turns, if the user has not asked it' {
	classes() {
		ps -o cls= -p "$fp" --ppid "$fp" | sort | uniq -c | tr -s ' '
	}
	serve_faults
	# whoever runs the tests may have chosen another class for them
	start chrt -o 0 "$FORKPOOL" fetch -j2 "$faults/gate?1" "$faults/gate?2"
	wait_for has_asked 2
	[ "$(classes)" = ' 3 B' ]
	touch open
	finish 0
	rm open requests
	start chrt -i 0 "$FORKPOOL" fetch "$faults/gate?3"
	wait_for has_asked 1
	[ "$(classes)" = ' 2 IDL' ]
	touch open
	finish 0
}

@test 'options about hosts that are wrong are usage errors' {
	while read -r option value; do
		run -2 --separate-stderr forkpool fetch "$option" "$value" x
		[[ $stderr == "forkpool: $option $value: "*'write '* ]]
	done <<-'END'
		--per-host 0
		--per-host many
		--rate 5
		--rate 5/d
		--rate /s
		--rate 0/s
		--rate 1.5/s
		--rate-total 2000000/s
	END
	run -2 --separate-stderr forkpool run --per-host 1 true
	[[ $stderr == *'--per-host: no such option'* ]]
	run -2 --separate-stderr forkpool fetch --per-hots 1 x
	[[ $stderr == *'--per-host is the nearest' ]]
}
