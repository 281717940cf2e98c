/*
 * sched: which task starts next, and what becomes of one whose attempt ended.
 * It owns the order of those that wait; it must not know workers' descriptors.
 */
#include "cmd/sched.h"

#include <string.h>

#define STATUS_FAILED 1 /* every job ran, and some failed */
#define STATUS_MISSED 3 /* some never ran, or were cancelled, or lost */

void
sched_init(struct sched *s, bool repeatable)
{
	memset(s, 0, sizeof(*s));
	s->repeatable = repeatable;
	TAILQ_INIT(&s->ready);
}

void
sched_add(struct sched *s, struct task *t)
{
	s->total++;
	TAILQ_INSERT_TAIL(&s->ready, t, queue);
}

bool
sched_wants_record(const struct sched *s, bool room, const struct task *next)
{
	/* with nothing left to print the next record is the next to print */
	return !s->draining && !s->exhausted && TAILQ_EMPTY(&s->ready) &&
	    (room || next == NULL);
}

struct task *
sched_take(struct sched *s, bool room, const struct task *next)
{
	struct task *t = TAILQ_FIRST(&s->ready);

	if (t == NULL || s->draining || (!room && t != next))
		return NULL;
	TAILQ_REMOVE(&s->ready, t, queue);
	return t;
}

void
sched_put_back(struct sched *s, struct task *t)
{
	struct task *later;

	TAILQ_FOREACH(later, &s->ready, queue) {
		if (later->seq > t->seq)
			break;
	}
	if (later != NULL)
		TAILQ_INSERT_BEFORE(later, t, queue);
	else
		TAILQ_INSERT_TAIL(&s->ready, t, queue);
	t->state = STATE_READY;
}

void
sched_started(struct sched *s, struct task *t)
{
	t->state = STATE_RUNNING;
	t->attempts++;
	s->running++;
}

static enum state
state_of(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_OK:
		return STATE_OK;
	case OUTCOME_LOST:
		return STATE_LOST;
	case OUTCOME_CANCELLED:
		return STATE_CANCELLED;
	default:
		return STATE_FAILED;
	}
}

static void
finish(struct sched *s, struct task *t, enum state state)
{
	t->state = state;
	s->count[state]++;
}

enum verdict
sched_judge(struct sched *s, struct task *t, enum outcome outcome, int code,
    bool cancelled)
{
	s->running--;
	t->outcome = outcome;
	t->code = code;
	if (outcome == OUTCOME_LOST && !cancelled && s->repeatable) {
		/* what is printed can't be taken back, so it isn't repeated */
		if (++t->crashes < SCHED_CRASH_LIMIT && !t->printed) {
			sched_put_back(s, t);
			return VERDICT_AGAIN;
		}
	}
	finish(s, t, state_of(outcome));
	return VERDICT_FINAL;
}

void
sched_refuse(struct sched *s, struct task *t)
{
	t->outcome = OUTCOME_ERROR;
	finish(s, t, STATE_FAILED);
}

struct task *
sched_skip(struct sched *s)
{
	struct task *t = TAILQ_FIRST(&s->ready);

	if (t == NULL)
		return NULL;
	TAILQ_REMOVE(&s->ready, t, queue);
	t->outcome = OUTCOME_CANCELLED;
	finish(s, t, t->attempts > 0 ? STATE_CANCELLED : STATE_SKIPPED);
	return t;
}

bool
sched_needs_workers(const struct sched *s)
{
	return !s->draining && (!s->exhausted || !TAILQ_EMPTY(&s->ready));
}

bool
sched_is_done(const struct sched *s)
{
	return s->running == 0 && TAILQ_EMPTY(&s->ready) &&
	    (s->exhausted || s->draining);
}

int
sched_status(const struct sched *s)
{
	/* draining before the end of the list: what is unread never ran */
	if (s->count[STATE_LOST] + s->count[STATE_CANCELLED] +
		    s->count[STATE_SKIPPED] >
		0 ||
	    (s->draining && !s->exhausted))
		return STATUS_MISSED;
	return s->count[STATE_FAILED] > 0 ? STATUS_FAILED : 0;
}
