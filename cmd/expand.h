/*
 * expand: what a template makes of one record: a job's arguments.  Pure.
 */
#ifndef CMD_EXPAND_H
#define CMD_EXPAND_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/args.h"
#include "cmd/replace.h"
#include "cmd/template.h"

/*
 * The arguments of the job of one record.  0: the caller frees with
 * args_clear(), and what was borrowed from t and the record must outlive them.
 * -1: *why is a message for the user, a constant; NULL without memory.
 */
int expand_args(struct job_template *t, const struct replace_values *,
    struct args *, const char **why);

/*
 * The same where they are those of the record as they stand, n of them, which
 * costs nothing; false: they aren't.
 */
bool expand_borrow(
    const struct job_template *t, char *const *record, size_t n, struct args *);

/*
 * One word with the values in it, several of one replacement string with spaces
 * between them; caller frees.  NULL without memory.
 */
char *expand_word(const struct replace_set *, const char *word,
    const struct replace_values *);

/*
 * The job of those values as one line that can be pasted into a shell, see
 * args_quote(); caller frees.  NULL: *why says why as above.
 */
char *expand_line(struct job_template *t, const char *command,
    const struct replace_values *, const char **why);

#endif
