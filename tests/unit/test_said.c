/*
 * test_said: owns the tests of cmd/said: which line was the last, however the
 * bytes came.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/said.h"
#include "tests/unit/tap.h"

static const struct {
	const char *text, *last;
} cases[] = {
    {"", ""},
    {"\n\n", ""},
    {"one", "one"},
    {"one\n", "one"},
    {"one\ntwo", "two"},
    {"one\ntwo\n", "two"},
    {"one\ntwo\n\n\n", "two"},
    {"\none\n\ntwo three\n", "two three"},
    {"a\nb\nc\n", "c"},
};

/* Each text in pieces of every length. */
static void
test_pieces(void)
{
	size_t i, n, at, len;
	struct said s;
	bool same;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = strlen(cases[i].text);
		same = true;
		for (n = 1; n <= len + 1; n++) {
			said_clear(&s);
			for (at = 0; at < len; at += n)
				said_add(&s, cases[i].text + at,
				    len - at < n ? len - at : n);
			same = same && strcmp(s.text, cases[i].last) == 0;
		}
		tap_ok(same, cases[i].last);
	}
}

static void
test_long(void)
{
	char line[3 * SAID_MAX];
	struct said s;

	memset(line, 'x', sizeof(line));
	said_clear(&s);
	said_add(&s, line, sizeof(line));
	tap_int(strlen(s.text), SAID_MAX, "a long line is cut");
	said_add(&s, "y", 1);
	tap_int(strlen(s.text), SAID_MAX, "and stays so");
	said_add(&s, "\nz", 2);
	tap_ok(strcmp(s.text, "z") == 0, "the next one begins anew");
}

int
main(void)
{
	test_pieces();
	test_long();
	return tap_done();
}
