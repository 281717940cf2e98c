/*
 * json: what is needed to write JSON.
 * It owns nothing; it must not know what is written, nor where it goes.
 */
#include "worker/json.h"

#include <string.h>

#define GROUPS	   256U /* of base64, encoded at a time */
#define ESCAPE_MAX 6U	/* bytes that one becomes in a string, at most */

/* The first byte of a character: how many follow, and within which bounds. */
static bool
utf8_begin(struct utf8 *u, unsigned char c)
{
	u->low = 0x80;
	u->high = 0xbf;
	if (c >= 0xc2 && c <= 0xdf) {
		u->left = 1;
	} else if (c >= 0xe0 && c <= 0xef) {
		u->left = 2;
		if (c == 0xe0) /* what would be shorter otherwise */
			u->low = 0xa0;
		if (c == 0xed) /* surrogates */
			u->high = 0x9f;
	} else if (c >= 0xf0 && c <= 0xf4) {
		u->left = 3;
		if (c == 0xf0)
			u->low = 0x90;
		if (c == 0xf4) /* beyond U+10FFFF */
			u->high = 0x8f;
	} else {
		return false;
	}
	return true;
}

void
utf8_add(struct utf8 *u, const void *data, size_t n)
{
	const unsigned char *p = data, *end = p + n;

	for (; p < end && !u->bad; p++) {
		if (u->left == 0) {
			u->bad = *p >= 0x80 && !utf8_begin(u, *p);
			continue;
		}
		u->bad = *p < u->low || *p > u->high;
		u->left--;
		u->low = 0x80;
		u->high = 0xbf;
	}
}

bool
utf8_is_valid(const struct utf8 *u)
{
	return !u->bad && u->left == 0;
}

/* How a byte is written in a string, and its length; 0: as it is. */
static size_t
escape(unsigned char c, char text[ESCAPE_MAX])
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i + 1 < sizeof(letters); i += 2) {
		if (c != (unsigned char)letters[i])
			continue;
		text[0] = '\\';
		text[1] = letters[i + 1];
		return 2;
	}
	if (c >= ' ')
		return 0;
	memcpy(text, "\\u00", 4);
	text[4] = digits[c >> 4];
	text[5] = digits[c & 0x0f];
	return ESCAPE_MAX;
}

int
json_add_escaped(struct buf *b, const void *data, size_t n)
{
	const unsigned char *p = data, *end = p + n, *plain = p;
	char text[ESCAPE_MAX];
	size_t len;

	for (; p < end; p++) {
		if (*p > '\\' || (len = escape(*p, text)) == 0)
			continue;
		if (buf_add(b, plain, (size_t)(p - plain)) == -1 ||
		    buf_add(b, text, len) == -1)
			return -1;
		plain = p + 1;
	}
	return buf_add(b, plain, (size_t)(end - plain));
}

int
json_add_string(struct buf *b, const char *string)
{
	if (buf_add(b, "\"", 1) == -1 ||
	    json_add_escaped(b, string, strlen(string)) == -1)
		return -1;
	return buf_add(b, "\"", 1);
}

/* Three bytes become four characters. */
static void
encode(const unsigned char in[3], char out[4])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	out[0] = digits[in[0] >> 2];
	out[1] = digits[(in[0] & 0x03) << 4 | in[1] >> 4];
	out[2] = digits[(in[1] & 0x0f) << 2 | in[2] >> 6];
	out[3] = digits[in[2] & 0x3f];
}

/* Adds the group that p completes.  How many bytes of p it took. */
static int
add_left(struct base64 *b64, struct buf *b, const unsigned char *p)
{
	unsigned char group[3];
	size_t n = b64->nleft, took = sizeof(group) - n;
	char text[4];

	memcpy(group, b64->left, n);
	memcpy(group + n, p, took);
	encode(group, text);
	b64->nleft = 0;
	return buf_add(b, text, sizeof(text)) == -1 ? -1 : (int)took;
}

int
base64_add(struct base64 *b64, struct buf *b, const void *data, size_t n)
{
	const unsigned char *p = data;
	char text[4 * GROUPS];
	size_t i, groups;
	int took;

	if (b64->nleft > 0 && b64->nleft + n >= 3) {
		if ((took = add_left(b64, b, p)) == -1)
			return -1;
		p += took;
		n -= (size_t)took;
	}
	for (; b64->nleft == 0 && n >= 3; n -= 3 * groups) {
		groups = n / 3 < GROUPS ? n / 3 : GROUPS;
		for (i = 0; i < groups; i++, p += 3)
			encode(p, text + 4 * i);
		if (buf_add(b, text, 4 * groups) == -1)
			return -1;
	}
	for (; n > 0; n--)
		b64->left[b64->nleft++] = *p++;
	return 0;
}

int
base64_end(struct base64 *b64, struct buf *b)
{
	unsigned char group[3] = {0};
	char text[4];

	if (b64->nleft == 0)
		return 0;
	memcpy(group, b64->left, b64->nleft);
	encode(group, text);
	text[3] = '=';
	if (b64->nleft == 1)
		text[2] = '=';
	b64->nleft = 0;
	return buf_add(b, text, sizeof(text));
}
