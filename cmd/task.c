/*
 * task: a job as the parent keeps it, from its record until it is printed.
 * It owns the record's text; it must not know where the task is queued.
 */
#include "cmd/task.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct task *
task_new(uint64_t seq, const char *record, size_t len)
{
	struct task *t;
	char *text;

	t = calloc(1, sizeof(*t) + 2 * sizeof(t->args[0]) + len + 1);
	if (t == NULL)
		return NULL;
	t->seq = seq;
	t->state = STATE_READY;
	held_init(&t->held);
	text = (char *)&t->args[2];
	memcpy(text, record, len);
	t->args[0] = text;
	t->nargs = 1;
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
