/*
 * wall: the time of day, for what is written down of jobs.
 */
#ifndef CMD_WALL_H
#define CMD_WALL_H

#include <stdint.h>

/* Now, in microseconds since 1970. */
uint64_t wall_now_us(void);

/*
 * The same of a moment ago, when the monotonic clock was at ns; mostly without
 * a look at any clock.
 */
uint64_t wall_at_us(uint64_t ns);

#endif
