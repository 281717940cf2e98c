/*
 * demosay: the demonstration's words: what is seen, and the table of it all.
 * It owns the sentences; it must not know how anything is run.
 */
#include "worker/demosay.h"

#include <stdio.h>

#include "worker/demodraw.h"

#define COLUMN 19 /* of the table */

static double
faster(const struct demorun *runs, enum demorun_way way)
{
	return demodraw_quotient(runs[DEMORUN_TURN].ns, runs[way].ns);
}

static void
seen_waiting(double loop, double workers)
{
	printf("Waiting needs no processor: one event loop waits for all at "
	       "once (%.1f x), and\nso do workers (%.1f x), each in a plain "
	       "blocking call.\n",
	    loop, workers);
}

static void
seen_computing(double loop, double workers, const struct demoscene *s)
{
	printf("Async is not parallelism: the loop has one processor (%.1f x), "
	       "%u worker%s ha%s\n%u (%.1f x).\n",
	    loop, s->nworkers, s->nworkers == 1 ? "" : "s",
	    s->nworkers == 1 ? "s" : "ve", s->nworkers, workers);
}

static void
seen_queries(double loop, double workers)
{
	printf("SQLite has blocking calls only, so in the loop nothing else "
	       "goes on during a\nquery (%.1f x); workers call it as it is, "
	       "side by side (%.1f x).\n",
	    loop, workers);
}

static void
seen_fetching(double loop, double workers)
{
	printf("The loop waits for all pages at once, but parses them one "
	       "after the other\n(%.1f x); workers fetch and parse in one "
	       "blocking function, side by side (%.1f x).\n",
	    loop, workers);
}

static void
seen_crash(const struct demorun *runs, size_t n)
{
	printf("A crash takes its process with it: in turn what comes after it "
	       "never ran (%zu of\n%zu done), in the loop everything is gone "
	       "(%zu of %zu); a worker takes its own\njob only (%zu of %zu), "
	       "which is named:\n",
	    runs[DEMORUN_TURN].ndone, n, runs[DEMORUN_LOOP].ndone, n,
	    runs[DEMORUN_WORKERS].ndone, n);
}

static void
seen_hang(const struct demorun *runs, size_t n)
{
	printf("A call that never returns stops the program, and all timers of "
	       "the loop (%zu and\n%zu of %zu done when they were killed); a "
	       "worker is killed when its time is up,\nand the others go on "
	       "(%zu of %zu):\n",
	    runs[DEMORUN_TURN].ndone, runs[DEMORUN_LOOP].ndone, n,
	    runs[DEMORUN_WORKERS].ndone, n);
}

void
demosay_seen(const struct demoscene *s, const struct demorun *runs)
{
	double loop = faster(runs, DEMORUN_LOOP);
	double workers = faster(runs, DEMORUN_WORKERS);

	switch (s->id) {
	case DEMOSCENE_WAIT:
		seen_waiting(loop, workers);
		break;
	case DEMOSCENE_COMPUTE:
		seen_computing(loop, workers, s);
		break;
	case DEMOSCENE_QUERY:
		seen_queries(loop, workers);
		break;
	case DEMOSCENE_FETCH:
		seen_fetching(loop, workers);
		break;
	case DEMOSCENE_CRASH:
		seen_crash(runs, s->njobs);
		break;
	case DEMOSCENE_HANG:
		seen_hang(runs, s->njobs);
		break;
	case DEMOSCENE_N:
		break;
	}
}

static void
say_cell(const struct demosay_row *row, int way)
{
	uint64_t time = demodraw_hundredths(row->ns[way]);
	char text[64];
	int n;

	if (row->ndone[way] < row->njobs) {
		snprintf(text, sizeof(text), "%zu of %zu done", row->ndone[way],
		    row->njobs);
	} else {
		n = snprintf(text, sizeof(text), "%3ju.%02ju s",
		    (uintmax_t)(time / 100), (uintmax_t)(time % 100));
		if (way != DEMORUN_TURN &&
		    row->ndone[DEMORUN_TURN] == row->njobs)
			snprintf(text + n, sizeof(text) - (size_t)n, " %5.1f x",
			    demodraw_quotient(
				row->ns[DEMORUN_TURN], row->ns[way]));
	}
	printf("%*s", COLUMN, text);
}

void
demosay_table(const struct demosay_row *rows, size_t n)
{
	size_t i;
	int way;

	printf("%-12s%*s%*s%*s\n", "", COLUMN, "in turn", COLUMN,
	    "one event loop", COLUMN, "workers");
	for (i = 0; i < n; i++) {
		printf("  %-10s", rows[i].name);
		for (way = 0; way < DEMORUN_WAYS; way++)
			say_cell(&rows[i], way);
		putchar('\n');
	}
}
