/*
 * test_show: owns the tests of worker/show: what of a text from outside reaches
 * a terminal.  It must not know which messages are shown.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/tap.h"
#include "worker/show.h"

#define ROOM 256 /* bytes: more than any text here needs */

static const struct {
	const char *name;
	const char *text;
	const char *want; /* NULL: the text itself */
} texts[] = {
    {"nothing", "", NULL},
    {"a word", "word", NULL},
    {"blanks", "  a b ", NULL},
    {"marks of ASCII", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", NULL},
    {"a backslash", "a\\b\\", NULL},
    {"a new line", "a\nb\n", "a\\nb\\n"},
    {"a tab", "a\tb", "a\\tb"},
    {"a carriage return", "a\r", "a\\r"},
    {"a bell and a backspace", "\a\b", "\\a\\b"},
    {"an escape sequence", "\x1b[31mred", "^[[31mred"},
    {"a delete", "\x7f", "^?"},
    {"other controls", "\x01\x1f", "^A^_"},
    {"characters of two bytes", "\xc2\xa0\xc3\xa9\xdf\xbf", NULL},
    {"characters of three bytes", "\xe0\xa0\x80\xe2\x82\xac\xef\xbf\xbd", NULL},
    {"characters of four bytes", "\xf0\x90\x80\x80\xf0\x9f\x98\x80", NULL},
    {"UTF-8 among ASCII", "a\xc3\xa9z\n", "a\xc3\xa9z\\n"},
};

/* Each byte of these must be escaped. */
static const struct {
	const char *name;
	const char *text;
} escaped[] = {
    {"a byte that is no UTF-8", "\xff"},
    {"a continuation alone", "\x80"},
    {"two continuations", "\xbf\x80"},
    {"a beginning alone", "\xc3"},
    {"three bytes cut to two", "\xe2\x82"},
    {"four bytes cut to three", "\xf0\x9f\x98"},
    {"an overlong slash of two", "\xc0\xaf"},
    {"an overlong slash of three", "\xe0\x80\xaf"},
    {"an overlong slash of four", "\xf0\x80\x80\xaf"},
    {"an overlong escape", "\xc0\x9b"},
    {"a surrogate", "\xed\xa0\x80"},
    {"the last surrogate", "\xed\xbf\xbf"},
    {"beyond Unicode", "\xf4\x90\x80\x80"},
    {"far beyond Unicode", "\xf8\x88\x80\x80\x80"},
    {"a C1 control, the one that begins sequences", "\xc2\x9b"},
    {"the first C1 control", "\xc2\x80"},
    {"the last C1 control", "\xc2\x9f"},
    {"a mark that reverses the text", "\xe2\x80\xae"},
    {"a mark of the byte order", "\xef\xbb\xbf"},
    {"a mark that isolates", "\xe2\x81\xa6"},
    {"a bare C1 byte", "\x9b"},
};

static void
test_texts(void)
{
	const char *want;
	char out[ROOM];
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		want = texts[i].want != NULL ? texts[i].want : texts[i].text;
		tap_str(show_text(out, sizeof(out), texts[i].text), want,
		    texts[i].name);
	}
	tap_ok(show_text(out, sizeof(out), "a") == out, "it returns the copy");
}

static bool
is_ascii(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~')
			return false;
	}
	return true;
}

static void
test_escaped(void)
{
	char out[ROOM], text[32];
	size_t i, len;

	for (i = 0; i < sizeof(escaped) / sizeof(escaped[0]); i++) {
		/* what follows a broken character is itself again */
		snprintf(text, sizeof(text), "<%s>", escaped[i].text);
		show_text(out, sizeof(out), text);
		len = strlen(out);
		tap_ok(is_ascii(out) && len > strlen(text) && out[0] == '<' &&
			out[len - 1] == '>',
		    escaped[i].name);
	}
}

static void
test_every_byte(void)
{
	char out[ROOM], text[3] = "";
	bool ok = true;
	int first, second;

	for (first = 1; first < 256; first++) {
		for (second = 0; second < 256; second++) {
			text[0] = (char)first;
			text[1] = (char)second;
			show_text(out, sizeof(out), text);
			/* those of two bytes that are characters */
			if (first >= 0xc2 && first <= 0xdf && second >= 0x80 &&
			    second <= 0xbf && (first > 0xc2 || second >= 0xa0))
				ok = ok && strcmp(out, text) == 0;
			else
				ok = ok && is_ascii(out);
		}
	}
	tap_ok(ok, "of all pairs of bytes only characters stay");
}

/* True when the text, shown in size bytes, is the beginning of all of it. */
static bool
is_cut_well(const char *text, const char *whole, size_t size)
{
	char *out = malloc(size); /* a write past its end is found */
	size_t len;
	bool ok;

	memset(out, 'x', size);
	show_text(out, size, text);
	ok = memchr(out, '\0', size) != NULL;
	len = ok ? strlen(out) : 0;
	ok = ok && strncmp(out, whole, len) == 0;
	/* no character is cut: what is left begins one */
	ok = ok && (whole[len] & 0xc0) != 0x80;
	/* and no more is cut than has to be */
	ok = ok && (len == strlen(whole) || len + 6 > size || size < 6);
	free(out);
	return ok;
}

static void
test_cut(void)
{
	static const char *const cut[] = {"plain text, of some length",
	    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xc3\xa9",
	    "\xff\xff\xff\xff\xff\xff", "\n\n\n\n\n\n\n\n", "",
	    "\x1b\xc3\xa9\x80\xe2\x82\xac\r\xc3"};
	char whole[ROOM];
	size_t i, size;
	bool ok;

	for (i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		show_text(whole, sizeof(whole), cut[i]);
		ok = true;
		for (size = 1; size < 64; size++)
			ok = ok && is_cut_well(cut[i], whole, size);
		tap_ok(ok, "a text is cut to fit, between characters");
	}
}

int
main(void)
{
	test_texts();
	test_escaped();
	test_every_byte();
	test_cut();
	return tap_done();
}
