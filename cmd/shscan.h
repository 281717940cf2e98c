/*
 * shscan: the commands of a shell script, as far as they are written plainly:
 * their words, quotes off, and where in them a value will be.  Good enough for
 * a warning, not for more; cmd/shwalk.h is what values are placed by.  Pure.
 */
#ifndef CMD_SHSCAN_H
#define CMD_SHSCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/replace.h"

#define SHSCAN_VALUE '\001' /* stands in a word where a value will be */
#define SHSCAN_OTHER '.'    /* and this where some other text will be */

/* Stands before a word that holds what the command reads: a here-document. */
#define SHSCAN_INPUT "<<"

/* The words of one command; redirections are words too. */
struct shscan_command {
	char **words;
	size_t n; /* not 0 */
};

/* Looks at a command, which is only lent.  True: it has seen enough. */
typedef bool shscan_visit(const struct shscan_command *, void *ctx);

/*
 * Calls visit for each command of a script, those in substitutions first; $1
 * and its like are values too.  append: a value comes behind the script.  True
 * when visit has seen enough; false at the end, or without memory.
 */
bool shscan_commands(const struct replace_set *, const char *script,
    bool append, shscan_visit *visit, void *ctx);

/*
 * Reads a replacement string at s, and gives the character that stands for it
 * in a word: the numbers of jobs hold no surprise.  Its length; 0: none.
 */
size_t shscan_replacement(const struct replace_set *, const char *s, char *c);

#endif
