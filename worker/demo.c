/*
 * demo: forkpool demo: the same jobs in turn, in one event loop and in workers.
 * It owns the order of what is shown; it must not know how anything is run.
 */
#include "worker/demo.h"

#include <err.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "worker/demodraw.h"
#include "worker/demorun.h"
#include "worker/demosay.h"
#include "worker/demoscene.h"

#define STATUS_FAILED 1
#define STATUS_BROKEN 4

/* What a module exports: see worker/demo.h. */
extern const struct demo_calls forkpool_demo;

static bool disturbed; /* other programs computed at the same time */

/* The locale stays as it is, so that all ways of running jobs have the same. */
static bool
is_unicode_terminal(void)
{
	locale_t locale;
	bool is_utf8;

	if (!isatty(STDOUT_FILENO) ||
	    (locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0)) == (locale_t)0)
		return false;
	is_utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return is_utf8;
}

static bool
is_written(void)
{
	if (fflush(stdout) != EOF && !ferror(stdout))
		return true;
	warn("cannot write the output");
	return false;
}

static void
say_beginning(void)
{
	unsigned n = demoscene_processors();

	printf("The same jobs three times, measured here and now, on %u "
	       "processor%s:\n\n"
	       "  in turn         one after the other, in one process\n"
	       "  one event loop  all at once, in one process: timers, "
	       "libcurl's multi\n"
	       "                  interface, and blocking calls where a "
	       "library has no others\n"
	       "  workers         by forkpool -j N: the code of the first in "
	       "N processes\n\n",
	    n, n == 1 ? "" : "s");
	demodraw_legend();
}

/* The lines of text, each behind an indent. */
static void
say_account(const char *text)
{
	int len;

	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		len = (int)strcspn(text, "\n");
		printf("    %.*s\n", len, text);
	}
}

/* Whether the same came of each job that was done in turn and in that way. */
static bool
are_same(const struct demorun *turn, const struct demorun *run, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (turn->bars[i].done && run->bars[i].done &&
		    turn->bars[i].result != run->bars[i].result)
			return false;
	}
	return true;
}

/* Whether it went as it should; otherwise says what did not. */
static bool
check(const struct demoscene *s, const struct demorun *runs)
{
	static const char *const ways[] = {
	    "in turn", "in one event loop", "in workers"};
	bool good = true;
	int way;

	for (way = 0; way < DEMORUN_WAYS; way++) {
		if (!are_same(&runs[DEMORUN_TURN], &runs[way], s->njobs)) {
			warnx("%s: the results are others %s than in turn",
			    s->name, ways[way]);
			good = false;
		}
		/* what can't end takes others with it, but not in workers */
		if ((s->nlost > 0 && way != DEMORUN_WORKERS) ||
		    runs[way].ndone == s->njobs - s->nlost)
			continue;
		warnx("%s: %zu of %zu jobs done %s; %s", s->name,
		    runs[way].ndone, s->njobs, ways[way],
		    *runs[way].account != '\0' ? runs[way].account
					       : "it has not said why");
		good = false;
	}
	return good;
}

static void
fill_row(struct demosay_row *row, const struct demoscene *s,
    const struct demorun *runs)
{
	int way;

	row->name = s->name;
	row->njobs = s->njobs;
	for (way = 0; way < DEMORUN_WAYS; way++) {
		row->ndone[way] = runs[way].ndone;
		row->ns[way] = runs[way].ns;
	}
}

/*
 * Whether what only computes had to wait for a processor; workers take a while
 * to start.
 */
static bool
is_disturbed(const struct demorun *runs, unsigned nworkers)
{
	const struct demorun *turn = &runs[DEMORUN_TURN];
	const struct demorun *workers = &runs[DEMORUN_WORKERS];

	return turn->cpu_ns < turn->ns / 10 * 9 ||
	    workers->cpu_ns < workers->ns / 10 * 7 * nworkers;
}

/* The exit status. */
static int
show_scene(enum demoscene_id id, struct demosay_row *row)
{
	struct demorun runs[DEMORUN_WAYS];
	struct demoscene s;
	int way;

	if (demoscene_make(&s, id) == -1) {
		warn("cannot prepare the demonstration");
		return STATUS_BROKEN;
	}
	printf(
	    "\n%d. %s: %zu jobs %s\n\n", (int)id + 1, s.name, s.njobs, s.about);
	for (way = 0; way < DEMORUN_WAYS; way++) {
		if (demorun_run(&runs[way], &s, (enum demorun_way)way) == -1) {
			warn("cannot start a process");
			demoscene_clear(&s);
			return STATUS_BROKEN;
		}
	}
	demoscene_clear(&s);
	demodraw_draw(&s, runs);
	putchar('\n');
	demosay_seen(&s, runs);
	if (s.nlost > 0)
		say_account(runs[DEMORUN_WORKERS].account);
	fill_row(row, &s, runs);
	if (id == DEMOSCENE_COMPUTE)
		disturbed = is_disturbed(runs, s.nworkers);
	return check(&s, runs) ? 0 : STATUS_FAILED;
}

static void
say_end(bool good)
{
	if (good)
		printf("\nThe code of a job is one blocking function, in turn "
		       "and in workers; only the\nloop needed it taken apart.  "
		       "The results are the same in all three.\n");
	else
		printf("\nNot all was as it should be.\n");
	if (disturbed)
		printf("Other programs had the processors too, so the times "
		       "of computing are uneven.\n");
}

static int
demo_show(void)
{
	struct demosay_row rows[DEMOSCENE_N];
	int id, status, worst = 0;

	demodraw_set_unicode(is_unicode_terminal());
	say_beginning();
	for (id = 0; id < DEMOSCENE_N; id++) {
		if (!is_written())
			return STATUS_BROKEN;
		status = show_scene((enum demoscene_id)id, &rows[id]);
		if (status == STATUS_BROKEN)
			return STATUS_BROKEN;
		if (status > worst)
			worst = status;
	}
	printf("\nAll of it:\n\n");
	demosay_table(rows, DEMOSCENE_N);
	say_end(worst == 0);
	return is_written() ? worst : STATUS_BROKEN;
}

const struct demo_calls forkpool_demo = {
    .show = demo_show,
};
