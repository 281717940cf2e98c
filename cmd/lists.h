/*
 * lists: the values of one or more lists as records: all combinations of them,
 * or those that belong together; read lazily.
 */
#ifndef CMD_LISTS_H
#define CMD_LISTS_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/input.h"
#include "cmd/record.h"

struct source_conf;
struct group;

struct lists {
	const struct source_conf *conf;
	regex_t colsep;
	struct group *groups; /* ngroups of them: lists that belong together */
	size_t ngroups;
	size_t at; /* the group, of jobs: the list, that goes on next */
	struct input *last;   /* the list that was read last */
	struct tuple *joined; /* the record, when it is of several groups */
	char **columns;	      /* their names, ncolumns of them */
	size_t ncolumns;
};

/*
 * Empty lists; the conf is borrowed.  -1: without memory, or *why says what is
 * wrong with colsep; there is nothing to clear then.
 */
int lists_init(struct lists *, const struct source_conf *, const char **why);

/* Closes and frees everything. */
void lists_clear(struct lists *);

/*
 * Adds a list: the n words, or the file path when words is NULL ("-": standard
 * input); all are borrowed.  linked: its values belong to those of the list
 * before.  -1 with errno when it can't be read.
 */
int lists_add(struct lists *, char *const *words, size_t n, const char *path,
    bool linked);

/*
 * Reads the names of the columns, when the conf says that there are some; it
 * waits for them.  0, or -1 with errno, EPIPE when a list has none.
 */
int lists_read_header(struct lists *);

/* The names of the columns, *n of them; NULL: there is no header. */
char *const *lists_columns(const struct lists *, size_t *n);

/*
 * The next record, valid until the next call.  Lists of jobs are not combined:
 * each has an end of its own.
 */
enum source_result lists_next(struct lists *, struct record *);

/* Goes on to the next list of jobs.  False: that was the last. */
bool lists_go_on(struct lists *);

/* How many records there are, when lists of words tell it; 0: they don't. */
uint64_t lists_total(const struct lists *);

/* True when it is known that no record is left. */
bool lists_are_ended(const struct lists *);

#endif
