# fetch: what comes out for a list of URLs, from a real nginx and from a server
# that does what nginx does not.

load helper
load deaths
load fetch

@test 'a list on standard input gives what fetching one after the other gives [curl#5175]' {
	run -1 --separate-stderr fetch_to out <"$SITE_DIR/urls"
	xargs curl -qsfL --noproxy '*' <"$SITE_DIR/urls" >want || :
	cmp out want
	[ "${#stderr_lines[@]}" -eq 3 ]
	[ "${stderr_lines[0]}" = "forkpool: $SITE_URL/missing: HTTP 404" ]
	[ "${stderr_lines[1]}" = "forkpool: $SITE_URL/broken: HTTP 500" ]
	[ "${stderr_lines[2]}" = 'forkpool: 207 jobs: 205 ok, 2 failed' ]
}

@test 'a pipe, words, -a, :::, and :::: give the same as standard input' {
	mapfile -t urls <few
	forkpool fetch < <(cat few) >out
	cmp out few.want
	forkpool fetch "${urls[@]}" >out </dev/null
	cmp out few.want
	forkpool fetch -a few >out </dev/null
	cmp out few.want
	forkpool fetch ::: "${urls[@]}" >out </dev/null
	cmp out few.want
	forkpool fetch :::: few >out </dev/null
	cmp out few.want
}

@test 'with any number of workers the output is the same' {
	for n in 1 2 3 0 50; do
		forkpool fetch -j $n <few >out
		cmp out few.want
	done
}

@test 'binary, empty and big bodies arrive as they are' {
	run -0 --separate-stderr fetch_to out "$SITE_URL/binary" \
		"$SITE_URL/empty" "$SITE_URL/big" "$SITE_URL/no-content" \
		"$SITE_URL/binary"
	cat "$SITE_DIR"/html/{binary,empty,big,binary} | cmp out -
	[ -z "$stderr" ]
}

