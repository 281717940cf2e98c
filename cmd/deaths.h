/*
 * deaths: what follows from the death of a worker, and who is to blame.
 */
#ifndef CMD_DEATHS_H
#define CMD_DEATHS_H

#include "cmd/pool.h"

/*
 * Reaps every child that has ended.  What a dead worker still sent is read
 * first, then its tasks are judged, and the processes that it leaves are
 * killed.  Children that we never forked are reaped silently.
 */
void deaths_reap(struct pool *);

#endif
