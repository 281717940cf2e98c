/*
 * back: jobs that wait in a worker behind a slow one go back to the parent, who
 * may have another worker for them.
 */
#ifndef WORKER_BACK_H
#define WORKER_BACK_H

#include <stdint.h>

#include "worker/loop.h"

/* A job is slow that takes so long. */
#define BACK_SLOW_NS 5000000ULL

/* A job begins: from now on its time is measured. */
void back_begin(struct worker *, uint64_t now_ns);

/* The job that runs counts as a slow one from now on. */
void back_now(struct worker *);

/*
 * While a job runs, or after it: if that was for long, adds a BACK to the
 * replies for each job that has come in and is not begun.  -1: the parent sent
 * nonsense, or there is no memory.
 */
int back_give(struct worker *, uint64_t now_ns);

/* True when ARGS are of the job that was given back last, whose JOB came. */
bool back_is_args(const struct worker *, const struct frame *);

#endif
