/*
 * demo: forkpool demo: the same jobs in turn, in one event loop and in workers,
 * measured there and then.  It is in a module that is also the kind of its
 * jobs.
 */
#ifndef WORKER_DEMO_H
#define WORKER_DEMO_H

/* What demo.so exports as forkpool_demo. */
struct demo_calls {
	/*
	 * Shows it all on stdout, which takes less than half a minute.  Needs
	 * SIGCHLD as it is by default.  The exit status: 0; 1: something did
	 * not do as it should, which it says; 4: it can't be shown.
	 */
	int (*show)(void);
};

#endif
