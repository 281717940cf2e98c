/*
 * demowork: what the demonstration's jobs do with a processor, in blocking C.
 * It owns nothing; it must not know who calls it, and how many at a time.
 */
#include "worker/demowork.h"

#include <regex.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t
demowork_collatz(uint64_t below)
{
	uint64_t first, n, steps, most = 0, best = 0;

	for (first = 1; first < below; first++) {
		for (n = first, steps = 0; n != 1; steps++)
			n = n % 2 == 0 ? n / 2 : 3 * n + 1;
		if (steps > most) {
			most = steps;
			best = first;
		}
	}
	return best;
}

static int
query_value(sqlite3 *db, const char *sql, uint64_t bound, uint64_t *value)
{
	sqlite3_stmt *stmt;
	int code;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(stmt, 1, (sqlite3_int64)bound);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*value = (uint64_t)sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : -1;
}

int
demowork_query(uint64_t rows, uint64_t *values)
{
	static const char fill[] =
	    "WITH RECURSIVE n(i) AS"
	    " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
	    " INSERT INTO data SELECT i * 7919 % 1009 FROM n";
	static const char ask[] =
	    "SELECT count(*) FROM (SELECT value, count(*) FROM data"
	    " WHERE value > ? GROUP BY value ORDER BY 2)";
	sqlite3 *db;
	int result = -1;

	if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
	    query_value(db, "CREATE TABLE data (value)", 0, values) == 0 &&
	    query_value(db, fill, rows, values) == 0)
		result = query_value(db, ask, 500, values);
	sqlite3_close(db);
	return result;
}

int
demowork_page(struct buf *b, uint64_t nlines)
{
	char line[128];
	uint64_t i;
	int n;

	for (i = 0; i < nlines; i++) {
		n = snprintf(line, sizeof(line),
		    "<p>On line %ju stands <a href=\"/page/%ju\">a link</a> to "
		    "another page.</p>\n",
		    (uintmax_t)i, (uintmax_t)(i * 7919 % 10007));
		if (buf_add(b, line, (size_t)n) == -1)
			return -1;
	}
	return 0;
}

uint64_t
demowork_links(struct buf *b)
{
	static const char link[] = "<a +href=\"/page/([0-9]+)\">[^<]*</a>";
	char *rest, *line;
	regmatch_t found[2];
	uint64_t sum = 0;
	regex_t re;

	if (buf_add(b, "", 1) == -1 || regcomp(&re, link, REG_EXTENDED) != 0)
		return 0;
	rest = (char *)b->data + b->off;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (regexec(&re, line, 2, found, 0) == 0)
			sum += strtoull(line + found[1].rm_so, NULL, 10);
	}
	regfree(&re);
	return sum;
}
