/*
 * tuple: the arguments that values of lists make, one behind the other; a value
 * may be cut into columns.  Pure.
 */
#ifndef CMD_TUPLE_H
#define CMD_TUPLE_H

#include <regex.h>
#include <stddef.h>

#include "cmd/input.h"

struct tuple {
	const char *why; /* a value of it can't be used; NULL: all can */
	size_t nargs;
	size_t len;  /* of text, all in all */
	char text[]; /* the arguments, with a NUL between two of them */
};

/*
 * Adds an argument of len bytes to t, which is NULL at first.  The grown tuple,
 * in the place of t; NULL without memory, and t is as it was.
 */
struct tuple *tuple_add(struct tuple *t, const char *arg, size_t len);

/*
 * Adds a value to *t, cut into columns where colsep matches, which are trimmed
 * as the format says; colsep NULL: in one piece.  -1 without memory.
 */
int tuple_add_value(struct tuple **t, const regex_t *colsep,
    const struct input_format *, const struct value *);

/*
 * Compiles the extended regular expression of --colsep; "\t" in it is a tab.
 * 0, and the caller frees it with regfree(3).  -1: without memory, or *why, a
 * string that stays valid, says what is wrong.
 */
int tuple_colsep(regex_t *, const char *text, const char **why);

#endif
