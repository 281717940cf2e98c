/*
 * msg: which messages there are, and what the layouts of their payloads have in
 * common.  forkpool-protocol(7) is the same in words.  Numbers are never
 * reused.
 *
 * Each message has a pair of functions, in msgto.h and msgfrom.h; those that
 * are about many jobs are batch's. Every msg_add_* appends one frame to b: 0,
 * or -1 with errno (ENOBUFS, ENOMEM, EMSGSIZE when it would be longer than a
 * frame may be, EINVAL for a value that the peer would refuse) and b as it was.
 * Every msg_parse_* reads one frame: 0, or -1 with EBADMSG when it is not
 * exactly that message, and what it returns then means nothing.  All that it
 * returns otherwise points into the frame.
 */
#ifndef IPC_MSG_H
#define IPC_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"
#include "ipc/frame.h"
#include "ipc/wire.h"

#define MSG_MAGIC	0x6c6f6f70U /* "pool" as it travels */
#define MSG_VERSION	3
#define MSG_OUTPUT_MAX	(32U * 1024U) /* bytes of output in one frame */
#define MSG_LOG_MAX	4096U	      /* bytes of text in one frame */
#define MSG_FROM_WORKER 0x0100	      /* bit of every type a worker sends */

enum msg_type {
	MSG_HELLO = 0x0001,  /* parent: layout frozen for ever */
	MSG_JOB = 0x0002,    /* parent: one job; costs one credit */
	MSG_ARGS = 0x0003,   /* parent: further arguments of it */
	MSG_INPUT = 0x0004,  /* parent: bytes of its input */
	MSG_SIGNAL = 0x0005, /* parent: send a signal to a job */
	MSG_QUIT = 0x0006,   /* parent: finish what you hold, exit 0 */
	MSG_PART = 0x0007,   /* parent: its input goes on with part of a file */
	MSG_JOBS = 0x0008,   /* parent: many jobs; each costs one credit */
	MSG_READY = 0x0101,  /* worker: layout frozen for ever */
	MSG_START = 0x0102,  /* worker: the job has a process now */
	MSG_OUTPUT = 0x0103, /* worker: what the job wrote */
	MSG_DONE = 0x0104,   /* worker: how it ended; returns one credit */
	MSG_LOG = 0x0105,    /* worker: a line for a person */
	MSG_FED = 0x0106,    /* worker: so much of its input is used */
	MSG_FORGET = 0x0107, /* worker: the job's stdout so far is void */
	MSG_OK = 0x0108,     /* worker: many jobs ended well; as many DONE */
	MSG_BACK = 0x0109    /* worker: jobs that it did not begin */
};

/* Of an attempt. */
enum outcome {
	OUTCOME_OK = 0,
	OUTCOME_EXIT = 1,      /* code: exit status, not 0 */
	OUTCOME_SIGNAL = 2,    /* code: signal number */
	OUTCOME_TIMEOUT = 3,   /* code: 0 */
	OUTCOME_LOST = 4,      /* code: the worker's signal; parent only */
	OUTCOME_CANCELLED = 5, /* code: the signal that ended it */
	OUTCOME_ERROR = 6,     /* code: errno, 0, or of enum failure */
	OUTCOME_HTTP = 7       /* code: the status, not 2xx */
};

/* Codes of OUTCOME_ERROR for what has no errno. */
enum failure {
	FAILURE_CONNECT = -1, /* no connection, or the host has no address */
	FAILURE_PARTIAL = -2, /* the reply broke off */
	FAILURE_TLS = -3,     /* the other side could not be trusted */
	FAILURE_REFUSED = -4  /* what was asked for is not allowed */
};

/* The name of a type of message, for a trace; "unknown": there is none. */
const char *msg_name(uint16_t type);

/* True when the type exists, and it is a worker's or the parent's to send. */
bool msg_is_known(uint16_t type, bool from_worker);

/* A list of strings in a payload; read it with msg_next_string(). */
struct msg_strings {
	uint32_t n; /* strings not yet read */
	struct wire wire;
};

/*
 * The next string, NUL-terminated, in place, *len bytes; NULL after the last.
 * None is bad: msg_parse_* has looked at them all.
 */
const char *msg_next_string(struct msg_strings *, size_t *len);

/* What follows is for the functions of messages alone. */

/* Sets errno.  -1, always. */
int msg_refuse(int error);

/*
 * Begins a frame as frame_begin(), or refuses it with EINVAL: the type does not
 * exist, or must not have these flags or that id.  The payload is appended by
 * the caller, then msg_end_add() called with the same mark.
 */
int msg_begin_add(
    struct buf *b, uint16_t type, uint16_t flags, uint64_t id, size_t *mark);

/* Ends it as frame_end(); or, unless it is whole, takes it out again: -1. */
int msg_end_add(struct buf *b, size_t mark, bool whole);

/* Appends a list of n strings to a payload.  False with errno, as msg_add_*. */
bool msg_add_strings(struct buf *b, const char *const *strings, size_t n);

/* The whole of a message without a payload. */
int msg_add_empty(struct buf *b, uint16_t type, uint64_t id);

/* The whole of a message that is one number. */
int msg_add_u32(struct buf *b, uint16_t type, uint64_t id, uint32_t value);

/* Begins to read the payload, if the frame has that type and may be so. */
int msg_begin_parse(const struct frame *, uint16_t type, struct wire *);

/*
 * Ends it: -1 if there were too few bytes or some are left, or unless what was
 * read is valid.
 */
int msg_end_parse(const struct wire *, bool valid);

/* Reads a list of strings, each of which is looked at; or the cursor is bad. */
void msg_parse_strings(struct wire *, struct msg_strings *);

/* Reads a message without a payload. */
int msg_parse_empty(const struct frame *, uint16_t type);

/* Reads a message that is one number, which may be any. */
int msg_parse_u32(const struct frame *, uint16_t type, uint32_t *value);

#endif
