/*
 * halt: when a run is to end before its list does, by what became of its jobs.
 * Pure.
 */
#ifndef CMD_HALT_H
#define CMD_HALT_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/task.h"

enum halt_when {
	HALT_NEVER,
	HALT_SOON, /* no job starts any more */
	HALT_NOW   /* and those that run are ended */
};

enum halt_why {
	HALT_FAIL, /* jobs failed, or were lost */
	HALT_SUCCESS,
	HALT_DONE /* either */
};

struct halt {
	enum halt_when when;
	enum halt_why why;
	uint64_t n;   /* so many jobs, or … */
	bool percent; /* … so many of a hundred */
};

/* Reads "never", "now,fail=1", "soon,done=10%".  -1: it is none of those. */
int halt_parse(struct halt *, const char *);

/* Reads "all", "first", "first-error".  -1 likewise. */
int halt_parse_until(struct halt *, const char *);

/*
 * True when count, of jobs that are final by their states, is enough.  total:
 * all jobs of the list; 0: not known.
 */
bool halt_is_reached(
    const struct halt *, const uint64_t count[STATE_N], uint64_t total);

#endif
