/*
 * test_buf: owns the tests of ipc/buf: limits, order, growth, who moves when.
 * It must not know of frames.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/buf.h"
#include "tests/unit/tap.h"

/* So that memory can run out under AddressSanitizer too. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void
test_empty(void)
{
	struct buf b;

	buf_init(&b, 10);
	tap_ok(b.data == NULL && b.len == 0 && b.cap == 0 && b.max == 10,
	    "init allocates nothing");
	tap_ok(buf_head(&b) == NULL, "an empty buffer has no bytes");
	tap_ok(buf_reserve(&b, 0) != NULL, "no room at all can be reserved");
	tap_int(buf_add(&b, NULL, 0), 0, "nothing can be added");
	errno = EDOM;
	buf_clear(&b);
	tap_int(errno, EDOM, "clear keeps errno");
	buf_clear(&b);
	tap_ok(b.data == NULL && b.max == 10, "clear twice leaves it usable");
}

static void
test_maximum(void)
{
	struct buf b;

	buf_init(&b, 4);
	tap_int(buf_add(&b, "abcd", 4), 0, "the maximum fits");
	errno = 0;
	tap_int(buf_add(&b, "e", 1), -1, "a byte more is refused");
	tap_int(errno, ENOBUFS, "with ENOBUFS");
	errno = 0;
	tap_ok(buf_reserve(&b, SIZE_MAX) == NULL && errno == ENOBUFS,
	    "a size that would wrap is refused");
	tap_ok(b.len == 4 && memcmp(buf_head(&b), "abcd", 4) == 0,
	    "the contents are unchanged");
	buf_consume(&b, 3);
	tap_int(buf_add(&b, "efg", 3), 0, "what was consumed makes room");
	tap_ok(memcmp(buf_head(&b), "defg", 4) == 0, "in order");
	buf_clear(&b);
	buf_init(&b, 0);
	tap_ok(buf_reserve(&b, 1) == NULL && buf_reserve(&b, 0) != NULL,
	    "a maximum of 0 holds nothing");
	buf_clear(&b);
}

static void
test_no_memory(void)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 4);
	buf_add(&b, "xabc", 4);
	buf_consume(&b, 1);
	errno = 0;
	tap_ok(buf_reserve(&b, SIZE_MAX / 4 - 3) == NULL,
	    "more than there is memory is refused");
	tap_int(errno, ENOMEM, "with ENOMEM");
	tap_ok(b.len == 3 && memcmp(buf_head(&b), "abc", 3) == 0,
	    "the contents are unchanged");
	buf_clear(&b);
}

static void
test_growth(void)
{
	const size_t max = 1000 * 1000;
	size_t i, moves = 0, cap = 0;
	unsigned char byte;
	struct buf b;

	buf_init(&b, max);
	for (i = 0; i < max; i++) {
		byte = i % 251;
		if (buf_add(&b, &byte, 1) == -1)
			break;
		moves += b.cap != cap;
		cap = b.cap;
	}
	tap_int(b.len, max, "a million single bytes");
	tap_ok(moves < 20, "grow the storage fewer than 20 times");
	tap_int(b.cap, max, "never beyond the maximum");
	for (i = 0; i < max; i++)
		if (buf_head(&b)[i] != i % 251)
			break;
	tap_int(i, max, "and are all there");
	buf_clear(&b);
}

/* Counts by the offset: what is consumed piece by piece must not move. */
static void
test_consume(void)
{
	struct buf b;
	size_t i;

	buf_init(&b, 4096);
	for (i = 0; i < 256; i++)
		buf_add(&b, "0123456789abcdef", 16);
	for (i = 1; i < 256; i++) {
		buf_consume(&b, 16);
		if (b.off != i * 16)
			break;
	}
	tap_int(i, 256, "consume moves an offset, not bytes");
	buf_consume(&b, 16);
	tap_ok(b.off == 0 && b.len == 0, "the last byte frees all the room");
	buf_clear(&b);
}

/* A long queue with a little in and out: the work must stay linear. */
static void
test_steady_queue(void)
{
	const size_t depth = 100 * 1000, rounds = 1000 * 1000;
	const unsigned char *data;
	size_t i, moves = 0;
	struct buf b;

	buf_init(&b, SIZE_MAX);
	for (i = 0; i < depth; i++)
		buf_add(&b, "x", 1);
	data = buf_head(&b);
	for (i = 0; i < rounds; i++) {
		buf_consume(&b, 1);
		buf_add(&b, "y", 1);
		moves += buf_head(&b) != data + 1;
		data = buf_head(&b);
	}
	tap_int(b.len, depth, "a steady queue keeps its length");
	tap_ok(b.cap <= 4 * depth, "and its storage within four times that");
	tap_ok(moves <= 2 * rounds / depth, "moved once a length consumed");
	buf_clear(&b);
}

static void
test_truncate(void)
{
	struct buf b;

	buf_init(&b, 100);
	buf_add(&b, "abcdef", 6);
	buf_consume(&b, 1);
	buf_truncate(&b, 2);
	buf_add(&b, "!", 1);
	tap_ok(b.len == 3 && memcmp(buf_head(&b), "bc!", 3) == 0,
	    "truncate cuts the end");
	buf_truncate(&b, 0);
	tap_int(b.len, 0, "to nothing");
	buf_clear(&b);
}

static void
test_keep(void)
{
	struct buf b;
	size_t cap;

	buf_init(&b, 10000);
	buf_add(&b, "abc", 3);
	buf_consume(&b, 1);
	cap = b.cap;
	buf_empty(&b, cap);
	tap_ok(b.len == 0 && b.off == 0 && b.cap == cap,
	    "an empty one keeps a little storage");
	(void)buf_reserve(&b, cap + 1);
	buf_empty(&b, cap);
	tap_ok(b.len == 0 && b.cap == 0 && b.max == 10000, "but not more");
	buf_clear(&b);
}

static void
test_swap(void)
{
	struct buf a, b;

	buf_init(&a, 10);
	buf_init(&b, 3);
	buf_add(&a, "longer", 6);
	buf_swap(&a, &b);
	tap_ok(a.len == 0 && a.max == 10 && b.len == 6 && b.max == 3,
	    "swap exchanges contents, not maxima");
	errno = 0;
	tap_ok(buf_reserve(&b, 0) == NULL && errno == ENOBUFS,
	    "above its maximum it takes nothing");
	buf_consume(&b, 4);
	tap_int(buf_add(&b, "!", 1), 0, "below it again, it does");
	tap_ok(memcmp(buf_head(&b), "er!", 3) == 0, "in order");
	buf_clear(&a);
	buf_clear(&b);
}

static void
test_reserve_commit(void)
{
	unsigned char *room;
	struct buf b;

	buf_init(&b, 1000);
	room = buf_reserve(&b, 500);
	memset(room, 'r', 500);
	tap_int(b.len, 0, "what is reserved does not count");
	buf_commit(&b, 2);
	tap_int(b.len, 2, "what is committed does");
	tap_ok(buf_reserve(&b, 1) == room + 2, "the next place is behind it");
	buf_clear(&b);
}

int
main(void)
{
	test_empty();
	test_maximum();
	test_no_memory();
	test_growth();
	test_consume();
	test_steady_queue();
	test_truncate();
	test_keep();
	test_swap();
	test_reserve_commit();
	return tap_done();
}
