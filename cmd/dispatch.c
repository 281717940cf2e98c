/*
 * dispatch: gives waiting tasks to slots, and fills slots with workers.
 * It owns nothing; it must not know how a worker's replies are handled.
 */
#include "cmd/dispatch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/deal.h"
#include "cmd/expand.h"
#include "cmd/jobs.h"
#include "cmd/judge.h"
#include "cmd/overdue.h"
#include "cmd/polite.h"
#include "cmd/pull.h"
#include "cmd/ramp.h"
#include "cmd/urls.h"
#include "worker/duration.h"

#define NS_PER_MS   1000000ULL
#define READY_NS    (10000 * NS_PER_MS) /* for a worker to answer READY */
#define FORK_MIN_NS (10 * NS_PER_MS)	/* between forks that fail … */
#define FORK_MAX_NS (1000 * NS_PER_MS)	/* … growing to this … */
#define FORK_END_NS (30000 * NS_PER_MS) /* … until we give up */

/* A slot that could have a worker now; NULL: none. */
static struct slot *
empty_slot(struct pool *p)
{
	struct slot *slot;
	uint64_t now;
	size_t i;

	if (p->nlive == p->nslots)
		return NULL;
	now = duration_now_ns();
	if (now < p->fork_at_ns || now < ramp_due(p, now))
		return NULL;
	for (i = 0; i < p->nused; i++) {
		slot = &p->slots[i];
		if (slot->pid == -1 && now >= slot->spawn_at_ns)
			return slot;
	}
	if (i == p->nslots)
		return NULL;
	slot_init(
	    &p->slots[i], (unsigned)i + 1, p->options->debug ? &p->sink : NULL);
	return &p->slots[i];
}

/* A slot that could take a task now; NULL: none. */
static struct slot *
free_slot(struct pool *p)
{
	struct slot *slot = TAILQ_FIRST(&p->open);

	return slot != NULL ? slot : empty_slot(p);
}

/*
 * The same for a task of that kind.  Where all workers are of others, one that
 * has no task makes room.
 */
static struct slot *
slot_for_kind(struct pool *p, const struct kind *kind)
{
	struct slot *slot;

	TAILQ_FOREACH(slot, &p->open, open) {
		if (slot->kind == kind)
			return slot;
	}
	if ((slot = empty_slot(p)) != NULL)
		return slot;
	slot = TAILQ_FIRST(&p->open);
	if (slot != NULL && slot->nheld == 0) {
		slot_quit(slot, duration_now_ns() + SLOT_QUIT_NS);
		pool_slot_settle(p, slot);
	}
	return NULL;
}

/* A fork failed: fewer workers do, but none is too few. */
static void
fork_failed(struct pool *p, const struct slot *slot, int error)
{
	uint64_t now = duration_now_ns(), wait;

	if (p->fork_failed_ns == 0) {
		p->fork_failed_ns = now;
		if (p->nlive > 0)
			sink_tell(&p->sink,
			    "forkpool: cannot start worker %u, going on with "
			    "%zu: %s",
			    slot->number, p->nlive, strerror(error));
		else if (error != EMFILE)
			sink_tell(&p->sink,
			    "forkpool: cannot start worker %u, trying again "
			    "for %llu s: %s",
			    slot->number, FORK_END_NS / (1000 * NS_PER_MS),
			    strerror(error));
	}
	/* without any worker, no descriptor will become free by waiting */
	if (p->nlive == 0 &&
	    (error == EMFILE || now - p->fork_failed_ns > FORK_END_NS)) {
		pool_fail(p, error, "cannot start any worker");
		return;
	}
	wait = now - p->fork_failed_ns;
	if (wait < FORK_MIN_NS)
		wait = FORK_MIN_NS;
	p->fork_at_ns = now + (wait < FORK_MAX_NS ? wait : FORK_MAX_NS);
}

static int
start_worker(struct pool *p, struct slot *slot, const struct kind *kind)
{
	if (slot_start(slot, kind) == -1)
		return -1;
	if (p->options->blocks.on)
		slot_widen(slot);
	p->fork_failed_ns = 0;
	p->nlive++;
	if (slot->number > p->nused)
		p->nused = slot->number;
	slot->deadline_ns = duration_now_ns() + READY_NS;
	return 0;
}

/* What --verbose shows of a job that starts. */
static void
tell_start(struct pool *p, const struct task *t, const struct args *args)
{
	const char *command =
	    t->kind == p->kind ? p->options->command : jobs_command(t->kind);
	char *line = args_quote(command, args);

	if (line != NULL)
		sink_tell(&p->sink, "%s", line);
	free(line);
}

/* A task was sent: what is counted and timed from then on. */
static void
note_start(struct pool *p, struct slot *slot, struct task *t, uint64_t now_ns)
{
	uint64_t interval = p->options->interval_ns;

	sched_started(&p->sched, t, now_ns);
	if (t->host->id != 0)
		slot_note_host(slot, t->host->id);
	if (interval > 0)
		p->pace_ns = hosts_pace(p->pace_ns, now_ns, interval);
	dispatch_started(p);
	ledger_began(p->ledger, t);
	if (slot->ready && slot->nheld == 1)
		slot->deadline_ns = overdue_deadline(p, slot);
	urls_sent(t);
}

/* The arguments that a task is sent with; as expand_args(). */
static int
make_args(
    struct pool *p, const struct task *t, struct args *args, const char **why)
{
	struct replace_values values;

	if (expand_borrow(p->template, t->args, t->nargs, args))
		return 0;
	values = task_values(t, p->total);
	if (t->secret != NULL)
		values.args = t->secret;
	return expand_args(p->template, &values, args, why);
}

