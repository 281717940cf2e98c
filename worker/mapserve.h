/* mapserve: the life of a worker of the kind map, and of its program. */
#ifndef WORKER_MAPSERVE_H
#define WORKER_MAPSERVE_H

#include "worker/kind.h"
#include "worker/mapreply.h"

/*
 * Serves the worker's parent with the program (its args, as a job's) until it
 * says QUIT: 0.  -1: it is gone, or the program ended with records unanswered.
 */
int mapserve(
    struct worker *, const struct map_conf *, const struct job *program);

#endif
