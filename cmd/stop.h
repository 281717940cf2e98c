/*
 * stop: how jobs that run are ended: by a sequence of signals, with time in
 * between.  When we are interrupted these are the signal itself, after 5 s TERM
 * and after 1 s more KILL.  Pure.
 */
#ifndef CMD_STOP_H
#define CMD_STOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "worker/termseq.h"

struct stop {
	int signo;	    /* asked for; 0: no stop was, by a signal */
	uint64_t asked_ns;  /* and when */
	struct termseq seq; /* what jobs get; of no signals: no stop */
	size_t step;	    /* signals that they were to get so far */
	uint64_t due_ns;    /* when the next is; UINT64_MAX: there is none */
};

/* No stop. */
void stop_init(struct stop *);

/*
 * A stop is asked for, at now_ns.  Returns the signal that the jobs get now:
 * the same (TERM instead of PIPE), or KILL when a stop was asked for before,
 * other than by PIPE.  0, none: the same came just before.
 */
int stop_ask(struct stop *, int signo, uint64_t now_ns);

/*
 * A stop without hurry: we have decided it ourselves.  Returns the signal that
 * the jobs get now; 0, none: they are being stopped already.
 */
int stop_begin(struct stop *, const struct termseq *, uint64_t now_ns);

/* The signal that the jobs get now because time passed; 0: none. */
int stop_step(struct stop *, uint64_t now_ns);

/* True when jobs are being stopped. */
bool stop_is_on(const struct stop *);

/* True when a person's patience is at its end: the jobs were killed. */
bool stop_is_last(const struct stop *);

#endif
