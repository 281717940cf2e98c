/*
 * test_wall: owns the tests of the time of day, with clocks of its own.
 */
#include "cmd/wall.h"

#include <time.h>

#include "tests/unit/tap.h"

#define NS_PER_S 1000000000ULL

static struct timespec day = {1000, 5000}, monotonic = {10, 0};
static unsigned nlooks;

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	nlooks++;
	*ts = id == CLOCK_REALTIME ? day : monotonic;
	return 0;
}

int
main(void)
{
	tap_int((long long)wall_now_us(), 1000000005, "now, in microseconds");
	tap_int((long long)wall_at_us(10 * NS_PER_S), 1000000005,
	    "the same, by the other clock");
	nlooks = 0;
	tap_int((long long)wall_at_us(10 * NS_PER_S + 2000), 1000000007,
	    "a moment later");
	tap_int(nlooks, 0, "without a look at a clock");
	/* it was set, or the machine slept */
	day.tv_sec = 5000;
	monotonic.tv_sec = 12;
	tap_int((long long)wall_at_us(12 * NS_PER_S), 5000000005,
	    "a clock that was set is believed");
	return tap_done();
}
