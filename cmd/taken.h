/*
 * taken: a set of hashes, of what a run has met so far.  Two things that have
 * the same hash are one to it.  Pure.
 */
#ifndef CMD_TAKEN_H
#define CMD_TAKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct taken {
	uint64_t *hash; /* an open table; 0: free */
	size_t n;	/* of them */
	size_t size;	/* of the table: a power of two, or 0 */
};

/* The hash of n bytes; what: of one sort, other than those of others. */
uint64_t taken_hash(char what, const void *bytes, size_t n);

/* The hash of the k-th of those that have this one; k from 1. */
uint64_t taken_hash_of(uint64_t hash, uint64_t k);

/* True when a hash is in the set.  An empty set is all zeros. */
bool taken_has(const struct taken *, uint64_t hash);

/* Adds a hash, which may be there.  -1 without memory. */
int taken_add(struct taken *, uint64_t hash);

/*
 * Adds one more of those that have this hash: how many they are now, or 0
 * without memory.
 */
uint64_t taken_count(struct taken *, uint64_t hash);

/* Frees what the set has; it is empty. */
void taken_clear(struct taken *);

#endif
