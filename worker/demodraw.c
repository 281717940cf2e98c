/*
 * demodraw: the demonstration's timelines, in lines of text.
 * It owns the signs and the columns; it must not know what is to be seen.
 */
#include "worker/demodraw.h"

#include <stdio.h>

#define CELLS	  22 /* of a timeline */
#define HALVES	  (2 * CELLS)
#define GAP	  "   " /* between two */
#define HUNDREDTH 10000000ULL

enum sign { NOTHING, WAIT, WORK };

static const struct signs {
	const char *wait;
	const char *work;
	const char *begin; /* works in the second half */
	const char *end;   /* … in the first */
	const char *lost;
} ascii = {"-", "#", "#", "#", "x"}, unicode = {"░", "█", "▐", "▌", "✗"};

static const struct signs *signs = &ascii;

void
demodraw_set_unicode(bool on)
{
	signs = on ? &unicode : &ascii;
}

void
demodraw_legend(void)
{
	printf("Each job is a line of the drawings: %s it waits, %s it works, "
	       "%s it ended before\nits end.\n",
	    signs->wait, signs->work, signs->lost);
}

uint64_t
demodraw_hundredths(uint64_t ns)
{
	uint64_t n = (ns + HUNDREDTH / 2) / HUNDREDTH;

	return n > 0 ? n : 1;
}

double
demodraw_quotient(uint64_t a_ns, uint64_t b_ns)
{
	return (double)demodraw_hundredths(a_ns) /
	    (double)demodraw_hundredths(b_ns);
}

/* What a job did in the middle of a half cell. */
static enum sign
sign_at(const struct demobar *bar, size_t half, uint64_t scale_ns)
{
	uint64_t half_ns = scale_ns / HALVES, end = bar->end_ns;
	uint64_t at = half * half_ns + half_ns / 2;

	/* however short, it is to be seen */
	if (end < bar->begin_ns + half_ns)
		end = bar->begin_ns + half_ns;
	if (!bar->begun || at < bar->begin_ns || at >= end)
		return NOTHING;
	return at < bar->work_ns ? WAIT : WORK;
}

static const char *
cell_sign(enum sign a, enum sign b)
{
	if (a == WORK && b == WORK)
		return signs->work;
	if (a == WORK)
		return signs->end;
	if (b == WORK)
		return signs->begin;
	return a == WAIT || b == WAIT ? signs->wait : " ";
}

/* Prints a sign, but blanks only before another. */
static void
put(const char *sign)
{
	static int blanks;

	if (*sign == ' ') {
		blanks++;
		return;
	}
	printf("%*s%s", *sign == '\n' ? 0 : blanks, "", sign);
	blanks = 0;
}

static void
draw_bar(const struct demobar *bar, uint64_t scale_ns)
{
	static const char never[] = "never ran";
	size_t cell, lost = CELLS;
	char letter[2] = "";

	if (bar->begun && !bar->done)
		lost = bar->end_ns * CELLS / (scale_ns + 1);
	for (cell = 0; cell < CELLS; cell++) {
		letter[0] = cell < sizeof(never) - 1 ? never[cell] : ' ';
		if (!bar->begun)
			put(letter);
		else if (cell == lost)
			put(signs->lost);
		else
			put(cell_sign(sign_at(bar, 2 * cell, scale_ns),
			    sign_at(bar, 2 * cell + 1, scale_ns)));
	}
}

static void
draw_heads(const struct demoscene *s)
{
	printf("     %-*s" GAP "%-*s" GAP "%u worker%s\n", CELLS, "in turn",
	    CELLS, "one event loop", s->nworkers, s->nworkers == 1 ? "" : "s");
}

/* Below a timeline: how long it took, or that it did not end. */
static void
draw_time(const struct demoscene *s, const struct demorun *runs, int way)
{
	const struct demorun *run = &runs[way];
	char text[64];
	uint64_t time = demodraw_hundredths(run->ns);
	int n;

	n = snprintf(text, sizeof(text), "%ju.%02ju s", (uintmax_t)(time / 100),
	    (uintmax_t)(time % 100));
	if (run->ndone < s->njobs)
		snprintf(text + n, sizeof(text) - (size_t)n,
		    ", %zu of %zu done", run->ndone, s->njobs);
	else if (way != DEMORUN_TURN && runs[DEMORUN_TURN].ndone == s->njobs)
		snprintf(text + n, sizeof(text) - (size_t)n, ", %.1f x",
		    demodraw_quotient(runs[DEMORUN_TURN].ns, run->ns));
	printf(way < DEMORUN_WORKERS ? "%-*s" GAP : "%.*s\n", CELLS, text);
}

void
demodraw_draw(const struct demoscene *s, const struct demorun *runs)
{
	uint64_t scale_ns = 0;
	size_t i;
	int way;

	for (way = 0; way < DEMORUN_WAYS; way++) {
		if (runs[way].ns > scale_ns)
			scale_ns = runs[way].ns;
	}
	draw_heads(s);
	for (i = 0; i < s->njobs; i++) {
		printf("  %2zu", i + 1);
		for (way = 0; way < DEMORUN_WAYS; way++) {
			put(" ");
			draw_bar(&runs[way].bars[i], scale_ns);
			put(" ");
			put(" ");
		}
		put("\n");
	}
	printf("     ");
	for (way = 0; way < DEMORUN_WAYS; way++)
		draw_time(s, runs, way);
}
