/*
 * msgto: what the parent says to a worker: one pair of functions per message,
 * as msg.h tells of them all.
 */
#ifndef IPC_MSGTO_H
#define IPC_MSGTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"
#include "ipc/frame.h"
#include "ipc/msg.h"

struct msg_hello {
	uint16_t version; /* any: the caller judges */
	uint32_t slot;	  /* from 1 */
	uint32_t payload_max;
	const char *kind;
	struct msg_strings words; /* options, as on a command line */
};

/* Adds HELLO, with our version and longest payload; slot is from 1. */
int msg_add_hello(struct buf *b, uint32_t slot, const char *kind,
    const char *const *words, size_t nwords);

/* Reads HELLO, whatever its version. */
int msg_parse_hello(const struct frame *, struct msg_hello *);

struct msg_job {
	uint32_t attempt;    /* from 1 */
	uint64_t timeout_ms; /* 0: none */
	bool more;	     /* ARGS follow */
	struct msg_strings args;
};

/*
 * Adds a job, id from 1.  If its arguments need more than one frame, it becomes
 * JOB and ARGS frames, all appended or none.  EMSGSIZE: one argument alone is
 * too long.
 */
int msg_add_job(struct buf *b, uint64_t id, uint32_t attempt,
    uint64_t timeout_ms, const char *const *args, size_t nargs);

/* Reads JOB: a job, or the beginning of one. */
int msg_parse_job(const struct frame *, struct msg_job *);

struct msg_args {
	bool more; /* further ARGS follow */
	struct msg_strings args;
};

/* Reads ARGS; that they are of the job before is for the caller to see. */
int msg_parse_args(const struct frame *, struct msg_args *);

struct msg_input {
	bool more; /* of its input, in another frame */
	const unsigned char *data;
	size_t len; /* 0 to FRAME_PAYLOAD_MAX */
};

/* Adds INPUT: bytes for the standard input of job id, without more the last. */
int msg_add_input(
    struct buf *b, uint64_t id, const void *data, size_t len, bool more);

/* Reads INPUT. */
int msg_parse_input(const struct frame *, struct msg_input *);

struct msg_part {
	bool more;	 /* as of INPUT */
	uint64_t offset; /* bytes, from the beginning of the file */
	uint64_t len;	 /* bytes; offset + len fits in an off_t */
	const char *path;
};

/* Adds PART: part of a file for the standard input of job id. */
int msg_add_part(struct buf *b, uint64_t id, const struct msg_part *);

/* Reads PART. */
int msg_parse_part(const struct frame *, struct msg_part *);

/* Adds SIGNAL: a signal, 1 to 64, for job id, or with 0 for what runs. */
int msg_add_signal(struct buf *b, uint64_t id, int signo);

/* Reads SIGNAL: one of 1 to 64. */
int msg_parse_signal(const struct frame *, int *signo);

/* Adds QUIT. */
int msg_add_quit(struct buf *b);

/* Reads QUIT: nothing. */
int msg_parse_quit(const struct frame *);

#endif
