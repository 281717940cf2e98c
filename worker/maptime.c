/*
 * maptime: what time asks for of the program of the kind map: the end of a
 * record that is overdue, of a program that is old or does not end, a hint.
 * It owns nothing; it must not know how any of that is done.
 */
#include "worker/maptime.h"

#include <signal.h>

#include "worker/duration.h"
#include "worker/loop.h"
#include "worker/termseq.h"

#define NS_PER_MS 1000000ULL
#define NEVER	  MAPTIME_NEVER
#define END_NS	  (1500 * NS_PER_MS) /* for a program to end, after EOF */
#define HINT_NS	  (2000 * NS_PER_MS) /* without any answer */

void
maptime_hold(struct mapprog *m)
{
	if (m->held_ns == 0)
		m->held_ns = duration_now_ns();
}

void
maptime_release(struct mapprog *m)
{
	struct pending *p = &m->reply.pending;
	uint64_t pause, now = duration_now_ns();
	size_t i;

	if (m->held_ns == 0 || m->stopped)
		return;
	pause = now - m->held_ns;
	m->held_ns = 0;
	if (p->n == 0)
		return;
	m->reply.mark_ns =
	    mapreply_begun_ns(&m->reply, pending_job(p, 0)) + pause;
	if (m->reply.mark_ns > now)
		m->reply.mark_ns = now;
	for (i = 0; i < p->n && pending_job(p, i)->timeout_ns != 0; i++)
		pending_job(p, i)->sent_ns += pause;
}

/* The record that its time is up for; NULL: none. */
static struct pending_job *
timed(const struct mapprog *m)
{
	struct pending_job *job = mapprog_oldest(m);

	return m->ending == 0 && job != NULL && job->timeout_ns != 0 &&
		m->held_ns == 0
	    ? job
	    : NULL;
}

static uint64_t
time_is_up_ns(const struct mapprog *m, const struct pending_job *job)
{
	return mapreply_begun_ns(&m->reply, job) + job->timeout_ns;
}

uint64_t
maptime_due(const struct mapprog *m)
{
	uint64_t due = NEVER, at;
	const struct pending_job *job;

	if (!m->running)
		return NEVER;
	if ((job = timed(m)) != NULL)
		due = time_is_up_ns(m, job);
	if (m->ending != 0)
		due = m->due_ns;
	if (m->collect_ns != 0 && m->collect_ns < due)
		due = m->collect_ns;
	if (m->closed && !m->killed && (at = m->closed_ns + END_NS) < due)
		due = at;
	if (!m->hinted && !m->reply.answered && mapprog_oldest(m) != NULL &&
	    (at = m->started_ns + HINT_NS) < due)
		due = at;
	if (m->conf->recycle_ns != 0 &&
	    (&m->reply.pending)->limit == UINT64_MAX &&
	    (at = m->started_ns + m->conf->recycle_ns) < due)
		due = at;
	return due;
}

/* The next step of ending a program whose record is overdue. */
static void
end_overdue(struct mapprog *m, uint64_t now)
{
	const struct termseq *seq = termseq_get();

	if (m->step == seq->n) {
		m->due_ns = NEVER;
		return;
	}
	mapprog_signal(m, seq->step[m->step].signo);
	m->due_ns = now + seq->step[m->step].ms * NS_PER_MS;
	m->step++;
}

/* Nothing came, though it has records: it may be the usual reason. */
static void
hint(struct mapprog *m)
{
	m->hinted = true;
	/* one worker says it for all */
	if (m->worker->slot != 1)
		return;
	mapreply_log(&m->reply,
	    "no answer in %llu s; a program that keeps its answers in a buffer "
	    "has to flush each: python3 -u, stdbuf -oL, sed -u, "
	    "mawk -W interactive, gawk with fflush()",
	    HINT_NS / (1000 * NS_PER_MS));
}

void
maptime_run(struct mapprog *m)
{
	uint64_t now = duration_now_ns();
	struct pending_job *job = timed(m);

	if (!m->running)
		return;
	if (m->collect_ns != 0 && now >= m->collect_ns)
		m->collect_ns = 0;
	if (job != NULL && now >= time_is_up_ns(m, job)) {
		m->ending = job->seq;
		m->ending_signo = 0;
		m->step = 0;
		m->due_ns = now;
	}
	if (m->ending != 0 && now >= m->due_ns)
		end_overdue(m, now);
	if (m->closed && !m->killed && now >= m->closed_ns + END_NS &&
	    mapprog_oldest(m) == NULL) {
		m->killed = true;
		mapreply_log(&m->reply,
		    "the program did not end within %.1f s of the end of its "
		    "input, and is killed",
		    (double)END_NS / 1e9);
		mapprog_signal(m, SIGKILL);
	}
	if (!m->hinted && !m->reply.answered && mapprog_oldest(m) != NULL &&
	    now >= m->started_ns + HINT_NS)
		hint(m);
	if (m->conf->recycle_ns != 0 &&
	    now >= m->started_ns + m->conf->recycle_ns)
		mapprog_limit(m);
}
