/*
 * maprecord: a record as the program of the kind map gets it: a line, or an
 * object in JSON, made of the frames of a job.
 */
#ifndef WORKER_MAPRECORD_H
#define WORKER_MAPRECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"
#include "ipc/frame.h"

struct maprecord {
	char end;  /* of a record */
	bool json; /* it is an object, otherwise a line */
	bool open; /* more frames of it are to come */
	uint64_t seq;
	uint64_t timeout_ms; /* 0: none */
	size_t nargs;
	struct buf text; /* what the program gets */
	const char *why; /* it can't be given to the program; or NULL */
};

enum maprecord_status {
	MAPRECORD_WHOLE, /* the record is there, until the next call */
	MAPRECORD_PART,	 /* more frames follow */
	MAPRECORD_BAD	 /* the frame is not the next one of a job */
};

/* An empty one, for lines that end so, or for JSON. */
void maprecord_init(struct maprecord *, char end, bool json);
/* Frees its text. */
void maprecord_clear(struct maprecord *);

/* Becomes the record of one argument.  -1 without memory. */
int maprecord_set(struct maprecord *, uint64_t seq, uint64_t timeout_ms,
    const char *arg, size_t len);

/* Takes a frame, JOB or ARGS. */
enum maprecord_status maprecord_add(struct maprecord *, const struct frame *);

#endif
