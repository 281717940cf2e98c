/*
 * rows: the rows of a query's result as lines of text.
 * It owns what is not replied yet; it must not know what was asked.
 */
#include "worker/rows.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker/duration.h"
#include "worker/json.h"

#define PIECE	4096U	      /* bytes of a value that are written at once */
#define REPLIED (32U * 1024U) /* bytes that are replied at once */
#define ROOM	(REPLIED + 8 * PIECE) /* JSON makes six bytes of one */
#define LIVE_NS 100000000ULL	      /* a slow result is shown after that */

/* Appends n bytes in some notation.  0, or -1 with errno as buf_add(). */
typedef int notation(struct buf *, const void *, size_t);

void
rows_init(struct rows *r, enum rows_format format, struct reply *reply)
{
	r->format = format;
	r->reply = reply;
	r->since_ns = duration_now_ns();
	buf_init(&r->buf, ROOM);
}

static void
rows_flush(struct rows *r)
{
	reply_output(r->reply, 1, buf_head(&r->buf), r->buf.len);
	buf_truncate(&r->buf, 0);
}

/* In pieces, so that a value of any length needs no more room. */
static void
put(struct rows *r, notation *add, const void *data, size_t n)
{
	const char *p = data;
	size_t len;

	for (; n > 0; p += len, n -= len) {
		len = n < PIECE ? n : PIECE;
		/* short output is not ok */
		if (add(&r->buf, p, len) == -1)
			reply_outcome(r->reply, OUTCOME_ERROR, errno);
		if (r->buf.len >= REPLIED)
			rows_flush(r);
	}
}

static void
put_text(struct rows *r, const char *text)
{
	put(r, buf_add, text, strlen(text));
}

static int
add_hex(struct buf *b, const void *data, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *p = data;
	char text[2];

	for (; n > 0; n--, p++) {
		text[0] = digits[*p >> 4];
		text[1] = digits[*p & 0x0f];
		if (buf_add(b, text, sizeof(text)) == -1)
			return -1;
	}
	return 0;
}

/* So that a value is neither two columns nor two lines. */
static int
add_tsv(struct buf *b, const void *data, size_t n)
{
	static const char special[] = "\t\n\r\\", letters[] = "tnr\\";
	const char *p = data, *end = p + n, *plain = p, *found;
	char text[2] = {'\\'};

	for (; p < end; p++) {
		found = memchr(special, *p, sizeof(special) - 1);
		if (found == NULL)
			continue;
		text[1] = letters[found - special];
		if (buf_add(b, plain, (size_t)(p - plain)) == -1 ||
		    buf_add(b, text, sizeof(text)) == -1)
			return -1;
		plain = p + 1;
	}
	return buf_add(b, plain, (size_t)(end - plain));
}

/* What stands between the quotes of a value in CSV. */
static int
add_csv(struct buf *b, const void *data, size_t n)
{
	const char *p = data, *end = p + n, *quote;

	for (; (quote = memchr(p, '"', (size_t)(end - p))) != NULL;
	     p = quote + 1) {
		if (buf_add(b, p, (size_t)(quote + 1 - p)) == -1 ||
		    buf_add(b, "\"", 1) == -1)
			return -1;
	}
	return buf_add(b, p, (size_t)(end - p));
}

/* An empty text is quoted too, and so is not NULL. */
static bool
csv_needs_quotes(const char *data, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (data[i] == '"' || data[i] == ',' || data[i] == '\n' ||
		    data[i] == '\r')
			return true;
	}
	return n == 0;
}

static void
put_quoted(struct rows *r, notation *add, const void *data, size_t n)
{
	put_text(r, "\"");
	put(r, add, data, n);
	put_text(r, "\"");
}

static void
put_blob(struct rows *r, const void *data, size_t n)
{
	if (r->format == ROWS_JSON)
		put_quoted(r, add_hex, data, n);
	else
		put(r, add_hex, data, n);
}

/* A text, or the name of a column. */
static void
put_string(struct rows *r, const char *data, size_t n)
{
	struct utf8 utf8 = {0};

	switch (r->format) {
	case ROWS_TSV:
		put(r, add_tsv, data, n);
		break;
	case ROWS_CSV:
		if (csv_needs_quotes(data, n))
			put_quoted(r, add_csv, data, n);
		else
			put(r, buf_add, data, n);
		break;
	case ROWS_JSON:
		utf8_add(&utf8, data, n);
		if (utf8_is_valid(&utf8))
			put_quoted(r, json_add_escaped, data, n);
		else
			put_blob(r, data, n);
		break;
	}
}

/* The shortest number that is this one when it is read again. */
static void
put_real(struct rows *r, double value)
{
	char text[32];
	int digits = 14;

	if (isinf(value)) {
		/* JSON has no word for it; what reads this makes it that */
		put_text(r, value > 0 ? "1e999" : "-1e999");
		return;
	}
	do
		snprintf(text, sizeof(text), "%.*g", ++digits, value);
	while (digits < 17 && strtod(text, NULL) != value);
	put_text(r, text);
	/* a real stays one */
	if (strpbrk(text, ".e") == NULL)
		put_text(r, ".0");
}

static void
put_value(struct rows *r, sqlite3_stmt *stmt, int column)
{
	const void *data;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_NULL:
		if (r->format == ROWS_JSON)
			put_text(r, "null");
		break;
	case SQLITE_BLOB:
		data = sqlite3_column_blob(stmt, column);
		put_blob(r, data, (size_t)sqlite3_column_bytes(stmt, column));
		break;
	case SQLITE_TEXT:
		data = sqlite3_column_text(stmt, column);
		put_string(r, data, (size_t)sqlite3_column_bytes(stmt, column));
		break;
	case SQLITE_FLOAT:
		if (r->format == ROWS_JSON) {
			put_real(r, sqlite3_column_double(stmt, column));
			break;
		}
		/* FALLTHROUGH */
	default:
		data = sqlite3_column_text(stmt, column);
		if (data != NULL)
			put_text(r, data);
		break;
	}
}

static void
put_name(struct rows *r, sqlite3_stmt *stmt, int column)
{
	const char *name = sqlite3_column_name(stmt, column);

	if (name != NULL)
		put_string(r, name, strlen(name));
}

void
rows_add_names(struct rows *r, sqlite3_stmt *stmt)
{
	int i, n = sqlite3_column_count(stmt);

	if (r->format == ROWS_JSON)
		return;
	for (i = 0; i < n; i++) {
		if (i > 0)
			put_text(r, r->format == ROWS_CSV ? "," : "\t");
		put_name(r, stmt, i);
	}
	put_text(r, "\n");
}

void
rows_add(struct rows *r, sqlite3_stmt *stmt)
{
	static const char *const between[] = {"\t", ",", ","};
	int i, n = sqlite3_column_count(stmt);
	uint64_t now;

	for (i = 0; i < n; i++) {
		if (i > 0)
			put_text(r, between[r->format]);
		if (r->format == ROWS_JSON) {
			put_text(r, i == 0 ? "{" : "");
			put_name(r, stmt, i);
			put_text(r, ":");
		}
		put_value(r, stmt, i);
	}
	put_text(r, r->format == ROWS_JSON ? "}\n" : "\n");
	now = duration_now_ns();
	if (now - r->since_ns < LIVE_NS)
		return;
	r->since_ns = now;
	rows_flush(r);
	kind_yield(r->reply);
}

void
rows_end(struct rows *r)
{
	rows_flush(r);
	buf_clear(&r->buf);
}
