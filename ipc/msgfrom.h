/*
 * msgfrom: what a worker says to the parent: one pair of functions per message,
 * as msg.h tells of them all.
 */
#ifndef IPC_MSGFROM_H
#define IPC_MSGFROM_H

#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"
#include "ipc/frame.h"
#include "ipc/msg.h"

struct msg_ready {
	uint16_t version; /* any: the caller judges */
	uint32_t credit;  /* the most jobs it will hold, from 1 */
	uint32_t pid;	  /* from 2, and fits in a pid_t */
};

/* Adds READY, with our version. */
int msg_add_ready(struct buf *b, uint32_t credit, uint32_t pid);

/* Reads READY, whatever its version. */
int msg_parse_ready(const struct frame *, struct msg_ready *);

/* Adds START: job id has a process, of that pid. */
int msg_add_start(struct buf *b, uint64_t id, uint32_t pid);

/* Reads START: a pid from 2, which fits in a pid_t. */
int msg_parse_start(const struct frame *, uint32_t *pid);

struct msg_output {
	unsigned stream; /* 1 stdout, 2 stderr */
	const unsigned char *data;
	size_t len; /* 1 to MSG_OUTPUT_MAX */
};

/* Adds OUTPUT: what job id wrote there, 1 to MSG_OUTPUT_MAX bytes. */
int msg_add_output(
    struct buf *b, uint64_t id, unsigned stream, const void *data, size_t len);

/* Reads OUTPUT. */
int msg_parse_output(const struct frame *, struct msg_output *);

/*
 * Begins OUTPUT that is read straight into its frame: room for MSG_OUTPUT_MAX
 * bytes at the end of b, which nothing else is appended to before
 * msg_output_end(); or NULL with errno as msg_add_*.
 */
unsigned char *msg_output_begin(
    struct buf *b, uint64_t id, unsigned stream, size_t *mark);

/* Ends it with the len bytes that came; 0: the frame is taken out again. */
void msg_output_end(struct buf *b, size_t mark, size_t len);

/* Adds FED: bytes of INPUT, not 0, that are used since the last FED. */
int msg_add_fed(struct buf *b, uint64_t id, uint64_t bytes);

/* Reads FED: so many bytes, not 0. */
int msg_parse_fed(const struct frame *, uint64_t *bytes);

/* Adds FORGET: the stdout that was sent of job id is not to count. */
int msg_add_forget(struct buf *b, uint64_t id);

/* Reads FORGET: nothing. */
int msg_parse_forget(const struct frame *);

/* Adds BACK: n jobs, not 0, from number id on, were not begun, nor are held. */
int msg_add_back(struct buf *b, uint64_t id, uint32_t n);

/* Reads BACK: n jobs, not 0, whose numbers all exist. */
int msg_parse_back(const struct frame *, uint32_t *n);

struct msg_done {
	enum outcome outcome; /* not OUTCOME_LOST */
	int32_t code;	      /* see enum outcome */
	uint64_t wall_ns;
	uint64_t user_us;
	uint64_t sys_us;
	uint64_t maxrss_kb;
	struct msg_strings facts; /* key, value, key, value; when read only */
};

/*
 * Adds DONE: how job id ended.  The facts are given apart: key, value, key,
 * value; nfacts counts the strings.
 */
int msg_add_done(struct buf *b, uint64_t id, const struct msg_done *,
    const char *const *facts, size_t nfacts);

/* Reads DONE; each of the facts has its value. */
int msg_parse_done(const struct frame *, struct msg_done *);

struct msg_log {
	uint16_t level;	  /* as in syslog(3): LOG_ERR, LOG_WARNING, … */
	const char *text; /* not terminated */
	size_t len;	  /* at most MSG_LOG_MAX */
};

/* Adds LOG: a line for a person, cut to MSG_LOG_MAX bytes; id may be 0. */
int msg_add_log(struct buf *b, uint64_t id, uint16_t level, const char *text);

/* Reads LOG. */
int msg_parse_log(const struct frame *, struct msg_log *);

#endif
