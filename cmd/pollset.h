/*
 * pollset: what the pool waits for: the list, stdout and stderr, the pipes of
 * each worker, signals, and a time.
 */
#ifndef CMD_POLLSET_H
#define CMD_POLLSET_H

#include <stddef.h>

#include "cmd/pool.h"

/* Makes room for all slots.  -1 without memory; pollset_clear() in any case. */
int pollset_init(struct pool *);

/* Frees it. */
void pollset_clear(struct pool *);

/*
 * Fills the set, and notes in due_ns when to look up without any event.  How
 * many descriptors there are.
 */
size_t pollset_arm(struct pool *);

/*
 * Waits for one of the first nfds, for a signal or until due_ns.  How many are
 * ready; -1 for a signal.
 */
int pollset_wait(struct pool *, size_t nfds);

/* What follows from those that are ready. */
void pollset_take(struct pool *, size_t nfds);

/* At the end: waits for nothing but stderr, a signal or due_ns. */
void pollset_wait_for_stderr(struct pool *);

#endif
