/*
 * log: the subcommand that tells what a journal holds.
 * It owns what is asked of the database and how that is shown; it must not
 * change anything.
 */
#include "cmd/log.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/fields.h"
#include "cmd/journal.h"
#include "cmd/options.h"
#include "worker/json.h"
#include "worker/show.h"

#define STATUS_USAGE  2
#define STATUS_BROKEN 4
#define SHOWN	      10 /* failures in a summary */
#define LINE_MAX_LEN  (1024U * 1024U * 64U)

enum log_form { LOG_SUMMARY, LOG_FAILED, LOG_ARGS, LOG_JSON, LOG_TSV };

enum log_id { ID_ARGS = 1, ID_FAILED, ID_HELP, ID_JSON, ID_NULL, ID_TSV };

const struct option_def log_table[] = {
    {"args", 0, ID_ARGS, NULL, "the arguments of what failed, one job a line"},
    {"failed", 0, ID_FAILED, NULL, "only jobs that failed"},
    {"help", 'h', ID_HELP, NULL, "this text"},
    {"json", 0, ID_JSON, NULL, "a JSON object for each job"},
    {"null", '0', ID_NULL, NULL, "--args: end each job in NUL"},
    {"tsv", 0, ID_TSV, NULL, "a line of columns for each job"},
    {NULL, 0, 0, NULL, NULL},
};

struct log {
	const struct journal_calls *calls;
	struct journal *journal;
	const char *path;
	int64_t first; /* the run whose list is told of */
	enum log_form form;
	bool failed;
	char end;   /* of --args */
	uint64_t n; /* rows so far */
};

/* clang-format off */
#define FAILED "job.state IN ('failed', 'lost')"

/* How an attempt ended, in words. */
#define HOW \
	"CASE outcome WHEN 'exit' THEN 'exit ' || exit" \
	" WHEN 'signal' THEN 'killed by signal ' || attempt.signal" \
	" WHEN 'http' THEN 'HTTP ' || http" \
	" WHEN 'timeout' THEN 'timed out'" \
	" WHEN 'lost' THEN 'lost'" \
	" ELSE 'could not be done' END"

#define JOBS \
	" FROM job LEFT JOIN attempt ON attempt.id = job.attempt" \
	" WHERE job.run = ?"

static const char newest[] = "SELECT first FROM run ORDER BY id DESC LIMIT 1";

static const char runs[] =
    "SELECT command, datetime(min(started), 'unixepoch', 'localtime'),"
    " sum(coalesce(ended, (SELECT max(max(started),"
    "  coalesce(max(ended), 0)) FROM attempt WHERE run = run.id)) - started),"
    " count(*), max(id) = max(CASE WHEN ended IS NULL THEN id END)"
    " FROM run WHERE first = ?";

static const char cpu[] =
    "SELECT total(user + sys) FROM attempt"
    " WHERE run IN (SELECT id FROM run WHERE first = ?)";

static const char counts[] =
    "SELECT state, count(*) FROM job WHERE run = ? GROUP BY state"
    " ORDER BY count(*) DESC";

static const char slowest[] =
    "SELECT printf('%8.3f s', wall), seq, arguments" JOBS
    " AND wall IS NOT NULL ORDER BY wall DESC LIMIT 5";

static const char failures[] =
    "SELECT seq, arguments, " HOW ", stderr" JOBS " AND " FAILED
    " ORDER BY seq";

static const char arguments[] =
    "SELECT arguments" JOBS " AND " FAILED " ORDER BY seq";

static const char *const column_names[] = {
    "seq", "state", "outcome", "exit", "signal", "http", "started", "wall",
    "user", "sys", "maxrss", "slot", "attempts", "stderr", "arguments"};

#define NCOLUMNS (sizeof(column_names) / sizeof(column_names[0]))
#define STATE	 1 /* the columns that are text */
#define OUTCOME	 2
#define STDERR	 13
#define ARGUMENTS 14

#define ALL \
	"SELECT seq, state, outcome, exit, attempt.signal, http," \
	" printf('%.3f', started), printf('%.6f', wall)," \
	" printf('%.6f', user), printf('%.6f', sys), maxrss, slot," \
	" number," \
	" stderr, arguments" JOBS
/* clang-format on */

/* Asks for rows that belong to the list. */
static void
ask(struct log *log, const char *sql, journal_row *row)
{
	log->n = 0;
	if (log->calls->select(log->journal, sql, &log->first,
		strchr(sql, '?') != NULL ? 1 : 0, row, log) == -1)
		errx(STATUS_USAGE, "cannot read the journal %s: %s", log->path,
		    log->calls->error(log->journal));
}

/* Prints text from outside. */
static void
put(const char *text)
{
	static char shown[4096];

	fputs(
	    show_text(shown, sizeof(shown), text != NULL ? text : ""), stdout);
}

/* "job 3 (a b)", of its columns. */
static void
put_job(const char *seq, const char *fields)
{
	char **args;
	size_t n, i;

	printf("job %s (", seq);
	if (fields != NULL && (args = fields_split(fields, &n)) != NULL) {
		for (i = 0; i < n; i++) {
			if (i > 0)
				putchar(' ');
			put(args[i]);
		}
		free(args);
	}
	putchar(')');
}

static int
row_newest(void *ctx, size_t n, const char *const *c)
{
	struct log *log = ctx;

	(void)n;
	log->first = (int64_t)strtoll(c[0], NULL, 10);
	return 0;
}

