/*
 * frame: 16 bytes of header, then the payload (forkpool-protocol(7)).
 * It knows lengths and flags, not what a type means.
 */
#ifndef IPC_FRAME_H
#define IPC_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"

#define FRAME_HEADER	  16		 /* bytes */
#define FRAME_PAYLOAD_MAX (256U * 1024U) /* bytes */
#define FRAME_MORE	  0x0001 /* flag: another frame continues this */

struct frame {
	uint32_t length; /* of the payload, bytes */
	uint16_t type;
	uint16_t flags;
	uint64_t id;		      /* job sequence number; 0 for control */
	const unsigned char *payload; /* borrowed from the bytes decoded */
};

enum frame_status {
	FRAME_OK,    /* a whole frame */
	FRAME_SHORT, /* good so far, more bytes are needed */
	FRAME_BAD    /* its length or flags can't be */
};

/*
 * Looks at n bytes for one frame.  On FRAME_OK *f describes it and its payload
 * points into p; else its payload is NULL, and its numbers are set only when n
 * is FRAME_HEADER or more.  The length is judged as soon as the header is
 * there, so nothing is ever allocated for a length that is out of bounds.
 */
enum frame_status frame_decode(
    const unsigned char *p, size_t n, struct frame *f);

/*
 * Opens a frame at the end of b: the header goes in, the payload is appended by
 * the caller, frame_end() fills in its length.  *mark tells frame_end() where.
 * 0, or -1 with errno as buf_reserve().
 */
int frame_begin(
    struct buf *b, uint16_t type, uint16_t flags, uint64_t id, size_t *mark);

/*
 * Closes the frame opened at mark.  On -1 (EMSGSIZE: the payload is too long)
 * the frame is taken out of b again.
 */
int frame_end(struct buf *b, size_t mark);

/* Takes the half-built frame opened at mark out of b again.  Keeps errno. */
void frame_abort(struct buf *b, size_t mark);

#endif
