/*
 * ramp: how soon workers are started whose jobs mostly wait for others.
 */
#ifndef CMD_RAMP_H
#define CMD_RAMP_H

#include <stdint.h>

#include "cmd/pool.h"

/*
 * When one worker more may be started, all those there are being busy: 0 (now),
 * a time of the monotonic clock, or SLOT_NEVER, which is until one of them is
 * ready or free.  now_ns: of that clock.
 */
uint64_t ramp_due(const struct pool *, uint64_t now_ns);

#endif
