/*
 * row: a finished job as one line of JSON, CSV or TSV.
 * It owns the place in the row that is being written; it must not know where
 * the row goes.
 */
#include "cmd/row.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/expand.h"
#include "cmd/report.h"

#define PIECE_MAX (64U * 1024U) /* bytes of output at a time */
#define US_PER_S  1000000ULL
#define NS_PER_S  1000000000.0

enum row_format
row_format_of(const char *name)
{
	static const struct {
		const char *end;
		enum row_format format;
	} ends[] = {
	    {".json", ROW_JSON},
	    {".jsonl", ROW_JSON},
	    {".csv", ROW_CSV},
	    {".tsv", ROW_TSV},
	};
	size_t i, n = strlen(name), len;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		len = strlen(ends[i].end);
		if (n > len && strcmp(name + n - len, ends[i].end) == 0)
			return ends[i].format;
	}
	return ROW_NONE;
}

void
row_init(struct row *r, const struct row_conf *conf)
{
	memset(r, 0, sizeof(*r));
	r->conf = *conf;
	buf_init(&r->piece, PIECE_MAX);
}

void
row_clear(struct row *r)
{
	buf_clear(&r->piece);
}

static int add_format(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static int
add_format(struct buf *b, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return buf_add(b, text, (size_t)n);
}

static int
add_base64_string(struct buf *b, const char *s)
{
	struct base64 b64 = {0};

	if (buf_add(b, "\"", 1) == -1 ||
	    base64_add(&b64, b, s, strlen(s)) == -1 ||
	    base64_end(&b64, b) == -1)
		return -1;
	return buf_add(b, "\"", 1);
}

/* The job's arguments; those that are not all text go as base64. */
static int
add_args(struct buf *b, const struct task *t)
{
	struct utf8 all = {0};
	bool text;
	size_t i;
	int result;

	for (i = 0; i < t->nargs; i++)
		utf8_add(&all, t->args[i], strlen(t->args[i]) + 1);
	text = utf8_is_valid(&all);
	if (add_format(b, text ? ",\"args\":[" : ",\"args_base64\":[") == -1)
		return -1;
	for (i = 0; i < t->nargs; i++) {
		if (i > 0 && buf_add(b, ",", 1) == -1)
			return -1;
		result = text ? json_add_string(b, t->args[i])
			      : add_base64_string(b, t->args[i]);
		if (result == -1)
			return -1;
	}
	return buf_add(b, "]", 1);
}

/* A number, or null when there is none. */
static int
add_number(struct buf *b, const char *key, bool known, intmax_t n)
{
	if (!known)
		return add_format(b, ",\"%s\":null", key);
	return add_format(b, ",\"%s\":%jd", key, n);
}

/* How the job ended. */
static int
add_end(struct buf *b, const struct task *t)
{
	enum outcome o = t->outcome;
	bool killed =
	    o == OUTCOME_SIGNAL || o == OUTCOME_LOST || o == OUTCOME_CANCELLED;

	if (add_format(b, ",\"outcome\":\"%s\"", task_outcome(t)) == -1 ||
	    add_number(b, "exit", task_exitval(t) != -1, task_exitval(t)) ==
		-1 ||
	    add_number(b, "signal", killed && t->code != 0, t->code) == -1)
		return -1;
	return o == OUTCOME_HTTP ? add_number(b, "http", true, t->code) : 0;
}

/* A string that may be there. */
static int
add_text(struct buf *b, const char *key, const char *text)
{
	struct utf8 u = {0};

	if (text == NULL)
		return 0;
	utf8_add(&u, text, strlen(text));
	if (!utf8_is_valid(&u))
		return add_format(b, ",\"%s_base64\":", key) == -1
		    ? -1
		    : add_base64_string(b, text);
	return add_format(b, ",\"%s\":", key) == -1 ? -1
						    : json_add_string(b, text);
}

int
row_add_facts(struct buf *b, const struct task *t)
{
	const struct task_facts *f = &t->facts;
	bool begun = t->attempts > 0;
	char why[128];

	if (add_format(b, "{\"seq\":%ju", (uintmax_t)t->seq) == -1 ||
	    add_args(b, t) == -1 || add_end(b, t) == -1)
		return -1;
	if (begun ? add_format(b, ",\"start\":%ju.%06ju",
			(uintmax_t)(f->start_us / US_PER_S),
			(uintmax_t)(f->start_us % US_PER_S)) == -1
		  : add_format(b, ",\"start\":null") == -1)
		return -1;
	if (add_format(b, ",\"wall\":%.6f,\"user\":%.6f,\"sys\":%.6f",
		(double)f->wall_ns / NS_PER_S, (double)f->user_us / US_PER_S,
		(double)f->sys_us / US_PER_S) == -1)
		return -1;
	if (add_number(b, "maxrss", true, (intmax_t)f->maxrss_kb) == -1 ||
	    add_number(b, "slot", begun, f->slot) == -1 ||
	    add_number(b, "worker", begun, f->worker) == -1)
		return -1;
	if (add_number(b, "attempts", true, t->attempts) == -1 ||
	    add_text(b, "url", t->url) == -1 ||
	    add_text(b, "file", t->state == STATE_OK ? t->file : NULL) == -1)
		return -1;
	if (t->told != NULL)
		return buf_add(b, buf_head(t->told), t->told->len);
	/* a worker that was ended has not said what went wrong */
	return t->url == NULL || t->state == STATE_OK
	    ? 0
	    : add_text(b, "error", report_end(t, why, sizeof(why)));
}

static char
separator(const struct row *r)
{
	return r->conf.format == ROW_TSV ? '\t' : ',';
}

/* Adds text with the quotes in it doubled. */
static int
add_doubled(struct buf *b, const char *p, size_t n)
{
	const char *quote;
	size_t len;

	while ((quote = memchr(p, '"', n)) != NULL) {
		len = (size_t)(quote - p) + 1;
		if (buf_add(b, p, len) == -1 || buf_add(b, "\"", 1) == -1)
			return -1;
		p += len;
		n -= len;
	}
	return buf_add(b, p, n);
}

/* Adds a separator and a field, in quotes where it needs them. */
static int
add_field(const struct row *r, struct buf *b, const char *text)
{
	char sep = separator(r);

	if (buf_add(b, &sep, 1) == -1)
		return -1;
	if (strpbrk(text, " \",\t\r\n") == NULL)
		return buf_add(b, text, strlen(text));
	if (buf_add(b, "\"", 1) == -1 ||
	    add_doubled(b, text, strlen(text)) == -1)
		return -1;
	return buf_add(b, "\"", 1);
}

/* The line with the names of the columns, before the first row. */
static int
add_names(struct row *r, struct buf *b, const struct task *t)
{
	static const char *const names[] = {"Host", "Starttime", "JobRuntime",
	    "Send", "Receive", "Exitval", "Signal", "Command"};
	const struct replace_set *set = &r->conf.template->conf->set;
	char name[32];
	size_t i;

	r->headed = true;
	if (buf_add(b, "Seq", 3) == -1)
		return -1;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (add_field(r, b, names[i]) == -1)
			return -1;
	}
	for (i = 0; i < t->nargs; i++) {
		snprintf(name, sizeof(name), "V%zu", i + 1);
		if (add_field(
			r, b, i < set->ncolumns ? set->columns[i] : name) == -1)
			return -1;
	}
	if (add_field(r, b, "Stdout") == -1 || add_field(r, b, "Stderr") == -1)
		return -1;
	return buf_add(b, "\n", 1);
}

