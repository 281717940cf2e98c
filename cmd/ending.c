/*
 * ending: how a run ends before its list does: interrupted, by --halt or by
 * --deadline.
 * It owns the order of what is done then; the rules are those of halt, stop and
 * sched.
 */
#include "cmd/ending.h"

#include <poll.h>
#include <signal.h>

#include "cmd/account.h"
#include "cmd/pull.h"
#include "worker/duration.h"
#include "worker/termseq.h"

void
ending_init(struct pool *p)
{
	uint64_t ns = p->options->deadline_ns;

	p->begin_ns = duration_now_ns();
	p->begin_cpu_ns = account_cpu_ns();
	p->deadline_ns = ns != 0 ? p->begin_ns + ns : SLOT_NEVER;
}

/* Signals all jobs that run, through their workers; KILL ends the workers. */
static void
signal_jobs(struct pool *p, int signo)
{
	struct slot *slot;
	size_t i;

	sink_begin_no_more(&p->sink);
	for (i = 0; i < p->nused; i++) {
		slot = &p->slots[i];
		if (slot->pid == -1 || slot->nheld == 0)
			continue;
		if (signo != SIGKILL && (slot->kind->flags & KIND_PROCESSES))
			slot_signal(slot, 0, signo);
		else
			slot_kill(slot, OUTCOME_CANCELLED, signo);
	}
}

/* Without a look at the list nobody knows whether it has more. */
static void
drain_at_end(struct pool *p)
{
	struct pollfd list = {.fd = source_fd(p->source), .events = POLLIN};

	if (poll(&list, 1, 0) == 1)
		source_set_readable(p->source);
	pull_records(p, duration_now_ns());
	pool_drain(p);
}

void
ending_finish(struct pool *p)
{
	if (p->sched.draining)
		return;
	drain_at_end(p);
	if (!p->options->quiet)
		sink_tell(&p->sink,
		    "forkpool: no more jobs start (USR1), %ju %s running",
		    (uintmax_t)p->sched.running,
		    p->sched.running == 1 ? "is" : "are");
}

void
ending_interrupt(struct pool *p, int signo)
{
	int now = stop_ask(&p->stop, signo, duration_now_ns());

	pool_drain(p);
	if (now != 0)
		signal_jobs(p, now);
}

/* Ends what runs, without hurry. */
static void
cancel(struct pool *p)
{
	int signo = stop_begin(&p->stop, termseq_get(), duration_now_ns());

	if (signo != 0)
		signal_jobs(p, signo);
}

/* All jobs of the list, as far as that can be known; 0: it can't. */
static uint64_t
total(struct pool *p)
{
	if (p->total == 0)
		p->total = source_total(p->source);
	if (p->total == 0 && p->sched.exhausted)
		return p->sched.total;
	return p->total;
}

void
ending_check(struct pool *p)
{
	const struct halt *halt = &p->options->halt;

	if (halt->when == HALT_NEVER || p->sched.draining ||
	    !halt_is_reached(halt, p->sched.count, total(p)))
		return;
	p->ended_by = p->options->halt_text;
	p->sched.satisfied = halt->why != HALT_FAIL;
	drain_at_end(p);
	if (halt->when == HALT_NOW)
		cancel(p);
}

uint64_t
ending_due(const struct pool *p)
{
	return p->stop.due_ns < p->deadline_ns ? p->stop.due_ns
					       : p->deadline_ns;
}

void
ending_step(struct pool *p, uint64_t now_ns)
{
	int signo = stop_step(&p->stop, now_ns);

	if (signo != 0)
		signal_jobs(p, signo);
	if (now_ns < p->deadline_ns)
		return;
	p->deadline_ns = SLOT_NEVER;
	if (sched_is_done(&p->sched))
		return;
	p->ended_by = "--deadline";
	p->sched.satisfied = false;
	drain_at_end(p);
	cancel(p);
}

void
ending_postpone(struct pool *p, uint64_t pause_ns)
{
	if (p->stop.due_ns != SLOT_NEVER)
		p->stop.due_ns += pause_ns;
	if (p->deadline_ns != SLOT_NEVER)
		p->deadline_ns += pause_ns;
}
