# query: the same SQL in many SQLite databases.

load helper

# values.db: a row for each type, and values that each notation must mark
make_values() {
	sqlite3 values.db <<-'END'
		CREATE TABLE t(n INTEGER, v);
		INSERT INTO t VALUES(1, NULL), (2, ''), (3, 'plain'),
			(4, 'tab' || char(9) || 'line' || char(10) || 'cr' ||
			char(13) || 'back\slash'), (5, 'quo"te, comma'),
			(6, x'00ff10'), (7, 0.1), (8, 1e300), (9, 3.0),
			(10, -9223372036854775808), (11, 9e999),
			(12, 'grün' || char(0x1f600)), (13, 0.1 + 0.2),
			(14, char(27) || '[31m'), (15, CAST(x'ff41' AS TEXT)),
			(16, 'a' || char(0) || 'b');
		CREATE VIEW "odd	view" AS SELECT n AS "a""b", v FROM t;
	END
}

# make_databases N: N.db holds its number
make_databases() {
	for db in $(seq "$1"); do
		sqlite3 "$db.db" "CREATE TABLE data(x); INSERT INTO data VALUES($db)"
	done
}

@test 'each database is asked, in the order of the list' {
	make_databases 3
	run -0 --separate-stderr forkpool query 'SELECT x, x + 1 FROM data' \
		{3..1}.db
	[ "$output" = $'3\t4\n2\t3\n1\t2' ]
	[ -z "$stderr" ]
	printf '%s\n' {1..3}.db >list
	run -0 forkpool query 'SELECT x FROM data' <list
	[ "$output" = $'1\n2\n3' ]
	run -0 forkpool query -n2 --tag 'SELECT x FROM data' :::: list
	[ "$output" = $'1.db 2.db\t1\n1.db 2.db\t2\n3.db\t3' ]
	run -0 forkpool query --journal j 'SELECT x FROM data' -- 2.db
	[ "$output" = 2 ]
	# only the first one means nothing
	run -1 --separate-stderr forkpool query 'SELECT 1' -- -- 2.db
	[[ $stderr == 'forkpool: --: '*'1 ok, 1 failed' ]]
	echo "query 'SELECT x FROM data' -- 3.db" >mixed
	run -0 forkpool jobs mixed
	[ "$output" = 3 ]
	# braces in the SQL are SQL
	run -0 forkpool query "SELECT x, '{}' FROM data" {}.db ::: 1 2
	[ "$output" = $'1\t{}\n2\t{}' ]
	run -0 forkpool query --dry-run --rows csv "SELECT '{}'" a.db
	again=${output/query/query --dry-run}
	[ "$(PATH=${FORKPOOL%/*}:$PATH sh -c "$again")" = "$output" ]
}

@test 'what a query took is told to whom it matters' {
	make_databases 1
	run -0 forkpool query --journal j.db --json 'SELECT x FROM data' 1.db
	[[ $output =~ '"maxrss":'[1-9][0-9]{3} ]]
	[ "$(sqlite3 j.db 'SELECT maxrss > 1000 FROM attempt')" = 1 ]
	rm j.db
	run -0 forkpool query --journal j.db 'SELECT x FROM data' 1.db
	[ "$(sqlite3 j.db 'SELECT maxrss > 1000 FROM attempt')" = 1 ]
	run -0 forkpool query --json 'SELECT x FROM data' 1.db
	[[ $output =~ '"maxrss":'[1-9][0-9]{3} ]]
}

@test 'a row is a line of tabs, whatever is in its values' {
	make_values
	forkpool query 'SELECT * FROM t' values.db >out
	printf '%s\t%b\n' 1 '' 2 '' 3 plain \
		4 'tab\\tline\\ncr\\rback\\\\slash' 5 'quo"te, comma' 6 00FF10 \
		7 0.1 8 1.0e+300 9 3.0 10 -9223372036854775808 11 Inf \
		12 'grün😀' 13 0.3 14 '\033[31m' 15 '\xffA' 16 'a\0b' |
		cmp - out
	run -0 forkpool query --columns 'SELECT * FROM "odd	view" WHERE 0' \
		values.db
	[ "$output" = $'a"b\tv' ]
}

