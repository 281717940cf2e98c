/*
 * overdue: jobs and workers that take too long, and --timeout N%, by which jobs
 * themselves tell what is too long.
 */
#ifndef CMD_OVERDUE_H
#define CMD_OVERDUE_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/pool.h"

/* --timeout T: when a job that begins now in the slot is; SLOT_NEVER. */
uint64_t overdue_deadline(const struct pool *, const struct slot *);

/* When the slot's worker or job is overdue, as far as is known; SLOT_NEVER. */
uint64_t overdue_at(const struct pool *, const struct slot *);

/* What is overdue at now_ns is ended, or gets the next signal for that. */
void overdue_end(struct pool *, struct slot *, uint64_t now_ns);

/* --timeout N%: a job of the slot has ended; if it went well, its time counts.
 */
void overdue_learn(struct pool *, struct slot *, bool ok, uint64_t wall_ns);

/* --timeout N%: output of the slot's job is not taken, or is again. */
void overdue_hold(struct pool *, struct slot *, bool held);

#endif
