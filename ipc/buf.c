/*
 * buf: owns the storage of one queue of bytes: how it grows, when it moves.
 * It must not know what the bytes mean, nor where they come from or go.
 */
#include "ipc/buf.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BUF_MIN 256 /* bytes of the first storage */

void
buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
buf_clear(struct buf *b)
{
	int saved = errno;

	free(b->data);
	buf_init(b, b->max);
	errno = saved;
}

static void
buf_compact(struct buf *b)
{
	if (b->off > 0)
		memmove(b->data, b->data + b->off, b->len);
	b->off = 0;
}

/* need is at most the maximum, so doubling until it fits comes to an end. */
static int
buf_grow(struct buf *b, size_t need)
{
	size_t cap = b->cap < BUF_MIN ? BUF_MIN : b->cap;
	unsigned char *data;

	while (cap < need)
		cap = cap > b->max / 2 ? b->max : cap * 2;
	data = realloc(b->data, cap);
	if (data == NULL) {
		errno = ENOMEM;
		return -1;
	}
	b->data = data;
	b->cap = cap;
	return 0;
}

static int
buf_make_room(struct buf *b, size_t n)
{
	bool dear = b->off < b->len;

	buf_compact(b);
	if (b->data == NULL || n > b->cap - b->len)
		return buf_grow(b, b->len + n);
	/*
	 * More was moved than had been consumed since the last move.  Growing
	 * as well, though it fits, keeps the cost of a byte constant: else a
	 * long queue would be moved again for every few bytes.
	 */
	if (dear && b->cap < b->max)
		(void)buf_grow(b, b->cap + 1);
	return 0;
}

unsigned char *
buf_reserve_more(struct buf *b, size_t n)
{
	/* After buf_swap() there may be more than the maximum. */
	if (b->len > b->max || n > b->max - b->len) {
		errno = ENOBUFS;
		return NULL;
	}
	if (b->data == NULL || n > b->cap - b->off - b->len) {
		if (buf_make_room(b, n) == -1)
			return NULL;
	}
	return b->data + b->off + b->len;
}

void
buf_commit(struct buf *b, size_t n)
{
	assert(n <= b->cap - b->off - b->len);
	b->len += n;
}

int
buf_add(struct buf *b, const void *p, size_t n)
{
	unsigned char *room = buf_reserve(b, n);

	if (room == NULL)
		return -1;
	if (n > 0)
		memcpy(room, p, n);
	buf_commit(b, n);
	return 0;
}

void
buf_consume(struct buf *b, size_t n)
{
	assert(n <= b->len);
	b->len -= n;
	b->off = b->len == 0 ? 0 : b->off + n;
}

void
buf_truncate(struct buf *b, size_t n)
{
	assert(n <= b->len);
	b->len = n;
}

void
buf_empty(struct buf *b, size_t keep)
{
	buf_consume(b, b->len);
	if (b->cap > keep)
		buf_clear(b);
}

void
buf_swap(struct buf *a, struct buf *b)
{
	struct buf tmp = *a;

	*a = *b;
	a->max = tmp.max;
	tmp.max = b->max;
	*b = tmp;
}
