/*
 * row: a finished job, its output included, as one line of JSON, CSV or TSV.
 */
#ifndef CMD_ROW_H
#define CMD_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/held.h"
#include "cmd/replace.h"
#include "cmd/task.h"
#include "cmd/template.h"
#include "ipc/buf.h"
#include "worker/json.h"

enum row_format {
	ROW_NONE, /* not a line: its output */
	ROW_JSON,
	ROW_CSV, /* GNU parallel's columns */
	ROW_TSV
};

/* What rows are made of.  All is borrowed. */
struct row_conf {
	enum row_format format;
	const char *command;	       /* as for args_quote() */
	struct job_template *template; /* for the command, in CSV and TSV */
	uint64_t total;		       /* jobs; 0: not known */
};

/* A row that is being written. */
struct row {
	struct row_conf conf;
	unsigned stream; /* it is at the output of that one; 0: it begins */
	bool text;	 /* which goes as it is, not as base64 */
	bool headed;	 /* CSV, TSV: the line with names is written */
	struct held_cursor cursor;
	struct base64 base64;
	struct buf piece; /* output, as it was written */
};

/* The format that the name of a file asks for by its end. */
enum row_format row_format_of(const char *name);

/* No row is begun.  The conf is copied. */
void row_init(struct row *, const struct row_conf *);

/* Frees what a row has needed. */
void row_clear(struct row *);

/*
 * Adds the next part of a task's row to the end of out; its size is bounded
 * whatever the job has written.  1: more is to come, for the same task; 0: the
 * row is whole; -1 with errno.
 */
int row_add(
    struct row *, const struct task *, const struct store *, struct buf *out);

/*
 * Adds what is known of a final task as a JSON object, without its output and
 * without the brace that closes it.  0, or -1 with errno as buf_add().
 */
int row_add_facts(struct buf *out, const struct task *);

#endif
