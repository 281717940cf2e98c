/*
 * deal: --round-robin: blocks of input go to jobs that run already, to each
 * that has used up what it got.
 */
#ifndef CMD_DEAL_H
#define CMD_DEAL_H

#include "cmd/pool.h"

/* Deals blocks as long as there are some and somebody wants one. */
void deal(struct pool *);

/* Sends what may be sent of the input of a task that the slot holds. */
void deal_feed(struct pool *, struct slot *, struct task *);

#endif
