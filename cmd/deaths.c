/*
 * deaths: what follows from the death of a worker, and who is to blame.
 * It owns the reaping; it must not know how workers are started.
 */
#include "cmd/deaths.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cmd/judge.h"
#include "cmd/replies.h"
#include "worker/duration.h"
#include "worker/tree.h"

#define START_DEATHS 3 /* without any READY: workers can't be started */

/* What tree_kill_orphans() asks about. */
struct orphans {
	const struct pool *pool;
	const struct slot *slot; /* whose worker died */
};

static struct slot *
find_worker(const struct pool *p, pid_t pid)
{
	size_t i;

	for (i = 0; i < p->nused; i++) {
		if (p->slots[i].pid == pid)
			return &p->slots[i];
	}
	return NULL;
}

/*
 * Spared are our workers, the children that we were started with, and daemons
 * which jobs left that have ended.
 */
static bool
is_spared(pid_t child, void *ctx)
{
	const struct orphans *o = ctx;
	uint64_t seq;
	size_t i;

	if (find_worker(o->pool, child) != NULL)
		return true;
	for (i = 0; i < o->pool->ninherited; i++) {
		if (o->pool->inherited[i] == child)
			return true;
	}
	seq = tree_job_of(child, getpid());
	/* a program that is kept is that of the first job that it had */
	if (seq != 0 && (o->slot->kind->flags & KIND_KEEPS) != 0)
		return false;
	if (seq == 0) /* it may be a grandchild that we were started with */
		return o->pool->ninherited > 0;
	return slot_find(o->slot, seq) == NULL;
}

/* The processes of the dead worker's jobs are our children now. */
static void
kill_orphans(struct pool *p, struct slot *slot)
{
	struct orphans o = {p, slot};

	if ((slot->kind->flags & KIND_PROCESSES) == 0 ||
	    (slot->nheld == 0 && (slot->kind->flags & KIND_KEEPS) == 0))
		return;
	if (!tree_kill_orphans(is_spared, &o))
		sink_tell(&p->sink,
		    "forkpool: processes of worker %u, which died, can't be "
		    "killed",
		    slot->number);
}

/* It wasn't ended by us, or for having gone wrong. */
static bool
is_crash(const struct slot *slot)
{
	return slot->doom == OUTCOME_OK || slot->doom == OUTCOME_LOST;
}

/* Whether the first task that a dead worker held may have begun. */
static bool
has_begun(const struct slot *slot)
{
	const struct task *first = TAILQ_FIRST(&slot->held);

	/* what was sent of an input can't be sent again */
	if (first != NULL && first->intake != NULL)
		return true;
	return slot->ready && (slot->nheld > 1 || !slot_is_unread(slot));
}

/* Judges the tasks that a dead worker held. */
static void
judge_held(struct pool *p, struct slot *slot, const siginfo_t *info)
{
	bool several = slot->nheld > 1, begun = has_begun(slot);
	int code = info->si_code == CLD_EXITED ? 0 : info->si_status;
	enum outcome outcome = OUTCOME_LOST;
	struct task *t;

	if (!is_crash(slot)) {
		outcome = slot->doom;
		code = slot->doom_code;
	}
	while ((t = TAILQ_FIRST(&slot->held)) != NULL) {
		slot_drop(slot, t);
		/* which of several it was is seen when each is alone */
		t->alone |= several && is_crash(slot);
		if (!begun || (t->alone && several && !t->printed)) {
			judge_not_begun(p, t);
			continue;
		}
		/* those behind the one that we ended had not begun */
		begun = is_crash(slot);
		task_end_untold(t);
		judge_ended(p, t, outcome, code, slot->said.text);
		slot_next(slot);
	}
	if (p->sched.draining)
		judge_skip_waiting(p);
}

/* Its program ended and had read nothing: that is no record's fault. */
static bool
has_unread(const struct slot *slot, const siginfo_t *info)
{
	return (slot->kind->flags & KIND_KEEPS) != 0 && is_crash(slot) &&
	    info->si_code == CLD_EXITED && info->si_status == KIND_KEEPS_UNREAD;
}

/* Counts such ends in a row, without any job that ended between them. */
static void
count_unread(struct pool *p, const struct slot *slot)
{
	uint64_t ended = 0;
	size_t i;

	for (i = 0; i < STATE_N; i++)
		ended += p->sched.count[i];
	if (ended != p->unread_ended)
		p->unread_deaths = 0;
	p->unread_ended = ended;
	p->unread_deaths++;
	if (ended > 0 && !p->told_unread) {
		p->told_unread = true;
		sink_tell(&p->sink,
		    "forkpool: worker %u: the program ended and read nothing; "
		    "it is started again",
		    slot->number);
	}
}

/* They come again and again, and there is no program that may be at work. */
static bool
is_hopeless(const struct pool *p, const struct slot *slot)
{
	return p->unread_deaths >= START_DEATHS &&
	    p->sched.running == slot->nheld && !stop_is_on(&p->stop);
}

/* What such a worker held waits again. */
static void
judge_unread(struct pool *p, struct slot *slot)
{
	struct task *t;
	bool hopeless;

	count_unread(p, slot);
	hopeless = is_hopeless(p, slot);
	while ((t = TAILQ_FIRST(&slot->held)) != NULL) {
		slot_drop(slot, t);
		/* what the last program says is told */
		if (hopeless)
			judge_put_back(p, t);
		else
			judge_not_begun(p, t);
	}
	if (hopeless)
		pool_fail(p, 0,
		    "the program ended %u times and read nothing, so it is not "
		    "started again; it has to read the records and answer each",
		    p->unread_deaths);
	if (p->sched.draining)
		judge_skip_waiting(p);
}

/* A worker that never became ready: after some of those, no more are tried. */
static void
count_start_death(struct pool *p, const siginfo_t *info)
{
	/* in a stop we may have killed it ourselves */
	if (p->started || stop_is_on(&p->stop) ||
	    ++p->start_deaths < START_DEATHS)
		return;
	if (info->si_code == CLD_EXITED)
		pool_fail(p, 0, "cannot start workers: they exit with %d",
		    info->si_status);
	else
		pool_fail(p, 0, "cannot start workers: killed by signal %d",
		    info->si_status);
}

static void
worker_died(struct pool *p, struct slot *slot, const siginfo_t *info)
{
	bool crashed;

	/* a full DONE counts, a partial frame doesn't */
	while (replies_read(p, slot))
		continue;
	crashed = !slot->ready || (slot->nheld > 0 && is_crash(slot));
	waitpid(slot->pid, NULL, 0);
	p->nlive--;
	if (!slot->ready)
		count_start_death(p, info);
	kill_orphans(p, slot);
	if (has_unread(slot, info))
		judge_unread(p, slot);
	else
		judge_held(p, slot, info);
	slot_close(slot, crashed, duration_now_ns());
	pool_slot_settle(p, slot);
}

void
deaths_reap(struct pool *p)
{
	struct slot *slot;
	siginfo_t info;

	for (;;) {
		/* looked at, acted upon, and only then reaped */
		memset(&info, 0, sizeof(info));
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) ==
			-1 ||
		    info.si_pid == 0)
			return;
		if ((slot = find_worker(p, info.si_pid)) != NULL)
			worker_died(p, slot, &info);
		else
			waitpid(info.si_pid, NULL, 0);
	}
}
