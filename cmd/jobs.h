/*
 * jobs: a mixed list: each of its lines is a kind of job and its words.
 */
#ifndef CMD_JOBS_H
#define CMD_JOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/record.h"
#include "ipc/buf.h"
#include "worker/kind.h"

struct options;

/* What stands for a kind where the list has them. */
extern const struct kind kind_jobs;

/*
 * Makes the options of the kinds that argv mentions, "--fetch-max-redirs 3",
 * options of kind_jobs.  A kind that can't be loaded ends the process.
 */
void jobs_find_options(int argc, char **argv);

struct jobs {
	struct buf line;  /* a job's line, as far as it is read */
	struct buf words; /* of the job that was taken last */
	bool too_long;	  /* the line has not all that was read of it */
};

/* Nothing is read yet. */
void jobs_init(struct jobs *);

/* Frees what was read. */
void jobs_clear(struct jobs *);

/*
 * Takes a line of the list.  True: job is what it says, its first argument the
 * name of the kind, valid until the next call; or job->why says why it can't be
 * one.  False: it says nothing, or goes on in the next.
 */
bool jobs_take(struct jobs *, const struct record *line, struct record *job);

/*
 * The list has ended: true when the last line was to go on; then job is what it
 * says.
 */
bool jobs_end(struct jobs *, struct record *job);

/*
 * Reads the lists that are files.  What is wrong in one of them is found before
 * a job runs: it is told, and ends the process with status 2.
 */
void jobs_check(const struct options *);

/* The kind of a job: given; or in a mixed list the one of that name. */
const struct kind *jobs_kind(const struct kind *given, const char *name);

/*
 * How the line of such a job begins that can be pasted, valid until the next
 * call; NULL: it is a command itself.
 */
const char *jobs_command(const struct kind *);

#endif
