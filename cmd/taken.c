/*
 * taken: a set of hashes.
 * It owns the table; it must not know of what the hashes are.
 */
#include "cmd/taken.h"

#include <stdlib.h>

#define TABLE_LEAST 1024

/* FNV-1a */
#define HASH_BASE  0xcbf29ce484222325ULL
#define HASH_PRIME 0x100000001b3ULL

#define MIX 0x9e3779b97f4a7c15ULL /* 2^64 by the golden ratio, odd */

/* 0 is what a free place has. */
static uint64_t
not_zero(uint64_t h)
{
	return h != 0 ? h : 1;
}

uint64_t
taken_hash(char what, const void *bytes, size_t n)
{
	uint64_t h = (HASH_BASE ^ (unsigned char)what) * HASH_PRIME;
	const unsigned char *p = bytes;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ p[i]) * HASH_PRIME;
	return not_zero(h);
}

uint64_t
taken_hash_of(uint64_t hash, uint64_t k)
{
	return not_zero((hash ^ k) * HASH_PRIME);
}

/* Where a hash is, or would be. */
static size_t
place_in(const uint64_t *hash, size_t size, uint64_t h)
{
	/* hashes of numbers in a row differ in few bits, products in many */
	size_t i = (size_t)((h * MIX) >> 32) & (size - 1);

	while (hash[i] != 0 && hash[i] != h)
		i = (i + 1) & (size - 1);
	return i;
}

bool
taken_has(const struct taken *t, uint64_t hash)
{
	return t->size > 0 && t->hash[place_in(t->hash, t->size, hash)] != 0;
}

static int
grow(struct taken *t)
{
	size_t size = t->size > 0 ? 2 * t->size : TABLE_LEAST, i;
	uint64_t *hash = calloc(size, sizeof(*hash));

	if (hash == NULL)
		return -1;
	for (i = 0; i < t->size; i++) {
		if (t->hash[i] != 0)
			hash[place_in(hash, size, t->hash[i])] = t->hash[i];
	}
	free(t->hash);
	t->hash = hash;
	t->size = size;
	return 0;
}

int
taken_add(struct taken *t, uint64_t hash)
{
	size_t i;

	if (t->n + 1 > t->size / 4 * 3 && grow(t) == -1)
		return -1;
	i = place_in(t->hash, t->size, hash);
	t->n += t->hash[i] == 0;
	t->hash[i] = hash;
	return 0;
}

uint64_t
taken_count(struct taken *t, uint64_t hash)
{
	uint64_t there = 0, next = 1, middle;

	/* those that are there are 1 to there; next is not */
	while (taken_has(t, taken_hash_of(hash, next))) {
		there = next;
		next *= 2;
	}
	while (next - there > 1) {
		middle = there + (next - there) / 2;
		if (taken_has(t, taken_hash_of(hash, middle)))
			there = middle;
		else
			next = middle;
	}
	return taken_add(t, taken_hash_of(hash, next)) == 0 ? next : 0;
}

void
taken_clear(struct taken *t)
{
	free(t->hash);
	*t = (struct taken){.hash = NULL};
}
