/*
 * reply: what a job says of itself, as messages to the parent.  The functions
 * by which a kind says it are told in forkpool-kind.h and kind.h.
 */
#ifndef WORKER_REPLY_H
#define WORKER_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"
#include "ipc/msgfrom.h"
#include "worker/kind.h"

struct worker;

#define REPLY_FACTS 32		/* of one job */
#define REPLY_TEXT  (16 * 1024) /* bytes of all of them */

/* The reply to the job that is being done. */
struct reply {
	struct worker *worker;
	uint64_t seq;
	uint64_t timeout_ms;
	struct msg_done done; /* all but its facts */
	struct buf out; /* a little of its stdout that is in no frame so far */
	const char *facts[2 * REPLY_FACTS]; /* keys and values, in text */
	size_t nfacts;
	char text[REPLY_TEXT]; /* what facts point to */
	size_t textlen;
};

/* A job begins of which nothing is said so far. */
void reply_begin(struct worker *, const struct job *);

/*
 * The job has ended: puts its end into the worker's buffer, a small one that
 * went well with others like it.  -1 with errno as msg_add_*.
 */
int reply_end(struct reply *);

#endif
