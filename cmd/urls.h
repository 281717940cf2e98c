/*
 * urls: what jobs of a kind that takes URLs have besides their records: secrets
 * that are not shown, files that the worker writes, a body to go on with.
 */
#ifndef CMD_URLS_H
#define CMD_URLS_H

#include <stdbool.h>

#include "cmd/pool.h"

/*
 * Gives the task of a record, whose secrets are hidden in it by now, what it
 * needs; shown: the record was not hidden.  -1: *why says why it can't be done,
 * a constant; NULL: without memory.
 */
int urls_add(struct pool *, struct task *, const struct record *, bool shown,
    const char **why);

/*
 * A record whose job an earlier run has done, by the joblog: no other job gets
 * the name of its file.  whole: with its secrets, or the same.  -1 without
 * memory.
 */
int urls_pass(struct pool *, uint64_t seq, const struct record *,
    const struct record *whole);

/*
 * Before the first job: no job gets the name of a file that an earlier run has
 * written, by the journal.  -1 without memory.
 */
int urls_recall(struct pool *);

/* Why no worker is to be asked for these URLs, a constant; NULL: it may be. */
const char *urls_fault(const struct args *);

/*
 * A task is to be sent with these arguments: puts those before them that a
 * worker of URLs expects.  -1 without memory.
 */
int urls_prefix(struct pool *, struct task *, struct args *);

/* It was sent: a body is gone on with but once. */
void urls_sent(struct task *);

/* Drops what an attempt has written, before the next: but for a body that is
 * gone on with. */
void urls_drop(struct pool *, struct task *);

/*
 * Of the last line that a job said, what is not told anyway where its URL and
 * status are named: a part of it.
 */
const char *urls_said(const struct task *, const char *said);

/* No attempt follows: what the task has begun of its file goes. */
void urls_final(const struct task *);

#endif
