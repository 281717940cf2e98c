/*
 * owed: what the journal is still to get of tasks.  It gets each as it is when
 * it commits: what was before, nobody could ever read.  So a short job costs a
 * statement for itself and one for its attempt, and those of many jobs are
 * executed together, while SQLite's code is in the processor's cache: that
 * takes a sixth of the time.
 */
#ifndef CMD_OWED_H
#define CMD_OWED_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/journal.h"
#include "cmd/key.h"
#include "cmd/task.h"

struct owed {
	const struct journal_calls *calls; /* those three are borrowed */
	struct journal *journal;
	const struct key_base *base;
	struct task_list held; /* tasks that others hold */
	struct task_list over; /* those that are ours, and freed once put */
	size_t over_bytes;
};

/* Nothing is owed. */
void owed_init(struct owed *, const struct journal_calls *, struct journal *,
    const struct key_base *);

/* Frees the tasks that are ours; they are not put. */
void owed_clear(struct owed *);

/* The task is not as the journal has it.  It must not be freed. */
void owed_add(struct owed *, struct task *);

/* It is to be freed: it isn't owed any more. */
void owed_remove(struct owed *, struct task *);

/* The same, and an attempt of it has begun. */
void owed_begin(struct owed *, struct task *);

/*
 * And has ended.  begun: it had really begun; said: the last line that it wrote
 * on stderr, or "".  -1: the journal can't be written.
 */
int owed_end(struct owed *, struct task *, bool begun, const char *said);

/* Takes over a task that is owed, final and held by nobody.  -1 likewise. */
int owed_take(struct owed *, struct task *);

/* Puts into the journal all that it is to get before it commits.  -1. */
int owed_put(struct owed *);

#endif