static int
row_runs(void *ctx, size_t n, const char *const *c)
{
	(void)ctx;
	(void)n;
	put(c[0]);
	printf("\nstarted %s, ", c[1]);
	if (strcmp(c[3], "1") != 0)
		printf("%s runs, ", c[3]);
	printf("%.3g s%s", strtod(c[2] != NULL ? c[2] : "0", NULL),
	    c[4] != NULL && strcmp(c[4], "1") == 0 ? ", not ended" : "");
	return 0;
}

static int
row_cpu(void *ctx, size_t n, const char *const *c)
{
	(void)ctx;
	(void)n;
	printf(", %.3g s of CPU in jobs\n", strtod(c[0], NULL));
	return 0;
}

static int
row_count(void *ctx, size_t n, const char *const *c)
{
	struct log *log = ctx;

	(void)n;
	printf("%s%s %s", log->n++ > 0 ? ", " : "jobs: ", c[1], c[0]);
	return 0;
}

static int
row_slow(void *ctx, size_t n, const char *const *c)
{
	struct log *log = ctx;

	(void)n;
	if (log->n++ == 0)
		printf("slowest:\n");
	printf("%s  ", c[0]);
	put_job(c[1], c[2]);
	putchar('\n');
	return 0;
}

static int
row_failure(void *ctx, size_t n, const char *const *c)
{
	struct log *log = ctx;

	(void)n;
	if (log->form == LOG_SUMMARY && log->n == 0)
		printf("failed:\n");
	if (++log->n > SHOWN && log->form == LOG_SUMMARY)
		return 0;
	if (log->form == LOG_SUMMARY)
		printf("  ");
	put_job(c[0], c[1]);
	printf(": %s", c[2]);
	if (c[3] != NULL) {
		printf(": ");
		put(c[3]);
	}
	putchar('\n');
	return 0;
}

static void
summary(struct log *log)
{
	ask(log, runs, row_runs);
	ask(log, cpu, row_cpu);
	ask(log, counts, row_count);
	printf(log->n > 0 ? "\n" : "no jobs\n");
	ask(log, slowest, row_slow);
	ask(log, failures, row_failure);
	if (log->n > SHOWN)
		printf("  and %ju more: forkpool log --failed\n",
		    (uintmax_t)log->n - SHOWN);
}

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

static void
all_jobs(struct log *log)
{
	size_t i;

	for (i = 0; log->form == LOG_TSV && i < NCOLUMNS; i++)
		printf("%s%s", column_names[i], i + 1 < NCOLUMNS ? "\t" : "\n");
	ask(log,
	    log->failed ? ALL " AND " FAILED " ORDER BY seq"
			: ALL " ORDER BY seq",
	    log->form == LOG_TSV ? row_tsv : row_json);
}

static _Noreturn void
usage(void)
{
	printf("usage: forkpool log [options] FILE\n"
	       "tells what a journal holds\n\n");
	options_usage_table(log_table);
	printf("\nMore: forkpool help log\n");
	options_told();
}

/* The options, in log; the file is left. */
static void
parse(struct log *log, int argc, char **argv)
{
	static const struct option longs[] = {
	    {"args", no_argument, NULL, ID_ARGS},
	    {"failed", no_argument, NULL, ID_FAILED},
	    {"help", no_argument, NULL, ID_HELP},
	    {"json", no_argument, NULL, ID_JSON},
	    {"null", no_argument, NULL, ID_NULL},
	    {"tsv", no_argument, NULL, ID_TSV},
	    {NULL, 0, NULL, 0},
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+h0", longs, NULL)) != -1) {
		switch (c) {
		case 'h':
		case ID_HELP:
			usage();
		case '0':
		case ID_NULL:
			log->end = '\0';
			break;
		case ID_FAILED:
			log->failed = true;
			break;
		case ID_ARGS:
			log->form = LOG_ARGS;
			break;
		case ID_JSON:
			log->form = LOG_JSON;
			break;
		case ID_TSV:
			log->form = LOG_TSV;
			break;
		default:
			options_mistake("%s: no such option; see forkpool log "
					"--help",
			    argv[optind - 1]);
		}
	}
	if (log->form == LOG_SUMMARY && log->failed)
		log->form = LOG_FAILED;
	if (argc - optind != 1)
		options_mistake("log needs the name of one journal; see "
				"forkpool log --help");
	log->path = argv[optind];
}

static void
open_journal(struct log *log)
{
	char why[512];
	const char *no_module;

	if ((log->calls = journal_load(&no_module)) == NULL)
		errx(STATUS_BROKEN, "cannot load the journal: %s", no_module);
	log->journal = log->calls->open_to_read(log->path, why, sizeof(why));
	if (log->journal == NULL)
		options_mistake(
		    "cannot read the journal %s: %s", log->path, why);
	ask(log, newest, row_newest);
}

void
log_main(int argc, char **argv)
{
	struct log log = {.form = LOG_SUMMARY, .end = '\n'};

	parse(&log, argc, argv);
	open_journal(&log);
	switch (log.form) {
	case LOG_SUMMARY:
		summary(&log);
		break;
	case LOG_FAILED:
		ask(&log, failures, row_failure);
		break;
	case LOG_ARGS:
		ask(&log, arguments, row_arguments);
		break;
	default:
		all_jobs(&log);
	}
	log.calls->close(log.journal);
	options_told();
}
