/*
 * results: a job's output kept in files of its own, which appear under their
 * names when they are whole.
 */
#ifndef CMD_RESULTS_H
#define CMD_RESULTS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "cmd/held.h"
#include "cmd/place.h"
#include "cmd/record.h"
#include "cmd/replace.h"
#include "cmd/taken.h"
#include "cmd/task.h"

/* Where files go. */
struct results {
	bool named;	       /* they have names of their jobs, or else … */
	const char *tmpdir;    /* … are in there, with names we choose */
	struct place place;    /* named: what they are called */
	struct taken records;  /* likewise, by the record: what there was */
	struct timespec since; /* what was written later is of this run */
	mode_t umask;
	bool sync; /* a file is on the disk before it gets its name */
};

enum results_status {
	RESULTS_KEPT,
	RESULTS_REFUSED, /* the name is not one for this job */
	RESULTS_FAILED	 /* they can't be written: nor can others */
};

/*
 * name: of --results, or NULL; tmpdir: for stdout alone, without a name.  sync:
 * files and their names are on the disk when they are kept, for a journal that
 * will be believed.  All is borrowed.  -1 without memory.
 */
int results_init(struct results *, const char *name, const char *tmpdir,
    bool sync, const struct replace_set *, uint64_t total);

/* Frees what results_init() made. */
void results_clear(struct results *);

/* True when equal records have different files, and are to be counted. */
bool results_counts(const struct results *);

/*
 * Counts a record of the list, in its order: how many are equal to it so far,
 * with itself; 0 without memory.
 */
uint64_t results_count(struct results *, const struct record *);

/*
 * Writes the files of a final task from its held output, which stays.  KEPT:
 * *path is the name of the file of its stdout.  Otherwise nothing of it is
 * there, *path is the name in question or NULL, and *why says why, a constant
 * or of strerror(3).  The caller frees *path.
 */
enum results_status results_keep(struct results *, const struct task *,
    const struct store *, char **path, const char **why);

#endif
