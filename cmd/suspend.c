/*
 * suspend: what ^Z stops, and what goes on after it.
 * It owns nothing; it must not know what any time is for.
 */
#include "cmd/suspend.h"

#include <signal.h>

#include "cmd/ending.h"
#include "cmd/signals.h"
#include "worker/duration.h"
#include "worker/tree.h"

/* To all jobs: through their workers, or to those that are busy themselves. */
static void
send_all(struct pool *p, int signo)
{
	struct slot *slot;
	size_t i;

	for (i = 0; i < p->nused; i++) {
		slot = &p->slots[i];
		if (slot->pid == -1 || slot->nheld == 0)
			continue;
		if (slot->kind->flags & KIND_PROCESSES)
			slot_signal(slot, 0, signo);
		else
			tree_send(slot->pid, false, signo);
	}
}

/* What is to be at some time is to be so much later. */
static void
postpone(struct pool *p, uint64_t pause_ns)
{
	size_t i;

	ending_postpone(p, pause_ns);
	for (i = 0; i < p->nused; i++) {
		p->slots[i].grace_ns += pause_ns;
		if (p->slots[i].deadline_ns != SLOT_NEVER)
			p->slots[i].deadline_ns += pause_ns;
	}
}

void
suspend(struct pool *p)
{
	uint64_t before = duration_now_ns();

	send_all(p, SIGSTOP);
	signals_suspend();
	send_all(p, SIGCONT);
	postpone(p, duration_now_ns() - before);
}
