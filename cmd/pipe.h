/*
 * pipe: the options about blocks of input, for kinds whose jobs read one.
 */
#ifndef CMD_PIPE_H
#define CMD_PIPE_H

#include "cmd/options.h"
#include "worker/kind.h"

/* The table of them, ended by a NULL name. */
extern const struct option_def pipe_table[];

/* Takes note of one, by its id.  A wrong value ends the process, status 2. */
void pipe_option(struct options *, int id, const char *arg);

/*
 * When all options are known: what of them can't go together ends the process
 * with status 2; and those that mean something else for lists are taken over.
 */
void pipe_settle(struct options *);

#endif