@test 'python reads as CSV what is in the database' {
	make_values
	forkpool query --rows csv --columns 'SELECT n AS "a""b", v FROM t
		WHERE n < 15' values.db >out
	python3 - <<-'END'
		import csv
		rows = list(csv.reader(open("out", newline=""), strict=True))
		assert rows[0] == ['a"b', "v"], rows[0]
		assert rows[3:7] == [["3", "plain"],
		    ["4", "tab\tline\ncr\rback\\slash"],
		    ["5", 'quo"te, comma'], ["6", "00FF10"]], rows
	END
	# NULL is nothing, a text is quotes
	[ "$(sed -n 2,3p out)" = $'1,\n2,""' ]
	no_match $'.\r$' out
}

@test 'each line of JSON is the row' {
	make_values
	forkpool query --rows json 'SELECT * FROM t' values.db >out
	python3 - <<-'END'
		import json
		rows = [json.loads(line) for line in open("out", encoding="utf-8")]
		assert [r["n"] for r in rows] == list(range(1, 17))
		assert [r["v"] for r in rows] == [None, "", "plain",
		    "tab\tline\ncr\rback\\slash", 'quo"te, comma', "00FF10", 0.1,
		    1e300, 3.0, -9223372036854775808, float("inf"),
		    "grün\U0001f600", 0.1 + 0.2, "\x1b[31m", "FF41", "a\0b"], rows
		assert isinstance(rows[8]["v"], float)
	END
	run -0 forkpool query --rows json --columns \
		'SELECT n AS "a""b" FROM t LIMIT 1; SELECT 1 WHERE 0' values.db
	[ "$output" = '{"a\"b":1}' ]
}

@test 'what is no database fails with a message of SQLite, the others are asked' {
	make_databases 2
	head -c 5000 /dev/urandom >random.db
	mkdir dir.db
	# one of its pages is gone, which is seen only when it is read
	sqlite3 torn.db 'CREATE TABLE data(x); WITH RECURSIVE
		c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 5000)
		INSERT INTO data SELECT x FROM c'
	dd if=/dev/urandom of=torn.db bs=4096 seek=4 count=1 conv=notrunc status=none
	ln -s 1.db :memory:
	run -1 --separate-stderr forkpool query 'SELECT max(x) FROM data' 1.db \
		missing.db random.db dir.db torn.db file:1.db :memory: 2.db
	[ "$output" = $'1\n1\n2' ]
	for text in 'missing.db: unable to open database file: No such file' \
		'random.db: file is not a database' 'dir.db: ' \
		'torn.db: database disk image is malformed' \
		'file:1.db: unable to open database file: No such file' \
		'8 jobs: 3 ok, 5 failed'; do
		[[ $stderr == *"forkpool: $text"* ]]
	done
	# nothing was made of what was not there
	[ ! -e missing.db ]
}

