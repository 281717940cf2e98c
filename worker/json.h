/*
 * json: what is needed to write JSON: strings, escaped, UTF-8 or base64, of
 * bytes that come in pieces.  Pure.
 * What adds to a buffer returns 0, or -1 with errno as buf_add().
 */
#ifndef WORKER_JSON_H
#define WORKER_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "ipc/buf.h"

/* Whether bytes are UTF-8.  Zeroed it is of none. */
struct utf8 {
	unsigned char left; /* bytes that the last character still needs */
	unsigned char low;  /* and the next of them is one of those … */
	unsigned char high; /* … to this one */
	bool bad;
};

/* Looks at the next n bytes. */
void utf8_add(struct utf8 *, const void *data, size_t n);

/* True when all so far is valid UTF-8, with no character cut off. */
bool utf8_is_valid(const struct utf8 *);

/*
 * Adds bytes of valid UTF-8 as they stand between the quotes of a string.
 * Where they are cut into pieces does not matter.
 */
int json_add_escaped(struct buf *, const void *data, size_t n);

/* Adds a whole string with its quotes, which is valid UTF-8. */
int json_add_string(struct buf *, const char *string);

/* Bytes that do not make a whole group yet.  Zeroed it has none. */
struct base64 {
	unsigned char left[2];
	unsigned char nleft;
};

/* Adds bytes as base64, with those left from before; some may be left. */
int base64_add(struct base64 *, struct buf *, const void *data, size_t n);

/* Adds what is left, padded. */
int base64_end(struct base64 *, struct buf *);

#endif
