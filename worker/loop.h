/*
 * loop: the life of a worker: read jobs, do them one after the other, reply.
 * It owns the worker's end of the channel; what a job is, the kind knows.
 */
#ifndef WORKER_LOOP_H
#define WORKER_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/buf.h"
#include "ipc/chan.h"
#include "ipc/batch.h"
#include "worker/kind.h"
#include "worker/reply.h"

/* Where spawn puts the worker's ends of the two pipes. */
#define WORKER_RFD 3
#define WORKER_WFD 4

struct worker {
	struct chan chan;
	const struct kind *kind;
	unsigned slot;
	bool quit; /* the parent said QUIT, or closed the pipe */
	uint64_t
	    now_ns; /* when the last job ended, if the next was there then */
	uint64_t unsent_ns; /* when the oldest unsent reply was made; 0: none */
	struct msg_jobs *rest; /* of the JOBS that the job is of, or NULL */
	uint64_t back_ns;      /* see back.h: when jobs go back … */
	uint64_t back_seq;     /* … the last of them … */
	struct buf kept;       /* … and the bytes of the job that runs */
	bool broken;	       /* the parent sent nonsense while a job ran */
	struct buf args;       /* the strings of the present job */
	char **argv;
	size_t nargs;
	size_t argvcap;
	uint64_t user_us; /* of this process, when the last job ended */
	uint64_t sys_us;
	struct reply reply;
};

/*
 * Jobs begin with the words that their kind has of its own, as those of a mixed
 * list do.  In the parent, before a worker is forked.
 */
void worker_take_own_words(void);

/*
 * Serves the parent at the other end of rfd and wfd, both non-blocking, until
 * it says QUIT or closes.  Knows nothing of the process around it, so that a
 * test can drive it.  The status to exit with: 0, or 1 after a broken channel.
 */
int worker_main(int rfd, int wfd);

/*
 * For a kind that polls by itself.  Reads what came; then worker_request()
 * gives what it asked for.  -1: the parent is gone or talks nonsense, so the
 * job is to be ended and the kind's function to return -1.
 */
int worker_read(struct worker *);

/*
 * The next frame for job seq: a SIGNAL, or an INPUT or PART.  It is valid until
 * the next call of any of these.  1: *f is one; 0: none; -1: as above.
 */
int worker_request(struct worker *, uint64_t seq, struct frame *f);

/*
 * Writes buffered replies as far as it goes.  0: all is written; 1: the pipe is
 * full, poll for POLLOUT; -1: the parent is gone.
 */
int worker_flush(struct worker *);

/* Writes them all, however long it takes.  -1: the parent is gone. */
int worker_flush_wait(struct worker *);

/* The same once there are many of them. */
int worker_flush_many(struct worker *);

/* Notes that a reply was put into the channel's buffer, not yet written. */
void worker_replied(struct worker *);

#endif
