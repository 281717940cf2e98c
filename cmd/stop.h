/*
 * stop: how a run that is interrupted comes to its end: the signal itself to
 * the jobs, after 5 s TERM, after 1 s more KILL.  Pure.
 */
#ifndef CMD_STOP_H
#define CMD_STOP_H

#include <stdbool.h>
#include <stdint.h>

struct stop {
	int signo;	   /* asked for; 0: no stop was */
	uint64_t asked_ns; /* and when */
	unsigned step;	   /* signals that the jobs were to get so far, of 3 */
	uint64_t due_ns;   /* when the next is; UINT64_MAX: there is none */
};

/* No stop. */
void stop_init(struct stop *);

/*
 * A stop is asked for, at now_ns.  Returns the signal that the jobs get now:
 * the same (TERM instead of PIPE), or KILL when a stop was asked for before,
 * other than by PIPE.  0, none: the same came just before, or HUP again.
 */
int stop_ask(struct stop *, int signo, uint64_t now_ns);

/* The signal that the jobs get now because time passed; 0: none. */
int stop_step(struct stop *, uint64_t now_ns);

/* True when the jobs were killed. */
bool stop_is_last(const struct stop *);

#endif
