/*
 * intake: what a job is to read, on its way to the worker: so much ahead of the
 * job, and no more.
 */
#ifndef CMD_INTAKE_H
#define CMD_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/record.h"
#include "ipc/buf.h"
#include "ipc/chan.h"

struct intake {
	struct buf data;  /* not sent yet */
	struct part part; /* behind it; path NULL: none */
	bool whole;	  /* nothing will be added */
	bool sent;	  /* the end too */
	uint64_t unfed;	  /* bytes sent that the worker still has */
};

/*
 * The intake of a record, which is emptied; whole: it is all that the job gets.
 * NULL without memory.
 */
struct intake *intake_new(const struct record *, bool whole);

/* Frees it; NULL is allowed. */
void intake_free(struct intake *);

/* True when it would take another block now. */
bool intake_is_hungry(const struct intake *);

/* Adds a block, which is emptied, to one that is hungry. */
void intake_add(struct intake *, struct buf *block);

/*
 * Puts as much as may be sent now into the channel's buffer.  -1 without
 * memory.
 */
int intake_send(struct intake *, struct chan *, uint64_t seq);

/* The worker has got rid of so many bytes.  -1: it never had them. */
int intake_fed(struct intake *, uint64_t bytes);

#endif
