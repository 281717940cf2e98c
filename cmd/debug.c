/*
 * debug: the frames between the parent and its workers, told on stderr.
 * It owns the wording; it must not show what is in a frame.
 */
#include "cmd/debug.h"

#include <stdio.h>

#include "ipc/msg.h"

static void
tell(struct sink *sink, const char *way, unsigned slot, const struct frame *f)
{
	char job[48] = "";

	if (f->id != 0)
		snprintf(job, sizeof(job), ", job %ju", (uintmax_t)f->id);
	sink_tell(sink, "forkpool: %s worker %u: %s%s, %u bytes%s", way, slot,
	    msg_name(f->type), job, f->length,
	    f->flags & FRAME_MORE ? ", to be continued" : "");
}

void
debug_came(struct sink *sink, unsigned slot, const struct frame *f)
{
	if (sink != NULL)
		tell(sink, "from", slot, f);
}

void
debug_sent(struct sink *sink, unsigned slot, const struct buf *out, size_t n)
{
	struct frame f;

	while (sink != NULL && n < out->len &&
	    frame_decode(buf_head(out) + n, out->len - n, &f) == FRAME_OK) {
		tell(sink, "to", slot, &f);
		n += FRAME_HEADER + f.length;
	}
}
