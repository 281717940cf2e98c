# fetch: limits of size and time, what is asked for and how, and what is refused
# to be asked.

load helper
load fetch

setup_file() {
	start_hosts
	: >"$BATS_FILE_TMPDIR/few"
}

eval "fetch_$(declare -f setup)"
setup() {
	fetch_setup
	[ -n "${ca:-}" ] || skip 'no openssl'
}

@test 'redirects of all kinds lead on, from host to host, and not in circles' {
	run -0 --separate-stderr fetch_to out "$hosts/301"
	[ "$(cat out)" = 'page of b' ]
	run -1 --separate-stderr fetch_to out --max-redirs 2 "$hosts/301" \
		"$hosts/loop" "$hosts/302"
	[ "$(cat out)" = 'page of b' ]
	[ "${stderr_lines[0]}" = "forkpool: $hosts/301: Maximum (2) redirects followed" ]
	[ "${stderr_lines[1]}" = "forkpool: $hosts/loop: Maximum (2) redirects followed" ]
}

@test 'https leads to http only with --allow-downgrade' {
	run -0 --separate-stderr fetch_to out --cacert "$ca" \
		"$hosts_tls/page.html" "$hosts/up"
	run -1 --separate-stderr fetch_to out --cacert "$ca" -j1 \
		"$hosts_tls/down" "$hosts/up-down" "$hosts/down"
	[ "$(cat out)" = 'page of a' ]
	for i in 0 1; do
		[[ ${stderr_lines[i]} == *': it redirects from https to http; --allow-downgrade follows it' ]]
	done
	run -0 fetch_to out --cacert "$ca" --allow-downgrade "$hosts/up-down"
	[ "$(cat out)" = 'page of a' ]
}

@test 'a certificate is trusted that --cacert vouches for, and any with --insecure' {
	run -1 --separate-stderr fetch_to out "$hosts_tls/page.html"
	[[ ${stderr_lines[0]} == *certificate* ]]
	run -1 fetch_to out --cacert "$ca" "${hosts_tls/a.localhost/c.localhost}/page.html"
	run -0 fetch_to out --insecure "${hosts_tls/a.localhost/c.localhost}/page.html"
	[ "$(cat out)" = 'page of a' ]
	run -2 --separate-stderr fetch_to out --cacert nowhere "$hosts/"
	[[ $stderr == 'forkpool: --cacert nowhere: No such file or directory' ]]
}

@test '--cacert takes the place of what the system trusts' {
	can_trace
	serve_tls
	run -1 strace -f -qq -o trace -e trace=%file "$FORKPOOL" fetch \
		--cacert certificate "$hosts_tls/page.html"
	grep -q '"certificate"' trace
	no_match -q '"/etc/ssl/certs/' trace
}

@test '--no-private refuses addresses of this host, also behind a name or a redirect' {
	run -1 --separate-stderr fetch_to out --no-private "$hosts/page.html" \
		"${hosts/a.localhost/127.0.0.1}/page.html" \
		"http://[::1]:$hosts_port/" "http://[::ffff:10.0.0.1]/" \
		http://169.254.169.254/latest/meta-data http://0/ \
		http://0x7f000001/
	[ ! -s out ]
	[ "$(grep -c ': its address is private, and --no-private refuses it$' <<<"$stderr")" -eq 7 ]
	# who goes through a proxy would not see the address: no label is as
	# long as this, so nobody is asked for it, and the proxy is private too
	host=$(printf 'a%.0s' {1..70}).invalid
	run -1 --separate-stderr env http_proxy="$hosts" "$FORKPOOL" fetch \
		--no-private "http://$host/"
	[[ ${stderr_lines[0]} == *"Could not resolve host: $host" ]]
	run -2 --separate-stderr fetch_to out --no-private --proxy "$hosts" x
	[[ $stderr == 'forkpool: --no-private and --proxy do not go together'* ]]
}

