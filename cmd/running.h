/*
 * running: what a run is doing now, told on stderr to who asks by USR2.
 */
#ifndef CMD_RUNNING_H
#define CMD_RUNNING_H

#include "cmd/pool.h"

/*
 * Tells a line for each running job: its slot, number and record, since when it
 * runs and the process that it has; then one of counts.
 */
void running_tell(struct pool *);

#endif
