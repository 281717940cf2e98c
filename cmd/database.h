/*
 * database: the statements of a journal, and the handle that executes them.
 * A part of the module journal.
 */
#ifndef CMD_DATABASE_H
#define CMD_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

enum statement {
	BEGIN,
	COMMIT,
	FIND_RUN,
	ADD_RUN,
	END_RUN,
	COUNT_JOBS,
	GUESS_JOB,
	LIST_JOBS,
	FIND_JOB,
	PASS_JOB,
	ADD_JOB,
	SET_JOB,
	BEGIN_ATTEMPT,
	END_ATTEMPT,
	ADD_ATTEMPT,
	NSTATEMENTS
};

struct database {
	sqlite3 *db;
	sqlite3_stmt *prepared[NSTATEMENTS];
	bool writing;  /* a transaction is open */
	char why[512]; /* the last call failed */
};

/* Notes why SQLite failed.  -1. */
int database_failed(struct database *);

/* Notes another reason.  -1. */
int database_refuse(struct database *, const char *why);

/* The same with errno's text.  -1. */
int database_refuse_errno(struct database *);

/*
 * Executes a statement as far as its first row.  types has a letter for each
 * parameter: i int64_t; z the same, 0 is NULL; p the same, what is negative is
 * NULL; d double; t text; b bytes and their size_t.  SQLITE_ROW: the caller
 * takes it and calls database_done(); SQLITE_DONE; or -1.
 */
int database_execute(struct database *, enum statement, const char *types, ...);

/* The n-th column of the row, from 0, is an integer. */
int64_t database_integer(struct database *, enum statement, int n);

/* The row was taken. */
void database_done(struct database *, enum statement);

/* Begins a transaction if none is open.  -1. */
int database_want_write(struct database *);

/* Executes a statement that writes and has no rows, within one.  0, or -1. */
int database_write(struct database *, enum statement, const char *types, ...);

/* Commits the transaction that is open, if one is.  -1. */
int database_commit(struct database *);

/* Executes statements that have no rows.  -1. */
int database_script(struct database *, const char *sql);

/* The first column of the first row of a query.  -1. */
int database_number(struct database *, const char *sql, int64_t *n);

/* Closes it; what was not committed is lost. */
void database_close(struct database *);

#endif
