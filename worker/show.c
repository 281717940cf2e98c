/*
 * show: text from outside, made fit for a person's terminal.
 * Pure.  vis(3) alone would escape every byte of UTF-8 as well.
 */
#include "worker/show.h"

#include <stdbool.h>
#include <string.h>
#include <vis.h>

#define VIS_CHAR_MAX 5 /* bytes that vis(3) makes of one, with its NUL */

/*
 * Length of the printable UTF-8 character of several bytes at s; 0 when there
 * is none: ASCII, broken, overlong, a surrogate or a control character.
 */
static size_t
utf8_length(const unsigned char *s)
{
	unsigned long c;
	size_t n, i;

	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		n = 2;
		c = s[0] & 0x1f;
	} else if (s[0] >= 0xe0 && s[0] <= 0xef) {
		n = 3;
		c = s[0] & 0x0f;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		n = 4;
		c = s[0] & 0x07;
	} else {
		return 0;
	}
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < 0xa0 || (n == 3 && c < 0x800) || (n == 4 && c < 0x10000) ||
	    (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return 0;
	/* marks that reorder the text around them */
	if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
		return 0;
	/* nor is a byte order mark to be seen, with which lists may begin */
	if (c == 0xfeff)
		return 0;
	return n;
}

size_t
show_plain(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	return *s >= ' ' && *s <= '~' ? 1 : utf8_length(s);
}

/* Adds one byte and returns the new end.  libbsd's vis(3) wants memory. */
static char *
add_byte(char *d, unsigned char c, unsigned char next)
{
	char *end;

	end = vis(d, c, VIS_CSTYLE | VIS_NL | VIS_TAB | VIS_NOSLASH, next);
	if (end != NULL)
		return end;
	*d++ = '?';
	return d;
}

const char *
show_text(char *dst, size_t size, const char *src)
{
	char *d = dst, *end = dst + size;
	size_t n;

	while (*src != '\0' && end - d > VIS_CHAR_MAX) {
		n = show_plain(src);
		if (n > 0) {
			memcpy(d, src, n);
			d += n;
			src += n;
			continue;
		}
		d = add_byte(d, (unsigned char)src[0], (unsigned char)src[1]);
		src++;
	}
	*d = '\0';
	return dst;
}
