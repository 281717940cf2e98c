/*
 * ending: how a run ends before its list does: interrupted, by --halt or by
 * --deadline.
 */
#ifndef CMD_ENDING_H
#define CMD_ENDING_H

#include <stdint.h>

#include "cmd/pool.h"

/* The run begins: its time counts from now. */
void ending_init(struct pool *);

/* Ends the run early: nothing new starts, what runs gets that signal. */
void ending_interrupt(struct pool *, int signo);

/* USR1: nothing new starts, what runs has time. */
void ending_finish(struct pool *);

/* Another job is final: that may be what --halt waits for. */
void ending_check(struct pool *);

/* When ending_step() has something to do; SLOT_NEVER. */
uint64_t ending_due(const struct pool *);

/* The next step that is due at now_ns, or the end at the deadline. */
void ending_step(struct pool *, uint64_t now_ns);

/* We were stopped for so long: what is due is due later. */
void ending_postpone(struct pool *, uint64_t pause_ns);

#endif
