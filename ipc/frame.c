/*
 * frame: owns the 16 bytes before a payload: their layout and their limits.
 * It must not know what a type means, nor touch a descriptor.
 */
#include "ipc/frame.h"

#include <assert.h>
#include <errno.h>

#include "ipc/wire.h"

/* Where the fields of the header stand, bytes. */
#define AT_LENGTH 0
#define AT_TYPE	  4
#define AT_FLAGS  6
#define AT_ID	  8

enum frame_status
frame_decode(const unsigned char *p, size_t n, struct frame *f)
{
	f->payload = NULL;
	if (n < FRAME_HEADER)
		return FRAME_SHORT;
	f->length = wire_get_u32(p + AT_LENGTH);
	f->type = wire_get_u16(p + AT_TYPE);
	f->flags = wire_get_u16(p + AT_FLAGS);
	f->id = wire_get_u64(p + AT_ID);
	if (f->length > FRAME_PAYLOAD_MAX || (f->flags & ~FRAME_MORE) != 0)
		return FRAME_BAD;
	if (f->length > n - FRAME_HEADER)
		return FRAME_SHORT;
	f->payload = p + FRAME_HEADER;
	return FRAME_OK;
}

int
frame_begin(
    struct buf *b, uint16_t type, uint16_t flags, uint64_t id, size_t *mark)
{
	unsigned char *p = buf_reserve(b, FRAME_HEADER);

	if (p == NULL)
		return -1;
	wire_put_u32(p + AT_LENGTH, 0);
	wire_put_u16(p + AT_TYPE, type);
	wire_put_u16(p + AT_FLAGS, flags);
	wire_put_u64(p + AT_ID, id);
	/* Counted from the first unread byte: the storage may move. */
	*mark = b->len;
	buf_commit(b, FRAME_HEADER);
	return 0;
}

int
frame_end(struct buf *b, size_t mark)
{
	size_t length;

	assert(mark <= b->len && b->len - mark >= FRAME_HEADER);
	length = b->len - mark - FRAME_HEADER;
	if (length > FRAME_PAYLOAD_MAX) {
		frame_abort(b, mark);
		errno = EMSGSIZE;
		return -1;
	}
	wire_put_u32(b->data + b->off + mark + AT_LENGTH, length);
	return 0;
}

void
frame_abort(struct buf *b, size_t mark)
{
	buf_truncate(b, mark);
}
