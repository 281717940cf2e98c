/*
 * common: the options that every kind has, and what each of them sets.
 */
#ifndef CMD_COMMON_H
#define CMD_COMMON_H

#include "cmd/options.h"
#include "worker/kind.h"

/* The table of them, ended by a NULL name. */
extern const struct option_def common_table[];

/* Takes note of one, by its id.  A wrong value ends the process, status 2. */
void common_option(struct options *, int id, const char *arg);

#endif
