/*
 * unknown: options and kinds that are not there: what is said of them.
 */
#ifndef CMD_UNKNOWN_H
#define CMD_UNKNOWN_H

#include <stdbool.h>

#include "worker/kind.h"

/*
 * An option that getopt_long(3) did not take, when it has just returned c, '?'
 * or ':'.  Returns when all is the same without it; otherwise it is told as a
 * mistake, with what may have been meant, and ends the process with 2.
 */
void unknown_option(const struct kind *, int c, char **argv);

/*
 * getopt_long(3) has just taken a word for the option of that name, of which
 * it may be only the beginning.  True when it is another program's option, as
 * --color is, and is to be passed over; or it is a mistake, as above.
 */
bool unknown_abbreviation(const struct kind *, const char *name, char **argv);

/*
 * getopt_long(3) has just taken an option of ours, c.  When it looks as if it
 * was meant as curl has it, that is told as a mistake, as above.
 */
void unknown_meaning(const struct kind *, int c, char **argv);

/*
 * A first word that is neither a kind nor another of forkpool's: a mistake that
 * is told, with what may have been meant.
 */
_Noreturn void unknown_kind(const char *word);

#endif
