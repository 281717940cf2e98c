/*
 * kind: what a worker does with a job.  A kind is one file in worker/ and one
 * row in the table of kind.c; inside it the code is plain and blocking.  What
 * it is made of is told in forkpool-kind.h, which is installed; here is what
 * only forkpool's own kinds may use.
 */
#ifndef WORKER_KIND_H
#define WORKER_KIND_H

#include <stdbool.h>

#include "ipc/msg.h"
#include "worker/forkpool-kind.h"

/* Says how the job ended; without it, it ended ok.  The last one counts. */
void reply_outcome(struct reply *, enum outcome, int code);

/* What went to stdout, also in the job's attempts before, shall not count. */
void reply_forget(struct reply *);

/*
 * The jobs that wait in this worker behind the present one are not to begin
 * here: kind_yield() as for a job that has taken long.
 */
void kind_give_back(struct reply *);

/*
 * Somebody wants to know more of each job than whether it failed.  Said before
 * any worker is forked.
 */
void kind_want_facts(void);

/* True when that was said.  Asked in the worker. */
bool kind_wants_facts(void);

/*
 * Somebody wants the processor time and memory of jobs inside a worker; said
 * likewise.
 */
void kind_want_usage(void);

/* True when that was said. */
bool kind_wants_usage(void);

/* has processes of its own, and ends them itself */
#define KIND_PROCESSES 0x04
#define KIND_INPUT     0x10 /* jobs have a standard input, with --pipe */
/*
 * Records are URLs, and may have secrets in them.  Each job gets two arguments
 * before those of its record: the file to write in the place of stdout, and
 * where to go on with a body that broke off ("BYTES TAG"); "" for none.
 */
#define KIND_URLS   0x20
#define KIND_LOADED 0x40 /* its first word is the module that it is in */
#define KIND_KEEPS  0x80 /* has serve(), and all its words are a program */

/* The status of a worker of such a kind: the program ended and read nothing. */
#define KIND_KEEPS_UNREAD 3

/* The flags that a user's kind may have. */
#define KIND_USERS (KIND_REPEATABLE | KIND_TINY | KIND_WHOLE)

struct worker;

/* What only forkpool's own kinds have; NULL: without it. */
struct kind_inner {
	/* after settle(): a template of the names of jobs' files, or NULL */
	const char *(*files)(void);
	/* in the parent: no job will finish the file of that name */
	void (*discard)(const char *name);
	const char *retry_on; /* what is worth a retry; NULL: any failure */
	/*
	 * Each time before a worker is forked: what all of them need is made
	 * once.  open() finds out whether it could be.
	 */
	void (*prepare)(void);
	/* instead of job(): serves the parent until it says QUIT; or -1 */
	int (*serve)(struct worker *);
	/* jobs that each worker may hold; 0: as their time allows */
	unsigned (*credit)(void);
};

/*
 * The kind of that name, or NULL.  A kind that lives in a module is loaded, so
 * this is called before any worker is forked; when that fails, *why says why in
 * a string that stays valid, otherwise *why is NULL.
 */
const struct kind *kind_find(const char *name, const char **why);

/* The name and summary of the n-th kind, from 0; NULL after the last. */
const char *kind_name(size_t n, const char **summary);

#endif
