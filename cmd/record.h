/* record: what a source yields, to become a job. */
#ifndef CMD_RECORD_H
#define CMD_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"

/* A part of a file that a job is to read. */
struct part {
	const char *path; /* NULL: there is none */
	uint64_t offset;
	uint64_t len; /* bytes */
};

struct record {
	const char *text; /* its arguments, with a NUL between two of them */
	size_t len;	  /* of text, all in all */
	size_t nargs;
	const char *why;   /* it can't be a job: a constant; NULL: it can */
	struct buf *input; /* what it reads, to be taken; NULL: nothing … */
	struct part part;  /* … or, behind that, a part of a file */
};

enum source_result {
	SOURCE_RECORD, /* here it is */
	SOURCE_WAIT,   /* nothing yet: poll source_fd() */
	SOURCE_END,
	SOURCE_FAILED /* errno says why; what came before it was whole */
};

#endif