/* The job's command, as it can be pasted; nothing if it never was one. */
static int
add_command(const struct row *r, struct buf *b, const struct task *t)
{
	struct replace_values values = task_values(t, r->conf.total);
	const char *why;
	char *line;
	int result;

	line = expand_line(r->conf.template, r->conf.command, &values, &why);
	result = add_field(r, b, line != NULL ? line : "");
	free(line);
	return result;
}

/* The fields before the output. */
static int
add_fields(struct row *r, struct buf *b, const struct task *t)
{
	const struct task_facts *f = &t->facts;
	char sep = separator(r);
	size_t i;

	if (!r->headed && add_names(r, b, t) == -1)
		return -1;
	if (add_format(b, "%ju%c:%c%.3f%c%.3f%c0%c%ju%c%d%c%d",
		(uintmax_t)t->seq, sep, sep, (double)f->start_us / US_PER_S,
		sep, (double)f->wall_ns / NS_PER_S, sep, sep,
		(uintmax_t)held_size(&t->held, STDOUT_FILENO), sep,
		task_exitval(t), sep, task_signal(t)) == -1 ||
	    add_command(r, b, t) == -1)
		return -1;
	for (i = 0; i < t->nargs; i++) {
		if (add_field(r, b, t->args[i]) == -1)
			return -1;
	}
	return 0;
}

