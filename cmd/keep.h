/*
 * keep: what becomes of a job's output where it goes to files of its own.
 */
#ifndef CMD_KEEP_H
#define CMD_KEEP_H

#include "cmd/pool.h"

/*
 * Counts a record of the list, if equal ones have different files: the how
 * many-th it is, else 0.  Without memory, or journal, the pool fails.
 */
uint64_t keep_count(struct pool *, const struct record *);

/*
 * Writes the files of a task that has ended for good, if there are to be any;
 * what is left to print of its output is held.  A task whose files can't be
 * written is failed and named; when others can't be either, the run drains.
 */
void keep_output(struct pool *, struct task *);

#endif
