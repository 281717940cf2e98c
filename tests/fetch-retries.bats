# fetch: what is tried again and what isn't, and how a body that broke off is
# gone on with.

load helper
load fetch

setup_file() {
	start_hosts
	: >"$BATS_FILE_TMPDIR/few"
}

retrying() {
	fetch_to out --retry-delay 10ms --retries 3 "$@"
}

asked() {
	grep -c "^$1\$" requests
}

@test 'a server that is busy for a while gets its time [curl#20669]' {
	serve_faults
	run -0 --separate-stderr retrying -j4 "$faults"/flaky?{500-2-a,503-1-b,429-2-c,408-1-d,599-2-e}
	[ "$(uniq -c out | tr -s ' ')" = ' 5 at last' ]
	[ -z "$stderr" ]
	[ "$(asked '/flaky?500-2-a')" -eq 3 ]
}

@test 'one that stays busy is left after so many attempts [H, curl#5905]' {
	serve_faults
	run -1 --separate-stderr retrying -j4 "$faults"/flaky?503-99-{a,b,c} \
		"$SITE_URL/page/001.html"
	cmp out "$SITE_DIR/html/page/001.html"
	[ "$(wc -l <requests)" -eq 9 ]
	[ "${stderr_lines[0]}" = "forkpool: $faults/flaky?503-99-a: HTTP 503" ]
	[ "${stderr_lines[3]}" = 'forkpool: 4 jobs: 1 ok, 3 failed' ]
}

@test 'a status that will not change is not asked for again [curl#6939]' {
	serve_faults
	run -1 --separate-stderr retrying "$faults"/flaky?{404,410,401,403,300}-1-a \
		"$SITE_URL/page/001.html"
	[ "$(wc -l <requests)" -eq 5 ]
	[ "${stderr_lines[5]}" = 'forkpool: 6 jobs: 1 ok, 5 failed' ]
	run -0 retrying --retry-on 404 "$faults/flaky?404-1-b"
	run -1 retrying --retry-on 5xx,connect "$faults/flaky?429-1-c"
	[ "$(asked '/flaky?429-1-c')" -eq 1 ]
	# the first of them ends the run, if that is asked for
	run -3 --separate-stderr fetch_to out -j2 --halt now,fail=1 \
		"$faults/stall" "$SITE_URL/missing" "$SITE_URL/page/001.html"
	[[ $stderr == *"$SITE_URL/missing: HTTP 404"*' 1 failed, 1 cancelled'* ]]
	run -2 --separate-stderr fetch_to out --retry-on 5xy "$SITE_URL/"
	[[ $stderr == 'forkpool: --retry-on 5xy: write exit codes or statuses'* ]]
}

