/*
 * feed: the standard input of a job: bytes that the parent sends, and parts of
 * files.  It never waits.
 */
#ifndef WORKER_FEED_H
#define WORKER_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/buf.h"
#include "ipc/msgto.h"

struct feed {
	int *fd;	/* where it goes: -1 when it is closed; borrowed */
	struct buf buf; /* bytes that wait */
	int file;	/* of a part that goes behind them; -1: there is none */
	uint64_t at;	/* what is left of the part: from here … */
	uint64_t left;	/* … so many bytes */
	bool ended;	/* nothing more comes */
	uint64_t fed;	/* bytes sent by the parent that are gone, untold */
};

/* Feeds *fd, which is non-blocking; closes it when all is written. */
void feed_init(struct feed *, int *fd);

/* Frees what waits and closes the file, not *fd. */
void feed_clear(struct feed *);

/*
 * Takes bytes that the parent sent, which are copied if they have to wait.
 * Once a job has closed its end all of them are dropped.  0, or -1 with errno:
 * there is no room for them, or as feed_write().
 */
int feed_input(struct feed *, const struct msg_input *);

/*
 * Takes part of a file, which it opens and closes.  0, or -1 with errno: it
 * can't be opened, or as feed_write().
 */
int feed_part(struct feed *, const struct msg_part *);

/* True when something waits for POLLOUT of *fd. */
bool feed_waits(const struct feed *);

/*
 * Writes as far as it goes.  0, or -1 with errno: a file can't be read;
 * ENODATA: it is shorter than its part.
 */
int feed_write(struct feed *);

#endif
