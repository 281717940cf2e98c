/*
 * ramp: how soon workers are started whose jobs mostly wait for others.
 * It owns nothing; it must not know what a worker is given.
 *
 * Pages that come at once keep the processors busy with a few workers.  The
 * others would cost their forks, and be in the way of those.
 */
#include "cmd/ramp.h"

#define PER_CPU	    3		/* workers that are started at once … */
#define PER_WAITING 3		/* … and for each that waits for its page, */
#define WAITING_NS  10000000ULL /* as it does when that takes longer */

uint64_t
ramp_due(const struct pool *p, uint64_t now_ns)
{
	uint64_t at, due = SLOT_NEVER;
	size_t i, most = PER_CPU * p->ncpus;

	if ((p->kind->flags & KIND_URLS) == 0)
		return 0;
	for (i = 0; i < p->nused && p->nlive >= most; i++) {
		if (p->slots[i].pid == -1 || !p->slots[i].ready)
			continue;
		at = p->slots[i].begun_ns + WAITING_NS;
		if (at <= now_ns)
			most += PER_WAITING;
		else if (at < due)
			due = at;
	}
	return p->nlive < most ? 0 : due;
}
