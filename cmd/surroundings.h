/*
 * surroundings: where and how nicely workers, and so their jobs, are to run.
 */
#ifndef CMD_SURROUNDINGS_H
#define CMD_SURROUNDINGS_H

#include "cmd/options.h"

/*
 * Has workers start as --wd and --nice say; the directory is made when it is
 * missing.  What can't be done is told on stderr, and ends the process with
 * status 2.  Before any worker is forked, and not for --dry-run.
 */
void surroundings_set(const struct options *);

#endif
