/*
 * spare: memory of one size that was given back, for the next who needs it.
 * Millions of small jobs ask for the same few sizes, in batches of more than
 * malloc(3) keeps at hand.
 */
#ifndef CMD_SPARE_H
#define CMD_SPARE_H

#include <stddef.h>

struct spare {
	size_t size; /* bytes of each, at least those of a pointer */
	size_t n;    /* that are there … */
	void *first; /* … one pointing to the next */
};

/* One of them, not cleared.  NULL without memory. */
void *spare_get(struct spare *);

/* Gives it back.  Keeps errno. */
void spare_put(struct spare *, void *);

#endif