@test 'a mistake in the SQL is named for each database' {
	make_databases 2
	run -1 --separate-stderr forkpool query 'SELECT y FROM data' 1.db 2.db
	[ -z "$output" ]
	[ "$stderr" = 'forkpool: 1.db: no such column: y
forkpool: 2.db: no such column: y
forkpool: 2 jobs: 0 ok, 2 failed' ]
	for sql in '' ' ;'; do
		run -2 --separate-stderr forkpool query "$sql" 1.db
		[[ $stderr == 'forkpool: '*'the SQL is empty'* ]]
	done
	# statements before it have their result
	run -1 --separate-stderr forkpool query \
		'SELECT 1; -- one; two
		/* ; */ SELECT 2;; FROM' 1.db
	[ "$output" = $'1\n2' ]
	[[ $stderr == *'1.db: near "FROM": syntax error'* ]]
}

@test 'nothing can be written' {
	make_databases 2
	cksum ./*.db >before
	for sql in 'INSERT INTO data VALUES(7)' 'DROP TABLE data' \
		'CREATE TABLE t(x)' 'PRAGMA user_version = 7' VACUUM \
		'PRAGMA query_only = 0; INSERT INTO data VALUES(7)' \
		"ATTACH '2.db' AS b; INSERT INTO b.data VALUES(7)" \
		"ATTACH 'new.db' AS b; CREATE TABLE b.t(x)" \
		"PRAGMA query_only = 0; VACUUM INTO 'new.db'"; do
		run -1 --separate-stderr forkpool query "$sql" 1.db
		[ -z "$output" ]
	done
	cksum ./*.db | cmp - before
	[ ! -e new.db ]
	# while another one may be read
	run -0 forkpool query "ATTACH '2.db' AS b;
		SELECT a.x, b.x FROM data AS a, b.data AS b" 1.db
	[ "$output" = $'1\t2' ]
}

@test 'a locked database is waited for, and named when that takes too long' {
	make_databases 1
	cat >lock.py <<-'END'
		import os, sqlite3, time
		db = sqlite3.connect("1.db", isolation_level=None)
		db.execute("BEGIN EXCLUSIVE")
		db.execute("UPDATE data SET x = 2")
		open("locked", "w").close()
		while not os.path.exists("go"):
		    time.sleep(0.02)
		db.execute("COMMIT")
	END
	timeout 40 python3 lock.py 3>&- &
	locker=$!
	wait_for [ -e locked ]
	run -1 --separate-stderr forkpool query --busy-timeout 50ms \
		'SELECT x FROM data' 1.db
	[[ $stderr == 'forkpool: 1.db: database is locked'* ]]
	start "$FORKPOOL" query --busy-timeout 30 'SELECT x FROM data' 1.db
	wait_for has_workers "$fp" 1
	touch go
	finish 0
	is_text out 2
	wait $locker
	run -2 --separate-stderr forkpool query --busy-timeout x '' 1.db
	[[ $stderr == *'--busy-timeout x: not a duration'* ]]
}

@test 'a result that is larger than memory comes out whole' {
	: >empty.db
	sql='WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c
		LIMIT 200000) SELECT x, hex(zeroblob(20)) FROM c'
	seq 200000 | sed "s/\$/\t$(printf '0%.0s' {1..40})/" >want
	forkpool query "$sql" empty.db | cmp - want
	# one value of 3 MB, which JSON makes six times as long
	run -0 bash -c '"$FORKPOOL" query --rows json \
		"SELECT replace(hex(zeroblob(1500000)), \"0\", char(1)) AS v" \
		empty.db | python3 -c "import json
print(json.load(open(0))[\"v\"] == chr(1) * 3000000)"'
	[ "$output" = True ]
}

@test 'rows of a slow query are shown as they come with -u' {
	: >empty.db
	start "$FORKPOOL" query -u 'SELECT 1; WITH RECURSIVE c(x) AS (SELECT 1
		UNION ALL SELECT x + 1 FROM c) SELECT x FROM c WHERE x % 1000000
		= 0' empty.db
	wait_for has_lines out 2
	kill "$fp"
	finish 143
}

@test 'the SQL may be in a file' {
	make_databases 2
	printf -- '-- a comment\nSELECT x\nFROM data;\n' >sql
	run -0 forkpool query --sql-file sql 1.db 2.db
	[ "$output" = $'1\n2' ]
	printf 'a\0b' >nul
	head -c 1100000 /dev/zero | tr '\0' ' ' >long
	for pair in 'nul:it has a NUL byte' 'long:it is longer than 1 MiB' \
		'none:No such file' '.:Is a directory'; do
		run -2 --separate-stderr forkpool query \
			--sql-file "${pair%%:*}" 1.db
		[[ $stderr == "forkpool: --sql-file ${pair%%:*}: ${pair#*:}"* ]]
	done
	run -2 --separate-stderr forkpool query
	[[ $stderr == 'forkpool: query: the SQL is missing; '* ]]
	run -2 --separate-stderr forkpool query ::: 1.db
	[[ $stderr == 'forkpool: query: the SQL is missing; '* ]]
	run -2 --separate-stderr forkpool query --rows xml x 1.db
	[[ $stderr == *'--rows xml: write tsv, csv or json' ]]
}

@test 'a journal tells one query from another' {
	make_databases 2
	forkpool query --journal j 'SELECT x FROM data' 1.db >/dev/null
	run -0 --separate-stderr forkpool query --journal j --resume \
		'SELECT x FROM data' 1.db 2.db
	[ "$output" = 2 ]
	run -0 --separate-stderr forkpool query --journal j --resume \
		'SELECT x + 1 FROM data' 1.db
	[ "$output" = 2 ]
}
