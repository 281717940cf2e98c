/*
 * median: the median of numbers as they come.
 * It owns a count for each range of numbers: ranges grow with what is in them,
 * so that each is 1/64 of its numbers wide.  It must not know what they mean.
 */
#include "cmd/median.h"

#include <stddef.h>
#include <stdlib.h>

#define FINE	64 /* ranges between a power of 2 and the next */
#define SHIFTS	58 /* of 64 bits, to leave 7 of them */
#define NRANGES ((SHIFTS + 1) * FINE) /* the first 2 * FINE: a number each */

struct median {
	uint64_t count[NRANGES];
	uint64_t n;	/* numbers in all */
	size_t at;	/* the range that the median is in */
	uint64_t below; /* numbers in the ranges before that */
};

struct median *
median_new(void)
{
	return calloc(1, sizeof(struct median));
}

void
median_free(struct median *m)
{
	free(m);
}

static size_t
range_of(uint64_t v)
{
	unsigned shift = 0;

	while (v >> shift >= 2 * FINE)
		shift++;
	return shift * FINE + (size_t)(v >> shift);
}

/* The largest number of a range. */
static uint64_t
end_of(size_t range)
{
	size_t shift = range < 2 * FINE ? 0 : range / FINE - 1;
	uint64_t first = range - shift * FINE;

	return ((first + 1) << shift) - 1;
}

void
median_add(struct median *m, uint64_t v)
{
	size_t range = range_of(v);

	m->count[range]++;
	if (range < m->at)
		m->below++;
	m->n++;
	/* one number more moves the median by a place at most */
	while (m->below > m->n / 2)
		m->below -= m->count[--m->at];
	while (m->below + m->count[m->at] <= m->n / 2)
		m->below += m->count[m->at++];
}

uint64_t
median_get(const struct median *m)
{
	return m->n > 0 ? end_of(m->at) : 0;
}
