/*
 * median: the median of numbers as they come, within 2 percent, in memory that
 * does not grow with them.  Pure.
 */
#ifndef CMD_MEDIAN_H
#define CMD_MEDIAN_H

#include <stdint.h>

struct median;

/* Of no numbers.  NULL without memory. */
struct median *median_new(void);

/* NULL is allowed. */
void median_free(struct median *);

/* Adds a number. */
void median_add(struct median *, uint64_t);

/*
 * The median, never less than it really is; of two in the middle the larger.
 * 0 when there are none.
 */
uint64_t median_get(const struct median *);

#endif
