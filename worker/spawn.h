/*
 * spawn: forks a worker and joins it to the parent by two pipes.
 * Called by the parent; what happens in the child before worker_main() is here.
 */
#ifndef WORKER_SPAWN_H
#define WORKER_SPAWN_H

#include <sys/types.h>

#include "worker/kind.h"

/* A worker as the parent has it. */
struct spawned {
	pid_t pid; /* a child, to be reaped by the caller */
	int rfd;   /* replies; non-blocking, close-on-exec; the caller closes */
	int wfd;   /* requests; likewise */
};

/*
 * Forks a worker of that kind for slot (from 1); the title tells both.  Signals
 * are blocked meanwhile.  HELLO is left for the caller to send.
 * 0, or -1 with errno of pipe2(2) or fork(2); then nothing is left open.
 */
int spawn_worker(const struct kind *kind, unsigned slot, struct spawned *);

#endif
