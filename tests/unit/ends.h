/*
 * ends: two channels joined by two real pipes, for the tests of ipc/chan.
 */
#ifndef TESTS_UNIT_ENDS_H
#define TESTS_UNIT_ENDS_H

#include <stddef.h>

#include "ipc/chan.h"

struct ends {
	struct chan parent;
	struct chan worker;
};

/* Joins the two; flags for the pipes: O_NONBLOCK, or 0.  Exits on failure. */
void ends_open(struct ends *, int flags);

void ends_close(struct ends *);

/* Sends n bytes as they are, behind what waits; aborts if they don't go. */
void ends_inject(struct chan *from, const void *p, size_t n);

#endif
