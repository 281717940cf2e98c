/*
 * secret: users and passwords in URLs.  Workers get them; a person, a file of
 * ours or a journal doesn't.
 */
#ifndef CMD_SECRET_H
#define CMD_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/record.h"

/*
 * Hides what a record has of them: then r points to *hidden, which the caller
 * frees; NULL: there was nothing to hide.  sure: its arguments are URLs, and
 * not what a template makes some of, as people's addresses.  -1 without memory.
 */
int secret_hide(struct record *r, bool sure, char **hidden);

/*
 * The record's arguments as they are, with a NULL behind the last; the caller
 * frees, all in one.  NULL without memory.
 */
char **secret_args(const struct record *);

/*
 * The n words with secrets hidden: the same, or a copy that stays.  sure: as
 * above.  NULL without memory.
 */
char *const *secret_hide_words(char *const *words, size_t n, bool sure);

#endif
