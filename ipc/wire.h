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

/*
 * Append one value.  wire_add_string writes a u32 length, the bytes, and one
 * NUL that is not counted, so that a reader may use the string in place.
 * 0, or -1 with errno as buf_reserve(); EMSGSIZE when n does not fit in a u32.
 */
int wire_add_u16(struct buf *, uint16_t);
int wire_add_u32(struct buf *, uint32_t);
int wire_add_u64(struct buf *, uint64_t);
int wire_add_string(struct buf *, const char *, size_t n);

/* Store and load at a place that is known to be large enough. */
void wire_put_u16(unsigned char *, uint16_t);
void wire_put_u32(unsigned char *, uint32_t);
void wire_put_u64(unsigned char *, uint64_t);
uint16_t wire_get_u16(const unsigned char *);
uint32_t wire_get_u32(const unsigned char *);
uint64_t wire_get_u64(const unsigned char *);

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

/* Read one value.  0 or NULL, and the cursor bad, when it is not there. */
uint16_t wire_u16(struct wire *);
uint32_t wire_u32(struct wire *);
uint64_t wire_u64(struct wire *);

/* The next string, NUL-terminated, in place; its length in *n. */
const char *wire_string(struct wire *, size_t *n);

/* The next n bytes, in place. */
const unsigned char *wire_bytes(struct wire *, size_t n);

/* True when all was read, and nothing went wrong. */
bool wire_end(const struct wire *);

#endif
