/* sleep: a kind that waits, in plain blocking code. */
#ifndef WORKER_SLEEP_H
#define WORKER_SLEEP_H

#include "worker/kind.h"

extern const struct kind kind_sleep;

#endif
