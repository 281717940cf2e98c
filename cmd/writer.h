/*
 * writer: bytes on their way to a descriptor that we were started with.
 * Its description is shared with the shell, so it is never made non-blocking.
 */
#ifndef CMD_WRITER_H
#define CMD_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "ipc/buf.h"

/* Bytes that wait before no more should be added. */
#define WRITER_FULL (64U * 1024U)

struct writer {
	int fd;
	bool file; /* never makes us wait: a file, or /dev/null */
	int error; /* errno of the write that failed; nothing more is written */
	char last; /* the last byte that was written; NUL: none was */
	struct buf buf;
};

enum writer_result { WRITER_DONE, WRITER_WAIT, WRITER_FAILED };

/* Looks what fd is; does not take it. */
void writer_init(struct writer *, int fd);

/* Frees what waits. */
void writer_clear(struct writer *);

/* True when it would be better to flush before adding more. */
bool writer_is_full(const struct writer *);

/* True when what is added next stands behind a line that is not ended. */
bool writer_is_midline(const struct writer *);

/*
 * Writes as much as goes without waiting.  WRITER_WAIT: poll for POLLOUT.
 * WRITER_FAILED: w->error says why, now or earlier; what waited is dropped.
 */
enum writer_result writer_flush(struct writer *);

#endif
