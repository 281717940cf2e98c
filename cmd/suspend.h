/*
 * suspend: what ^Z stops, and what goes on after it.
 */
#ifndef CMD_SUSPEND_H
#define CMD_SUSPEND_H

#include "cmd/pool.h"

/*
 * Jobs, workers and this process stop.  Once it is continued they are too, and
 * what was to be at some time is to be so much later.
 */
void suspend(struct pool *);

#endif
