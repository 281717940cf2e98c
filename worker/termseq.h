/*
 * termseq: the signals that a job gets which is to end, and the time between.
 */
#ifndef WORKER_TERMSEQ_H
#define WORKER_TERMSEQ_H

#include <stddef.h>
#include <stdint.h>

#define TERMSEQ_MAX 16 /* signals */

struct termseq {
	size_t n;
	struct {
		int signo;
		uint32_t ms; /* before the next one */
	} step[TERMSEQ_MAX];
};

/*
 * Reads "TERM,200,KILL,25".  A KILL at the end is added where it is missing:
 * what is to end does end.  -1: it is nothing of the kind, or too long.
 */
int termseq_parse(struct termseq *, const char *);

/* All of its time, in milliseconds. */
uint64_t termseq_ms(const struct termseq *);

/* Chooses the one of this run, before workers are forked.  Copied. */
void termseq_set(const struct termseq *);

/* The one of this run: what was set, or the default. */
const struct termseq *termseq_get(void);

#endif
