/*
 * entries: what the lines of a joblog tell of earlier runs.
 */
#ifndef CMD_ENTRIES_H
#define CMD_ENTRIES_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd/joblog.h"

/* The first line of a joblog. */
#define ENTRIES_HEADER                                                         \
	"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\t"   \
	"Command\n"
#define ENTRIES_DIGEST 16 /* bytes of a SHA-256 that are kept */

/* A job in the file.  Not its command, as there may be a million of them. */
struct entry {
	unsigned char digest[ENTRIES_DIGEST];
	uint64_t seq;
	uint32_t line; /* the later one counts */
	uint32_t used; /* of those with its command, in the first of them */
	bool ok;
};

/* All zero, there are none. */
struct entries {
	struct entry *entry; /* n of them, those of one command together */
	size_t n;
	size_t nunclaimed;
	uint64_t last_seq; /* the greatest */
	uint32_t nlines;   /* that were read */
};

/*
 * Reads a file from its beginning; *end is where its last whole line ends.  -1
 * with errno; EINVAL: it is no joblog.
 */
int entries_read(struct entries *, FILE *, off_t *end);

/*
 * The next job with that command, which is as it stands in the file: see
 * joblog_claim().
 */
enum joblog_state entries_claim(
    struct entries *, const char *command, uint64_t *seq);

/*
 * The command of a line without its end, which is cut up for it, if the job
 * failed and has no later line; number: of the line, from 1.  NULL otherwise.
 */
char *entries_failed(
    const struct entries *, char *line, uint32_t number, uint64_t *seq);

/* Frees them. */
void entries_clear(struct entries *);

#endif
