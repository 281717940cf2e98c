/*
 * spawn: forks a worker and joins it to the parent by two pipes.
 * Called by the parent; what happens in the child before worker_main() is here.
 */
#ifndef WORKER_SPAWN_H
#define WORKER_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "worker/kind.h"

/* A worker as the parent has it. */
struct spawned {
	pid_t pid; /* a child, to be reaped by the caller */
	int rfd;   /* replies; non-blocking, close-on-exec; the caller closes */
	int wfd;   /* requests; likewise */
};

/* What workers have that the parent has not. */
struct spawn_surroundings {
	int dirfd;    /* their working directory; -1: the parent's */
	bool renice;  /* they run at … */
	int niceness; /* … that, not at the parent's */
};

/* Sets it, before any worker is forked.  Copied; dirfd is to stay open. */
void spawn_set_surroundings(const struct spawn_surroundings *);

/*
 * Forks a worker of that kind for slot (from 1); the title tells both.  Signals
 * are blocked meanwhile.  HELLO is left for the caller to send.
 * 0, or -1 with errno of pipe2(2) or fork(2); then nothing is left open.
 */
int spawn_worker(const struct kind *kind, unsigned slot, struct spawned *);

#endif
