# fetch: lists of URLs as people have them.

load helper
load fetch

@test 'comments, blanks, CR LF and a byte order mark are no matter' {
	printf '\357\273\277%s\r\n' "$SITE_URL/page/001.html" >list
	printf '%s\n' '# a comment' '' '   ' "	 $SITE_URL/page/002.html  " \
		'  # another' >>list
	printf '%s' "$SITE_URL/page/003.html#part" >>list
	for from in list -; do
		run -0 --separate-stderr fetch_to out -a "$from" <list
		cat "$SITE_DIR"/html/page/00{1,2,3}.html | cmp out -
		[ -z "$stderr" ]
	done
	# through a pipe too, and by words as they stand
	run -0 --separate-stderr fetch_to out < <(cat list)
	cat "$SITE_DIR"/html/page/00{1,2,3}.html | cmp out -
	run -1 --separate-stderr fetch_to out '# a comment'
	run -1 --separate-stderr fetch_to out ''
	[[ ${stderr_lines[0]} == "forkpool: '': "* ]]
	# where records are no URLs nothing is left out
	run -1 --separate-stderr fetch_to out "$SITE_URL/{}" <<<'#x'
	[ "${stderr_lines[1]}" = 'forkpool: 1 job: 0 ok, 1 failed' ] ||
		[ "${stderr_lines[0]}" = "forkpool: $SITE_URL/#x: HTTP 403" ]
}

@test 'a page or a sitemap is no list, and that is said' {
	printf '\n <?xml version="1.0"?>\n<urlset><url><loc>%s</loc></url>\n' \
		"$SITE_URL/" >sitemap.xml
	run -2 --separate-stderr fetch_to out -a sitemap.xml
	[ "$stderr" = 'forkpool: sitemap.xml: a page or a sitemap is not a list of URLs; take the links out of it first' ]
	run -2 --separate-stderr fetch_to out <"$SITE_DIR/html/page/001.html"
	[[ $stderr == 'forkpool: standard input: a page or a sitemap is not'* ]]
	# a pipe can't be looked at before, but nothing of it is asked for
	run -2 --separate-stderr fetch_to out < <(cat sitemap.xml)
	[[ $stderr == 'forkpool: standard input: a page or a sitemap is not'* ]]
	run -2 --separate-stderr fetch_to out --dry-run < <(cat sitemap.xml)
	[[ $stderr == 'forkpool: standard input: a page or a sitemap is not'* ]]
	# nor is a line of one in a list
	run -1 --separate-stderr fetch_to out < <(printf '%s\n' \
		"$SITE_URL/page/001.html" '<li>' "$SITE_URL/page/002.html")
	cat "$SITE_DIR"/html/page/00{1,2}.html | cmp out -
	[[ ${stderr_lines[0]} == 'forkpool: job 2 (<li>): a page or a sitemap'* ]]
}

@test 'a dash is standard input, and an option behind a URL is a mistake' {
	forkpool fetch - <<<"$SITE_URL/page/001.html" |
		cmp - "$SITE_DIR/html/page/001.html"
	for word in -o -- -; do
		run -2 --separate-stderr fetch_to out "$SITE_URL/" $word x
		[ "$stderr" = "forkpool: $word: options stand before the first URL; - alone is standard input" ]
	done
	run -2 --separate-stderr fetch_to out "$SITE_URL/{}" -o x ::: a
	[[ $stderr == 'forkpool: -o: options stand before'* ]]
}

@test 'a line of a list that begins with a dash is no host' {
	printf '%s\n' '-x proxy' "$SITE_URL/page/001.html" --head >list
	for option in -k '-o{#}'; do
		run -1 --separate-stderr forkpool fetch "$option" -a list
		[[ $stderr == *'job 1 (-x proxy): no URL begins with a dash; options stand on the command line'* ]]
		[[ $stderr == *'job 3 (--head): no URL'*'1 ok, 2 failed' ]]
		[[ $stderr != *resolve* ]]
	done
	# but the record of a template may
	run -1 --separate-stderr forkpool fetch "$SITE_URL/{}" ::: -x
	[[ $stderr == *404* ]]
}

@test 'URLs that come slowly are fetched as they come [curl#4316]' {
	mkfifo list
	start "$FORKPOOL" fetch -a list --as-completed
	exec 7>list
	echo "$SITE_URL/page/001.html" >&7
	wait_for cmp -s out "$SITE_DIR/html/page/001.html"
	for i in 2 3 4; do
		echo "$SITE_URL/page/00$i.html" >&7
		cat "$SITE_DIR"/html/page/00[1-"$i"].html >want
		wait_for cmp -s out want
	done
	exec 7>&-
	finish 0
	cmp out want
}

@test 'a template with columns makes URLs and names' {
	printf 'page/001.html\tone\npage/002.html\ttwo\n' >list
	forkpool fetch -C '\t' -o 'd/{2}.html' "$SITE_URL/{1}" <list
	cmp d/one.html "$SITE_DIR/html/page/001.html"
	cmp d/two.html "$SITE_DIR/html/page/002.html"
}
