/*
 * rows: the rows of a query's result as lines of text.
 */
#ifndef WORKER_ROWS_H
#define WORKER_ROWS_H

#include <sqlite3.h>
#include <stdint.h>

#include "ipc/buf.h"
#include "worker/kind.h"

enum rows_format {
	ROWS_TSV,
	ROWS_CSV,
	ROWS_JSON /* an object a line */
};

struct rows {
	enum rows_format format;
	struct reply *reply;
	struct buf buf;	   /* not replied yet */
	uint64_t since_ns; /* when something was, last */
};

/* Rows that go to a job's reply, which is borrowed. */
void rows_init(struct rows *, enum rows_format, struct reply *);

/* A line of the names of a statement's columns; JSON has them in each row. */
void rows_add_names(struct rows *, sqlite3_stmt *);

/* A line of the values of the row at which a statement stands. */
void rows_add(struct rows *, sqlite3_stmt *);

/* Replies what is left, and frees. */
void rows_end(struct rows *);

#endif
