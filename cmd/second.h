/*
 * second: finds where a template would put a value into the text of a second
 * shell, or of another interpreter, which would run what is in it.  It sees
 * what is written plainly and nothing else: no warning is no proof.  Pure.
 */
#ifndef CMD_SECOND_H
#define CMD_SECOND_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/replace.h"

#define SECOND_NAME 32 /* bytes of a program's name that are kept, with NUL */

/* What was found. */
struct second {
	char program[SECOND_NAME]; /* which runs the text: "sh", "eval" */
	const char *instead;	   /* how to write it: a constant */
};

/*
 * Looks at n words that are run as they are.  append: each record's arguments
 * come behind them.  True when it was found.
 */
bool second_in_words(const struct replace_set *, char *const *words, size_t n,
    bool append, struct second *);

/*
 * The same for a script, in which $1 and its like are values too.  False
 * without memory.
 */
bool second_in_script(const struct replace_set *, const char *script,
    bool append, struct second *);

#endif
