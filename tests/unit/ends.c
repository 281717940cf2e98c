/*
 * ends: owns the joining of two channels by pipes.
 * It must not know what is sent.
 */
#include "tests/unit/ends.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
ends_open(struct ends *e, int flags)
{
	int down[2], up[2];

	if (pipe2(down, O_CLOEXEC | flags) == -1 ||
	    pipe2(up, O_CLOEXEC | flags) == -1) {
		perror("pipe2");
		exit(1);
	}
	chan_init(&e->parent, up[0], down[1], true);
	chan_init(&e->worker, down[0], up[1], false);
}

void
ends_close(struct ends *e)
{
	chan_clear(&e->parent);
	chan_clear(&e->worker);
}

void
ends_inject(struct chan *from, const void *p, size_t n)
{
	if (buf_add(&from->out, p, n) == -1 || chan_flush(from) != CHAN_OK)
		abort();
}
