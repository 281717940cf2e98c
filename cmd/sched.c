/*
 * sched: which task starts next, and what becomes of one whose attempt ended.
 * It owns the order of those that wait; it must not know workers' descriptors.
 */
#include "cmd/sched.h"

#include <string.h>

#define STATUS_FAILED 1 /* every job ran, and some failed */
#define STATUS_MISSED 3 /* some never ran, or were cancelled, or lost */

void
sched_init(struct sched *s, const struct retry_conf *retry,
    const struct hosts_conf *hosts)
{
	memset(s, 0, sizeof(*s));
	s->retry = retry;
	hosts_init(&s->hosts, hosts);
}

void
sched_clear(struct sched *s)
{
	hosts_clear(&s->hosts);
}

bool
sched_is_timed(const struct sched *s)
{
	return s->nput_off > 0 || s->hosts.timed;
}

static void
insert(struct sched *s, struct task *t)
{
	hosts_add(&s->hosts, t);
	s->nwaiting++;
	if (t->due_ns != 0)
		s->nput_off++;
}

static void
take_out(struct sched *s, struct task *t)
{
	hosts_remove(&s->hosts, t);
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

/* The first of those that may start, once that is possible; NULL: none may. */
static struct task *
first(const struct sched *s, bool room, const struct task *next)
{
	if (s->draining)
		return NULL;
	if (room)
		return hosts_first(&s->hosts);
	return next != NULL && hosts_has(next) ? (struct task *)next : NULL;
}

uint64_t
sched_due(const struct sched *s, bool room, const struct task *next)
{
	const struct task *t = first(s, room, next);

	return t != NULL ? hosts_due(t) : UINT64_MAX;
}

bool
sched_wants_record(
    const struct sched *s, bool room, const struct task *next, uint64_t now_ns)
{
	if (s->draining || s->exhausted || s->nwaiting >= SCHED_WAITING_MAX ||
	    s->nwaiting - s->nput_off >= SCHED_AHEAD_MAX)
		return false;
	/* with nothing left to print the next record is the next to print */
	return (room || next == NULL) && sched_due(s, true, NULL) > now_ns;
}

struct task *
sched_take(struct sched *s, bool room, const struct task *next, uint64_t now_ns)
{
	struct task *t = first(s, room, next);

	if (t == NULL || hosts_due(t) > now_ns)
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
sched_started(struct sched *s, struct task *t, uint64_t now_ns)
{
	t->state = STATE_RUNNING;
	t->attempts++;
	t->asked_ns = 0;
	s->running++;
	hosts_started(&s->hosts, t, now_ns);
}

void
sched_undo(struct sched *s, struct task *t)
{
	s->running--;
	t->attempts--;
	hosts_ended(&s->hosts, t, false);
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
	hosts_leave(&s->hosts, t);
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
	hosts_ended(&s->hosts, t,
	    (outcome == OUTCOME_OK || outcome == OUTCOME_HTTP) &&
		t->asked_ns == 0);
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
	struct task *t = hosts_first(&s->hosts);

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
