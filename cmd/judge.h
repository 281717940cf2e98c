/*
 * judge: what follows for a task when its attempt has ended: it is final, and
 * counted and printed, or it waits for another attempt.
 */
#ifndef CMD_JUDGE_H
#define CMD_JUDGE_H

#include "cmd/pool.h"

/*
 * A task's attempt ended; it is no longer held by its slot.  said: the last
 * line of its stderr, or "".
 */
void judge_ended(
    struct pool *, struct task *, enum outcome, int code, const char *said);

/* The same of one that ended ok, said as above; soon done where many do. */
void judge_ended_well(struct pool *, struct task *, const char *said);

/*
 * A task's state is final: it is counted, and printed when its turn comes.
 * said: as above.
 */
void judge_final(struct pool *, struct task *, const char *said);

/* A task that can't be a job, or can't be sent: it failed, and why is told. */
void judge_refuse(struct pool *, struct task *, const char *why);

/*
 * A task was sent and has not begun; it is no longer held by its slot.  It
 * waits again, and is charged with nothing.
 */
void judge_not_begun(struct pool *, struct task *);

/* The same, but what was written of it stays. */
void judge_put_back(struct pool *, struct task *);

/* Those that wait shall never start. */
void judge_skip_waiting(struct pool *);

#endif
