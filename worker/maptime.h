/* maptime: what time asks for of the program of the kind map. */
#ifndef WORKER_MAPTIME_H
#define WORKER_MAPTIME_H

#include <stdint.h>

#include "worker/mapprog.h"

#define MAPTIME_NEVER UINT64_MAX

/* Its time stands still from now on. */
void maptime_hold(struct mapprog *);

/* And it goes on, unless the program is stopped. */
void maptime_release(struct mapprog *);

/* When to call maptime_run(), by the monotonic clock; or MAPTIME_NEVER. */
uint64_t maptime_due(const struct mapprog *);

/* Does what it is time for. */
void maptime_run(struct mapprog *);

#endif
