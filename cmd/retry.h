/*
 * retry: which failures are worth another attempt, and when that is made.
 * Pure: no clock and no random numbers of its own.
 */
#ifndef CMD_RETRY_H
#define CMD_RETRY_H

#include <bitstring.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "ipc/msg.h"

#define RETRY_CODE_MAX 999 /* of exit codes and of statuses of HTTP */

/* What the options say. */
struct retry_conf {
	uint32_t attempts;     /* in all; 0: no limit */
	uint32_t crash_limit;  /* workers that a job may cost */
	uint64_t delay_ns;     /* before the second attempt, at most … */
	uint64_t delay_max_ns; /* … doubled with each, up to this */
	/* --retry-on: only these; all_failures: it was not given */
	bool all_failures;
	bool timeout, lost, error, connect, partial;
	bitstr_t bit_decl(codes, RETRY_CODE_MAX + 1);
	bitstr_t bit_decl(signals, NSIG);
};

/* One attempt, and no choice made. */
void retry_init(struct retry_conf *);

/*
 * Reads a list such as "1,4-8,5xx,KILL,timeout,lost,connect,partial,error", in
 * the place of what was chosen before.  -1: a word of it is none of those.
 */
int retry_parse_on(struct retry_conf *, const char *list);

/* True when jobs may be attempted again at all. */
bool retry_is_on(const struct retry_conf *);

/*
 * True when a job whose n-th attempt failed so is to be attempted again.  The
 * outcome is a failure.
 */
bool retry_is_wanted(
    const struct retry_conf *, uint32_t n, enum outcome, int code);

/*
 * How long to wait after the n-th failure, in nanoseconds: somewhere between
 * none and all of a time that doubles, so that jobs which failed together don't
 * come back together.  random: any number.
 */
uint64_t retry_delay_ns(const struct retry_conf *, uint32_t n, uint32_t random);

#endif
