/*
 * replies: what follows from each message that a worker sends.
 */
#ifndef CMD_REPLIES_H
#define CMD_REPLIES_H

#include "cmd/pool.h"

/*
 * One read of what slot's worker sent, and what follows from it.  A worker that
 * talks nonsense is killed, and its task is lost.  true: more may be there.
 */
bool replies_read(struct pool *, struct slot *);

#endif
