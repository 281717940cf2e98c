/*
 * wire: integers and strings as bytes, little-endian by explicit shifts.
 * Writing appends to a buf; reading is a cursor that never leaves its bounds.
 */
#ifndef IPC_WIRE_H
#define IPC_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"

/* Appends two bytes.  0, or -1 with errno as buf_reserve(). */
int wire_add_u16(struct buf *, uint16_t);

/* Appends four bytes; likewise. */
int wire_add_u32(struct buf *, uint32_t);

/* Appends eight bytes; likewise. */
int wire_add_u64(struct buf *, uint64_t);

/*
 * Appends a string of n bytes, without a NUL among them: a u32 length, the
 * bytes, and one NUL that is not counted, so that a reader may use the string
 * in place.  Likewise; EMSGSIZE when n does not fit in a u32.
 */
int wire_add_string(struct buf *, const char *, size_t n);

/* Store and load at a place that is known to be large enough. */
static inline void
wire_put_u16(unsigned char *p, uint16_t v)
{
	p[0] = v & 0xff;
	p[1] = v >> 8;
}

static inline void
wire_put_u32(unsigned char *p, uint32_t v)
{
	p[0] = v & 0xff;
	p[1] = v >> 8 & 0xff;
	p[2] = v >> 16 & 0xff;
	p[3] = v >> 24;
}

static inline void
wire_put_u64(unsigned char *p, uint64_t v)
{
	wire_put_u32(p, v & 0xffffffff);
	wire_put_u32(p + 4, v >> 32);
}

static inline uint16_t
wire_get_u16(const unsigned char *p)
{
	return p[0] | p[1] << 8;
}

static inline uint32_t
wire_get_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static inline uint64_t
wire_get_u64(const unsigned char *p)
{
	return wire_get_u32(p) | (uint64_t)wire_get_u32(p + 4) << 32;
}

/*
 * A bounded cursor over bytes that somebody else keeps.  A read past the end,
 * or of a string without its NUL or with a NUL inside, marks the cursor bad;
 * from then on every read gives 0 or NULL.
 */
struct wire {
	const unsigned char *p;
	size_t left;
	bool bad;
};

/* Starts a cursor over n bytes, which must outlive it. */
void wire_init(struct wire *, const void *, size_t n);

/* Reads two bytes.  0, and the cursor bad, when they are not there. */
uint16_t wire_u16(struct wire *);

/* Reads four bytes; likewise. */
uint32_t wire_u32(struct wire *);

/* Reads eight bytes; likewise. */
uint64_t wire_u64(struct wire *);

/*
 * The next string, NUL-terminated, in place, *n bytes.  NULL, and the cursor
 * bad, when there is none.
 */
const char *wire_string(struct wire *, size_t *n);

/* The next n bytes, in place; NULL likewise. */
const unsigned char *wire_bytes(struct wire *, size_t n);

/* True when all was read, and nothing went wrong. */
bool wire_end(const struct wire *);

#endif