@test 'a reply of length 0, by drips, and one that the close ends are whole' {
	serve_faults
	run -0 --separate-stderr fetch_to out -j1 "$faults/empty" \
		"$faults/drip" "$faults/empty" "$faults/until-close" \
		"$faults/drip"
	[ "$(cat out)" = 'drip drip...until the end
drip drip...' ]
	[ -z "$stderr" ]
}

@test 'a template makes the URLs' {
	run -0 --separate-stderr fetch_to out "$SITE_URL/page/{}.html" \
		::: 003 001 002
	cat "$SITE_DIR"/html/page/00{3,1,2}.html | cmp out -
	printf '004\n005\n' | forkpool fetch "$SITE_URL/page/{}.html" >out
	cat "$SITE_DIR"/html/page/00{4,5}.html | cmp out -
}

@test 'a template of several words fetches each of them in one job' {
	forkpool fetch "$SITE_URL/page/{}1.html" "$SITE_URL/page/{}2.html" \
		::: 00 01 >out
	cat "$SITE_DIR"/html/page/0{01,02,11,12}.html | cmp out -
	run -1 --separate-stderr fetch_to out "$SITE_URL/page/{}.html" \
		"$SITE_URL/{}" ::: 001
	[ ! -s out ]
	[ "${stderr_lines[0]}" = "forkpool: $SITE_URL/001: HTTP 404" ]
}

@test 'what is not 2xx is left out and named with its status' {
	run -1 --separate-stderr fetch_to out "$SITE_URL/page/001.html" \
		"$SITE_URL"/{missing,teapot,broken,busy} \
		"$SITE_URL/page/002.html"
	cat "$SITE_DIR"/html/page/00{1,2}.html | cmp out -
	[ "$stderr" = "forkpool: $SITE_URL/missing: HTTP 404
forkpool: $SITE_URL/teapot: HTTP 418
forkpool: $SITE_URL/broken: HTTP 500
forkpool: $SITE_URL/busy: HTTP 503
forkpool: 6 jobs: 2 ok, 4 failed" ]
}

@test 'the status is named however long the URL is' {
	long=$SITE_URL/missing/$(printf '%03000d' 0)
	run -1 --separate-stderr fetch_to out "$long"
	[[ ${stderr_lines[0]} == "forkpool: $SITE_URL/missing/000"*': HTTP 404' ]]
}

@test 'a refused connection is named with the words of libcurl' {
	closed=$(closed_port)
	run -1 --separate-stderr fetch_to out "http://127.0.0.1:$closed/x" \
		"$SITE_URL/page/001.html"
	cmp out "$SITE_DIR/html/page/001.html"
	[[ ${stderr_lines[0]} == "forkpool: http://127.0.0.1:$closed/x: "*"onnect to 127.0.0.1 port $closed"* ]]
	[ "${stderr_lines[1]}" = 'forkpool: 2 jobs: 1 ok, 1 failed' ]
}

@test 'an unknown host is named with the words of libcurl' {
	# no label is as long as that, so nobody is asked
	host=$(printf 'a%.0s' {1..70}).invalid
	run -1 --separate-stderr fetch_to out "http://$host/" \
		"$SITE_URL/page/001.html"
	cmp out "$SITE_DIR/html/page/001.html"
	[ "${stderr_lines[0]}" = \
		"forkpool: http://$host/: Could not resolve host: $host" ]
}

@test 'what is no URL is named and fails' {
	for url in 'http://127.0.0.1:123456/' 'http://' "$SITE_URL/a b" \
		'http://[::1/' "$SITE_URL"$'/page/001.html\r' ''; do
		run -1 --separate-stderr fetch_to out "$url"
		[ ! -s out ]
		[[ ${stderr_lines[0]} == "forkpool: ${url%$'\r'}"*': '?* ]]
		[ "${stderr_lines[1]}" = 'forkpool: 1 job: 0 ok, 1 failed' ]
	done
}

@test 'what is said of a URL holds nothing that a terminal obeys' {
	serve_faults
	run -1 --separate-stderr fetch_to out \
		$'http://127.0.0.1/\e[31mred\a' $'\u009b31m://x/' "$faults/garbage" \
		$'http://no\e[2Jhost/'
	[ ! -s out ]
	[[ ${stderr_lines[0]} == 'forkpool: http://127.0.0.1/^[[31mred\a: '?* ]]
	[[ $stderr != *[$'\e\a\u009b']* ]]
}

@test 'a name that is not ASCII is looked up in its ASCII form' {
	curl --version | grep -q 'libidn2\|IDN' || skip 'libcurl without IDN'
	port=${SITE_URL##*:}
	for locale in C C.UTF-8; do
		LC_ALL=$locale forkpool fetch \
			"http://bücher.localhost:$port/page/001.html" >out
		cmp out "$SITE_DIR/html/page/001.html"
	done
}

@test 'a reply that breaks off is a failure and not printed' {
	serve_faults
	for path in short reset garbage; do
		run -1 --separate-stderr fetch_to out "$SITE_URL/page/001.html" \
			"$faults/$path" "$SITE_URL/page/002.html"
		cat "$SITE_DIR"/html/page/00{1,2}.html | cmp out -
		[[ ${stderr_lines[0]} == "forkpool: $faults/$path: "?* ]]
		[ "${stderr_lines[1]}" = 'forkpool: 3 jobs: 2 ok, 1 failed' ]
	done
	run -1 --separate-stderr fetch_to out "$SITE_URL/hang-up"
	[ "${stderr_lines[0]}" = \
		"forkpool: $SITE_URL/hang-up: Empty reply from server" ]
}

@test 'a reply that breaks off at any of its bytes is a failure' {
	serve_faults
	# libcurl does without the very last byte of the chunks
	for reply in cut:52 cut-chunks:74; do
		n=${reply#*:}
		for ((i = 0; i <= n + 1; i++)); do
			echo "$faults/${reply%:*}?$i"
		done >list
		run -1 --separate-stderr fetch_to out -j4 --tag -a list
		tail -n +$((n + 1)) list | sed 's/$/	twelve bytes/' |
			cmp out -
		head -n "$n" list | sed 's/.*/&	forkpool: &: /' >want
		head -n "$n" <<<"$stderr" | grep -oE '^.*\?[0-9]+: ' |
			diff - want
	done
}

@test 'a connection that the server closed between two pages is no failure' {
	serve_faults
	for ((i = 0; i < 20; i++)); do
		echo "$faults/stale?$i"
	done >list
	run -0 --separate-stderr fetch_to out -j1 <list
	[ "$(grep -c '^whole$' out)" -eq 20 ]
	[ -z "$stderr" ]
	sed "s,^$faults,," list | cmp requests -
}

@test 'redirects are followed, permanent or not, relative or not' {
	run -0 --separate-stderr fetch_to out "$SITE_URL/redirect" \
		"$SITE_URL/redirect-permanent"
	cat "$SITE_DIR"/html/page/00{7,8}.html | cmp out -
	serve_faults
	run -0 --separate-stderr fetch_to out \
		"$faults/redirect?$SITE_URL/redirect"
	cmp out "$SITE_DIR/html/page/007.html"
}

@test 'ten redirects in a row are followed, and eleven are not' {
	serve_faults
	run -0 --separate-stderr fetch_to out "$faults/chain?10"
	[ "$(cat out)" = 'end of the chain' ]
	run -1 --separate-stderr fetch_to out "$faults/chain?11"
	[ ! -s out ]
	[ "${stderr_lines[0]}" = \
		"forkpool: $faults/chain?11: Maximum (10) redirects followed" ]
	no_match -q 'chain?0' <(tail -n 1 requests)
	run -1 --separate-stderr fetch_to out "$SITE_URL/loop"
	[ "${stderr_lines[0]}" = \
		"forkpool: $SITE_URL/loop: Maximum (10) redirects followed" ]
}

@test 'other protocols than http and https are refused' {
	touch secret
	for url in ftp://127.0.0.1/ "file://$PWD/secret" "FILE://$PWD/secret" \
		dict://127.0.0.1/ gopher://127.0.0.1/ nonsense://127.0.0.1/; do
		run -1 --separate-stderr fetch_to out "$url"
		[ ! -s out ]
		[[ ${stderr_lines[0]} == "forkpool: $url: Protocol "*" not supported or disabled in libcurl" ]]
	done
}

@test 'redirects to other protocols are refused' {
	serve_faults
	echo secret >secret
	for url in ftp://127.0.0.1/ "file://$PWD/secret" "FILE://$PWD/secret" \
		dict://127.0.0.1/ gopher://127.0.0.1/; do
		run -1 --separate-stderr fetch_to out "$faults/redirect?$url"
		[ ! -s out ]
		[[ ${stderr_lines[0]} == "forkpool: $faults/redirect?$url: Protocol "*" not supported or disabled in libcurl" ]]
	done
}

@test 'a certificate that nobody vouches for is refused' {
	serve_tls
	# there is something to be had
	curl -qskf --noproxy '*' "$tls/" >page
	[ -s page ]
	run -1 --separate-stderr fetch_to out "$tls/" "$SITE_URL/page/001.html"
	cmp out "$SITE_DIR/html/page/001.html"
	[[ ${stderr_lines[0]} == "forkpool: $tls/: "*certificate* ]]
	serve_faults
	run -1 --separate-stderr fetch_to out "$faults/redirect?$tls/"
	[ ! -s out ]
	[[ ${stderr_lines[0]} == "forkpool: $faults/redirect?$tls/: "*certificate* ]]
}

@test 'https is meant where the URL names no protocol' {
	serve_tls
	run -1 --separate-stderr fetch_to out "${tls#https://}/" "${tls#https://}/b"
	[[ ${stderr_lines[0]} == "forkpool: ${tls#https://}/: there is no http:// or https:// before it"* ]]
	[[ ${stderr_lines[1]} == "forkpool: ${tls#https://}/: "*certificate* ]]
	[ "${#stderr_lines[@]}" -eq 4 ]
	# as a page has it
	run -1 --separate-stderr fetch_to out "//${tls#https://}/"
	[[ ${stderr_lines[0]} == "forkpool: //${tls#https://}/: there is no http:// or https:// before it"* ]]
	[[ ${stderr_lines[1]} == "forkpool: //${tls#https://}/: "*certificate* ]]
}

@test 'neither .netrc nor .curlrc is read, and nothing is sent that is not asked' {
	serve_faults
	printf 'machine 127.0.0.1 login me password open-sesame\n' >.netrc
	printf 'header = "X-Mine: open-sesame"\n' >.curlrc
	chmod 600 .netrc
	HOME=$PWD CURL_HOME=$PWD run -0 --separate-stderr fetch_to out \
		"$faults/echo"
	[ "$(tr -d '\r' <out)" = "GET /echo HTTP/1.1
Host: ${faults#http://}
User-Agent: forkpool/$("$FORKPOOL" --version | sed 's/.* //')
Accept: */*
Accept-Encoding: $(curl_encodings)" ]
	forkpool fetch --no-compressed "$faults/echo" >out
	no_match -qi '^Accept-Encoding' out
}

@test 'the variables that name a proxy are heeded' {
	serve_faults
	http_proxy=$faults run -0 --separate-stderr fetch_to out \
		http://nowhere.invalid/echo
	[[ $(head -n 1 out) == 'GET http://nowhere.invalid/echo HTTP/1.1'* ]]
	http_proxy=$faults no_proxy=127.0.0.1 run -0 --separate-stderr \
		fetch_to out "$faults/echo"
	[[ $(head -n 1 out) == 'GET /echo HTTP/1.1'* ]]
}

@test 'four workers need no more than four connections for 200 pages' {
	mark=four-$RANDOM$RANDOM
	grep /page/ "$SITE_DIR/urls" | sed "s/\$/?$mark/" >list
	fetch_to out -j4 <list
	wait_for is_logged 200
	[ "$(connections)" -le 4 ]
	[ "$(connections)" -ge 2 ]
}

@test 'failures and redirects leave the connection of a worker open' {
	mark=one-$RANDOM$RANDOM
	for path in page/001.html missing page/002.html teapot redirect broken \
		empty no-content busy page/003.html; do
		echo "$SITE_URL/$path?$mark"
	done >list
	run -1 fetch_to out -j1 <list
	wait_for is_logged 10
	[ "$(connections)" -eq 1 ]
	# in the order of the list
	awk -v mark="$mark" 'index($4, mark) { print $4 }' "$SITE_DIR/access.log" |
		diff - <(sed "s,^$SITE_URL,," list)
}

@test 'sixteen workers fetch at once unless -j says otherwise' {
	serve_faults
	for ((i = 0; i < 40; i++)); do
		echo "$faults/gate?$i"
	done >list
	start "$FORKPOOL" fetch <list
	wait_for has_lines requests 16
	[ "$(worker_pids "$fp" | wc -w)" -eq 16 ]
	[ "$(wc -l <requests)" -eq 16 ]
	touch open
	finish 0
	sed 's,.*?,through the gate ,' list | cmp out -
	rm requests open

	start "$FORKPOOL" fetch -j3 <list
	wait_for has_lines requests 3
	[ "$(worker_pids "$fp" | wc -w)" -eq 3 ]
	touch open
	finish 0
	rm requests open

	start "$FORKPOOL" fetch < <(head -n 5 list)
	wait_for has_lines requests 5
	[ "$(worker_pids "$fp" | wc -w)" -eq 5 ]
	touch open
	finish 0
}

@test 'nothing is printed before its turn, and everything with --as-completed' {
	serve_faults
	set -- "$faults/gate?a" "$faults/drip" "$SITE_URL/page/001.html"
	{
		echo 'through the gate a'
		printf 'drip drip...'
		cat "$SITE_DIR/html/page/001.html"
	} >want
	start "$FORKPOOL" fetch -j2 "$@"
	wait_for has_lines requests 2
	[ ! -s out ]
	touch open
	finish 0
	cmp out want
	rm requests open

	start "$FORKPOOL" fetch -j2 --as-completed "$@"
	tail -n +2 want >rest
	wait_for cmp -s out rest
	touch open
	finish 0
	{
		cat rest
		echo 'through the gate a'
	} | cmp out -
}

@test 'with --tag each line begins with the URL' {
	set -- "$SITE_URL/page/007.html" "$SITE_URL/missing" \
		"$SITE_URL/page/001.html"
	run -1 --separate-stderr fetch_to out --tag "$@"
	for url in "$1" "$3"; do
		sed "s,^,$url	," "$SITE_DIR/html${url#"$SITE_URL"}"
	done >want
	cmp out want
	[ "${stderr_lines[0]}" = "$2	forkpool: $2: HTTP 404" ]
}

@test '--timeout ends a slow page and names it, and the others are fetched' {
	serve_faults
	run -1 --separate-stderr fetch_to out -j2 --timeout 2 \
		"$SITE_URL/page/001.html" "$SITE_URL/stuck" \
		"$faults/stall-head" "$faults/stall" "$SITE_URL/page/002.html"
	cat "$SITE_DIR"/html/page/00{1,2}.html | cmp out -
	[ "$(sort <<<"$stderr")" = "forkpool: 5 jobs: 2 ok, 3 failed
forkpool: job 2 ($SITE_URL/stuck): timed out
forkpool: job 3 ($faults/stall-head): timed out
forkpool: job 4 ($faults/stall): timed out" ]
}

@test 'a worker killed in mid-fetch: the page is fetched again, once [A1]' {
	serve_faults
	start "$FORKPOOL" fetch -j1 "$SITE_URL/page/001.html" "$faults/once?a" \
		"$SITE_URL/page/002.html"
	wait_for grep -qs '^stalled /once?a' requests
	kill -9 "$(worker_pids "$fp")"
	finish 0
	{
		cat "$SITE_DIR/html/page/001.html"
		printf '%s half of a\n' first other
		cat "$SITE_DIR/html/page/002.html"
	} | cmp out -
	[ ! -s err ]
	[ "$(grep -c '^/once?a' requests)" -eq 2 ]
}

@test 'workers killed at any time: every page is there, once [A1]' {
	kill_workers_of_fetch 5
}

@test 'all workers killed at once: every page is there, once [A13]' {
	serve_faults
	for i in a b c d e f; do
		echo "$faults/once?$i"
	done >list
	start "$FORKPOOL" fetch -j4 <list
	wait_for has_stalled 4
	# shellcheck disable=SC2046
	kill -9 $(worker_pids "$fp")
	# the last two as well, as soon as they hang; others may have ended
	wait_for has_stalled 6
	for victim in $(worker_pids "$fp"); do
		kill -9 "$victim" || :
	done
	finish 0
	for i in a b c d e f; do
		printf '%s half of '$i'\n' first other
	done | cmp out -
	[ ! -s err ]
}

@test 'a page that kills its worker three times is lost, the others are not' {
	serve_faults
	start "$FORKPOOL" fetch -j1 "$SITE_URL/page/001.html" "$faults/stall" \
		"$SITE_URL/page/002.html"
	for n in 1 2 3; do
		wait_for has_stalled $n
		kill -9 "$(worker_pids "$fp")"
	done
	finish 3
	cat "$SITE_DIR"/html/page/00{1,2}.html | cmp out -
	[ "$(cat err)" = "forkpool: job 2 ($faults/stall): lost: its worker was killed by signal 9 (KILL)
forkpool: 3 jobs: 2 ok, 1 lost" ]
}

@test 'a page that is printed as it comes is not fetched again' {
	serve_faults
	start "$FORKPOOL" fetch -j1 -u "$faults/once?a" "$SITE_URL/page/001.html"
	wait_for grep -qs '^first half of a' out
	kill -9 "$(worker_pids "$fp")"
	finish 3
	{
		echo 'first half of a'
		cat "$SITE_DIR/html/page/001.html"
	} | cmp out -
	grep -qF "forkpool: job 1 ($faults/once?a): lost: " err
}

@test 'an interrupt ends the fetches at once, and what is done is printed [B1]' {
	serve_faults
	start "$FORKPOOL" fetch -j2 "$SITE_URL/page/001.html" "$faults/stall" \
		"$faults/stall" "$faults/stall"
	wait_for has_stalled 2
	kill -INT "$fp"
	finish 130
	cmp out "$SITE_DIR/html/page/001.html"
	[ "$(grep -c '^/stall' requests)" -eq 2 ]
	grep -q '^forkpool: 4 jobs: 1 ok, 2 cancelled, 1 not run' err ||
		grep -q '^forkpool: 3 jobs: 1 ok, 2 cancelled' err
}

@test 'the fetches end at once when the reader goes away [B4]' {
	serve_faults
	start sh -c '{ "$FORKPOOL" fetch -u "$1/once?a" "$1/stall-head" \
			"$1/gate"
		echo $? >status; } | head -n 1' sh "$faults"
	finish 0
	[ "$(cat out)" = 'first half of a' ]
	[ "$(cat status)" -eq 141 ]
	[ ! -s err ]
}
