/*
 * deal: --round-robin: blocks of input go to jobs that run already.
 * It owns nothing; it must not know how a job is started.
 */
#include "cmd/deal.h"

#include <errno.h>

#include "cmd/pull.h"

/* The job that waits longest for more input; NULL: none does. */
static struct slot *
hungry_slot(struct pool *p)
{
	struct slot *slot;
	struct task *t;
	size_t i;

	for (i = 1; i <= p->nused; i++) {
		slot = &p->slots[(p->dealt + i) % p->nused];
		t = TAILQ_FIRST(&slot->held);
		if (t != NULL && t->intake != NULL &&
		    intake_is_hungry(t->intake))
			return slot;
	}
	return NULL;
}

void
deal_feed(struct pool *p, struct slot *slot, struct task *t)
{
	if (slot_feed(slot, t) == -1)
		pool_fail(p, errno, "cannot send the input of job %ju",
		    (uintmax_t)t->seq);
}

/* No more input will come: the jobs shall see its end. */
static void
end_intakes(struct pool *p)
{
	struct task *t;
	size_t i;

	for (i = 0; i < p->nused; i++) {
		t = TAILQ_FIRST(&p->slots[i].held);
		if (t == NULL || t->intake == NULL || t->intake->whole)
			continue;
		t->intake->whole = true;
		deal_feed(p, &p->slots[i], t);
	}
}

void
deal(struct pool *p)
{
	struct slot *slot;
	struct record r;

	while (!p->sched.exhausted && !p->sched.draining &&
	    (slot = hungry_slot(p)) != NULL && pull_record(p, &r)) {
		p->dealt = slot->number - 1;
		intake_add(TAILQ_FIRST(&slot->held)->intake, r.input);
		deal_feed(p, slot, TAILQ_FIRST(&slot->held));
	}
	if (p->sched.exhausted || p->sched.draining)
		end_intakes(p);
}
