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

#endif
