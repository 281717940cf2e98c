/*
 * again: --retry-failed: the command line of an earlier run, by its journal.
 */
#ifndef CMD_AGAIN_H
#define CMD_AGAIN_H

#include "cmd/options.h"

/*
 * Replaces the options that were given, --retry-failed among them, by those of
 * the last run in the journal, with those given after them, and with its
 * template.  With a joblog alone they stay.  No list is left.  What can't be is
 * told on stderr and ends the process with status 2.
 */
void again_options(struct options *);

#endif
