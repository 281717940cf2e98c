/*
 * account: what is told of a run on stderr when it is over.
 */
#ifndef CMD_ACCOUNT_H
#define CMD_ACCOUNT_H

#include "cmd/pool.h"

/*
 * Puts it into the sink: what failed, the counts, what was resumed, and how to
 * go on.  status: the exit status of the run.
 */
void account_tell(struct pool *, int status);

/* Processor time of this process and of those that it has reaped. */
uint64_t account_cpu_ns(void);

#endif
