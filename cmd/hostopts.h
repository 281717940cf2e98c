/* hostopts: the options about hosts, for kinds whose records are URLs. */
#ifndef CMD_HOSTOPTS_H
#define CMD_HOSTOPTS_H

#include "cmd/options.h"
#include "worker/kind.h"

/* The table of them, ended by a NULL name. */
extern const struct option_def hostopts_table[];

/* Takes note of one, by its id.  A wrong value ends the process, status 2. */
void hostopts_option(struct options *, int id, const char *arg);

#endif
