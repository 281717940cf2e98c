/*
 * fuzz_chan: owns the libFuzzer entry for what comes out of a pipe: the input
 * as frames of a worker and of the parent, each message parsed and read.
 * It must not know of descriptors: the bytes are put into the channel itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/chan.h"
#include "tests/unit/frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In storage that ends where the payload ends, so that a read beyond shows. */
static void
walk_alone(const struct frame *f)
{
	struct frame alone = *f;
	unsigned char *copy = malloc(f->length == 0 ? 1 : f->length);

	if (copy == NULL)
		abort();
	memcpy(copy, f->payload, f->length);
	alone.payload = copy;
	(void)frames_walk(&alone);
	free(copy);
}

/* The bytes come in two pieces, so that a frame is met half as well. */
static void
feed(const uint8_t *data, size_t size, size_t first, bool from_worker)
{
	enum frame_status status;
	struct frame f;
	struct chan c;

	chan_init(&c, -1, -1, from_worker);
	if (buf_add(&c.in, data, first) == -1)
		abort();
	while ((status = chan_next(&c, &f)) == FRAME_OK)
		walk_alone(&f);
	/* What chan_read() would do before it adds bytes. */
	if (status == FRAME_SHORT &&
	    buf_add(&c.in, data + first, size - first) == -1)
		abort();
	while ((status = chan_next(&c, &f)) == FRAME_OK)
		walk_alone(&f);
	if (c.poisoned != (status == FRAME_BAD) || c.in.len > size)
		abort();
	if (status == FRAME_SHORT && c.in.len == 0 && c.in.data != NULL)
		abort();
	chan_clear(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t first;

	if (size == 0 || size > CHAN_MAX)
		return 0;
	/* The first byte says where the pieces part. */
	first = (size - 1) * data[0] / 255;
	feed(data + 1, size - 1, first, true);
	feed(data + 1, size - 1, first, false);
	return 0;
}
