/*
 * blocks: data cut into blocks of whole records, each the input of a job.
 */
#ifndef CMD_BLOCKS_H
#define CMD_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/cut.h"
#include "cmd/record.h"

/* What is asked for on the command line. */
struct blocks_conf {
	bool on;	    /* --pipe, --pipe-part */
	bool part;	    /* --pipe-part: jobs read the file themselves */
	bool round_robin;   /* few jobs, each of many blocks */
	bool strip;	    /* --rrs */
	uint64_t size;	    /* --block: bytes; 0: the default */
	unsigned shares;    /* --block -N: so many blocks for each slot */
	size_t records;	    /* -N: of a block; 0: by its size */
	const char *header; /* --header: ":" or an expression; NULL: none */
	struct cut_conf cut;
};

struct blocks;

/*
 * Blocks of a file, "-" for standard input; the conf and path are borrowed, and
 * slots is for shares.  NULL with errno when it can't be read; or *why, a
 * string that stays valid, says what is wrong with the conf.
 */
struct blocks *blocks_open(const struct blocks_conf *, const char *path,
    unsigned slots, const char **why);

/* Closes and frees.  NULL is allowed.  Keeps errno. */
void blocks_free(struct blocks *);

/*
 * The next block, valid until the next call: r->input or r->part says what it
 * is.  Reads as long as there is something to read, up to one block.
 */
enum source_result blocks_next(struct blocks *, struct record *r);

/* After SOURCE_WAIT: the descriptor to poll for POLLIN; -1: none. */
int blocks_fd(const struct blocks *);

/* Tells that it polled readable. */
void blocks_set_readable(struct blocks *);

/* True when it is known that no block is left. */
bool blocks_is_ended(const struct blocks *);

/* For a message: the name of what is read, and the bytes given out so far. */
const char *blocks_place(const struct blocks *, uint64_t *place);

#endif
