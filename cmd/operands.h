/*
 * operands: the words behind the options: a template, records, lists.
 */
#ifndef CMD_OPERANDS_H
#define CMD_OPERANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/options.h"

/*
 * Takes the n words, which are borrowed, for what they are by the options and
 * the kind.  A mistake is told on stderr and ends the process with status 2.
 */
void operands_take(struct options *, char **words, size_t n);

/* True for ":::" and its kin, behind which a list stands. */
bool operands_begin_list(const struct options *, const char *word);

#endif
