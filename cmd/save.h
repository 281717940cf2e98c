/*
 * save: the names of the files that workers write: of each job its own, and the
 * same in each run of the same list.
 */
#ifndef CMD_SAVE_H
#define CMD_SAVE_H

#include <stdint.h>

#include "cmd/place.h"
#include "cmd/replace.h"
#include "cmd/taken.h"
#include "cmd/task.h"

struct save {
	struct place place;
	struct replace_set set;
	struct taken taken; /* of their names */
};

/* The template is borrowed, and what the set points to.  -1 without memory. */
int save_init(struct save *, const char *template, const struct replace_set *,
    uint64_t total);

/* Frees what it has taken note of. */
void save_clear(struct save *);

/*
 * The file of a job with that URL; the caller frees.  A name that an earlier
 * job has gets a hash of the URL.  NULL without memory.  *why is not NULL when
 * it can't be one, a constant that says why.
 */
char *save_name(
    struct save *, const struct task *, const char *url, const char **why);

/* No job is to get this name.  -1 without memory. */
int save_keep(struct save *, const char *name);

/* The names that have been given are free again, but for those of kept. */
void save_forget(struct save *, struct save *kept);

#endif