@test 'bodies are unpacked, and --max-filesize counts what comes of it' {
	forkpool fetch "$hosts/zeros.txt" | cmp - "${ca%/*}/html/a/zeros.txt"
	run -1 --separate-stderr fetch_to out --max-filesize 100K \
		"$hosts/zeros.txt" "$hosts/page.html" "$hosts/numbers"
	[ "$(cat out)" = 'page of a' ]
	[ "${stderr_lines[0]}" = "forkpool: $hosts/zeros.txt: the body is longer than --max-filesize allows" ]
	[ "${stderr_lines[1]}" = "forkpool: $hosts/numbers: the body is longer than --max-filesize allows" ]
	run -0 fetch_to out --max-filesize 1000000 "$hosts/zeros.txt"
	# only of the body that is asked for
	run -1 --separate-stderr fetch_to out --max-filesize 10 "$hosts/301" \
		"$hosts/404"
	[ "$(cat out)" = 'page of b' ]
	[ "${stderr_lines[0]}" = "forkpool: $hosts/404: HTTP 404" ]
}

@test 'what never ends is ended: a head, a body, a trickle, silence' {
	serve_faults
	run -1 --separate-stderr fetch_to out --max-filesize 1M \
		--speed-limit 1K --speed-time 1s "$faults/endless-head" \
		"$faults/endless" "$faults/trickle" "$faults/stall-head" \
		"$hosts/page.html" "$faults/endless?404" "$faults/endless?302"
	[ "$(cat out)" = 'page of a' ]
	[ "${stderr_lines[0]}" = "forkpool: $faults/endless-head: the reply's head is longer than 256 KiB" ]
	[ "${stderr_lines[1]}" = "forkpool: $faults/endless: the body is longer than --max-filesize allows" ]
	[[ ${stderr_lines[2]} == "forkpool: $faults/trickle: Operation too slow. Less than 1024 bytes/sec"* ]]
	[[ ${stderr_lines[3]} == "forkpool: $faults/stall-head: Operation too slow."* ]]
	# nor is one read to its end that nobody wants
	[ "${stderr_lines[4]}" = "forkpool: $faults/endless?404: HTTP 404" ]
	[ "${stderr_lines[5]}" = "forkpool: $faults/endless?302: HTTP 302" ]
	[ "${stderr_lines[6]}" = 'forkpool: 7 jobs: 1 ok, 6 failed' ]
}

@test 'bytes behind a body are not taken for the next reply' {
	serve_faults
	run -0 --separate-stderr fetch_to out -j1 "$faults/long" "$hosts/page.html" \
		"$faults/empty"
	[ "$(cat out)" = 'honestpage of a' ]
}

