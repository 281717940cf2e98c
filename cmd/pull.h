/*
 * pull: records of the source become tasks.
 */
#ifndef CMD_PULL_H
#define CMD_PULL_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/pool.h"
#include "cmd/record.h"

/*
 * Has a task wait, if none may start at now_ns and the source has a record by
 * now; where the time does not matter to sched, any will do.
 */
void pull_records(struct pool *, uint64_t now_ns);

/*
 * The same though no worker is free, if no task waits: a program that is kept
 * may wait for the end of its input, and so of the list.
 */
void pull_ahead(struct pool *);

/*
 * Takes the next record from the source.  False: there is none now, or none any
 * more, of which the pool has taken note; that it broke off is told.
 */
bool pull_record(struct pool *, struct record *);

#endif
