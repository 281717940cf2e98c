/*
 * wire: owns how an integer and a string look as bytes, in both directions.
 * It must not know of frames, nor what the values are for.
 */
#include "ipc/wire.h"

#include <errno.h>
#include <string.h>

#define U16	     2	       /* bytes */
#define U32	     4	       /* bytes */
#define U64	     8	       /* bytes */
#define STRING_EXTRA (U32 + 1) /* bytes: the length before, the NUL behind */

int
wire_add_u16(struct buf *b, uint16_t v)
{
	unsigned char *p = buf_reserve(b, U16);

	if (p == NULL)
		return -1;
	wire_put_u16(p, v);
	buf_commit(b, U16);
	return 0;
}

int
wire_add_u32(struct buf *b, uint32_t v)
{
	unsigned char *p = buf_reserve(b, U32);

	if (p == NULL)
		return -1;
	wire_put_u32(p, v);
	buf_commit(b, U32);
	return 0;
}

int
wire_add_u64(struct buf *b, uint64_t v)
{
	unsigned char *p = buf_reserve(b, U64);

	if (p == NULL)
		return -1;
	wire_put_u64(p, v);
	buf_commit(b, U64);
	return 0;
}

int
wire_add_string(struct buf *b, const char *s, size_t n)
{
	unsigned char *p;

	if (n > UINT32_MAX || n > SIZE_MAX - STRING_EXTRA) {
		errno = EMSGSIZE;
		return -1;
	}
	p = buf_reserve(b, STRING_EXTRA + n);
	if (p == NULL)
		return -1;
	wire_put_u32(p, n);
	if (n > 0)
		memcpy(p + U32, s, n);
	p[U32 + n] = '\0';
	buf_commit(b, STRING_EXTRA + n);
	return 0;
}

void
wire_init(struct wire *w, const void *p, size_t n)
{
	w->p = p;
	w->left = n;
	w->bad = false;
}

static void
wire_spoil(struct wire *w)
{
	w->bad = true;
	w->left = 0;
}

const unsigned char *
wire_bytes(struct wire *w, size_t n)
{
	const unsigned char *p = w->p;

	if (w->bad || n > w->left) {
		wire_spoil(w);
		return NULL;
	}
	/* The cursor over no bytes may be NULL, to which 0 can't be added. */
	if (n > 0)
		w->p += n;
	w->left -= n;
	return p;
}

uint16_t
wire_u16(struct wire *w)
{
	const unsigned char *p = wire_bytes(w, U16);

	return p == NULL ? 0 : wire_get_u16(p);
}

uint32_t
wire_u32(struct wire *w)
{
	const unsigned char *p = wire_bytes(w, U32);

	return p == NULL ? 0 : wire_get_u32(p);
}

uint64_t
wire_u64(struct wire *w)
{
	const unsigned char *p = wire_bytes(w, U64);

	return p == NULL ? 0 : wire_get_u64(p);
}

const char *
wire_string(struct wire *w, size_t *n)
{
	size_t len = wire_u32(w);
	const unsigned char *p;

	*n = 0;
	/* Not "len + 1 > left": that sum could wrap where size_t is 32 bits. */
	if (w->bad || len >= w->left) {
		wire_spoil(w);
		return NULL;
	}
	p = wire_bytes(w, len + 1);
	if (p == NULL || memchr(p, '\0', len + 1) != p + len) {
		wire_spoil(w);
		return NULL;
	}
	*n = len;
	return (const char *)p;
}

bool
wire_end(const struct wire *w)
{
	return !w->bad && w->left == 0;
}