@test 'connections, times and parts are tried again; certificates are not' {
	[ -n "${ca:-}" ] || skip 'no openssl'
	serve_faults
	closed=$(closed_port)
	run -1 --separate-stderr retrying --json --speed-limit 100 \
		--speed-time 1 "http://127.0.0.1:$closed/" "$faults/short" \
		"$faults/trickle" "$hosts_tls/page.html" "$faults/garbage" \
		"$hosts/444"
	[ "$(grep -o '"outcome":"[a-z]*"\|"attempts":[0-9]' out | paste -d ' ' - -)" = '"outcome":"error" "attempts":3
"outcome":"error" "attempts":3
"outcome":"timeout" "attempts":3
"outcome":"error" "attempts":1
"outcome":"error" "attempts":1
"outcome":"error" "attempts":3' ]
	run -1 retrying --retry-on partial --json "http://127.0.0.1:$closed/" \
		"$faults/short"
	[ "$(grep -o '"attempts":[0-9]' out)" = '"attempts":1
"attempts":3' ]
}

# pause_of URL: nothing of its host is asked for behind it, of another it is
pause_of() {
	local mark=pause-$RANDOM$RANDOM
	start "$FORKPOOL" fetch -j1 --as-completed --json "$hosts/410" "$1" \
		"$hosts/page.html?$mark" "${hosts/a./b.}/page.html?$mark"
	wait_for has_lines out 3
	kill -TERM "$fp"
	finish 143
	[ "$(head -n 3 out | jq -r .status | paste -sd' ')" = "410 ${1:(-3)} 200" ]
	wait_for grep -q "^b.localhost .*$mark" "$hosts_log"
	no_match "^a.localhost .*$mark" "$hosts_log"
}

@test 'pauses that nginx asks for: in seconds, by a date, or none' {
	[ -n "${ca:-}" ] || skip 'no openssl'
	pause_of "$hosts/429"
	pause_of "$hosts/429-date?429"
	grep -q ' asks for a pause: no more of its URLs for 3600 s$' err
	run -1 --separate-stderr retrying "$hosts/503" "$hosts/page.html"
	[ "$(cat out)" = 'page of a' ]
	three_are_logged() {
		[ "$(grep -c '^a.localhost /503 ' "$hosts_log")" -eq 3 ]
	}
	wait_for three_are_logged
}

@test 'nginx sends the rest of a file that an interrupted run has begun' {
	[ -n "${ca:-}" ] || skip 'no openssl'
	# the same file, but a kilobyte a second
	start "$FORKPOOL" fetch --continue -o file "$hosts/slow"
	wait_for test -s file.part
	kill -INT "$fp"
	finish 130
	[ "$(wc -c <file.part)" -lt 50000 ]
	forkpool fetch --continue -o file "$hosts/numbers"
	seq 20000 | cmp - file
	has_attributes
	wait_for grep -q '^a.localhost /numbers - 206$' "$hosts_log"
}

letters() {
	for c; do echo "$c$c$c$c$c$c$c"; done
}

@test 'a body that broke off is gone on with, if it has a strong tag' {
	serve_faults
	run -0 --separate-stderr retrying "$faults/halves?a"
	letters {a..z} | cmp out -
	[ -z "$stderr" ]
	[ "$(grep -c '^range /halves?a' requests)" -eq 1 ]
	retrying -o file "$faults/halves?b"
	letters {a..z} | cmp file -
	[ "$(grep -c '^range /halves?b' requests)" -eq 1 ]
	# the next transfer of that worker is as ever
	mkfifo list
	start "$FORKPOOL" fetch -j1 --retries 3 --retry-delay 10ms -a list
	exec 7>list
	echo "$faults/halves?c" >&7
	wait_for grep -qs '^range /halves?c' requests
	echo "$faults/echo" >&7
	exec 7>&-
	finish 0
	sed '1,/^zzzzzzz/d' out | tr -d '\r' >asked
	grep -q '^GET /echo ' asked
	grep -q '^Accept-Encoding: ' asked
	no_match -i range asked
	# with nothing to know it by, it begins again
	retrying "$faults/halves?weak-a"
	letters {a..z} | cmp out -
	no_match "range.*weak" requests
	no_match ^blind requests
}

@test 'a body that has changed since begins again, in output and file' {
	serve_faults
	retrying "$faults/halves?changed-a"
	letters {A..Z} | cmp out -
	retrying -o file --json "$faults/halves?changed-b"
	letters {A..Z} | cmp file -
	grep -q "$(sha256sum <file | cut -d ' ' -f 1)" out
	[ "$(grep -c '^range ' requests)" -eq 2 ]
}

@test 'a part that is of another body, or another part, is not added' {
	serve_faults
	retrying "$faults/halves?foreign-a"
	letters {A..Z} | cmp out -
	retrying -o file "$faults/halves?foreign-b"
	letters {A..Z} | cmp file -
	retrying "$faults/halves?shifted-a"
	letters {a..z} | cmp out -
	[ "$(grep -c '^range ' requests)" -eq 3 ]
}

@test 'a packed body that broke off begins again' {
	serve_faults
	retrying --no-compressed "$faults/halves?packed-a"
	letters {a..z} | cmp out -
	no_match ^range requests
}
