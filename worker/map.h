/* map: a program of the user's own, kept: a record in, an answer out. */
#ifndef WORKER_MAP_H
#define WORKER_MAP_H

#include "worker/kind.h"

extern const struct kind kind_map;

/* What ends a record of the list, and so a line of an answer: new line or NUL.
 * Before any worker is forked.
 */
void map_set_end(char end);

#endif
