/*
 * attend: a job's process, from its start to its end: its output, input and
 * time, and what the parent asks for meanwhile.
 */
#ifndef WORKER_ATTEND_H
#define WORKER_ATTEND_H

#include <stdbool.h>
#include <stdint.h>

#include "worker/loop.h"
#include "worker/process.h"

struct attend_conf {
	uint64_t timeout_ms;  /* the job may take so long; 0: any time */
	uint64_t linger_ns;   /* after its end its output is read so long */
	bool kill_stragglers; /* what it leaves behind is ended */
};

/*
 * Attends to a process just started until it has ended and its output is read;
 * then tells how it ended by reply_outcome(), and process is closed.  -1: the
 * parent is gone or talks nonsense, and the process is killed.
 */
int attend(struct worker *, struct reply *, const struct process *,
    const struct attend_conf *);

#endif
