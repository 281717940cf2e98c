/*
 * task: a job as the parent keeps it, from its record until it is printed.
 * It owns the record's text; it must not know where the task is queued.
 */
#include "cmd/task.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/spare.h"
#include "cmd/wall.h"
#include "worker/duration.h"

/* Bytes of a refused record; of one that is too long we have few more. */
#define REFUSED_SHOWN (INPUT_BEGINNING - 4)

#define USUAL_ARGS 128 /* bytes: of most tasks, with the pointers */

static struct spare usual_tasks = {.size = sizeof(struct task) + USUAL_ARGS};

/* Room for a task with n bytes of arguments behind it. */
static struct task *
make_room(size_t n)
{
	bool usual = n <= USUAL_ARGS;
	struct task *t;

	t = usual ? spare_get(&usual_tasks) : malloc(sizeof(*t) + n);
	if (t == NULL)
		return NULL;
	memset(t, 0, sizeof(*t));
	t->usual = usual;
	return t;
}

struct task *
task_new(uint64_t seq, const struct record *r)
{
	struct task *t;
	char *text;
	size_t i;

	t = make_room((r->nargs + 1) * sizeof(t->args[0]) + r->len + 1);
	if (t == NULL)
		return NULL;
	t->seq = seq;
	t->state = STATE_READY;
	held_init(&t->held);
	t->nargs = r->nargs;
	text = (char *)&t->args[r->nargs + 1];
	memcpy(text, r->text, r->len);
	text[r->len] = '\0';
	for (i = 0; i < r->nargs; i++) {
		t->args[i] = text;
		if (i + 1 < r->nargs)
			text += strlen(text) + 1;
	}
	t->args[r->nargs] = NULL;
	return t;
}

struct task *
task_new_refused(uint64_t seq, const struct record *r)
{
	char text[REFUSED_SHOWN + sizeof("\\0...")];
	struct record shown = {.text = text, .nargs = 1};
	size_t i;

	text[0] = '\0';
	for (i = 0; i < r->len && shown.len < REFUSED_SHOWN; i++) {
		if (r->text[i] != '\0')
			text[shown.len++] = r->text[i];
		else if (r->nargs > 1)
			text[shown.len++] = ' ';
		else
			shown.len += strlcpy(text + shown.len, "\\0", 3);
		text[shown.len] = '\0';
	}
	if (i < r->len)
		shown.len = strlcat(text, "...", sizeof(text));
	return task_new(seq, &shown);
}

/* Frees what a pointer points to. */
static void
drop(char **s)
{
	if (*s == NULL)
		return;
	free(*s);
	*s = NULL;
}

void
task_drop_told(struct task *t)
{
	if (t->told == NULL)
		return;
	buf_clear(t->told);
	free(t->told);
	t->told = NULL;
}

void
task_strip(struct task *t)
{
	if (t->lines != NULL) {
		buf_clear(&t->lines[0]);
		buf_clear(&t->lines[1]);
		free(t->lines);
		t->lines = NULL;
	}
	task_drop_told(t);
	if (t->intake != NULL) {
		intake_free(t->intake);
		t->intake = NULL;
	}
	if (t->secret != NULL) {
		free(t->secret);
		t->secret = NULL;
	}
	drop(&t->tag);
	drop(&t->file);
	drop(&t->url);
	drop(&t->resume);
}

void
task_free(struct task *t)
{
	int saved = errno;

	if (t == NULL)
		return;
	task_strip(t);
	free(t->said);
	if (t->usual)
		spare_put(&usual_tasks, t);
	else
		free(t);
	errno = saved;
}

bool
task_has_output(const struct task *t)
{
	return t->printed || !held_is_empty(&t->held) || t->lines != NULL;
}

const char *
task_text(const struct task *t, size_t *len)
{
	const char *text = (const char *)&t->args[t->nargs + 1], *last;

	*len = 0;
	if (t->nargs > 0) {
		last = t->args[t->nargs - 1];
		*len = (size_t)(last - text) + strlen(last);
	}
	return text;
}

bool
task_is_final(const struct task *t)
{
	return t->state != STATE_READY && t->state != STATE_RUNNING;
}

void
task_begin(struct task *t, unsigned slot, pid_t worker, uint64_t now_ns)
{
	t->nout = 0;
	t->facts = (struct task_facts){.slot = slot,
	    .worker = worker,
	    .start_us = wall_at_us(now_ns),
	    .sent_ns = now_ns};
}

void
task_end_untold(struct task *t)
{
	t->facts.wall_ns = duration_now_ns() - t->facts.sent_ns;
}

const char *
task_outcome(const struct task *t)
{
	static const char *const names[] = {
	    [OUTCOME_OK] = "ok",
	    [OUTCOME_EXIT] = "exit",
	    [OUTCOME_SIGNAL] = "signal",
	    [OUTCOME_TIMEOUT] = "timeout",
	    [OUTCOME_LOST] = "lost",
	    [OUTCOME_CANCELLED] = "cancelled",
	    [OUTCOME_ERROR] = "error",
	    [OUTCOME_HTTP] = "http",
	};

	return t->state == STATE_SKIPPED ? "skipped" : names[t->outcome];
}

int
task_exitval(const struct task *t)
{
	if (t->state == STATE_OK)
		return 0;
	return t->outcome == OUTCOME_EXIT ? t->code : -1;
}

int
task_signal(const struct task *t)
{
	switch (t->outcome) {
	case OUTCOME_SIGNAL:
	case OUTCOME_LOST:
	case OUTCOME_CANCELLED:
		return t->code;
	case OUTCOME_TIMEOUT:
		return SIGTERM;
	default:
		return 0;
	}
}

struct replace_values
task_values(const struct task *t, uint64_t total)
{
	return (struct replace_values){.args = t->args,
	    .nargs = t->nargs,
	    .seq = t->seq,
	    .slot = t->facts.slot,
	    .total = total};
}
