/*
 * held: output that waits to be printed, a queue of pieces in the order in
 * which they were written, in memory or in the spool.
 */
#ifndef CMD_HELD_H
#define CMD_HELD_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/spool.h"
#include "ipc/buf.h"

/* What all held output shares. */
struct store {
	uint64_t memory;     /* bytes held in memory now */
	uint64_t memory_max; /* past this the spool is used */
	struct spool spool;
	bool full; /* the spool took no more: new output should wait */
	int error; /* and why: errno */
};

struct piece;
TAILQ_HEAD(piece_list, piece);

struct held {
	struct piece_list pieces;
};

/* Nothing waits. */
void held_init(struct held *);

/* True when nothing waits. */
bool held_is_empty(const struct held *);

/*
 * Adds n bytes that were written to stream.  They are never refused: when the
 * spool takes no more they stay in memory, and store->full asks the caller to
 * let nothing more come.  -1 without memory.
 */
int held_add(
    struct held *, struct store *, unsigned stream, const void *data, size_t n);

/* The stream of the first piece; 0 when there is none. */
unsigned held_stream(const struct held *);

/*
 * Moves bytes of the first piece, at most max, to the end of out; a piece that
 * is used up goes away.  How many; -1 with errno when they can't be read back
 * or out can't take them.
 */
ssize_t held_move(struct held *, struct store *, struct buf *out, size_t max);

/* A place in held output of one stream, for reading it without taking it. */
struct held_cursor {
	const struct piece *piece; /* NULL: the end */
	unsigned stream;
	size_t off; /* bytes of the piece that were read */
};

/* The cursor stands at the beginning of the output of a stream. */
void held_begin(const struct held *, struct held_cursor *, unsigned stream);

/*
 * Copies the next bytes, at most max, to the end of out.  How many, 0 at the
 * end; -1 with errno as held_move().  Nothing may be added, moved or dropped
 * between held_begin() and the end.
 */
ssize_t held_read(
    struct held_cursor *, const struct store *, struct buf *out, size_t max);

/* How many bytes of a stream are held. */
uint64_t held_size(const struct held *, unsigned stream);

/* Drops everything; or, with stream, the pieces of that one. */
void held_drop(struct held *, struct store *, unsigned stream);

#endif
