/*
 * running: what a run is doing now, told on stderr to who asks by USR2.
 * It owns the wording; it must not change anything.
 */
#include "cmd/running.h"

#include <stdio.h>
#include <string.h>

#include "worker/duration.h"

#define NS_PER_TENTH 100000000ULL
#define NAME_BYTES   1024

/* A span of time as a person reads it: 12.3s, 4m05s, 1h02m. */
static void
show_span(char *text, size_t size, uint64_t ns)
{
	uint64_t tenths = ns / NS_PER_TENTH, s = tenths / 10;

	if (s < 60)
		snprintf(text, size, "%ju.%jus", (uintmax_t)s,
		    (uintmax_t)(tenths % 10));
	else if (s < 3600)
		snprintf(text, size, "%jum%02jus", (uintmax_t)(s / 60),
		    (uintmax_t)(s % 60));
	else
		snprintf(text, size, "%juh%02jum", (uintmax_t)(s / 3600),
		    (uintmax_t)(s / 60 % 60));
}

static void
tell_job(struct pool *p, const struct slot *slot, uint64_t now)
{
	const struct task *t = TAILQ_FIRST(&slot->held);
	char name[NAME_BYTES], span[32], process[32] = "";
	pid_t pid = t->facts.process;

	/* a kind without processes of its own runs in the worker */
	if ((slot->kind->flags & KIND_PROCESSES) == 0)
		pid = slot->pid;
	if (pid != 0)
		snprintf(process, sizeof(process), ", pid %d", (int)pid);
	show_span(span, sizeof(span), now - t->facts.sent_ns);
	sink_tell(&p->sink, "forkpool: slot %u: %s for %s%s", slot->number,
	    report_name(t, name, sizeof(name)), span, process);
}

void
running_tell(struct pool *p)
{
	const struct sched *s = &p->sched;
	uint64_t now = duration_now_ns(), finished = 0, total = p->total;
	uint64_t waiting;
	bool whole = total != 0 || s->exhausted || source_is_ended(p->source);
	size_t i;

	for (i = 0; i < p->nused; i++) {
		if (p->slots[i].pid != -1 && p->slots[i].nheld > 0)
			tell_job(p, &p->slots[i], now);
	}
	for (i = STATE_OK; i < STATE_N; i++)
		finished += s->count[i];
	if (total < s->total)
		total = s->total;
	waiting = total - s->done - s->running - finished;
	sink_tell(&p->sink,
	    "forkpool: %ju running, %ju finished, %ju waiting%s, %zu worker%s",
	    (uintmax_t)s->running, (uintmax_t)finished, (uintmax_t)waiting,
	    whole ? "" : " and the rest of the list", p->nlive,
	    p->nlive == 1 ? "" : "s");
}
