# fetch: what the tests of fetch share.
# shellcheck shell=bash disable=SC2016,SC2034,SC2154

setup_file() {
	# what curl makes of a few pages, one after the other
	grep -E '/page/0[0-4]|/(redirect|binary|empty)$' "$SITE_DIR/urls" \
		>"$BATS_FILE_TMPDIR/few"
	xargs curl -qsfL --noproxy '*' <"$BATS_FILE_TMPDIR/few" \
		>"$BATS_FILE_TMPDIR/few.want"
}

eval "helper_$(declare -f setup)"
setup() {
	helper_setup
	unset all_proxy ALL_PROXY no_proxy NO_PROXY
	cp "$BATS_FILE_TMPDIR"/few* .
	faults=
	servers=
}

eval "helper_$(declare -f teardown)"
teardown() {
	local pid
	for pid in $servers; do
		kill "$pid"
		wait "$pid" || :
	done
	helper_teardown
}

# fetch_to FILE [WORD ...]: forkpool fetch, with its output in the file
fetch_to() {
	local file=$1
	shift
	forkpool fetch "$@" >"$file"
}

# A server of our own that misbehaves, $faults; here is its directory.
serve_faults() {
	[ -z "$faults" ] || return 0
	rm -f url requests
	"$FP_TOOLS/faultserver" . 3>&- </dev/null &
	servers="$servers $!"
	wait_for has_lines url 1
	faults=$(cat url)
}

# An https server, $tls, with a certificate that was made just now.
serve_tls() {
	command -v openssl >/dev/null || skip 'no openssl'
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
		-nodes -keyout key -out certificate -days 2 \
		-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
		2>openssl.err
	openssl s_server -accept 127.0.0.1:0 -www -cert certificate -key key \
		>tls.log 2>&1 3>&- </dev/null &
	servers="$servers $!"
	wait_for grep -qs '^ACCEPT .*:[0-9]' tls.log
	tls=https://127.0.0.1:$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' tls.log)
}

# A port of the loopback where nobody listens.
closed_port() {
	awk '$2 ~ /:/ { sub(/.*:/, "", $2); used[$2] = 1 }
	END { for (port = 2000; sprintf("%04X", port) in used; port++);
		print port }' /proc/net/tcp
}

has_stalled() {
	[ "$(grep -cs '^stalled ' requests)" -ge "$1" ]
}

# What nginx has logged of the URLs with $mark.
logged() {
	awk -v mark="$mark" 'index($4, mark)' "$SITE_DIR/access.log"
}

is_logged() {
	[ "$(logged | wc -l)" -ge "$1" ]
}

# How many connections those came by.
connections() {
	logged | cut -d ' ' -f 1 | sort -u | wc -l
}

# The workers, once they say that they are: a sanitizer forks too, at the end.
titled_workers() {
	local pid
	for pid in $(worker_pids "$fp"); do
		! grep -qs 'worker [0-9]*: fetch' "/proc/$pid/cmdline" ||
			echo "$pid"
	done
}

# Workers of fetch are killed at some time or other.  $1: rounds
kill_workers_of_fetch() {
	local round victim
	for ((round = 0; round < $1; round++)); do
		start "$FORKPOOL" fetch -j3 <few
		some_time
		victim=$(titled_workers | head -n 1)
		[ -z "$victim" ] || kill -9 "$victim" 2>/dev/null || :
		finish 0
		cmp out few.want
		[ ! -s err ]
		wait_for all_is_gone
	done
}
