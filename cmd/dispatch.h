/*
 * dispatch: gives waiting tasks to slots, and fills slots with workers.
 */
#ifndef CMD_DISPATCH_H
#define CMD_DISPATCH_H

#include <stdint.h>

#include "cmd/pool.h"

/*
 * Starts whatever may start now: forks workers while there are fewer than
 * wanted and tasks wait, and pulls records only for slots that are free.
 */
void dispatch(struct pool *);

/* A job starts now: another one does not before --delay is over. */
void dispatch_started(struct pool *);

/*
 * When a waiting task may start because time has passed: its own, that of
 * --delay, or that of a worker that could not be forked before; SLOT_NEVER: it
 * waits for nothing of the kind.
 */
uint64_t dispatch_due(const struct pool *);

#endif
