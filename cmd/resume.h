/*
 * resume: which jobs of the list earlier runs have done, by the journal or the
 * joblog; and how to go on with what this run has not.
 */
#ifndef CMD_RESUME_H
#define CMD_RESUME_H

#include "cmd/ledger.h"

/*
 * RESUME_RETRY: the next record of those that failed, valid until the next
 * call: see source_feed.
 */
enum source_result resume_feed(void *ledger, struct record *);

/*
 * True: the job of this record was done before and is not to run.  Otherwise it
 * is noted as about to run, and *ids is what it is called there.
 */
bool resume_is_done(
    struct ledger *, const struct record *, uint64_t seq, struct task_ids *ids);

/* Is given a job: its number, its record and whether it is ok.  -1: enough. */
typedef int resume_take(
    void *ctx, uint64_t seq, const struct record *, bool ok);

/*
 * Gives all jobs that the journal has of the list that is resumed, in its
 * order.  -1: that did; when the journal fails, the ledger knows.
 */
int resume_each(struct ledger *, resume_take *, void *ctx);

/* True when the list is made of the journal: RESUME_RETRY. */
bool resume_is_fed(const struct ledger *);

/*
 * Likewise those of the list from behind the job that was given so the last
 * time, up to the one that resume_feed() has given, which is the last.
 */
int resume_each_fed(struct ledger *, resume_take *, void *ctx);

/*
 * After a resumed run: what was left out, as a line without its end.  whole:
 * the list was read to its end.  The caller frees; NULL: there is nothing to
 * tell.
 */
char *resume_told(const struct ledger *, bool whole);

/*
 * How to go on with a run that has not done all, likewise; NULL: nothing was
 * written that would help.
 */
char *resume_hint(const struct ledger *);

#endif
