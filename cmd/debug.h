/*
 * debug: the frames between the parent and its workers, told on stderr.
 */
#ifndef CMD_DEBUG_H
#define CMD_DEBUG_H

#include <stddef.h>

#include "cmd/sink.h"
#include "ipc/buf.h"
#include "ipc/frame.h"

/*
 * Tells of a frame that came from the worker of that slot: its name, job and
 * length.  Does nothing when sink is NULL, nor do those below.
 */
void debug_came(struct sink *, unsigned slot, const struct frame *);

/* Tells of all frames in out, on their way to it, behind the first n bytes. */
void debug_sent(struct sink *, unsigned slot, const struct buf *out, size_t n);

#endif
