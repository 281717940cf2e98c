/* demoloop: the demonstration's jobs in one event loop, as async does it. */
#ifndef WORKER_DEMOLOOP_H
#define WORKER_DEMOLOOP_H

#include <stddef.h>

#include "worker/demojob.h"

/*
 * Does n jobs at once, in this process: their waits are timers and transfers
 * of libcurl's multi interface, their work is done when its turn comes, by the
 * blocking calls that there are.  0, or -1: no memory, or a job failed.
 */
int demoloop_run(
    const struct demojob *jobs, size_t n, const struct demojob_teller *);

#endif
