/*
 * overdue: jobs and workers that take too long, and --timeout N%.
 * It owns no time but the limit that --timeout N% comes to; it must not know
 * what becomes of a job that was ended.
 *
 * A time that is given on the command line goes to the worker, which ends a
 * process of its own when that is over.  A share of the median changes while
 * jobs run, so there the parent looks at the clock and has signals sent.
 */
#include "cmd/overdue.h"

#include "worker/duration.h"
#include "worker/termseq.h"

#define NS_PER_MS 1000000ULL
/* to tell of an end after the last signal */
#define GRACE_NS (5000 * NS_PER_MS)

uint64_t
overdue_deadline(const struct pool *p, const struct slot *slot)
{
	uint64_t ns = p->options->timeout_ms * NS_PER_MS;

	if (ns == 0)
		return SLOT_NEVER;
	/* a worker with processes of its own ends an overdue job itself */
	if (slot->kind->flags & KIND_PROCESSES)
		ns += GRACE_NS + termseq_ms(termseq_get()) * NS_PER_MS;
	return duration_now_ns() + ns;
}

/* A job is being timed by us, and got no signal so far. */
static bool
is_timed(const struct pool *p, const struct slot *slot)
{
	return p->limit_ns != 0 && slot->nheld > 0 && slot->ready &&
	    slot->nsignals == 0 && slot->held_ns == 0 &&
	    slot->doom == OUTCOME_OK;
}

uint64_t
overdue_at(const struct pool *p, const struct slot *slot)
{
	uint64_t begin;

	if (!is_timed(p, slot))
		return slot->deadline_ns;
	/* what was sent behind others begins when they have ended */
	begin = TAILQ_FIRST(&slot->held)->facts.sent_ns;
	if (begin < slot->done_ns)
		begin = slot->done_ns;
	begin += slot->grace_ns;
	return p->limit_ns < UINT64_MAX - begin ? begin + p->limit_ns
						: SLOT_NEVER;
}

/* The next signal to a job that we time. */
static void
next_signal(struct slot *slot, uint64_t now_ns)
{
	const struct termseq *seq = termseq_get();
	size_t i = slot->nsignals++;

	/* of several it is the first that takes too long */
	slot_signal(slot, TAILQ_FIRST(&slot->held)->seq, seq->step[i].signo);
	slot->deadline_ns = now_ns + seq->step[i].ms * NS_PER_MS;
	if (slot->nsignals == seq->n)
		slot->deadline_ns += GRACE_NS;
}

void
overdue_end(struct pool *p, struct slot *slot, uint64_t now_ns)
{
	bool own = p->median != NULL && (slot->kind->flags & KIND_PROCESSES);

	if (now_ns < overdue_at(p, slot))
		return;
	if (!slot->ready)
		slot_kill(slot, OUTCOME_LOST, 0);
	else if (own && slot->nheld > 0 && slot->nsignals < termseq_get()->n)
		next_signal(slot, now_ns);
	else
		slot_kill(slot, OUTCOME_TIMEOUT, 0);
}

void
overdue_learn(struct pool *p, struct slot *slot, bool ok, uint64_t wall_ns)
{
	uint64_t median, percent = p->options->timeout_percent;

	if (p->median == NULL)
		return;
	slot->done_ns = duration_now_ns();
	if (!ok)
		return;
	median_add(p->median, wall_ns);
	median = median_get(p->median);
	p->limit_ns = median < UINT64_MAX / percent ? median * percent / 100
						    : median / 100 * percent;
	/* a median of nothing is no reason to end what takes a little */
	if (p->limit_ns < NS_PER_MS)
		p->limit_ns = NS_PER_MS;
}

void
overdue_hold(struct pool *p, struct slot *slot, bool held)
{
	if (p->median == NULL || held == (slot->held_ns != 0))
		return;
	if (held) {
		slot->held_ns = duration_now_ns();
	} else {
		slot->grace_ns += duration_now_ns() - slot->held_ns;
		slot->held_ns = 0;
	}
}
