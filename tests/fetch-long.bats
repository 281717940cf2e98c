# fetch, many times over: what fetch.bats does a few times.

load helper
load deaths
load fetch

@test 'workers killed at any time, 300 times: every page is there, once [A1]' {
	kill_workers_of_fetch 300
}

@test 'connections that the server closed, 2000 of them, are no failure' {
	serve_faults
	for ((i = 0; i < 2000; i++)); do
		echo "$faults/stale?$i"
	done >list
	fetch_to out -j4 <list
	[ "$(grep -c '^whole$' out)" -eq 2000 ]
	sed "s,^$faults,," list | sort | cmp - <(sort requests)
}

@test 'ten thousand pages are those of the site, with any number of workers' {
	for ((i = 0; i < 50; i++)); do
		grep -vE '/(missing|broken|slow)$' "$SITE_DIR/urls"
	done >list
	xargs curl -qsfL --noproxy '*' <list >want
	for n in 1 2 16 100; do
		fetch_to out -j $n <list
		cmp out want
	done
}

memory_kb() {
	awk '/^VmHWM/ { print $2 }' "/proc/$1/status"
}

@test 'a list without end takes no memory and no time [curl#1959]' {
	mkfifo list
	start "$FORKPOOL" fetch -j8 --head --json -a list
	awk -v url="$SITE_URL/empty" 'BEGIN {
		for (i = 0; i < 40000; i++) {
			print url "?" i
		}
	}' >list 7>&- &
	wait_for has_lines out 4000
	before=$(memory_kb "$fp")
	wait_for has_lines out 36000
	after=$(memory_kb "$fp")
	finish 0
	[ "$(wc -l <out)" -eq 40000 ]
	[ $((after - before)) -le 2000 ]
}
