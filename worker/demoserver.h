/* demoserver: a small web server on the loopback, for the demonstration. */
#ifndef WORKER_DEMOSERVER_H
#define WORKER_DEMOSERVER_H

#include <stdint.h>
#include <sys/types.h>

#include "ipc/buf.h"

struct demoserver {
	pid_t pid;     /* a child */
	uint16_t port; /* on 127.0.0.1 */
};

/*
 * Starts one, in a process of its own, that answers each request after a delay
 * with that page, which is borrowed until this returns.  The caller ends it
 * with demochild_end(); it ends with the caller anyway.  0, or -1 with errno.
 */
int demoserver_start(
    struct demoserver *, uint64_t delay_ns, const struct buf *page);

#endif
