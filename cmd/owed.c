/*
 * owed: what the journal is still to get of tasks.
 * It owns how a task is written down as a job and its attempts; it must not
 * know when the journal commits.
 */
#include "cmd/owed.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/fields.h"
#include "cmd/wall.h"

#define NS_PER_S 1e9
#define US_PER_S 1e6
#define OVER_MAX (64U * 1024U) /* bytes of tasks that are put together */

static const char *const state_names[STATE_N] = {
    [STATE_READY] = "running",
    [STATE_RUNNING] = "running",
    [STATE_OK] = "ok",
    [STATE_FAILED] = "failed",
    [STATE_LOST] = "lost",
    [STATE_CANCELLED] = "cancelled",
    [STATE_SKIPPED] = "skipped",
};

void
owed_init(struct owed *o, const struct journal_calls *calls,
    struct journal *journal, const struct key_base *base)
{
	*o = (struct owed){.calls = calls, .journal = journal, .base = base};
	TAILQ_INIT(&o->held);
	TAILQ_INIT(&o->over);
}

void
owed_clear(struct owed *o)
{
	struct task *t;

	while ((t = TAILQ_FIRST(&o->over)) != NULL) {
		TAILQ_REMOVE(&o->over, t, owed);
		task_free(t);
	}
}

void
owed_add(struct owed *o, struct task *t)
{
	if (!t->is_owed)
		TAILQ_INSERT_TAIL(&o->held, t, owed);
	t->is_owed = true;
}

void
owed_remove(struct owed *o, struct task *t)
{
	if (t->is_owed)
		TAILQ_REMOVE(&o->held, t, owed);
	t->is_owed = false;
}

/* What the outcome says of how an attempt ended. */
static void
set_code(struct journal_attempt *a, const struct task *t)
{
	switch (t->outcome) {
	case OUTCOME_OK:
		a->exit = 0;
		break;
	case OUTCOME_EXIT:
		a->exit = t->code;
		break;
	case OUTCOME_HTTP:
		a->http = t->code;
		break;
	default:
		a->signal = task_signal(t);
	}
}

/* The last attempt of a task.  begun: it had really begun. */
static int
put_attempt(struct owed *o, struct task *t, bool begun)
{
	const struct task_facts *facts = &t->facts;
	struct journal_attempt a = {.id = t->attempt,
	    .job = t->ids.job,
	    .number = t->attempts,
	    .slot = facts->slot,
	    .pid = facts->worker,
	    .started = (double)facts->start_us / US_PER_S,
	    .ended = (double)facts->end_us / US_PER_S,
	    .outcome = begun ? task_outcome(t) : "not begun",
	    .exit = -1,
	    .wall = (double)facts->wall_ns / NS_PER_S,
	    .user = (double)facts->user_us / US_PER_S,
	    .sys = (double)facts->sys_us / US_PER_S,
	    .maxrss = facts->maxrss_kb,
	    .stderr_line = t->said};

	if (begun)
		set_code(&a, t);
	if (o->calls->put_attempt(o->journal, &a) == -1)
		return -1;
	t->attempt = a.id;
	t->attempt_owed = false;
	return 0;
}

/* A job that has no row needs all that is in it. */
static int
put_new(struct owed *o, const struct task *t, struct journal_job *j)
{
	struct key key;
	const char *text;
	size_t len;
	char *line;
	int result;

	text = task_text(t, &len);
	key_of_job(o->base, text, len, t->nargs, &key);
	j->key = key.bytes;
	j->keylen = sizeof(key.bytes);
	j->arguments = line = fields_join_text(text, len);
	result = o->calls->put_job(o->journal, j);
	free(line);
	return result;
}

static int
put_job(struct owed *o, struct task *t)
{
	struct journal_job j = {.id = t->ids.job,
	    .is_new = t->ids.is_new,
	    .seq = t->ids.log,
	    .state = state_names[t->state],
	    .attempt = t->attempt};

	/*
	 * A job whose output can still be lost with this process must run
	 * again if it is.
	 */
	if (task_is_final(t) && !t->noted)
		j.state = "ended";
	if (!j.is_new)
		return o->calls->put_job(o->journal, &j);
	t->ids.is_new = false;
	return put_new(o, t, &j);
}

/* All that the journal has not got of a task. */
static int
put_task(struct owed *o, struct task *t)
{
	if (t->attempt_owed && put_attempt(o, t, true) == -1)
		return -1;
	return put_job(o, t);
}

void
owed_begin(struct owed *o, struct task *t)
{
	t->attempt = 0;
	t->attempt_owed = true;
	owed_add(o, t);
}

int
owed_end(struct owed *o, struct task *t, bool begun, const char *said)
{
	t->facts.end_us = wall_now_us();
	free(t->said);
	t->said = *said != '\0' ? strdup(said) : NULL;
	t->attempt_owed = true;
	owed_add(o, t);
	/* one that is to follow would take its place */
	return task_is_final(t) ? 0 : put_attempt(o, t, begun);
}

/* Those that are ours. */
static int
put_over(struct owed *o)
{
	struct task *t;

	while ((t = TAILQ_FIRST(&o->over)) != NULL) {
		if (put_task(o, t) == -1)
			return -1;
		TAILQ_REMOVE(&o->over, t, owed);
		task_free(t);
	}
	o->over_bytes = 0;
	return 0;
}

int
owed_take(struct owed *o, struct task *t)
{
	size_t len;

	owed_remove(o, t);
	task_strip(t);
	TAILQ_INSERT_TAIL(&o->over, t, owed);
	task_text(t, &len);
	o->over_bytes += sizeof(*t) + len;
	return o->over_bytes < OVER_MAX ? 0 : put_over(o);
}

int
owed_put(struct owed *o)
{
	struct task *t;

	if (put_over(o) == -1)
		return -1;
	while ((t = TAILQ_FIRST(&o->held)) != NULL) {
		if (put_task(o, t) == -1)
			return -1;
		owed_remove(o, t);
	}
	return 0;
}
