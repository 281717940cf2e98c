/*
 * pack: several records become the arguments of one job.  Pure.
 */
#ifndef CMD_PACK_H
#define CMD_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/argmax.h"
#include "cmd/record.h"
#include "ipc/buf.h"

/* What is asked for on the command line. */
struct pack_conf {
	bool on;	    /* one of the options below was given */
	size_t max_records; /* of a job; 0: as many as fit */
	size_t max_chars;   /* of its line; 0: the default */
	bool nothing;	    /* -N0: one record, and no argument of it */
	size_t max_lines; /* -L: the same, but a line that ends in a blank goes
			     on */
	bool spread;	  /* -X, -m: the last ones over all slots */
};

struct pack {
	const struct pack_conf *conf;
	struct argmax argmax;
	struct buf text; /* the arguments, each with a NUL behind it */
	size_t nargs;
	size_t longest; /* bytes of the longest argument, at most */
	size_t nrecords;
	size_t width; /* arguments of each record; 0: they differ */
	bool goes_on; /* the last line ended in a blank */
	size_t given; /* bytes of text that the last job used */
	size_t share; /* records of a job, once they are spread; 0: no */
};

/* An empty pack; the conf is borrowed. */
void pack_init(
    struct pack *, const struct pack_conf *, const struct job_template *);

/* Frees the text. */
void pack_clear(struct pack *);

/* True when the job to come takes no more records. */
bool pack_is_full(const struct pack *);

/* True when nothing was added since the last pack_take(). */
bool pack_is_empty(const struct pack *);

/* True when there is room for this record beside those added. */
bool pack_fits(const struct pack *, const struct record *);

/* Adds a copy of it.  -1 with errno, without memory. */
int pack_add(struct pack *, const struct record *);

/* There are no more records: what is left goes to so many slots. */
void pack_spread(struct pack *, size_t slots);

/* The record that was made, valid until the next call; not when empty. */
void pack_take(struct pack *, struct record *);

#endif
