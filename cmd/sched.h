/*
 * sched: which task starts next, and what becomes of one whose attempt ended.
 * Pure policy: no descriptor, no clock, no output.
 */
#ifndef CMD_SCHED_H
#define CMD_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/task.h"

/* Charged crashes after which a repeatable job is lost. */
#define SCHED_CRASH_LIMIT 3

struct sched {
	bool repeatable;	/* a job whose worker died may run again */
	bool draining;		/* start no more */
	bool exhausted;		/* the source has no more */
	struct task_list ready; /* waiting to run, in the list's order */
	uint64_t running;
	uint64_t total;		 /* tasks so far */
	uint64_t count[STATE_N]; /* of those that are final */
};

/* Nothing waits or runs.  repeatable: of the kind's jobs. */
void sched_init(struct sched *, bool repeatable);

/* A new task, behind those that wait. */
void sched_add(struct sched *, struct task *);

/*
 * True when the next record is wanted, provided that a worker is free for it.
 * room: a job other than the next to print may start; next: that one.
 */
bool sched_wants_record(
    const struct sched *, bool room, const struct task *next);

/* The task to start now, taken out of those that wait; NULL: none may. */
struct task *sched_take(struct sched *, bool room, const struct task *next);

/* Puts a task back that was taken and could not be started, uncharged. */
void sched_put_back(struct sched *, struct task *);

/* An attempt of a task taken has begun. */
void sched_started(struct sched *, struct task *);

enum verdict {
	VERDICT_FINAL, /* its state is final */
	VERDICT_AGAIN  /* it waits again, at the front */
};

/*
 * An attempt has ended.  cancelled: we are ending everything, so nothing runs
 * again.  Sets the task's state, outcome and code.
 */
enum verdict sched_judge(
    struct sched *, struct task *, enum outcome, int code, bool cancelled);

/* A task that can't be attempted at all ends as failed. */
void sched_refuse(struct sched *, struct task *);

/*
 * Ends a waiting task as skipped, or as cancelled when it was begun before;
 * NULL when none waits.
 */
struct task *sched_skip(struct sched *);

/* True when a worker without a task may get one yet. */
bool sched_needs_workers(const struct sched *);

/* True when nothing runs, waits, or can still come. */
bool sched_is_done(const struct sched *);

/* The exit status that the states of all jobs make: 0, 1 or 3. */
int sched_status(const struct sched *);

#endif
