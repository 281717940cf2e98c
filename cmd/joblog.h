/*
 * joblog: a file with a line for each job that has ended, in the nine columns
 * of GNU parallel's; and what such a file tells of earlier runs.
 */
#ifndef CMD_JOBLOG_H
#define CMD_JOBLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct joblog;

/* What is written of a job. */
struct joblog_line {
	uint64_t seq;
	double started;	   /* seconds since 1970 */
	double wall;	   /* seconds */
	uint64_t received; /* bytes that it wrote on stdout */
	int exitval;
	int signal;	     /* 0: none */
	const char *command; /* fit for a shell; may have several lines */
};

enum joblog_state { JOBLOG_NEW, JOBLOG_OK, JOBLOG_FAILED };

enum joblog_use {
	JOBLOG_BEGIN, /* what is in it is not wanted any more */
	JOBLOG_GO_ON, /* it is read, and more is written behind it */
	JOBLOG_LOOK   /* it is only read, and nothing of it is changed */
};

/*
 * Opens the file, and makes it if there is none.  A line that is not whole, as
 * a crash leaves it, is not read; JOBLOG_GO_ON takes it out.  NULL with a
 * message in why (size bytes): it can't be opened, another run holds it, or it
 * is something else, which is left alone.
 */
struct joblog *joblog_open(
    const char *path, enum joblog_use, char *why, size_t size);

/*
 * What became of the next job with that command; equal ones are told apart by
 * counting them.  *seq is its number there, or that of a new one.
 */
enum joblog_state joblog_claim(
    struct joblog *, const char *command, uint64_t *seq);

/*
 * The next job of the file that failed, in its order: its number, and its
 * command, which the caller frees; NULL: there are no more.  -1 with errno,
 * and NULL.
 */
int joblog_next_failed(struct joblog *, char **command, uint64_t *seq);

/* Adds a line.  -1 with errno. */
int joblog_add(struct joblog *, const struct joblog_line *);

/* Jobs in it that were not claimed. */
uint64_t joblog_unclaimed(const struct joblog *);

/* Closes and frees.  NULL is allowed. */
void joblog_close(struct joblog *);

#endif
