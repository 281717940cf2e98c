/*
 * sched: which task starts next, and what becomes of one whose attempt ended.
 * It owns the order of those that wait; it must not know workers' descriptors.
 */
#include "cmd/sched.h"

#include <string.h>

#define STATUS_FAILED 1 /* every job ran, and some failed */
#define STATUS_MISSED 3 /* some never ran, or were cancelled, or lost */

static int
compare(const struct task *a, const struct task *b)
{
	if (a->due_ns != b->due_ns)
		return a->due_ns < b->due_ns ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* RB_GENERATE_STATIC, whose __unused Linux hasn't; of these not all are used */
RB_GENERATE_INTERNAL(
    waiting, task, waiting, compare, __attribute__((unused)) static)

void
sched_init(struct sched *s, const struct retry_conf *retry)
{
	memset(s, 0, sizeof(*s));
	s->retry = retry;
	RB_INIT(&s->waiting);
}

static void
insert(struct sched *s, struct task *t)
{
	RB_INSERT(waiting, &s->waiting, t);
	s->nwaiting++;
	if (t->due_ns != 0)
		s->nput_off++;
}

static void
take_out(struct sched *s, struct task *t)
{
	RB_REMOVE(waiting, &s->waiting, t);
	s->nwaiting--;
	if (t->due_ns != 0)
		s->nput_off--;
	t->due_ns = 0;
}

void
sched_add_done(struct sched *s)
{
	s->total++;
	s->done++;
}

void
sched_add(struct sched *s, struct task *t)
{
	s->total++;
	insert(s, t);
}

/* The first of those that may start when their time has come; NULL: none. */
static struct task *
first(const struct sched *s, bool room, const struct task *next)
{
	/* neither macro changes what it is given */
	struct waiting *waiting = (struct waiting *)&s->waiting;

	if (s->draining || RB_EMPTY(waiting))
		return NULL;
	if (room)
		return RB_MIN(waiting, waiting);
	return next != NULL ? RB_FIND(waiting, waiting, (struct task *)next)
			    : NULL;
}

uint64_t
sched_due(const struct sched *s, bool room, const struct task *next)
{
	const struct task *t = first(s, room, next);

	return t != NULL ? t->due_ns : UINT64_MAX;
}

bool
sched_wants_record(
    const struct sched *s, bool room, const struct task *next, uint64_t now_ns)
{
	if (s->draining || s->exhausted || s->nwaiting >= SCHED_WAITING_MAX)
		return false;
	/* with nothing left to print the next record is the next to print */
	return (room || next == NULL) && sched_due(s, true, NULL) > now_ns;
}

struct task *
sched_take(struct sched *s, bool room, const struct task *next, uint64_t now_ns)
{
	struct task *t = first(s, room, next);

	if (t == NULL || t->due_ns > now_ns)
		return NULL;
	take_out(s, t);
	return t;
}

void
sched_put_back(struct sched *s, struct task *t)
{
	t->state = STATE_READY;
	insert(s, t);
}

void
sched_put_off(struct sched *s, struct task *t, uint64_t due_ns)
{
	t->due_ns = due_ns;
	sched_put_back(s, t);
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

/* What is to follow a failed attempt. */
static enum verdict
after_failure(const struct sched *s, const struct task *t)
{
	/* of a repeatable job crashes have a limit of their own */
	uint32_t n = t->repeatable ? t->attempts - t->crashes : t->attempts;

	if (t->outcome == OUTCOME_LOST) {
		if (t->crashes >= s->retry->crash_limit)
			return VERDICT_FINAL;
		if (t->repeatable)
			return VERDICT_AGAIN;
	}
	return retry_is_wanted(s->retry, n, t->outcome, t->code)
	    ? VERDICT_RETRY
	    : VERDICT_FINAL;
}

enum verdict
sched_judge(struct sched *s, struct task *t, enum outcome outcome, int code)
{
	enum state state = state_of(outcome);
	enum verdict verdict = VERDICT_FINAL;

	s->running--;
	t->outcome = outcome;
	t->code = code;
	if (state == STATE_LOST)
		t->crashes++;
	if ((state == STATE_FAILED || state == STATE_LOST) && !s->draining)
		verdict = after_failure(s, t);
	/* what is printed can't be taken back, so it isn't repeated */
	if (verdict != VERDICT_FINAL && t->printed)
		verdict = VERDICT_PRINTED;
	if (verdict == VERDICT_AGAIN)
		sched_put_back(s, t);
	else if (verdict == VERDICT_RETRY)
		s->retries++;
	else
		finish(s, t, state);
	return verdict;
}

void
sched_spoil(struct sched *s, struct task *t)
{
	s->count[t->state]--;
	t->outcome = OUTCOME_ERROR;
	t->code = 0;
	finish(s, t, STATE_FAILED);
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
	struct task *t = RB_MIN(waiting, &s->waiting);

	if (t == NULL)
		return NULL;
	take_out(s, t);
	if (t->attempts == 0)
		t->outcome = OUTCOME_CANCELLED;
	finish(s, t, t->attempts > 0 ? state_of(t->outcome) : STATE_SKIPPED);
	return t;
}

bool
sched_needs_workers(const struct sched *s)
{
	return !s->draining && (!s->exhausted || s->nwaiting > 0);
}

bool
sched_is_done(const struct sched *s)
{
	return s->running == 0 && s->nwaiting == 0 &&
	    (s->exhausted || s->draining);
}

int
sched_status(const struct sched *s)
{
	if (s->satisfied)
		return 0;
	/* draining before the end of the list: what is unread never ran */
	if (s->count[STATE_LOST] + s->count[STATE_CANCELLED] +
		    s->count[STATE_SKIPPED] >
		0 ||
	    (s->draining && !s->exhausted))
		return STATUS_MISSED;
	return s->count[STATE_FAILED] > 0 ? STATUS_FAILED : 0;
}
