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
#define LOOK_NS	  (500 * NS_PER_MS)  /* until it is looked again */

void
maptime_hold(struct mapprog *m)
{
	if (m->held_ns == 0)
		m->held_ns = duration_now_ns();
}

/* A time that the program's own clock tells, after a pause. */
static void
put_off(uint64_t *at_ns, uint64_t pause)
{
	if (*at_ns != NEVER)
		*at_ns += pause;
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
	put_off(&m->started_ns, pause);
	put_off(&m->closed_ns, pause);
	put_off(&m->due_ns, pause);
	if (p->n == 0)
		return;
	m->reply.mark_ns =
	    mapreply_begun_ns(&m->reply, pending_job(p, 0)) + pause;
	if (m->reply.mark_ns > now)
		m->reply.mark_ns = now;
	for (i = 0; i < p->n && pending_job(p, i)->timeout_ns != 0; i++)
		pending_job(p, i)->sent_ns += pause;
}

/* When the record that it is about is overdue. */
static uint64_t
overdue_ns(const struct mapprog *m)
{
	const struct pending_job *job = mapprog_oldest(m);

	return m->ending == 0 && job != NULL && job->timeout_ns != 0
	    ? mapreply_begun_ns(&m->reply, job) + job->timeout_ns
	    : NEVER;
}

/* When it is to have ended that has answered all it was given. */
static uint64_t
end_ns(const struct mapprog *m)
{
	uint64_t last = m->reply.mark_ns;

	if (!m->closed || m->killed || !mapprog_has_answered(m))
		return NEVER;
	return (m->closed_ns > last ? m->closed_ns : last) + END_NS;
}

/*
 * When it is looked whether one that gets no more records waits for the end of
 * its input, to write answers that it has in a buffer.
 */
static uint64_t
silent_ns(const struct mapprog *m)
{
	uint64_t at;

	if (!m->worker->quit || m->closed || mapprog_has_answered(m))
		return NEVER;
	at = mapreply_begun_ns(&m->reply, mapprog_oldest(m)) + HINT_NS;
	return at > m->look_ns ? at : m->look_ns;
}

/* When the user is told why no answer may come. */
static uint64_t
hint_ns(const struct mapprog *m)
{
	return !m->hinted && !m->reply.answered && mapprog_oldest(m) != NULL
	    ? m->started_ns + HINT_NS
	    : NEVER;
}

/* When it is too old for further records. */
static uint64_t
old_ns(const struct mapprog *m)
{
	return m->conf->recycle_ns != 0 &&
		m->reply.pending.limit == PENDING_NO_LIMIT
	    ? m->started_ns + m->conf->recycle_ns
	    : NEVER;
}

uint64_t
maptime_due(const struct mapprog *m)
{
	uint64_t at[] = {m->ending != 0 ? m->due_ns : overdue_ns(m),
	    m->collect_ns != 0 ? m->collect_ns : NEVER, end_ns(m), hint_ns(m),
	    silent_ns(m), old_ns(m)};
	uint64_t due = NEVER;
	size_t i;

	if (!m->running || m->held_ns != 0)
		return NEVER;
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		if (at[i] < due)
			due = at[i];
	}
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

static void
kill_late(struct mapprog *m)
{
	m->killed = true;
	mapreply_log(&m->reply,
	    "the program did not end within %.1f s of the end of its input, "
	    "and is killed",
	    (double)END_NS / 1e9);
	mapprog_signal(m, SIGKILL);
}

void
maptime_run(struct mapprog *m)
{
	uint64_t now = duration_now_ns();

	if (!m->running || m->held_ns != 0)
		return;
	if (now >= m->collect_ns)
		m->collect_ns = 0;
	if (now >= overdue_ns(m)) {
		m->ending = mapprog_oldest(m)->seq;
		m->ending_signo = 0;
		m->step = 0;
		m->due_ns = now;
	}
	if (m->ending != 0 && now >= m->due_ns)
		end_overdue(m, now);
	if (now >= end_ns(m))
		kill_late(m);
	if (now >= hint_ns(m))
		hint(m);
	if (now >= silent_ns(m)) {
		m->look_ns = now + LOOK_NS;
		if (mapprog_has_all(m))
			mapprog_close_input(m);
	}
	if (now >= old_ns(m))
		mapprog_limit(m);
}
