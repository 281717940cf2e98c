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
#define STRING_BYTES 4	/* before those of a string: its length */
#define STRING_EXTRA 5	/* of a string besides its own */
#define OK_LENGTH    8	/* before an end's length: its time */
#define OK_EXTRA     12 /* of an end besides what was written */
#define HEAD_MAX     (FRAME_HEADER + 4 + 8) /* before the first: count, timeout */

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

/* Bytes of a job in such a frame besides its n. */
static size_t
extra(uint16_t type)
{
	return type == MSG_JOBS ? STRING_EXTRA : OK_EXTRA;
}

/*
 * Room for one job more, of n bytes and extra().  NULL with errno, and nothing
 * is changed.
 */
static unsigned char *
make_room(struct buf *b, struct batch *t, uint16_t type, uint64_t id,
    uint64_t timeout_ms, size_t n)
{
	size_t size = n + extra(type);

	if (id == 0 || n > BATCH_BYTES) {
		errno = id == 0 ? EINVAL : EMSGSIZE;
		return NULL;
	}
	if (may_grow(t, b, type, id, timeout_ms, size))
		return buf_reserve(b, size);
	/* for all of it, so that no frame is begun that gets no job */
	if (buf_reserve(b, HEAD_MAX + size) == NULL ||
	    begin(b, t, type, id, timeout_ms) == -1)
		return NULL;
	return buf_reserve(b, size);
}

/* The room is filled, n bytes: the frame is whole again. */
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
	unsigned char *p = make_room(b, t, MSG_JOBS, id, timeout_ms, n);

	if (p == NULL)
		return -1;
	wire_put_u32(p, (uint32_t)n);
	memcpy(p + STRING_BYTES, arg, n);
	p[STRING_BYTES + n] = '\0';
	return added(b, t, n + STRING_EXTRA);
}

int
batch_add_ok(struct buf *b, struct batch *t, uint64_t id, uint64_t wall_ns,
    const void *data, size_t n)
{
	unsigned char *p = make_room(b, t, MSG_OK, id, 0, n);

	if (p == NULL)
		return -1;
	wire_put_u64(p, wall_ns);
	wire_put_u32(p + OK_LENGTH, (uint32_t)n);
	if (n > 0)
		memcpy(p + OK_EXTRA, data, n);
	return added(b, t, n + OK_EXTRA);
}

/* Bytes of a job that begins at p, where there are so many; 0: it is wrong. */
typedef size_t measure(const unsigned char *p, size_t left);

static size_t
size_of_job(const unsigned char *p, size_t left)
{
	size_t len;

	if (left < STRING_EXTRA)
		return 0;
	len = wire_get_u32(p);
	if (len > BATCH_BYTES || len > left - STRING_EXTRA ||
	    memchr(p + STRING_BYTES, '\0', len + 1) != p + STRING_BYTES + len)
		return 0;
	return STRING_EXTRA + len;
}

static size_t
size_of_ok(const unsigned char *p, size_t left)
{
	size_t len;

	if (left < OK_EXTRA)
		return 0;
	len = wire_get_u32(p + OK_LENGTH);
	return len <= BATCH_BYTES && len <= left - OK_EXTRA ? OK_EXTRA + len
							    : 0;
}

/*
 * The n jobs of a frame, from w on, are checked once, so that nobody finds a
 * bad one halfway through.  An absurd count costs nothing: the bytes end it.
 */
static int
check(const struct frame *f, const struct wire *w, uint32_t n, measure *size_of)
{
	const unsigned char *p = w->p;
	size_t left = w->left, size;

	if (w->bad || n == 0 || n > UINT64_MAX - f->id)
		return -1;
	for (; n > 0; n--) {
		if ((size = size_of(p, left)) == 0)
			return -1;
		p += size;
		left -= size;
	}
	return left == 0 ? 0 : -1;
}

static bool
is_batch(const struct frame *f, uint16_t type)
{
	return f->type == type && f->id != 0 && f->flags == 0;
}

int
msg_parse_jobs(const struct frame *f, struct msg_jobs *m)
{
	struct wire w;

	wire_init(&w, f->payload, f->length);
	m->n = wire_u32(&w);
	m->timeout_ms = wire_u64(&w);
	m->next = w.p;
	if (is_batch(f, MSG_JOBS) && check(f, &w, m->n, size_of_job) == 0)
		return 0;
	errno = EBADMSG;
	return -1;
}

const char *
msg_next_job(struct msg_jobs *m, size_t *len)
{
	const unsigned char *p = m->next;

	if (m->n == 0)
		return NULL;
	m->n--;
	*len = wire_get_u32(p);
	m->next = p + STRING_EXTRA + *len;
	return (const char *)p + STRING_BYTES;
}

int
msg_parse_oks(const struct frame *f, struct msg_oks *m)
{
	struct wire w;

	wire_init(&w, f->payload, f->length);
	m->n = wire_u32(&w);
	m->next = w.p;
	if (is_batch(f, MSG_OK) && check(f, &w, m->n, size_of_ok) == 0)
		return 0;
	errno = EBADMSG;
	return -1;
}

bool
msg_next_ok(struct msg_oks *m, struct msg_ok *ok)
{
	const unsigned char *p = m->next;

	if (m->n == 0)
		return false;
	m->n--;
	ok->wall_ns = wire_get_u64(p);
	ok->len = wire_get_u32(p + OK_LENGTH);
	ok->data = p + OK_EXTRA;
	m->next = ok->data + ok->len;
	return true;
}