/* What stands before the output of a stream. */
static int
begin_stream(struct row *r, struct buf *b, const struct task *t)
{
	const char *name = r->stream == STDOUT_FILENO ? "stdout" : "stderr";
	char sep = separator(r);

	held_begin(&t->held, &r->cursor, r->stream);
	/* of a URL it is the body */
	if (t->url != NULL && r->stream == STDOUT_FILENO)
		name = "body";
	if (r->conf.format == ROW_JSON) {
		r->text = utf8_is_valid(&t->utf8[r->stream - 1]);
		return add_format(
		    b, ",\"%s%s\":\"", name, r->text ? "" : "_base64");
	}
	if (buf_add(b, &sep, 1) == -1)
		return -1;
	return r->cursor.piece != NULL ? buf_add(b, "\"", 1) : 0;
}

/* What stands behind it. */
static int
end_stream(struct row *r, struct buf *b, const struct task *t)
{
	if (r->conf.format == ROW_JSON)
		return base64_end(&r->base64, b) == -1 ? -1
						       : buf_add(b, "\"", 1);
	return held_size(&t->held, r->stream) > 0 ? buf_add(b, "\"", 1) : 0;
}

/* Adds a piece of output.  1: there was one; 0: it is at its end. */
static int
add_piece(struct row *r, const struct store *s, struct buf *b)
{
	ssize_t n = held_read(&r->cursor, s, &r->piece, PIECE_MAX);
	const void *p = buf_head(&r->piece);
	int result;

	if (n <= 0)
		return (int)n;
	if (r->conf.format != ROW_JSON)
		result = add_doubled(b, p, (size_t)n);
	else if (r->text)
		result = json_add_escaped(b, p, (size_t)n);
	else
		result = base64_add(&r->base64, b, p, (size_t)n);
	buf_consume(&r->piece, (size_t)n);
	return result == -1 ? -1 : 1;
}

int
row_add(
    struct row *r, const struct task *t, const struct store *s, struct buf *b)
{
	bool json = r->conf.format == ROW_JSON;
	int more;

	if (r->stream == 0) {
		/* what is in a file is not here */
		r->stream =
		    json && t->file != NULL ? STDERR_FILENO : STDOUT_FILENO;
		if ((json ? row_add_facts(b, t) : add_fields(r, b, t)) == -1 ||
		    begin_stream(r, b, t) == -1)
			return -1;
		return 1;
	}
	if ((more = add_piece(r, s, b)) != 0)
		return more;
	if (end_stream(r, b, t) == -1)
		return -1;
	if (r->stream == STDOUT_FILENO) {
		r->stream = STDERR_FILENO;
		return begin_stream(r, b, t) == -1 ? -1 : 1;
	}
	r->stream = 0;
	return buf_add(b, json ? "}\n" : "\n", json ? 2 : 1);
}