@test 'a head that begins as if it went on harms no worker [curl#11101]' {
	serve_faults
	run -1 forkpool fetch -j1 --quiet --json "$faults/any" \
		"$faults/folded" "$faults/folded?100" "$faults/folded" \
		"$faults/any" "$faults/bare"
	[ "$(jq -c '[.outcome, .attempts]' <<<"$output")" = '["ok",1]
["error",1]
["error",1]
["error",1]
["ok",1]
["ok",1]' ]
	run -0 --separate-stderr fetch_to out "$faults/any" "$faults/bare"
	[ "$(cat out)" = '/any bare: body' ]
}

@test 'headers, names and users are sent, and to no other host' {
	serve_faults
	forkpool fetch -H 'X-One: 1' --request-header 'Accept:' -A me/1 \
		--user joe:secret "$faults/echo" | tr -d '\r' >out
	[ "$(grep -v '^Accept-Enc\|^Host' out)" = "GET /echo HTTP/1.1
Authorization: Basic $(printf joe:secret | base64)
User-Agent: me/1
X-One: 1" ]
	forkpool fetch "http://ann:pass@${hosts#http://}/301" >out
	[ "$(cat out)" = 'page of b' ]
	wait_for grep -q "^b.localhost /page.html -" "$hosts_log"
	grep -q "^a.localhost /301 Basic $(printf ann:pass | base64)" "$hosts_log"
	http_proxy=http://127.0.0.1:1/ forkpool fetch --proxy "$faults" \
		http://nowhere.invalid/echo >out
	[[ $(head -n 1 out) == 'GET http://nowhere.invalid/echo HTTP/1.1'* ]]
}

@test 'a new line gets into no head' {
	for option in "-H X: 1"$'\r\n'"Y: 2" "-A me"$'\n' "--user a:"$'\r'b \
		"--proxy http://x"$'\n'/; do
		run -2 --separate-stderr fetch_to out "${option%% *}" \
			"${option#* }" "$hosts/page.html"
		[[ $stderr == *': it holds a new line or another control character' ]]
	done
	run -1 --separate-stderr fetch_to out "$hosts/x"$'\r\n'"X-Evil: 1"
	[[ ${stderr_lines[0]} == *': it holds a new line or another control character' ]]
	run -2 --separate-stderr fetch_to out -H 'no header' "$hosts/"
	[[ $stderr == *': no header; write NAME: VALUE, NAME: or NAME;' ]]
}

@test 'a password is shown nowhere, and still used' {
	serve_faults
	secret=hunter2
	url=http://me:$secret@${faults#http://}
	run -1 --separate-stderr forkpool fetch --json -t --tag --summary \
		--journal j.db --results res/ --user "u:$secret" \
		"$url/stall-head/x" "$url/missing" "http://tok$secret@127.0.0.1:1/" \
		"http:///me:$secret@127.0.0.1:1/" "me:$secret@127.0.0.1:1" \
		"http://me:x/$secret@127.0.0.1/" "http://a:$secret@b:$secret@c:x/" \
		"//me:$secret@127.0.0.1:1/" "$secret@127.0.0.1:1"
	no_match -r "$secret" j.db* res
	no_match -q "$secret" <<<"$output$stderr"
	grep -q 'me:\*@127' <<<"$output$stderr"
	forkpool fetch --dry-run "$url/echo" >out
	[ "$(tr -d "'" <out)" = "forkpool fetch http://me:*@${faults#http://}/echo" ]
	forkpool fetch --dry-run "$secret@127.0.0.1" | no_match "$secret"
	# nor does it keep a job from being known again
	forkpool fetch --journal k.db "$url/echo" >out
	run -0 --separate-stderr forkpool fetch --journal k.db --resume \
		--dry-run "$url/echo"
	[ -z "$output" ]
	# what a template makes a URL of may be somebody's address
	run -0 forkpool fetch --dry-run "$url/{}" ::: joe@example.org
	[[ $output == *'/joe@example.org'* ]]
	for proxy in http://u:$secret@127.0.0.1:99999 ftp://u:$secret@h; do
		run -1 forkpool fetch --proxy "$proxy" "$hosts/"
		[[ $output == *"'${proxy%%:*}://u:*@"* ]]
	done
	run -2 forkpool fetch --user "u:$secret"$'\n' "$hosts/"
	[[ $output == 'forkpool: --user *: it holds a new line'* ]]
	run -2 forkpool fetch -H "Cookie $secret" "$hosts/"
	[[ $output == 'forkpool: --request-header *: no header;'* ]]
	forkpool fetch --tag "$url/echo" >out
	grep -q "Basic $(printf %s "me:$secret" | base64)" out
	no_match -q "$secret" out
	start "$FORKPOOL" fetch --user "me:$secret" -H "Cookie: $secret" \
		"$faults/stall"
	wait_for grep -qs ^stalled requests
	no_match -q "$secret" "/proc/$fp/cmdline"
	kill "$fp"
	finish 143
}

@test 'options that make no sense are usage errors' {
	for option in '--max-filesize x' '--connect-timeout never' \
		'--connect-timeout 0' '--max-redirs -1' '--speed-limit fast' \
		'--speed-time' '--skip-existing' '--continue' '-o' \
		'--continue --head -o x'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr forkpool fetch $option </dev/null
		[[ $stderr == forkpool:* ]]
	done
	run -1 --separate-stderr fetch_to out --connect-timeout 1 \
		"$hosts/444"
}
