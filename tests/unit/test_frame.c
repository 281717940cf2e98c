/*
 * test_frame: owns the tests of ipc/frame: header, limits, half a frame.
 * It must not know what a type means.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/frame.h"
#include "tests/unit/tap.h"

static void
test_layout(void)
{
	static const unsigned char want[] = {3, 0, 0, 0, 0x02, 0x01, 1, 0, 0x08,
	    0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01, 'a', 'b', 'c'};
	struct frame f;
	struct buf b;
	size_t mark;

	buf_init(&b, 1000);
	frame_begin(&b, 0x0102, FRAME_MORE, 0x0102030405060708, &mark);
	buf_add(&b, "abc", 3);
	tap_int(frame_end(&b, mark), 0, "a frame can be made");
	tap_int(b.len, sizeof(want), "of header and payload");
	tap_ok(memcmp(buf_head(&b), want, sizeof(want)) == 0,
	    "in these very bytes");
	tap_int(frame_decode(buf_head(&b), b.len, &f), FRAME_OK, "and read");
	tap_ok(f.length == 3 && f.type == 0x0102 && f.flags == FRAME_MORE &&
		f.id == 0x0102030405060708,
	    "with every number");
	tap_ok(f.payload == buf_head(&b) + 16, "and its payload in place");
	buf_clear(&b);
}

/* Decodes a copy that ends where the bytes end. */
static enum frame_status
decode_exactly(const unsigned char *p, size_t n, struct frame *f)
{
	unsigned char *copy = malloc(n == 0 ? 1 : n);
	enum frame_status status;

	memcpy(copy, p, n);
	status = frame_decode(copy, n, f);
	free(copy);
	return status;
}

static void
test_short(void)
{
	static const unsigned char whole[] = {3, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0,
	    0, 0, 0, 0, 0, 'a', 'b', 'c', 'n', 'e', 'x', 't'};
	struct frame f;
	size_t n;

	for (n = 0; n < FRAME_HEADER + 3; n++)
		if (decode_exactly(whole, n, &f) != FRAME_SHORT ||
		    f.payload != NULL)
			break;
	tap_int(n, FRAME_HEADER + 3, "every truncation is short");
	tap_ok(f.type == 2 && f.id == 9 && f.length == 3,
	    "numbers are there as soon as the header is");
	for (; n <= sizeof(whole); n++)
		if (decode_exactly(whole, n, &f) != FRAME_OK || f.length != 3)
			break;
	tap_int(n, sizeof(whole) + 1, "what follows is left alone");
	tap_int(frame_decode(NULL, 0, &f), FRAME_SHORT, "nothing is short");
}

static enum frame_status
decode_header(uint32_t length, uint16_t flags)
{
	unsigned char p[FRAME_HEADER] = {0};
	struct frame f;

	p[0] = length & 0xff;
	p[1] = length >> 8 & 0xff;
	p[2] = length >> 16 & 0xff;
	p[3] = length >> 24;
	p[6] = flags & 0xff;
	p[7] = flags >> 8;
	return decode_exactly(p, sizeof(p), &f);
}

static void
test_bad_header(void)
{
	int bit, nbad = 0;

	tap_int(decode_header(0, 0), FRAME_OK, "no payload");
	tap_int(decode_header(FRAME_PAYLOAD_MAX, 0), FRAME_SHORT,
	    "the longest payload is waited for");
	tap_int(decode_header(FRAME_PAYLOAD_MAX + 1, 0), FRAME_BAD,
	    "a byte more is refused on the header alone");
	tap_int(decode_header(UINT32_MAX, 0), FRAME_BAD, "4 GiB too");
	tap_int(decode_header(0, FRAME_MORE), FRAME_OK, "MORE is a flag");
	for (bit = 1; bit < 16; bit++)
		nbad += decode_header(0, 1U << bit) == FRAME_BAD;
	tap_int(nbad, 15, "no other bit is");
}

static void
test_too_long(void)
{
	struct frame f;
	struct buf b;
	size_t mark;

	buf_init(&b, 1000 * 1000);
	buf_add(&b, "before", 6);
	frame_begin(&b, 1, 0, 1, &mark);
	memset(
	    buf_reserve(&b, FRAME_PAYLOAD_MAX + 1), 'x', FRAME_PAYLOAD_MAX + 1);
	buf_commit(&b, FRAME_PAYLOAD_MAX);
	tap_int(frame_end(&b, mark), 0, "the longest frame");
	tap_int(frame_decode(buf_head(&b) + 6, b.len - 6, &f), FRAME_OK,
	    "can be read");
	tap_int(f.length, FRAME_PAYLOAD_MAX, "whole");
	buf_commit(&b, 1);
	errno = 0;
	tap_ok(frame_end(&b, mark) == -1 && errno == EMSGSIZE,
	    "a byte more is refused");
	tap_ok(b.len == 6 && memcmp(buf_head(&b), "before", 6) == 0,
	    "and taken out again");
	buf_clear(&b);
}

static void
test_abort(void)
{
	struct buf b;
	size_t mark;

	buf_init(&b, FRAME_HEADER + 3);
	buf_add(&b, "abc", 3);
	tap_int(frame_begin(&b, 1, 0, 1, &mark), 0, "a header that just fits");
	errno = EDOM;
	frame_abort(&b, mark);
	tap_int(errno, EDOM, "abort keeps errno");
	tap_int(b.len, 3, "and takes the frame out");
	buf_add(&b, "d", 1);
	errno = 0;
	tap_ok(frame_begin(&b, 1, 0, 1, &mark) == -1 && errno == ENOBUFS,
	    "a header that does not fit");
	tap_int(b.len, 4, "leaves the bytes as they were");
	buf_clear(&b);
}

/* The mark must hold though the storage moves while the payload is added. */
static void
test_mark_survives_growth(void)
{
	struct frame f;
	struct buf b;
	size_t mark;
	int i;

	buf_init(&b, 100 * 1000);
	for (i = 0; i < 200; i++)
		buf_add(&b, "x", 1);
	buf_consume(&b, 190);
	frame_begin(&b, 7, 0, 8, &mark);
	for (i = 0; i < 1000; i++)
		buf_add(&b, "payload", 7);
	frame_end(&b, mark);
	buf_consume(&b, 10);
	tap_int(frame_decode(buf_head(&b), b.len, &f), FRAME_OK,
	    "a frame is whole though its storage moved");
	tap_ok(f.length == 7000 && f.type == 7 && f.id == 8, "and as it was");
	buf_clear(&b);
}

int
main(void)
{
	test_layout();
	test_short();
	test_bad_header();
	test_too_long();
	test_abort();
	test_mark_survives_growth();
	return tap_done();
}
