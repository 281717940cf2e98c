/*
 * demojob: a job of the demonstration: what it waits for, and what it does
 * then.  In turn and in workers demojob_run() is all there is; only the event
 * loop needs its parts.
 */
#ifndef WORKER_DEMOJOB_H
#define WORKER_DEMOJOB_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"

enum demojob_what {
	DEMOJOB_WAIT,	 /* waits */
	DEMOJOB_COMPUTE, /* computes */
	DEMOJOB_QUERY,	 /* asks SQLite */
	DEMOJOB_FETCH,	 /* fetches a page, and parses it */
	DEMOJOB_CRASH,	 /* waits, then aborts its process */
	DEMOJOB_HANG	 /* waits, then makes a call that never returns */
};

struct demojob {
	uint64_t seq; /* from 1 */
	enum demojob_what what;
	uint64_t amount; /* of a wait: nanoseconds; otherwise see demowork.h */
	const char *url; /* of a fetch */
};

enum demojob_phase { DEMOJOB_WAITS, DEMOJOB_WORKS, DEMOJOB_ENDS };

/* Whom a job tells what it does: write() gets a line "SEQ PHASE SECONDS". */
struct demojob_teller {
	void (*write)(void *ctx, const char *line, size_t n);
	void *ctx;
};

/*
 * Reads a job from a word: wait:T, compute:N, query:N, fetch:URL, crash:T,
 * hang:T, T being a duration.  The word is borrowed.  0, or -1 when it is none.
 */
int demojob_parse(struct demojob *, uint64_t seq, const char *word);

/* Whether it is a time that it waits for, which is amount. */
bool demojob_is_timed(const struct demojob *);

/* Says that the job is at that phase now; ENDS has its result behind it. */
void demojob_tell(const struct demojob *, const struct demojob_teller *,
    enum demojob_phase, uint64_t result);

/*
 * A transfer of the job's page into page, to be performed; the caller cleans it
 * up, before page.  NULL: no memory.
 */
CURL *demojob_transfer(const struct demojob *, struct buf *page);

/*
 * What comes after waiting; page is the one that a fetch got.  0, or -1 with
 * what could not be done in *why.
 */
int demojob_work(const struct demojob *, const struct demojob_teller *,
    struct buf *page, const char **why);

/* All of the job, blocking.  0, or -1 with what could not be done in *why. */
int demojob_run(
    const struct demojob *, const struct demojob_teller *, const char **why);

#endif
