/*
 * task: a job as the parent keeps it, from its record until it is printed.
 * It owns the record's text; it must not know where the task is queued.
 */
#include "cmd/task.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct task *
task_new(uint64_t seq, const struct record *r)
{
	struct task *t;
	char *text;
	size_t i;

	t = calloc(
	    1, sizeof(*t) + (r->nargs + 1) * sizeof(t->args[0]) + r->len + 1);
	if (t == NULL)
		return NULL;
	t->seq = seq;
	t->state = STATE_READY;
	held_init(&t->held);
	t->nargs = r->nargs;
	text = (char *)&t->args[r->nargs + 1];
	memcpy(text, r->text, r->len);
	for (i = 0; i < r->nargs; i++) {
		t->args[i] = text;
		text += strlen(text) + 1;
	}
	return t;
}

void
task_free(struct task *t)
{
	int saved = errno;

	if (t != NULL && t->lines != NULL) {
		buf_clear(&t->lines[0]);
		buf_clear(&t->lines[1]);
		free(t->lines);
	}
	free(t);
	errno = saved;
}

bool
task_is_final(const struct task *t)
{
	return t->state != STATE_READY && t->state != STATE_RUNNING;
}
