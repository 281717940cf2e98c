/*
 * test_wire: owns the tests of ipc/wire: the order of bytes, and the cursor.
 * It must not know of frames.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/wire.h"
#include "tests/unit/tap.h"

static void
test_layout(void)
{
	static const unsigned char want[] = {0x02, 0x01, 0x06, 0x05, 0x04, 0x03,
	    0x0e, 0x0d, 0x0c, 0x0b, 0x0a, 0x09, 0x08, 0x07, 3, 0, 0, 0, 'a',
	    'b', 'c', 0, 0, 0, 0, 0, 0};
	struct buf b;

	buf_init(&b, 1000);
	wire_add_u16(&b, 0x0102);
	wire_add_u32(&b, 0x03040506);
	wire_add_u64(&b, 0x0708090a0b0c0d0e);
	wire_add_string(&b, "abc", 3);
	wire_add_string(&b, NULL, 0);
	tap_int(b.len, sizeof(want), "values have their length");
	tap_ok(memcmp(buf_head(&b), want, sizeof(want)) == 0,
	    "and are little-endian");
	buf_clear(&b);
}

static void
test_round_trip(void)
{
	unsigned char p[8];

	wire_put_u16(p, UINT16_MAX);
	tap_ok(wire_get_u16(p) == UINT16_MAX, "u16, all bits");
	wire_put_u32(p, UINT32_MAX);
	tap_ok(wire_get_u32(p) == UINT32_MAX, "u32, all bits");
	wire_put_u64(p, UINT64_MAX);
	tap_ok(wire_get_u64(p) == UINT64_MAX, "u64, all bits");
	wire_put_u64(p, 0x8001020304050607);
	tap_ok(wire_get_u64(p) == 0x8001020304050607, "u64, distinct bytes");
}

static void
test_cursor(void)
{
	struct wire w;
	struct buf b;
	size_t n;

	buf_init(&b, 1000);
	wire_add_u16(&b, 1);
	wire_add_u32(&b, 2);
	wire_add_u64(&b, 3);
	wire_add_string(&b, "four", 4);
	buf_add(&b, "five", 4);
	wire_init(&w, buf_head(&b), b.len);
	tap_ok(wire_u16(&w) == 1 && wire_u32(&w) == 2 && wire_u64(&w) == 3,
	    "integers come back in order");
	tap_str(wire_string(&w, &n), "four", "a string comes back");
	tap_int(n, 4, "with its length");
	tap_ok(!wire_end(&w), "left-over bytes are no end");
	tap_ok(memcmp(wire_bytes(&w, 4), "five", 4) == 0, "bytes come back");
	tap_ok(wire_end(&w), "then it is the end");
	tap_ok(wire_bytes(&w, 0) != NULL && wire_end(&w),
	    "no bytes are there even then");
	buf_clear(&b);
}

static void
test_past_the_end(void)
{
	struct wire w;
	size_t n = 99;

	wire_init(&w, "\1\2\3\4\5\6\7", 7);
	tap_ok(wire_u64(&w) == 0 && w.bad, "7 bytes are no u64");
	tap_ok(wire_u16(&w) == 0 && wire_u32(&w) == 0, "bad stays bad");
	tap_ok(wire_bytes(&w, 0) == NULL && wire_string(&w, &n) == NULL,
	    "for bytes and strings too");
	tap_int(n, 0, "whose length is then 0");
	tap_ok(!wire_end(&w), "bad is no end");
	wire_init(&w, NULL, 0);
	tap_ok(wire_end(&w), "nothing is read to its end at once");
	wire_bytes(&w, 0);
	tap_ok(wire_end(&w), "after no bytes too");
	tap_ok(wire_u16(&w) == 0 && w.bad, "and holds no u16");
	wire_init(&w, "abc", 3);
	tap_ok(wire_bytes(&w, SIZE_MAX) == NULL && w.bad, "nor SIZE_MAX bytes");
}

/* Reads a string from a copy that ends where the bytes end. */
static bool
string_is_good(const char *bytes, size_t n)
{
	char *copy = malloc(n);
	struct wire w;
	const char *s;
	size_t len;
	bool good;

	memcpy(copy, bytes, n);
	wire_init(&w, copy, n);
	s = wire_string(&w, &len);
	good = s != NULL;
	if (good == w.bad || (good && strlen(s) != len))
		abort();
	free(copy);
	return good;
}

static void
test_strings(void)
{
	tap_ok(string_is_good("\2\0\0\0ab\0", 7), "a string");
	tap_ok(string_is_good("\0\0\0\0\0", 5), "an empty string");
	tap_ok(!string_is_good("\0\0\0\0", 4), "no room for its NUL");
	tap_ok(!string_is_good("\0\0\0", 3), "half a length");
	tap_ok(!string_is_good("\2\0\0\0abc", 7), "no NUL");
	tap_ok(!string_is_good("\2\0\0\0ab", 6), "NUL cut off");
	tap_ok(!string_is_good("\2\0\0\0a\0\0", 7), "NUL inside, at the end");
	tap_ok(!string_is_good("\2\0\0\0\0b\0", 7), "NUL inside, first");
	tap_ok(!string_is_good("\3\0\0\0ab\0", 7), "longer than what is left");
	tap_ok(!string_is_good("\377\377\377\377ab\0", 7), "length of 4 GiB");
	tap_ok(string_is_good("\2\0\0\0ab\0\0\0", 9), "something after it");
}

static void
test_add_limits(void)
{
	struct buf b;

	buf_init(&b, 7);
	errno = 0;
	tap_ok(wire_add_u64(&b, 1) == -1 && errno == ENOBUFS, "u64 too much");
	errno = 0;
	tap_ok(wire_add_string(&b, "abc", 3) == -1 && errno == ENOBUFS,
	    "string too much");
	tap_int(b.len, 0, "nothing is added by halves");
	tap_int(wire_add_string(&b, "ab", 2), 0, "a string that just fits");
	tap_ok(wire_add_u16(&b, 1) == -1 && wire_add_u32(&b, 1) == -1,
	    "then it is full");
	buf_clear(&b);
	buf_init(&b, SIZE_MAX);
	errno = 0;
	tap_ok(wire_add_string(&b, "", SIZE_MAX) == -1 && errno == EMSGSIZE,
	    "a string longer than a u32 can say");
	tap_ok(b.data == NULL, "is refused before allocation");
	buf_clear(&b);
}

int
main(void)
{
	test_layout();
	test_round_trip();
	test_cursor();
	test_past_the_end();
	test_strings();
	test_add_limits();
	return tap_done();
}
