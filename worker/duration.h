/* duration: spans of time as people write them. */
#ifndef WORKER_DURATION_H
#define WORKER_DURATION_H

#include <stdint.h>

/* What is to be said of a word that is no duration. */
#define DURATION_WRONG "not a duration; write 0.5, 90s, 5m or 1h"

/*
 * Reads "0.5", "90s", "5m", "1h", "1d", or several in a row ("1h30m"), into
 * nanoseconds.  A number without a unit is seconds.  0, or -1 when it is none
 * or longer than 290 years.
 */
int duration_parse(const char *s, uint64_t *ns);

/* The monotonic clock, in nanoseconds. */
uint64_t duration_now_ns(void);

#endif
