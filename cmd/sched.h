/*
 * sched: which task starts next, and what becomes of one whose attempt ended.
 * Pure policy: no descriptor, no output, and the time is an argument: now_ns of
 * the monotonic clock.
 */
#ifndef CMD_SCHED_H
#define CMD_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/hosts.h"
#include "cmd/retry.h"
#include "cmd/task.h"

#define SCHED_WAITING_MAX 100000 /* tasks that wait; then no record is read */
#define SCHED_AHEAD_MAX	  10000	 /* of these, such as wait for their host */

struct sched {
	const struct retry_conf *retry;
	bool draining;	    /* start no more */
	bool exhausted;	    /* the source has no more */
	bool satisfied;	    /* we drain since enough is done: that is no loss */
	struct hosts hosts; /* and the tasks that wait */
	size_t nwaiting;
	size_t nput_off; /* of these, those that wait for their time */
	uint64_t running;
	uint64_t total;		 /* records so far */
	uint64_t done;		 /* of them in an earlier run */
	uint64_t retries;	 /* attempts after a failed one */
	uint64_t count[STATE_N]; /* of those that are final */
};

/* Nothing waits or runs.  The first conf is borrowed. */
void sched_init(
    struct sched *, const struct retry_conf *, const struct hosts_conf *);

/* Frees what it knows of hosts. */
void sched_clear(struct sched *);

/* A record of which an earlier run has made an end. */
void sched_add_done(struct sched *);

/* True when the time matters to what may start: otherwise now_ns may be 0. */
bool sched_is_timed(const struct sched *);

/* A new task, behind those that wait; hosts_enter() was called if it has one.
 */
void sched_add(struct sched *, struct task *);

/*
 * True when the next record is wanted, provided that a worker is free for it.
 * room: a job other than the next to print may start; next: that one.
 */
bool sched_wants_record(
    const struct sched *, bool room, const struct task *next, uint64_t now_ns);

/* The task to start now, taken out of those that wait; NULL: none may. */
struct task *sched_take(
    struct sched *, bool room, const struct task *next, uint64_t now_ns);

/*
 * When the first of those that wait may start, provided that a worker is free
 * for it: 0: now; UINT64_MAX: none may.
 */
uint64_t sched_due(const struct sched *, bool room, const struct task *next);

/* Puts a task back that was taken and could not be started, uncharged. */
void sched_put_back(struct sched *, struct task *);

/* An attempt of a task taken has begun. */
void sched_started(struct sched *, struct task *, uint64_t now_ns);

/* It has not, as is seen now: it is not charged, and may be put back. */
void sched_undo(struct sched *, struct task *);

enum verdict {
	VERDICT_FINAL,	 /* its state is final */
	VERDICT_PRINTED, /* likewise, only because some output is out */
	VERDICT_AGAIN,	 /* it waits again, at the front */
	VERDICT_RETRY	 /* the caller is to put it off, or back */
};

/*
 * An attempt has ended.  Sets the task's state, outcome and code.  While we
 * drain, nothing is attempted again.
 */
enum verdict sched_judge(struct sched *, struct task *, enum outcome, int code);

/* Has a failed task wait until then for its next attempt. */
void sched_put_off(struct sched *, struct task *, uint64_t due_ns);

/* A task that is final ends as failed instead: its output can't be kept. */
void sched_spoil(struct sched *, struct task *);

/* A task that can't be attempted at all ends as failed. */
void sched_refuse(struct sched *, struct task *);

/*
 * Ends a waiting task: as skipped, or as its last attempt when there was one;
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
