/*
 * intake: what a job is to read, on its way to the worker.
 * It owns the bytes until they are in the channel's buffer; it must not know
 * where they come from.
 */
#include "cmd/intake.h"

#include <stdlib.h>

#include "ipc/frame.h"
#include "ipc/msgto.h"

#define WINDOW (1024U * 1024U) /* bytes that a worker may have */

struct intake *
intake_new(const struct record *r, bool whole)
{
	struct intake *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	buf_init(&in->data, r->input->max);
	buf_swap(&in->data, r->input);
	in->part = r->part;
	in->whole = whole;
	return in;
}

void
intake_free(struct intake *in)
{
	if (in == NULL)
		return;
	buf_clear(&in->data);
	free(in);
}

bool
intake_is_hungry(const struct intake *in)
{
	return !in->whole && in->data.len == 0 && in->unfed == 0;
}

void
intake_add(struct intake *in, struct buf *block)
{
	buf_swap(&in->data, block);
}

static int
send_part(struct intake *in, struct chan *c, uint64_t seq)
{
	struct msg_part m = {.offset = in->part.offset,
	    .len = in->part.len,
	    .path = in->part.path};

	return msg_add_part(&c->out, seq, &m);
}

int
intake_send(struct intake *in, struct chan *c, uint64_t seq)
{
	bool last;
	size_t n;

	while (!in->sent && in->unfed < WINDOW &&
	    (in->data.len > 0 || in->whole)) {
		n = in->data.len;
		if (n > FRAME_PAYLOAD_MAX)
			n = FRAME_PAYLOAD_MAX;
		last = in->whole && n == in->data.len && in->part.path == NULL;
		if ((n > 0 || last) &&
		    msg_add_input(
			&c->out, seq, buf_head(&in->data), n, !last) == -1)
			return -1;
		buf_consume(&in->data, n);
		in->unfed += n;
		in->sent = last;
		if (in->data.len == 0 && in->part.path != NULL) {
			in->sent = true;
			return send_part(in, c, seq);
		}
	}
	if (in->data.len == 0)
		buf_clear(&in->data);
	return 0;
}

int
intake_fed(struct intake *in, uint64_t bytes)
{
	if (bytes > in->unfed)
		return -1;
	in->unfed -= bytes;
	return 0;
}
