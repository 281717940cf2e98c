/*
 * report: the account of what failed, told on stderr at the end of a run.
 * It owns the lines to tell; it must not know why the run ended.
 */
#include "cmd/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker/show.h"
#include "worker/signame.h"

#define RECORD_SHOWN 200 /* bytes of a record in a message */
#define NS_PER_S     1e9

const char *
report_name(const struct task *t, char *text, size_t size)
{
	char record[RECORD_SHOWN], shown[4 * sizeof(record)];
	size_t i, len = 0;

	if (t->nargs == 0) {
		snprintf(text, size, "job %ju", (uintmax_t)t->seq);
		return text;
	}
	record[0] = '\0';
	for (i = 0; i < t->nargs && len < sizeof(record); i++) {
		if (i > 0)
			strlcat(record, " ", sizeof(record));
		len = strlcat(record, t->args[i], sizeof(record));
	}
	if (len >= sizeof(record))
		memcpy(record + sizeof(record) - sizeof("..."), "...",
		    sizeof("..."));
	snprintf(text, size, "job %ju (%s)", (uintmax_t)t->seq,
	    show_text(shown, sizeof(shown), record));
	return text;
}

const char *
report_end(const struct task *t, char *text, size_t size)
{
	switch (t->outcome) {
	case OUTCOME_EXIT:
		snprintf(text, size, "exit %d", t->code);
		break;
	case OUTCOME_SIGNAL:
		snprintf(text, size, "killed by signal %d (%s)", t->code,
		    signame_of(t->code));
		break;
	case OUTCOME_TIMEOUT:
		strlcpy(text, "timed out", size);
		break;
	case OUTCOME_LOST:
		if (t->code == 0)
			strlcpy(text, "lost: its worker ended without a reply",
			    size);
		else
			snprintf(text, size,
			    "lost: its worker was killed by signal %d (%s)",
			    t->code, signame_of(t->code));
		break;
	case OUTCOME_CANCELLED:
		strlcpy(text, "cancelled", size);
		break;
	case OUTCOME_HTTP:
		snprintf(text, size, "HTTP %d", t->code);
		break;
	default:
		strlcpy(text, "could not be done", size);
	}
	return text;
}

/* Makes room for a job's line, at its place.  NULL: it is not among the first.
 */
static char **
make_room(struct report *r, uint64_t seq)
{
	size_t at = r->nlines;

	while (at > 0 && r->line[at - 1].seq > seq)
		at--;
	if (at == REPORT_LINES)
		return NULL;
	if (r->nlines == REPORT_LINES)
		free(r->line[--r->nlines].text);
	memmove(&r->line[at + 1], &r->line[at],
	    (r->nlines - at) * sizeof(r->line[0]));
	r->nlines++;
	r->line[at].seq = seq;
	r->line[at].text = NULL;
	return &r->line[at].text;
}

void
report_add(struct report *r, const struct task *t, const char *said)
{
	char name[4 * RECORD_SHOWN + 64], what[128], shown[4 * RECORD_SHOWN];
	char **text;

	if (t->state == STATE_SKIPPED &&
	    (r->first_skip == 0 || t->seq < r->first_skip))
		r->first_skip = t->seq;
	if (t->state == STATE_OK || t->state == STATE_SKIPPED || t->named ||
	    (text = make_room(r, t->seq)) == NULL)
		return;
	report_end(t, what, sizeof(what));
	report_name(t, name, sizeof(name));
	/* whoever is ended says no more than that */
	show_text(
	    shown, sizeof(shown), t->state == STATE_CANCELLED ? "" : said);
	if (asprintf(text, "%s: %s%s%s", name, what, *shown != '\0' ? ": " : "",
		shown) == -1)
		*text = NULL;
}

/* Adds "2 failed" to the line of counts. */
static void
add_count(char *line, size_t size, uint64_t n, const char *what)
{
	char part[64];

	if (n == 0)
		return;
	snprintf(part, sizeof(part), ", %ju %s", (uintmax_t)n, what);
	strlcat(line, part, size);
}

/* What became of all jobs, as numbers. */
static void
count_jobs(const struct report *r, const struct sched *s,
    const struct report_run *run, char *line, size_t size)
{
	uint64_t total = run->total > s->total ? run->total : s->total;
	uint64_t first = r->first_skip != 0 ? r->first_skip : s->total + 1;
	uint64_t skipped = total - s->total + s->count[STATE_SKIPPED];
	char part[64];

	snprintf(line, size, "%ju job%s: %ju ok", (uintmax_t)total,
	    total == 1 ? "" : "s", (uintmax_t)s->count[STATE_OK]);
	add_count(line, size, s->done, "done before");
	add_count(line, size, s->count[STATE_FAILED], "failed");
	add_count(line, size, s->count[STATE_LOST], "lost");
	add_count(line, size, s->count[STATE_CANCELLED], "cancelled");
	add_count(line, size, skipped, "not run");
	if (skipped > 0) {
		snprintf(
		    part, sizeof(part), " (from job %ju on)", (uintmax_t)first);
		strlcat(line, part, size);
	}
	if (run->total == 0 && s->draining && !s->exhausted)
		strlcat(line, ", the rest of the list not read", size);
}

/* Three digits of it, and all that stand before the point. */
static const char *
number(double value, char *text, size_t size)
{
	snprintf(text, size, value < 1e-4 || value >= 999.5 ? "%.0f" : "%.3g",
	    value);
	return text;
}

/* --summary: "3 retries, 2.1 s, 48.7 jobs/s, 1.9 cores busy". */
static void
measure(const struct sched *s, const struct report_run *run, char *line,
    size_t size)
{
	double wall = (double)run->wall_ns / NS_PER_S;
	uint64_t n = s->count[STATE_OK] + s->count[STATE_FAILED] +
	    s->count[STATE_LOST] + s->count[STATE_CANCELLED];
	double busy = (double)run->cpu_ns / NS_PER_S / wall;
	char part[128], span[32], rate[32];

	add_count(
	    line, size, s->retries, s->retries == 1 ? "retry" : "retries");
	/* in no time nothing can be measured */
	snprintf(part, sizeof(part), "; %s s, %s jobs/s, %.1f cores busy",
	    number(wall, span, sizeof(span)),
	    number((double)n / wall, rate, sizeof(rate)), n > 0 ? busy : 0);
	strlcat(line, part, size);
}

/* Something did not go as it was asked for. */
static bool
has_failures(const struct sched *s, const struct report_run *run)
{
	if (s->count[STATE_FAILED] + s->count[STATE_LOST] > 0)
		return true;
	return !s->satisfied &&
	    (s->count[STATE_OK] + s->done < s->total || s->total < run->total ||
		(s->draining && !s->exhausted));
}

void
report_print(const struct report *r, const struct sched *s,
    const struct report_run *run, struct sink *sink)
{
	bool lines = run->lines && has_failures(s, run);
	char line[512];
	size_t i;

	if (!lines && !run->summary)
		return;
	for (i = 0; lines && i < r->nlines; i++) {
		if (r->line[i].text != NULL)
			sink_tell(sink, "forkpool: %s", r->line[i].text);
	}
	count_jobs(r, s, run, line, sizeof(line));
	if (run->summary)
		measure(s, run, line, sizeof(line));
	sink_tell(sink, "forkpool: %s%s%s", line,
	    run->ended_by != NULL ? "; ended by " : "",
	    run->ended_by != NULL ? run->ended_by : "");
}

void
report_clear(struct report *r)
{
	size_t i;

	for (i = 0; i < r->nlines; i++)
		free(r->line[i].text);
	r->nlines = 0;
}
