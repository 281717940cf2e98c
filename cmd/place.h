/*
 * place: what a job's files are called: a path made of its arguments.  Pure.
 */
#ifndef CMD_PLACE_H
#define CMD_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/replace.h"
#include "cmd/task.h"

struct place {
	const char *name; /* a directory, or a template of names */
	const struct replace_set *set;
	uint64_t total;	  /* jobs; 0: not known */
	bool is_template; /* a replacement string stands in name */
	size_t base;	  /* bytes of a template that no value may leave */
	size_t *order;	  /* of the columns, by name; NULL: there are none */
};

/* name and set are borrowed.  -1 without memory; place_clear() frees. */
int place_init(struct place *, const char *name, const struct replace_set *,
    uint64_t total);

/* Frees what place_init() made. */
void place_clear(struct place *);

/*
 * A template with these values: as place_of(), of a template without any
 * replacement string too.
 */
char *place_of_values(
    const struct place *, const struct replace_values *, const char **why);

/*
 * The path of a task's files: a directory, or of a template what it says.  The
 * caller frees; NULL without memory.  *why is not NULL when it is no place for
 * them, a constant that says why.
 */
char *place_of(const struct place *, const struct task *, const char **why);

#endif
