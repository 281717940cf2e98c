/*
 * deal: --round-robin: blocks of input go to jobs that run already, to each
 * that has used up what it got.
 */
#ifndef CMD_DEAL_H
#define CMD_DEAL_H

#include "cmd/pool.h"

/* Deals blocks as long as there are some and somebody wants one. */
void deal(struct pool *);

#endif
