/* demorun: runs one of the demonstration's lists in one way, and notes how. */
#ifndef WORKER_DEMORUN_H
#define WORKER_DEMORUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "worker/demoscene.h"

enum demorun_way {
	DEMORUN_TURN,	/* one job after the other */
	DEMORUN_LOOP,	/* all in one event loop */
	DEMORUN_WORKERS /* forkpool, as anybody starts it */
};
#define DEMORUN_WAYS 3

/* What a job did; nanoseconds from the beginning of the run. */
struct demobar {
	bool begun;
	bool done; /* it came to its end */
	uint64_t
	    begin_ns;	  /* of its waiting, or its work if it has not waited */
	uint64_t work_ns; /* when its work began; not before that: UINT64_MAX */
	uint64_t end_ns;  /* when it, or else its process, came to an end */
	uint64_t result;
};

struct demorun {
	struct demobar bars[DEMOSCENE_JOBS];
	size_t ndone;
	uint64_t ns;	 /* from before its process is forked to its end */
	uint64_t cpu_ns; /* the time on processors of that and its children */
	bool stopped;	 /* by us, as it did not end by itself */
	char account[1024]; /* what it wrote on stderr */
};

/*
 * Runs it in a process of its own, and waits for that.  0, or -1 with errno;
 * what becomes of the jobs is no error.
 */
int demorun_run(struct demorun *, const struct demoscene *, enum demorun_way);

#endif