/* Gives a task to a slot that has a worker. */
static void
start_task(struct pool *p, struct slot *slot, struct task *t, uint64_t now_ns)
{
	struct args args;
	const char *why;

	task_begin(t, slot->number, slot->pid, now_ns);
	if (make_args(p, t, &args, &why) == -1) {
		judge_refuse(p, t, why != NULL ? why : strerror(errno));
		return;
	}
	if ((t->kind->flags & KIND_URLS) != 0 &&
	    (why = urls_fault(&args)) != NULL) {
		args_clear(&args);
		judge_refuse(p, t, why);
		return;
	}
	/* what came of the last attempt is replaced by this one's */
	if (t->attempts > 0) {
		urls_drop(p, t);
		task_drop_told(t);
	}
	if (p->options->verbose)
		tell_start(p, t, &args);
	if ((t->kind->flags & KIND_URLS) != 0 &&
	    urls_prefix(p, t, &args) == -1) {
		args_clear(&args);
		judge_refuse(p, t, strerror(errno));
		return;
	}
	if (slot_send(slot, t, &args, p->options->timeout_ms) == -1) {
		judge_refuse(p, t,
		    errno == EMSGSIZE ? "too long for one argument"
				      : strerror(errno));
	} else {
		note_start(p, slot, t, now_ns);
	}
	args_clear(&args);
}

void
dispatch_started(struct pool *p)
{
	if (p->options->delay_ns > 0)
		p->start_at_ns = duration_now_ns() + p->options->delay_ns;
}

/* When --delay and --rate-total let a job start; 0: there are none. */
static uint64_t
start_due(const struct pool *p)
{
	return p->start_at_ns > p->pace_ns ? p->start_at_ns : p->pace_ns;
}

/* The time, as far as it matters. */
static uint64_t
time_ns(const struct pool *p)
{
	return sched_is_timed(&p->sched) ? duration_now_ns() : 0;
}

/* The next task, if one may start now. */
static struct task *
take_task(struct pool *p)
{
	uint64_t due = start_due(p);

	if (due != 0 && duration_now_ns() < due)
		return NULL;
	pull_records(p, time_ns(p));
	return sched_take(&p->sched, sink_has_room(&p->sink),
	    sink_next(&p->sink), time_ns(p));
}

/* Whether a slot can take a task that was taken; else it is put back. */
static bool
make_ready(struct pool *p, struct slot *slot, struct task *t)
{
	if ((slot->nheld > 0 && (t->alone || !polite_may_queue(p, slot, t))) ||
	    (slot->pid != -1 && slot->kind != t->kind)) {
		sched_put_back(&p->sched, t);
		return false;
	}
	if (slot->pid == -1 && start_worker(p, slot, t->kind) == -1) {
		sched_put_back(&p->sched, t);
		fork_failed(p, slot, errno);
		return false;
	}
	return true;
}

/* Starts a task in a slot, and more, as many as that may hold. */
static void
fill_slot(struct pool *p, struct slot *slot, struct task *t)
{
	/* those that are sent together begin together */
	uint64_t now_ns = duration_now_ns();
	bool alone;

	if (slot->nheld == 0)
		slot->begun_ns = now_ns;
	do {
		alone = t->alone;
		start_task(p, slot, t, now_ns);
	} while (!alone && slot_has_room(slot) && (t = take_task(p)) != NULL &&
	    make_ready(p, slot, t));
}

void
dispatch(struct pool *p)
{
	struct slot *slot;
	struct task *t;

	p->want_input = p->pulling = false;
	while ((slot = free_slot(p)) != NULL && (t = take_task(p)) != NULL) {
		if (p->kind == &kind_jobs)
			slot = slot_for_kind(p, t->kind);
		if (slot == NULL) {
			sched_put_back(&p->sched, t);
			break;
		}
		slot = polite_slot(p, slot, t);
		if (!make_ready(p, slot, t))
			break;
		fill_slot(p, slot, t);
		slot_flush(slot);
		pool_slot_settle(p, slot);
	}
	if (slot == NULL && (p->kind->flags & KIND_KEEPS) != 0)
		pull_ahead(p);
	if (p->options->blocks.round_robin)
		deal(p);
}

/* When there is a slot for a task; SLOT_NEVER: when some other one ends. */
static uint64_t
slot_due(const struct pool *p)
{
	uint64_t fork, spawn = SLOT_NEVER;
	size_t i;

	if (!TAILQ_EMPTY(&p->open))
		return 0;
	if (p->nlive == p->nslots)
		return SLOT_NEVER;
	fork = ramp_due(p, duration_now_ns());
	if (fork < p->fork_at_ns)
		fork = p->fork_at_ns;
	if (p->nused < p->nslots)
		return fork;
	for (i = 0; i < p->nused; i++) {
		if (p->slots[i].pid == -1 && p->slots[i].spawn_at_ns < spawn)
			spawn = p->slots[i].spawn_at_ns;
	}
	return spawn > fork ? spawn : fork;
}

uint64_t
dispatch_due(const struct pool *p)
{
	const struct task *next = sink_next(&p->sink);
	bool room = sink_has_room(&p->sink);
	uint64_t due = sched_due(&p->sched, room, next), slot = slot_due(p);

	/* who was not asked for the next record may have one */
	if (!p->want_input && sched_wants_record(&p->sched, room, next, 0))
		due = 0;
	if (due == SLOT_NEVER || slot == SLOT_NEVER)
		return SLOT_NEVER;
	if (slot > due)
		due = slot;
	if (start_due(p) > due)
		due = start_due(p);
	/* what needs no waiting was done just now */
	return due == 0 && !TAILQ_EMPTY(&p->open) ? SLOT_NEVER : due;
}
