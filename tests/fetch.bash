# fetch: what the tests of fetch share.
# shellcheck shell=bash disable=SC2016,SC2034,SC2154

setup_file() {
	# what curl makes of a few pages, one after the other
	grep -E '/page/0[0-4]|/(redirect|binary|empty)$' "$SITE_DIR/urls" \
		>"$BATS_FILE_TMPDIR/few"
	xargs curl -qsfL --noproxy '*' <"$BATS_FILE_TMPDIR/few" \
		>"$BATS_FILE_TMPDIR/few.want"
}

teardown_file() {
	stop_hosts
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

# The tag of a part of a body is kept where the file system can do that.
has_attributes() {
	touch attributes
	python3 -c 'import os; os.setxattr("attributes", "user.tag", b"x")' \
		2>/dev/null || skip 'no extended attributes in this file system'
	rm attributes
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

# What libcurl can unpack here, as it tells a server.
curl_encodings() {
	local name list=deflate\,\ gzip
	for name in brotli:br zstd:zstd; do
		! curl --version | grep -qw "${name%:*}" ||
			list+=", ${name#*:}"
	done
	echo "$list"
}

# An nginx of the file's own, with several hosts, and over TLS with a
# certificate of an authority made just now: $hosts, $hosts_tls, $ca.
start_hosts() {
	local dir=$BATS_FILE_TMPDIR/hosts tries port
	command -v openssl >/dev/null || return 0
	mkdir -p "$dir/html" "$dir/tmp"
	make_authority "$dir" 2>"$dir/openssl.err"
	make_host_pages "$dir/html"
	for ((tries = 0; tries < 20; tries++)); do
		port=$((12000 + (RANDOM % 10000) * 2))
		make_hosts_conf "$dir" $port >"$dir/nginx.conf"
		PATH=$PATH:/usr/sbin nginx -p "$dir/" -c "$dir/nginx.conf" \
			-e "$dir/error.log" </dev/null >/dev/null 2>&1 \
			3>&- 4>&- && break
	done
	export hosts=http://a.localhost:$port
	export hosts_tls=https://a.localhost:$((port + 1)) ca=$dir/ca.pem
	export hosts_port=$port hosts_log=$dir/access.log
}

stop_hosts() {
	local dir=$BATS_FILE_TMPDIR/hosts
	[ ! -s "$dir/nginx.pid" ] || kill "$(cat "$dir/nginx.pid")"
}

make_authority() {
	(
		cd "$1" || exit
		openssl req -x509 -newkey ec \
			-pkeyopt ec_paramgen_curve:prime256v1 -nodes \
			-keyout ca.key -out ca.pem -days 2 -subj '/CN=throw-away'
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
			-nodes -keyout key -out request -subj /CN=a.localhost
		openssl x509 -req -in request -CA ca.pem -CAkey ca.key \
			-CAcreateserial -days 2 -out certificate -extfile \
			<(echo subjectAltName=DNS:a.localhost,DNS:b.localhost)
	)
}

make_host_pages() {
	mkdir "$1/a" "$1/b"
	echo 'page of a' >"$1/a/page.html"
	echo 'page of b' >"$1/b/page.html"
	head -c 1000000 /dev/zero | tr '\0' '0' >"$1/a/zeros.txt"
	seq 20000 >"$1/a/numbers"
}

# $1: directory, $2: port; the next one is for TLS
make_hosts_conf() {
	cat <<-END
		$([ "$(id -u)" -ne 0 ] || echo "user $(id -un) $(id -gn);")
		pid nginx.pid;
		error_log error.log warn;
		events { }
		http {
		log_format own '\$host \$request_uri \$http_authorization \$status';
		access_log access.log own;
		client_body_temp_path tmp/body;
		proxy_temp_path tmp/proxy;
		fastcgi_temp_path tmp/fastcgi;
		uwsgi_temp_path tmp/uwsgi;
		scgi_temp_path tmp/scgi;
		types { text/html html; text/plain txt; }
		default_type application/octet-stream;
		gzip on;
		gzip_types text/plain;
		ssl_certificate certificate;
		ssl_certificate_key key;
		server {
			listen 127.0.0.1:$2;
			listen 127.0.0.1:$(($2 + 1)) ssl;
			server_name a.localhost 127.0.0.1;
			root html/a;
			location = /301 { return 301 /302; }
			location = /302 { return 302 /308; }
			location = /308 { return 308 http://b.localhost:$2/page.html; }
			location = /loop { return 302 /loop; }
			location = /up { return 302 https://a.localhost:$(($2 + 1))/page.html; }
			location = /down { return 302 http://a.localhost:$2/page.html; }
			location = /up-down { return 302 https://a.localhost:$(($2 + 1))/down; }
			location = /404 { return 404; }
			location = /410 { return 410; }
			location = /429 { add_header Retry-After 7 always; return 429; }
			location = /429-date {
				add_header Retry-After '$(LC_ALL=C date -u -d tomorrow '+%a, %d %b %Y %T GMT')' always;
				return 429;
			}
			location = /503 { return 503; }
			location = /444 { return 444; }
			location = /slow { limit_rate 1k; alias html/a/numbers; }
		}
		server {
			listen 127.0.0.1:$2;
			listen 127.0.0.1:$(($2 + 1)) ssl;
			server_name b.localhost;
			root html/b;
		}
		}
	END
}
