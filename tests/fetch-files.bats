# fetch: bodies in files of their own: what they are called, that they are
# whole, and what is told of them.

load helper
load fetch

# The names of all files below a directory, in order.
files_in() {
	(cd "$1" && find . -type f | sed 's,^\./,,' | LC_ALL=C sort)
}

@test 'every page is in its file, whole [curl#4937]' {
	grep /page/ "$SITE_DIR/urls" >list
	run -0 --separate-stderr fetch_to out --output-dir pages -a list
	[ ! -s out ]
	[ -z "$stderr" ]
	diff -r "$SITE_DIR/html/page" pages/page
}

@test 'a template names the files, and makes directories' {
	forkpool fetch -o 'by/{host}/{#}-{name}.{ext}' \
		"$SITE_URL/page/001.html" "$SITE_URL/empty"
	host=127.0.0.1_${SITE_URL##*:}
	[ "$(files_in by)" = "$host/1-001.html.html
$host/2-empty." ]
	cmp "by/$host/1-001.html.html" "$SITE_DIR/html/page/001.html"
	forkpool fetch --output-dir dir -o '{2}' -C ' ' '{1}' \
		::: "$SITE_URL/page/001.html one" "$SITE_URL/page/002.html two"
	[ "$(files_in dir)" = 'one
two' ]
	forkpool fetch -o single "$SITE_URL/page/003.html"
	cmp single "$SITE_DIR/html/page/003.html"
	forkpool fetch -o - "$SITE_URL/page/003.html" | cmp - single
}

@test 'two URLs of one name get different names, the same each time [azul#2403]' {
	set -- "$SITE_URL/page/001.html" "$SITE_URL/page/002.html" \
		"$SITE_URL/page/001.html"
	forkpool fetch -j3 --json -o x.html "$@" >rows
	[ "$(files_in . | grep -c '^x.*html$')" -eq 3 ]
	[[ $(files_in . | grep -- '^x-') =~ ^x-[0-9a-f]{16}\.html.x-[0-9a-f]{16}\.html$ ]]
	# each row names the file with its page
	for i in 1 2 3; do
		file=$(sed -n "${i}s/.*\"file\":\"\([^\"]*\)\".*/\1/p" rows)
		cmp "$file" "$SITE_DIR/html${!i#"$SITE_URL"}"
	done
	mkdir again
	(cd again && forkpool fetch -j1 -o x.html "$@")
	[ "$(files_in again)" = "$(files_in . | grep '^x')" ]
}

# The second of these fails the first time; all have one name.
set_pages() {
	serve_faults
	# shellcheck disable=SC2154
	pages=("$SITE_URL/page/001.html" "$faults/flaky?404-1-$1"
		"$SITE_URL/page/002.html")
}

@test 'a run that goes on with another leaves its files alone' {
	local log how name
	while read -r log how; do
		set_pages "$log-$how"
		rm -rf d before
		run -1 fetch_to out "--$log" "$how" -o d/file "${pages[@]}"
		[ "$log" = joblog ] || [ "$(sqlite3 "$how" 'SELECT outcome, http
			FROM attempt WHERE outcome <> "ok"')" = 'http|404' ]
		cp -r d before
		set -- -o d/file "${pages[@]}"
		[ "$how" != retry-failed ] || set --
		run -0 fetch_to out "--$log" "$how" "--$how" "$@"
		for name in $(files_in before); do
			cmp "before/$name" "d/$name"
		done
		[ "$(cat d/* | grep -cx 'at last')" -eq 1 ]
		rm -f "$how"*
	done <<-'END'
		journal resume-failed
		journal retry-failed
		joblog resume-failed
	END
	# also where something new stands first; and a number stays the same
	set_pages new
	run -1 fetch_to out --journal j -o d/file "${pages[@]}"
	run -0 fetch_to out --journal j --resume-failed -o d/file \
		"$SITE_URL/page/003.html" "${pages[@]}"
	cmp d/file "$SITE_DIR/html/page/001.html"
	set_pages number
	run -1 fetch_to out --journal k -o 'n/{#}' "${pages[@]}"
	run -0 fetch_to out --journal k --retry-failed
	[ "$(files_in n)" = $'1\n2\n3' ]
	[ "$(cat n/2)" = 'at last' ]
}

@test 'a file and a directory of one name do not get in the way of each other' {
	start_site_of_names
	forkpool fetch -j1 --output-dir d "$names/a" "$names/a/b" "$names/c/d" \
		"$names/c" >out
	run files_in d
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} == any/a && ${lines[1]} =~ ^any/a-[0-9a-f]{16}/b$ ]]
	[[ ${lines[2]} =~ ^any/c-[0-9a-f]{16}$ && ${lines[3]} == any/c/d ]]
}

# A server that answers any path with that path.
start_site_of_names() {
	serve_faults
	names=$faults/any
}

@test 'no URL leads out of the directory, or to a name that is a trap' {
	start_site_of_names
	long=$(printf '%0300d' 0)
	forkpool fetch --output-dir in/d "$names/../../any/up" "$names//.ssh/-rf" \
		"$names/%2e%2e/%2fetc" "$names/x.part" "$names/$long" "$names/" \
		"$names/?a/b" "$names"
	[ -z "$(find . -name '*up' -not -path './in/d/any/*')" ]
	run files_in in/d
	printf '%s\n' "${lines[@]}" | sed 's/-[0-9a-f]\{16\}$/-HASH/' | diff - <(
		printf '%s\n' any/%2e%2e/%2fetc any/_.ssh/_-rf \
			"any/${long:0:200}-HASH" any/index.html \
			'any/index.html?a_b' any/x.part_ any-HASH \
			any/_../_../any/up |
			LC_ALL=C sort
	)
	run -1 --separate-stderr fetch_to out -o 'd/{2}' -C ' ' '{1}' \
		::: "$names ../out"
	[[ ${stderr_lines[0]} == *': it leaves its directory' ]]
}

@test 'what fails leaves no file, and no part of one' {
	serve_faults
	run -1 fetch_to out --output-dir d --max-filesize 1M "$faults/short" \
		"$SITE_URL/missing" "$SITE_URL/big" "$faults/reset"
	no_match ^d/ <(files_in .)
	# a worker that dies, and a run that is interrupted
	start "$FORKPOOL" fetch -j1 --output-dir d "$faults/once?a" "$faults/stall"
	wait_for has_stalled 1
	kill -9 "$(worker_pids "$fp")"
	wait_for test -s d/stall.part
	[ "$(files_in d)" = 'once?a
stall.part' ]
	kill -INT "$fp"
	finish 130
	[ "$(files_in d)" = 'once?a' ]
	printf '%s half of a\n' first other | cmp - 'd/once?a'
}

has_stalled() {
	[ "$(grep -cs '^stalled ' requests)" -ge "$1" ]
}

@test 'a file that cannot be written is named, and the others are written' {
	mkdir -p d/page/001.html
	run -1 --separate-stderr fetch_to out --output-dir d \
		"$SITE_URL/page/001.html" "$SITE_URL/page/002.html"
	[ "${stderr_lines[0]}" = "forkpool: $SITE_URL/page/001.html: cannot write d/page/001.html: Is a directory" ]
	[ "$(files_in d)" = page/002.html ]
	run -1 --separate-stderr fetch_to out -o /dev/full/x "$SITE_URL/empty"
	[ "${stderr_lines[0]}" = "forkpool: $SITE_URL/empty: cannot write /dev/full/x: Not a directory" ]
}

@test '--skip-existing asks only for what is not there [curl#15261]' {
	serve_faults
	for i in 1 2 3 4 5 6 7 8; do
		echo "$faults/any/$i"
	done >list
	mkdir -p d/any
	touch d/any/{1,2,3,5,6,7}
	forkpool fetch -j4 --skip-existing --output-dir d <list
	[ "$(sort requests)" = '/any/4
/any/8' ]
	forkpool fetch --skip-existing --json --output-dir d <list >rows
	[ "$(grep -c '"outcome":"ok".*"existing":true' rows)" -eq 8 ]
	[ "$(wc -l <requests)" -eq 2 ]
}

@test '--skip-existing does not take a directory for a file' {
	mkdir -p d/page/001.html
	run -1 --separate-stderr fetch_to out --skip-existing --output-dir d \
		"$SITE_URL/page/001.html"
	[[ ${stderr_lines[0]} == *': cannot write d/page/001.html: Is a directory' ]]
}

@test 'two runs that write one file do not spoil it, nor take it away' {
	serve_faults
	start "$FORKPOOL" fetch -o d/file "$faults/gate-late"
	wait_for test -s d/file.part
	run -1 --separate-stderr fetch_to out -o d/file "$SITE_URL/page/001.html"
	[ "${stderr_lines[0]}" = "forkpool: $SITE_URL/page/001.html: cannot write d/file: another process writes it" ]
	touch open
	finish 0
	[ "$(cat d/file)" = 'through the gate' ]
	# nor what is none of ours
	ln -s elsewhere other.part
	run -1 fetch_to out -o other "$SITE_URL/page/001.html"
	[ -L other.part ]
}

@test '--continue goes on with a file of an interrupted run, if it is the same' {
	serve_faults
	run -1 fetch_to out --continue --output-dir d "$faults/halves?x"
	[ "$(wc -c <'d/halves?x.part')" -eq 104 ]
	forkpool fetch --continue --output-dir d --json "$faults/halves?x" >row
	has_attributes
	grep -q '^range /halves?x' requests
	[ "$(files_in d)" = 'halves?x' ]
	for c in {a..z}; do echo "${c}${c}${c}${c}${c}${c}${c}"; done |
		cmp - 'd/halves?x'
	sum=$(sha256sum <'d/halves?x')
	grep -q "\"bytes\":208,\"sha256\":\"${sum%% *}\"" row
	# without the option the part is of no use
	run -1 fetch_to out --continue --output-dir d "$faults/halves?y"
	forkpool fetch --output-dir d "$faults/halves?y"
	no_match -q '^range /halves?y' requests
	cmp d/halves*
}

@test '--json tells what came, of each URL in order' {
	forkpool fetch --json "$SITE_URL/redirect" "$SITE_URL/empty" >rows
	sum=$(sha256sum <"$SITE_DIR/html/page/007.html")
	run -0 sed -n 1p rows
	[[ $output == '{"seq":1,"args":["'"$SITE_URL/redirect"'"],"outcome":"ok",'* ]]
	[[ $output == *'"attempts":1,"url":"'"$SITE_URL/redirect"'","effective_url":"'"$SITE_URL/page/007.html"'","status":200,"content_type":"text/html","redirects":1,"times":{"dns":'* ]]
	[[ $output =~ '"times":{"dns":'[0-9.]+',"connect":'[0-9.]+',"tls":'[0-9.]+',"first_byte":'[0-9.]+',"total":'[0-9.]+'},"bytes":' ]]
	[[ $output == *",\"sha256\":\"${sum%% *}\",\"body\":\"<!doctype html>"* ]]
	grep -q '"bytes":0,"sha256":"e3b0c44298.*","body":"",' <(sed -n 2p rows)
	run -1 --separate-stderr fetch_to out --json "$SITE_URL/missing"
	grep -q '"outcome":"http",.*"error":"HTTP 404",.*"status":404,.*"bytes":0,"body":""' out
	[ "${stderr_lines[0]}" = "forkpool: job 1 ($SITE_URL/missing): HTTP 404" ]
	closed=$(closed_port)
	run -1 --separate-stderr fetch_to out --json "http://127.0.0.1:$closed/"
	[[ ${stderr_lines[0]} == "forkpool: job 1 (http://127.0.0.1:$closed/): could not be done: Failed to connect"* ]]
	grep -q '"outcome":"error",.*"error":"[^"]*onnect to.*"status":null' out
	# also of what has not come to its end
	serve_faults
	run -1 fetch_to out --json --timeout 0.2 "$faults/stall"
	grep -q '"outcome":"timeout",.*"error":"timed out"' out
}

@test '--head prints the last head, and no body' {
	run -0 --separate-stderr fetch_to out --head "$SITE_URL/redirect" \
		"$SITE_URL/big"
	[ "$(grep -c '^HTTP/1.1 200 OK' out)" -eq 2 ]
	[ "$(tr -d '\r' <out | grep '^Content-Length')" = "Content-Length: $(wc -c <"$SITE_DIR/html/page/007.html")
Content-Length: $(wc -c <"$SITE_DIR/html/big")" ]
	[ "$(wc -c <out)" -lt 1000 ]
	run -1 --separate-stderr fetch_to out --head "$SITE_URL/missing"
	[ "${stderr_lines[0]}" = "forkpool: $SITE_URL/missing: HTTP 404" ]
}

@test 'descriptors do not run out, whatever -j says [curl#20740]' {
	grep /page/ "$SITE_DIR/urls" >list
	run -0 --separate-stderr bash -c 'ulimit -n 64
		timeout 40 "$FORKPOOL" fetch -j100 --output-dir pages -a list'
	diff -r "$SITE_DIR/html/page" pages/page
}
