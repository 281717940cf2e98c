/*
 * msg: what the frames say: one pair of functions, add and parse, per message.
 * forkpool-protocol(7) is the same page in words.  Numbers are never reused.
 * Those that are about many jobs are batch's.
 *
 * Every msg_add_* appends one frame to b: 0, or -1 with errno (ENOBUFS, ENOMEM,
 * EMSGSIZE when it would be longer than a frame may be, EINVAL for a value that
 * the peer would refuse) and b as it was.
 * Every msg_parse_* reads one frame: 0, or -1 with EBADMSG when the payload is
 * not exactly that message.  What it returns points into the frame.
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

/* The name of a message type, for a trace; "unknown" when there is none. */
const char *msg_name(uint16_t type);

/* True when type exists and is for this direction. */
bool msg_is_known(uint16_t type, bool from_worker);

/* A list of strings in a payload; read it with msg_next_string(). */
struct msg_strings {
	uint32_t n; /* strings not yet read */
	struct wire wire;
};

/* The next string, NUL-terminated, in place, or NULL after the last. */
const char *msg_next_string(struct msg_strings *, size_t *len);

struct msg_hello {
	uint16_t version;
	uint32_t slot; /* from 1 */
	uint32_t payload_max;
	const char *kind;
	struct msg_strings words; /* options, as on a command line */
};
int msg_add_hello(struct buf *b, uint32_t slot, const char *kind,
    const char *const *words, size_t nwords);
int msg_parse_hello(const struct frame *, struct msg_hello *);

struct msg_job {
	uint32_t attempt;    /* from 1 */
	uint64_t timeout_ms; /* 0: none */
	bool more;	     /* ARGS follow */
	struct msg_strings args;
};
/*
 * A job whose arguments need more than one frame becomes JOB and ARGS frames,
 * all appended or none.  EMSGSIZE when one argument alone is too long.
 */
int msg_add_job(struct buf *b, uint64_t id, uint32_t attempt,
    uint64_t timeout_ms, const char *const *args, size_t nargs);
int msg_parse_job(const struct frame *, struct msg_job *);

struct msg_args {
	bool more;
	struct msg_strings args;
};
int msg_parse_args(const struct frame *, struct msg_args *);

struct msg_input {
	bool more;
	const unsigned char *data;
	size_t len;
};
int msg_add_input(
    struct buf *b, uint64_t id, const void *data, size_t len, bool more);
int msg_parse_input(const struct frame *, struct msg_input *);

struct msg_part {
	bool more;
	uint64_t offset; /* bytes, from the beginning of the file */
	uint64_t len;	 /* bytes */
	const char *path;
};
int msg_add_part(struct buf *b, uint64_t id, const struct msg_part *);
int msg_parse_part(const struct frame *, struct msg_part *);

/* id 0: whatever runs. */
int msg_add_signal(struct buf *b, uint64_t id, int signo);
int msg_parse_signal(const struct frame *, int *signo);

/* No payload. */
int msg_add_quit(struct buf *b);
int msg_parse_quit(const struct frame *);

struct msg_ready {
	uint16_t version;
	uint32_t credit; /* the most jobs it will hold */
	uint32_t pid;
};
int msg_add_ready(struct buf *b, uint32_t credit, uint32_t pid);
int msg_parse_ready(const struct frame *, struct msg_ready *);

/* pid of the process that the job has. */
int msg_add_start(struct buf *b, uint64_t id, uint32_t pid);
int msg_parse_start(const struct frame *, uint32_t *pid);

struct msg_output {
	unsigned stream; /* 1 stdout, 2 stderr */
	const unsigned char *data;
	size_t len; /* 1 to MSG_OUTPUT_MAX */
};
int msg_add_output(
    struct buf *b, uint64_t id, unsigned stream, const void *data, size_t len);
int msg_parse_output(const struct frame *, struct msg_output *);

/*
 * For output that is read straight into its frame: room for
 * MSG_OUTPUT_MAX bytes at the end of b, or NULL as buf_reserve(); then
 * msg_output_end() with what came, 0 bytes taking the frame out again.
 */
unsigned char *msg_output_begin(
    struct buf *b, uint64_t id, unsigned stream, size_t *mark);
void msg_output_end(struct buf *b, size_t mark, size_t len);

/* bytes of INPUT that need not be kept any more since the last FED; not 0. */
int msg_add_fed(struct buf *b, uint64_t id, uint64_t bytes);
int msg_parse_fed(const struct frame *, uint64_t *bytes);

/* The stdout that was sent of the job is not to count. */
int msg_add_forget(struct buf *b, uint64_t id);
int msg_parse_forget(const struct frame *);

/* n jobs, not 0, numbered from id on, were not begun and are not held. */
int msg_add_back(struct buf *b, uint64_t id, uint32_t n);
int msg_parse_back(const struct frame *, uint32_t *n);

struct msg_done {
	enum outcome outcome;
	int32_t code; /* see enum outcome */
	uint64_t wall_ns;
	uint64_t user_us;
	uint64_t sys_us;
	uint64_t maxrss_kb;
	struct msg_strings facts; /* key, value, key, value */
};
/* facts are key, value, key, value; nfacts counts the strings: even. */
int msg_add_done(struct buf *b, uint64_t id, const struct msg_done *,
    const char *const *facts, size_t nfacts);
int msg_parse_done(const struct frame *, struct msg_done *);

struct msg_log {
	uint16_t level; /* as in syslog(3): LOG_ERR, LOG_WARNING, … */
	const char *text;
	size_t len; /* at most MSG_LOG_MAX */
};
/* Text longer than MSG_LOG_MAX is cut. */
int msg_add_log(struct buf *b, uint64_t id, uint16_t level, const char *text);
int msg_parse_log(const struct frame *, struct msg_log *);

#endif
