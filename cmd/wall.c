/*
 * wall: the time of day, for what is written down of jobs.
 * It owns how far the clocks are apart; it must not know what it is told for.
 */
#include "cmd/wall.h"

#include <time.h>

#include "worker/duration.h"

#define US_PER_S  1000000ULL
#define NS_PER_US 1000ULL
#define TRUST_NS  1000000000ULL /* so long the clocks go at the same pace */

uint64_t
wall_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * US_PER_S +
	    (uint64_t)now.tv_nsec / NS_PER_US;
}

uint64_t
wall_at_us(uint64_t ns)
{
	static uint64_t apart_us, until_ns;

	/* one is set now and then, and one stands still while we sleep */
	if (ns >= until_ns) {
		apart_us = wall_now_us() - duration_now_ns() / NS_PER_US;
		until_ns = ns + TRUST_NS;
	}
	return ns / NS_PER_US + apart_us;
}
