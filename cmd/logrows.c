/*
 * logrows: what a journal holds, for programs to read.
 * It owns how a job is written as a row; it must not know how the journal was
 * opened.
 */
#include "cmd/logrows.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/fields.h"
#include "worker/json.h"
#include "worker/show.h"

#define STATUS_BROKEN 4
#define ESCAPED	      4 /* bytes that one becomes, at most */
#define ROW_MAX	      (512U * 1024U * 1024U) /* bytes of JSON */

/* clang-format off */
static const char arguments[] =
    "SELECT seq, arguments" LOG_FAILURES " ORDER BY seq";

static const char *const column_names[] = {
    "seq", "state", "outcome", "exit", "signal", "http", "started", "wall",
    "user", "sys", "maxrss", "slot", "attempts", "stderr", "arguments"};

#define NCOLUMNS (sizeof(column_names) / sizeof(column_names[0]))
#define STATE	 1 /* the columns that are text */
#define OUTCOME	 2
#define STDERR	 13
#define ARGUMENTS 14

#define COLUMNS \
	"SELECT seq, state, outcome, exit, attempt.signal, http," \
	" printf('%.3f', started), printf('%.6f', wall)," \
	" printf('%.6f', user), printf('%.6f', sys), maxrss, slot," \
	" number," \
	" stderr, arguments"

static const char all_jobs[] = COLUMNS LOG_JOBS " ORDER BY seq";
static const char failed_jobs[] = COLUMNS LOG_FAILURES " ORDER BY seq";
/* clang-format on */

/* There is no memory for a job, of which nothing must be left out. */
static _Noreturn void
cannot_show(const char *seq)
{
	err(STATUS_BROKEN, "cannot show job %s", seq);
}

/* --args: the bytes themselves, as a list that can be read again. */
static int
row_arguments(void *ctx, size_t n, const char *const *c)
{
	const struct log *log = ctx;
	char **args;
	size_t i;

	if (c[1] == NULL)
		return 0;
	if ((args = fields_split(c[1], &n)) == NULL)
		cannot_show(c[0]);
	for (i = 0; i < n; i++)
		printf("%s%s", i > 0 ? "\t" : "", args[i]);
	putchar(log->end);
	free(args);
	return 0;
}

static int
row_tsv(void *ctx, size_t n, const char *const *c)
{
	char *line;
	size_t i;

	(void)ctx;
	for (i = 0; i < n; i++) {
		if (i > 0)
			putchar('\t');
		if (c[i] == NULL)
			continue;
		/* that one is as it must be */
		if (i == ARGUMENTS) {
			fputs(c[i], stdout);
			continue;
		}
		if ((line = fields_join_text(c[i], strlen(c[i]))) != NULL)
			fputs(line, stdout);
		else
			cannot_show(c[0]);
		free(line);
	}
	putchar('\n');
	return 0;
}

/* A string; what is no UTF-8 is escaped as for a terminal. */
static int
add_string(struct buf *b, const char *text)
{
	size_t n = strlen(text), size = ESCAPED * (n + 1) + 1;
	struct utf8 utf8 = {0};
	char *shown;
	int result;

	utf8_add(&utf8, text, n);
	if (utf8_is_valid(&utf8))
		return json_add_string(b, text);
	if ((shown = malloc(size)) == NULL)
		return -1;
	result = json_add_string(b, show_text(shown, size, text));
	free(shown);
	return result;
}

static int
add_arguments(struct buf *b, const char *fields)
{
	char **args;
	size_t n, i;
	int result;

	if ((args = fields_split(fields, &n)) == NULL)
		return -1;
	result = buf_add(b, "[", 1);
	for (i = 0; i < n && result == 0; i++) {
		if (i > 0)
			result = buf_add(b, ",", 1);
		if (result == 0)
			result = add_string(b, args[i]);
	}
	free(args);
	return result == 0 ? buf_add(b, "]", 1) : -1;
}

/* The value of a column. */
static int
add_value(struct buf *b, size_t column, const char *value)
{
	if (value == NULL)
		return buf_add(b, "null", 4);
	if (column == ARGUMENTS)
		return add_arguments(b, value);
	if (column == STATE || column == OUTCOME || column == STDERR)
		return add_string(b, value);
	return buf_add(b, value, strlen(value));
}

static int
row_json(void *ctx, size_t n, const char *const *c)
{
	struct buf b;
	size_t i;

	(void)ctx;
	buf_init(&b, ROW_MAX);
	for (i = 0; i < n; i++) {
		if (buf_add(&b, i > 0 ? "," : "{", 1) == -1 ||
		    json_add_string(&b, column_names[i]) == -1 ||
		    buf_add(&b, ":", 1) == -1 || add_value(&b, i, c[i]) == -1)
			cannot_show(c[0]);
	}
	if (buf_add(&b, "}\n", 2) == -1)
		cannot_show(c[0]);
	fwrite(buf_head(&b), 1, b.len, stdout);
	buf_clear(&b);
	return 0;
}

void
logrows_tsv(struct log *log)
{
	size_t i;

	for (i = 0; i < NCOLUMNS; i++)
		printf("%s%s", column_names[i], i + 1 < NCOLUMNS ? "\t" : "\n");
	log_ask(log, log->failed ? failed_jobs : all_jobs, row_tsv);
}

void
logrows_json(struct log *log)
{
	log_ask(log, log->failed ? failed_jobs : all_jobs, row_json);
}

void
logrows_arguments(struct log *log)
{
	log_ask(log, arguments, row_arguments);
}
