/*
 * chan: one end of the two pipes between the parent and a worker.
 * It owns both descriptors and the bytes on their way; never blocks, provided
 * that the descriptors are non-blocking; never prints or exits.
 */
#ifndef IPC_CHAN_H
#define IPC_CHAN_H

#include <stdbool.h>
#include <stddef.h>

#include "ipc/batch.h"
#include "ipc/buf.h"
#include "ipc/frame.h"

/* The most bytes that wait in one direction: a record of 16 MiB, and room. */
#define CHAN_MAX (24U * 1024U * 1024U)

struct chan {
	int rfd; /* -1 when closed */
	int wfd; /* -1 when closed */
	struct buf in;
	struct buf out;	    /* frames are appended here by msg_add_* */
	struct batch batch; /* the frame in out that takes more jobs */
	size_t taken;	    /* bytes of in that the last frame used */
	bool from_worker;   /* frames that come in are a worker's */
	bool poisoned;	    /* a bad frame came; nothing more is decoded */
	size_t read_size;   /* bytes asked for in one read(2); may be set */
};

/* Takes both descriptors.  from_worker: the peer is a worker. */
void chan_init(struct chan *, int rfd, int wfd, bool from_worker);

/* Closes the descriptors that are open and frees the buffers.  Keeps errno. */
void chan_clear(struct chan *);

/* Closes the way out, so that the peer sees the end; unwritten bytes are lost.
 */
void chan_close_write(struct chan *);

enum chan_result {
	CHAN_OK,    /* read: some bytes came; flush: all is written */
	CHAN_AGAIN, /* read: nothing there now; flush: some is left */
	CHAN_END,   /* read: end of file; flush: the reader is gone */
	CHAN_ERROR  /* errno says what */
};

/*
 * One read(2) of what is there.  EINTR is retried.  CHAN_ERROR with ENOBUFS
 * when the peer would make more than CHAN_MAX bytes wait, with EBADMSG when the
 * channel is poisoned.
 */
enum chan_result chan_read(struct chan *);

/*
 * The next frame that came in whole; its payload is valid until the next
 * chan_next() or chan_read().  FRAME_BAD (wrong length or flags, or a type
 * that is unknown or not for this direction) poisons the channel for good; its
 * bytes stay at the head of in, to be shown.
 */
enum frame_status chan_next(struct chan *, struct frame *);

/*
 * The frame that was handed out last stays where it is, whatever is read now:
 * its storage becomes that of kept, which was empty.  -1 without memory.
 */
int chan_keep(struct chan *, struct buf *kept);

/* Writes what waits, as far as it goes now.  SIGPIPE must be ignored. */
enum chan_result chan_flush(struct chan *);

#endif
