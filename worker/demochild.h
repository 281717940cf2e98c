/* demochild: a process of the demonstration, that ends with it. */
#ifndef WORKER_DEMOCHILD_H
#define WORKER_DEMOCHILD_H

#include <sys/types.h>

/*
 * fork(2), after stdout is written; the child is killed when its parent ends,
 * however that ends, also when it is a forkpool by then.  -1 with errno.
 */
pid_t demochild_fork(void);

/* Kills a child that was not reaped, and reaps it. */
void demochild_end(pid_t pid);

#endif
