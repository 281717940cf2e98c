/* demoscene: one of the demonstration's lists of jobs, and how it is run. */
#ifndef WORKER_DEMOSCENE_H
#define WORKER_DEMOSCENE_H

#include <stddef.h>
#include <stdint.h>

#include "worker/demojob.h"
#include "worker/demoserver.h"

#define DEMOSCENE_JOBS 10 /* at most */

enum demoscene_id {
	DEMOSCENE_WAIT,
	DEMOSCENE_FETCH,
	DEMOSCENE_COMPUTE,
	DEMOSCENE_QUERY,
	DEMOSCENE_CRASH,
	DEMOSCENE_HANG,
	DEMOSCENE_N
};

struct demoscene {
	enum demoscene_id id;
	const char *name;  /* two words, for the table */
	const char *about; /* what its jobs are, after their number */
	size_t njobs;
	unsigned nworkers;
	size_t nlost;	     /* jobs that can't end */
	const char *timeout; /* of a job in a worker; NULL: none */
	uint64_t limit_ms;   /* when a way to run it that hangs is ended */
	char words[DEMOSCENE_JOBS][64];
	struct demojob jobs[DEMOSCENE_JOBS];
	struct demoserver server; /* pid 0: it needs none */
};

/* The processors that this process may use. */
unsigned demoscene_processors(void);

/*
 * Makes a list of jobs, measured out so that it takes a second or two in turn
 * on this machine, and starts the server that it needs.
 * 0: the caller ends it with demoscene_clear(); -1 with errno.
 */
int demoscene_make(struct demoscene *, enum demoscene_id);

/* Ends the server. */
void demoscene_clear(struct demoscene *);

#endif
