/*
 * pending: the records that a program has, or is about to get, and has not
 * answered; and their bytes, so that another program can be given them again.
 */
#ifndef WORKER_PENDING_H
#define WORKER_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"

/* Of a program that may have all jobs. */
#define PENDING_NO_LIMIT UINT64_MAX

/* Places in the stream count all bytes that were ever added. */
struct pending_job {
	uint64_t seq;
	uint64_t sent_ns;    /* when the worker got it */
	uint64_t timeout_ns; /* 0: none */
	uint64_t at;	     /* its bytes begin there … */
	uint64_t end;	     /* … and end there */
};

struct pending {
	struct buf buf;		  /* bytes, from those of the first job on */
	uint64_t base;		  /* where they begin */
	uint64_t written;	  /* the program has all before that */
	uint64_t limit;		  /* and may have no more than that, or all */
	struct pending_job *jobs; /* n of them from the index first on, … */
	size_t first;
	size_t n;
	size_t cap; /* … in so much room */
};

/* Makes it empty: at most max bytes, no limit. */
void pending_init(struct pending *, size_t max);

/* Frees all. */
void pending_clear(struct pending *);

/* Adds a job of n bytes, which are copied.  NULL without memory, or room. */
struct pending_job *pending_add(
    struct pending *, uint64_t seq, const void *data, size_t n);

/* The i-th of the jobs, oldest first; i is less than n. */
struct pending_job *pending_job(const struct pending *, size_t i);

/* The job of that number, or NULL. */
struct pending_job *pending_find(const struct pending *, uint64_t seq);

/* Forgets a job, whatever became of it. */
void pending_remove(struct pending *, struct pending_job *);

/* What is to be written next: *n bytes, as far as the limit allows. */
const unsigned char *pending_unwritten(const struct pending *, size_t *n);

/* The program may have no job but those that are there. */
void pending_limit(struct pending *);

/* True when the program was given a part of the job. */
bool pending_is_given(const struct pending *, const struct pending_job *);

/* Another program is to get all jobs that are left. */
void pending_rewind(struct pending *);

#endif
