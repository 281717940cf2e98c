/*
 * log: the subcommand that tells what a journal holds.
 */
#ifndef CMD_LOG_H
#define CMD_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/journal.h"
#include "worker/kind.h"

/* Its options, for --help and the tests. */
extern const struct option_def log_table[];

/*
 * Does what argv, whose first is "log", asks for, and ends the process: with 0,
 * or 2 when that can't be read, or 4 when it can't be written.
 */
_Noreturn void log_main(int argc, char **argv);

/* clang-format off */
/* Of queries: the jobs of the list; those of them that failed. */
#define LOG_JOBS \
	" FROM job LEFT JOIN attempt ON attempt.id = job.attempt" \
	" WHERE job.run = ?"
#define LOG_FAILURES LOG_JOBS " AND job.state IN ('failed', 'lost')"
/* clang-format on */

/* For what is asked for: the journal, and how it is to be told. */
struct log {
	const struct journal_calls *calls;
	struct journal *journal;
	const char *path;
	int64_t first;		     /* the run whose list is told of */
	void (*print)(struct log *); /* how */
	bool summary;		     /* as a summary */
	bool failed;		     /* only what failed */
	char end;		     /* of a line of arguments */
	uint64_t n;		     /* rows of a query so far */
};

/*
 * Gives each row of a query to row(), with the log as ctx; its parameter, if it
 * has one, is the run.  Ends the process when the journal can't be read.
 */
void log_ask(struct log *, const char *sql, journal_row *row);

#endif
