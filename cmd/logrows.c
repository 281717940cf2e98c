/*
 * logrows: what a journal holds, for programs to read.
 * It owns how a job is written as a row; it must not know how the journal was
 * opened.
 */
#include "cmd/logrows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/fields.h"
#include "worker/json.h"
#include "worker/show.h"

#define LINE_MAX_LEN (1024U * 1024U * 64U)

/* clang-format off */
static const char arguments[] =
    "SELECT arguments" LOG_FAILURES " ORDER BY seq";

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

/* --args: the bytes themselves, as a list that can be read again. */
static int
row_arguments(void *ctx, size_t n, const char *const *c)
{
	const struct log *log = ctx;
	char **args;
	size_t i;

	if (c[0] == NULL || (args = fields_split(c[0], &n)) == NULL)
		return 0;
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
		line = i == ARGUMENTS ? NULL
				      : fields_join_text(c[i], strlen(c[i]));
		fputs(line != NULL ? line : c[i], stdout);
		free(line);
	}
	putchar('\n');
	return 0;
}

/* A string; what is no UTF-8 is escaped as for a terminal. */
static void
add_string(struct buf *b, const char *text)
{
	static char shown[4096];
	struct utf8 utf8 = {0};

	utf8_add(&utf8, text, strlen(text));
	if (!utf8_is_valid(&utf8))
		text = show_text(shown, sizeof(shown), text);
	json_add_string(b, text);
}

static void
add_arguments(struct buf *b, const char *fields)
{
	char **args;
	size_t n, i;

	buf_add(b, "[", 1);
	if ((args = fields_split(fields, &n)) != NULL) {
		for (i = 0; i < n; i++) {
			if (i > 0)
				buf_add(b, ",", 1);
			add_string(b, args[i]);
		}
	}
	free(args);
	buf_add(b, "]", 1);
}

static int
row_json(void *ctx, size_t n, const char *const *c)
{
	struct buf b;
	size_t i;

	(void)ctx;
	buf_init(&b, LINE_MAX_LEN);
	for (i = 0; i < n; i++) {
		buf_add(&b, i > 0 ? "," : "{", 1);
		json_add_string(&b, column_names[i]);
		buf_add(&b, ":", 1);
		if (c[i] == NULL)
			buf_add(&b, "null", 4);
		else if (i == ARGUMENTS)
			add_arguments(&b, c[i]);
		else if (i == STATE || i == OUTCOME || i == STDERR)
			add_string(&b, c[i]);
		else
			buf_add(&b, c[i], strlen(c[i]));
	}
	buf_add(&b, "}\n", 2);
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
