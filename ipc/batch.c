/*
 * batch: owns the layout of JOBS and OK, and when a frame of them may grow.
 * It must not know how frames travel, nor what a job is.
 */
#include "ipc/batch.h"

#include <errno.h>
#include <string.h>

#define FRAME_BYTES (16U * 1024U) /* of payload; then another is begun */
#define AT_COUNT    FRAME_HEADER  /* in a frame: where its count stands */

/* Sizes in bytes. */
#define STRING_EXTRA 5	/* of a string besides its own */
#define OK_EXTRA     12 /* of an end besides what was written */

/* True when the frame takes one more job, in so many bytes. */
static bool
may_grow(const struct batch *t, const struct buf *b, uint16_t type, uint64_t id,
    uint64_t timeout_ms, size_t n)
{
	return t->n > 0 && t->end == b->len && t->next == id &&
	    t->type == type && t->timeout_ms == timeout_ms &&
	    t->end - t->mark + n <= FRAME_BYTES;
}

/* Begins a frame without any job. */
static int
begin(struct buf *b, struct batch *t, uint16_t type, uint64_t id,
    uint64_t timeout_ms)
{
	struct batch made = {
	    .type = type, .next = id, .timeout_ms = timeout_ms};

	if (frame_begin(b, type, 0, id, &made.mark) == -1)
		return -1;
	if (wire_add_u32(b, 0) == -1 ||
	    (type == MSG_JOBS && wire_add_u64(b, timeout_ms) == -1)) {
		frame_abort(b, made.mark);
		return -1;
	}
	*t = made;
	return 0;
}

/* Room for one job more.  NULL with errno, and nothing is changed. */
static unsigned char *
make_room(struct buf *b, struct batch *t, uint16_t type, uint64_t id,
    uint64_t timeout_ms, size_t n)
{
	unsigned char *room;

	if (may_grow(t, b, type, id, timeout_ms, n))
		return buf_reserve(b, n);
	if (begin(b, t, type, id, timeout_ms) == -1)
		return NULL;
	if ((room = buf_reserve(b, n)) == NULL) {
		frame_abort(b, t->mark);
		*t = (struct batch){0};
	}
	return room;
}

/* A job that may not be in such a frame. */
static int
refuse(uint64_t id, size_t n)
{
	if (id != 0 && n <= BATCH_BYTES)
		return 0;
	errno = id == 0 ? EINVAL : EMSGSIZE;
	return -1;
}

/* The room is filled: the frame is whole again. */
static int
added(struct buf *b, struct batch *t, size_t n)
{
	buf_commit(b, n);
	t->end = b->len;
	t->next++;
	wire_put_u32(b->data + b->off + t->mark + AT_COUNT, ++t->n);
	return frame_end(b, t->mark);
}

int
batch_add_job(struct buf *b, struct batch *t, uint64_t id, uint64_t timeout_ms,
    const char *arg, size_t n)
{
	size_t size = n + STRING_EXTRA;
	unsigned char *p;

	if (refuse(id, n) == -1 ||
	    (p = make_room(b, t, MSG_JOBS, id, timeout_ms, size)) == NULL)
		return -1;
	wire_put_u32(p, (uint32_t)n);
	memcpy(p + 4, arg, n);
	p[4 + n] = '\0';
	return added(b, t, size);
}

int
batch_add_ok(struct buf *b, struct batch *t, uint64_t id, uint64_t wall_ns,
    const void *data, size_t n)
{
	size_t size = n + OK_EXTRA;
	unsigned char *p;

	if (refuse(id, n) == -1 ||
	    (p = make_room(b, t, MSG_OK, id, 0, size)) == NULL)
		return -1;
	wire_put_u64(p, wall_ns);
	wire_put_u32(p + 8, (uint32_t)n);
	if (n > 0)
		memcpy(p + OK_EXTRA, data, n);
	return added(b, t, size);
}

/* Begins to read a frame of that type; *n jobs are in it. */
static int
begin_parse(const struct frame *f, uint16_t type, struct wire *w, uint32_t *n)
{
	if (f->type != type || f->id == 0 || f->flags != 0) {
		errno = EBADMSG;
		return -1;
	}
	wire_init(w, f->payload, f->length);
	*n = wire_u32(w);
	return 0;
}

/* Left-over bytes are never right, nor is a frame about nothing. */
static int
end_parse(const struct frame *f, const struct wire *w, uint32_t n)
{
	if (wire_end(w) && n > 0 && n <= UINT64_MAX - f->id)
		return 0;
	errno = EBADMSG;
	return -1;
}

int
msg_parse_jobs(const struct frame *f, struct msg_jobs *m)
{
	struct wire w;

	if (begin_parse(f, MSG_JOBS, &w, &m->args.n) == -1)
		return -1;
	m->timeout_ms = wire_u64(&w);
	msg_check_strings(&w, &m->args);
	return end_parse(f, &w, m->args.n);
}

bool
msg_next_ok(struct msg_oks *m, struct msg_ok *ok)
{
	if (m->n == 0)
		return false;
	m->n--;
	ok->wall_ns = wire_u64(&m->wire);
	ok->len = wire_u32(&m->wire);
	ok->data = wire_bytes(&m->wire, ok->len);
	m->wire.bad |= ok->len > BATCH_BYTES;
	return !m->wire.bad;
}

int
msg_parse_oks(const struct frame *f, struct msg_oks *m)
{
	struct msg_oks walk;
	struct msg_ok ok;

	if (begin_parse(f, MSG_OK, &m->wire, &m->n) == -1)
		return -1;
	walk = *m;
	while (msg_next_ok(&walk, &ok))
		continue;
	return end_parse(f, &walk.wire, m->n);
}
