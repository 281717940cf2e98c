/*
 * test_json: owns the tests of cmd/json: escaping, UTF-8 and base64, of bytes
 * that come in pieces of any size.
 */
#include <stdlib.h>
#include <string.h>

#include "worker/json.h"
#include "tests/unit/tap.h"

#define MAX 4096U

/* True when b holds that text, which is then taken out. */
static bool
has(struct buf *b, const char *text)
{
	bool same = b->len == strlen(text) &&
	    (b->len == 0 || memcmp(buf_head(b), text, b->len) == 0);

	buf_consume(b, b->len);
	return same;
}

/* What UTF-8 is when it comes in pieces of n bytes. */
static bool
is_valid(const char *text, size_t len, size_t n)
{
	struct utf8 u = {0};
	size_t at;

	for (at = 0; at < len; at += n)
		utf8_add(&u, text + at, len - at < n ? len - at : n);
	return utf8_is_valid(&u);
}

static void
test_utf8(void)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
	    {"", true},
	    {"plain\x7f", true},
	    {"\xc2\x80\xdf\xbf", true},
	    {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", true},
	    {"\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf", true},
	    {"\x80", false},
	    {"a\xbf", false},
	    {"\xc0\x80", false},     /* too long for what it is */
	    {"\xc1\xbf", false},     /* the same */
	    {"\xe0\x9f\xbf", false}, /* the same */
	    {"\xf0\x8f\xbf\xbf", false},
	    {"\xed\xa0\x80", false},	 /* a surrogate */
	    {"\xf4\x90\x80\x80", false}, /* beyond the last */
	    {"\xf5\x80\x80\x80", false},
	    {"\xff", false},
	    {"\xc3", false}, /* cut off */
	    {"\xe2\x82", false},
	    {"\xf0\x9f\x98", false},
	    {"\xc3(", false},
	    {"\xe2\x82(", false},
	    {"\xc3\xc3\xa9", false},
	};
	size_t i, n, len, wrong = 0;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = strlen(cases[i].text);
		for (n = 1; n <= len + 1; n++) {
			if (is_valid(cases[i].text, len, n) != cases[i].valid)
				wrong++;
		}
	}
	tap_ok(wrong == 0, "UTF-8 is told from what is not, however it is cut");
	tap_ok(is_valid("a\0b", 3, 3), "NUL is a character");
}

/* Every code point, encoded by the book, is valid unless a surrogate. */
static void
test_utf8_all(void)
{
	unsigned char c[4];
	unsigned long p, wrong = 0;
	struct utf8 u;
	size_t n;

	for (p = 0x80; p <= 0x10ffff; p++) {
		n = p < 0x800 ? 2 : p < 0x10000 ? 3 : 4;
		c[0] = (unsigned char)(n == 2 ? 0xc0 | p >> 6
			: n == 3	      ? 0xe0 | p >> 12
					      : 0xf0 | p >> 18);
		c[1] = (unsigned char)(0x80 | (p >> (6 * (n - 2)) & 0x3f));
		if (n > 2)
			c[2] =
			    (unsigned char)(0x80 | (p >> (6 * (n - 3)) & 0x3f));
		if (n > 3)
			c[3] = (unsigned char)(0x80 | (p & 0x3f));
		memset(&u, 0, sizeof(u));
		utf8_add(&u, c, n);
		if (utf8_is_valid(&u) == (p >= 0xd800 && p <= 0xdfff))
			wrong++;
	}
	tap_ok(wrong == 0, "every character is valid, and no surrogate is");
}

static void
test_escape(void)
{
	struct buf b;

	buf_init(&b, MAX);
	json_add_string(&b, "a\"b\\c/d\b\f\n\r\t\x01\x1f\x7f");
	tap_ok(has(&b, "\"a\\\"b\\\\c/d\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\""),
	    "what must be escaped is, and nothing else");
	json_add_escaped(&b, "\0x", 2);
	tap_ok(has(&b, "\\u0000x"), "NUL is escaped");
	json_add_escaped(&b, "\xe2", 1);
	json_add_escaped(&b, "\x82\xac", 2);
	tap_ok(has(&b, "\xe2\x82\xac"), "a character may be cut in two");
	json_add_string(&b, "");
	tap_ok(has(&b, "\"\""), "an empty string");
	buf_clear(&b);
	buf_init(&b, 4);
	tap_ok(json_add_string(&b, "12345") == -1, "a full buffer is told");
	buf_clear(&b);
}

/* text as base64, in pieces of n bytes, is want. */
static bool
encodes(const char *text, size_t n, const char *want)
{
	struct base64 b64 = {0};
	size_t at, len = strlen(text);
	struct buf b;
	bool same;

	buf_init(&b, MAX);
	for (at = 0; at < len; at += n)
		base64_add(&b64, &b, text + at, len - at < n ? len - at : n);
	base64_end(&b64, &b);
	same = has(&b, want);
	buf_clear(&b);
	return same;
}

static void
test_base64(void)
{
	/* those of RFC 4648, and all digits */
	static const char *cases[][2] = {
	    {"", ""},
	    {"f", "Zg=="},
	    {"fo", "Zm8="},
	    {"foo", "Zm9v"},
	    {"foob", "Zm9vYg=="},
	    {"fooba", "Zm9vYmE="},
	    {"foobar", "Zm9vYmFy"},
	    {"\xfb\xff\xbf\x01\x10\x83\x10\x51\x87", "+/+/ARCDEFGH"},
	};
	char text[1001], want[1337];
	size_t i, n, wrong = 0;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (n = 1; n < 11; n++) {
			if (!encodes(cases[i][0], n, cases[i][1]))
				wrong++;
		}
	}
	tap_ok(wrong == 0, "base64 is the standard's, however it is cut");
	/* more than is encoded at a time */
	memset(text, 'A', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < 1332; i += 4)
		memcpy(want + i, "QUFB", 4);
	memcpy(want + 1332, "QQ==", 5);
	tap_ok(encodes(text, 1000, want) && encodes(text, 7, want),
	    "and of any length");
}

int
main(void)
{
	test_utf8();
	test_utf8_all();
	test_escape();
	test_base64();
	return tap_done();
}
