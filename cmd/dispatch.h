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

/* Has a task wait, if none does and the source has a record now. */
void dispatch_pull(struct pool *);

/* A job starts now: another one does not before --delay is over. */
void dispatch_started(struct pool *);

/*
 * When a waiting task may start because time has passed: its own, that of
 * --delay, or that of a worker that could not be forked before; SLOT_NEVER: it
 * waits for nothing of the kind.
 */
uint64_t dispatch_due(const struct pool *);

/*
 * Takes the next record from the source.  False: there is none now, or none any
 * more, of which the pool has taken note; that it broke off is told.
 */
bool dispatch_next_record(struct pool *, struct record *);

#endif
