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

const char *
report_name(const struct task *t, char *text, size_t size)
{
	char record[RECORD_SHOWN], shown[4 * sizeof(record)];
	size_t i, len = 0;

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

/* How the task ended, in words. */
static void
describe(const struct task *t, char *text, size_t size)
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
}

void
report_add(struct report *r, const struct task *t)
{
	char name[4 * RECORD_SHOWN + 64], what[128];

	if (t->state == STATE_OK || t->state == STATE_SKIPPED || t->named)
		return;
	if (r->nlines == REPORT_LINES) {
		r->nmore++;
		return;
	}
	describe(t, what, sizeof(what));
	report_name(t, name, sizeof(name));
	if (asprintf(&r->lines[r->nlines], "%s: %s", name, what) != -1)
		r->nlines++;
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

void
report_print(const struct report *r, const struct sched *s, struct sink *sink)
{
	char counts[256];
	size_t i;

	if (s->count[STATE_OK] == s->total && !s->draining)
		return;
	for (i = 0; i < r->nlines; i++)
		sink_tell(sink, "forkpool: %s", r->lines[i]);
	if (r->nmore > 0)
		sink_tell(sink, "forkpool: and %zu more", r->nmore);
	snprintf(counts, sizeof(counts), "%ju job%s: %ju ok",
	    (uintmax_t)s->total, s->total == 1 ? "" : "s",
	    (uintmax_t)s->count[STATE_OK]);
	add_count(counts, sizeof(counts), s->count[STATE_FAILED], "failed");
	add_count(counts, sizeof(counts), s->count[STATE_LOST], "lost");
	add_count(
	    counts, sizeof(counts), s->count[STATE_CANCELLED], "cancelled");
	add_count(counts, sizeof(counts), s->count[STATE_SKIPPED], "not run");
	if (s->draining && !s->exhausted)
		strlcat(
		    counts, ", the rest of the list not read", sizeof(counts));
	sink_tell(sink, "forkpool: %s", counts);
}

void
report_clear(struct report *r)
{
	size_t i;

	for (i = 0; i < r->nlines; i++)
		free(r->lines[i]);
	r->nlines = 0;
}
