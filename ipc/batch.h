/*
 * batch: the two messages that are about many small jobs: JOBS, and OK for the
 * ends of such as went well.  Their frame grows at the end of a buffer, so that
 * a job costs a few bytes and not a header.
 */
#ifndef IPC_BATCH_H
#define IPC_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"
#include "ipc/frame.h"
#include "ipc/msg.h"

/* Bytes of a job's argument or output, at most, for it to be in a batch. */
#define BATCH_BYTES 4096

/* The frame of a buffer that may grow.  All 0: there is none. */
struct batch {
	uint16_t type;
	size_t mark;   /* the frame begins there … */
	size_t end;    /* … and ends here, or something else was added */
	uint64_t next; /* the number of the job that would be added */
	uint32_t n;    /* jobs in it */
	uint64_t timeout_ms;
};

/*
 * Each adds a job to the frame that may grow, if its number is the next one,
 * else to a frame that is begun.  n is at most BATCH_BYTES.  0, or -1 with
 * errno as msg_add_*, and both as they were.
 *
 * When bytes of the buffer are consumed, the batch is to be set to all 0.
 */

/* A job of one argument, in its first attempt. */
int batch_add_job(struct buf *, struct batch *, uint64_t id,
    uint64_t timeout_ms, const char *arg, size_t n);

/* A job has ended well, and wrote that on stdout besides what was OUTPUT. */
int batch_add_ok(struct buf *, struct batch *, uint64_t id, uint64_t wall_ns,
    const void *data, size_t n);

struct msg_jobs {
	uint64_t timeout_ms;	   /* of each; 0: none */
	uint32_t n;		   /* not yet read */
	const unsigned char *next; /* and where they begin */
};
/* 0, or -1 with EBADMSG.  All is checked, and stays where it is. */
int msg_parse_jobs(const struct frame *f, struct msg_jobs *);

/*
 * The argument of the next job, NUL-terminated, *len bytes; that of job f->id
 * comes first.  NULL: no more.
 */
const char *msg_next_job(struct msg_jobs *, size_t *len);

struct msg_oks {
	uint32_t n; /* likewise */
	const unsigned char *next;
};
/* The same. */
int msg_parse_oks(const struct frame *f, struct msg_oks *);

struct msg_ok {
	uint64_t wall_ns;
	const unsigned char *data; /* of stdout */
	size_t len;		   /* 0 to BATCH_BYTES */
};
/* The next of them, the first of which is that of job f->id; false: no more. */
bool msg_next_ok(struct msg_oks *, struct msg_ok *);

#endif
