/*
 * logtext: what a journal holds, told to a person.
 * It owns the words; it must not know how the journal was opened.
 */
#include "cmd/logtext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/fields.h"
#include "worker/show.h"
#include "worker/signame.h"

#define SHOWN 10 /* failures in a summary */

/* clang-format off */
/* How an attempt ended, in words. */
#define HOW \
	"CASE outcome WHEN 'exit' THEN 'exit ' || exit" \
	" WHEN 'signal' THEN 'killed by signal ' || attempt.signal" \
	" WHEN 'http' THEN 'HTTP ' || http" \
	" WHEN 'timeout' THEN 'timed out'" \
	" WHEN 'lost' THEN 'lost: its worker ' ||" \
	"  coalesce('was killed by signal ' || attempt.signal," \
	"   'ended without a reply')" \
	" ELSE 'could not be done' END"

static const char runs[] =
    "SELECT max(CASE WHEN id = first THEN command END),"
    " datetime(min(started), 'unixepoch', 'localtime'),"
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
    "SELECT printf('%8.3f s', wall), seq, arguments" LOG_JOBS
    " AND wall IS NOT NULL ORDER BY wall DESC LIMIT 5";

static const char failures[] =
    "SELECT seq, arguments, " HOW ", stderr" LOG_FAILURES
    " ORDER BY seq";
/* clang-format on */

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

/* How a job ended, and the name of the signal in it. */
static void
put_how(const char *how)
{
	static const char before[] = "signal ";
	const char *number = strstr(how, before);

	fputs(how, stdout);
	if (number != NULL)
		printf(" (%s)",
		    signame_of((int)strtol(number + strlen(before), NULL, 10)));
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
	if (log->summary && log->n == 0)
		printf("failed:\n");
	if (++log->n > SHOWN && log->summary)
		return 0;
	if (log->summary)
		printf("  ");
	put_job(c[0], c[1]);
	fputs(": ", stdout);
	put_how(c[2]);
	if (c[3] != NULL) {
		printf(": ");
		put(c[3]);
	}
	putchar('\n');
	return 0;
}

void
logtext_summary(struct log *log)
{
	log_ask(log, runs, row_runs);
	log_ask(log, cpu, row_cpu);
	log_ask(log, counts, row_count);
	printf(log->n > 0 ? "\n" : "no jobs\n");
	log_ask(log, slowest, row_slow);
	log_ask(log, failures, row_failure);
	if (log->n > SHOWN)
		printf("  and %ju more: forkpool log --failed\n",
		    (uintmax_t)log->n - SHOWN);
}

void
logtext_failures(struct log *log)
{
	log_ask(log, failures, row_failure);
}
