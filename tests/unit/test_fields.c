/*
 * test_fields: owns the tests of cmd/fields.  It must not know of the journal.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/fields.h"
#include "tests/unit/tap.h"

/* Joins the strings in text, and splits what came. */
static void
test_both_ways(const char *text, size_t len, size_t n, const char *wanted)
{
	char *line = fields_join_text(text, len), *again;
	size_t got = 0;
	char **strings = fields_split(line, &got);

	tap_str(line, wanted, "strings as a line");
	tap_int((long long)got, (long long)n, "as many again");
	again = fields_join(strings, got);
	tap_str(again, wanted, "and the same");
	free(strings);
	free(again);
	free(line);
}

#define BOTH_WAYS(text, n, wanted)                                             \
	test_both_ways(text, sizeof(text) - 1, n, wanted)

static void
test_split(const char *line, const char *wanted)
{
	size_t n;
	char **strings = fields_split(line, &n);

	tap_str(strings[0], wanted, "an escape that is none stays");
	tap_str(strings[n], NULL, "NULL is the last");
	free(strings);
}

int
main(void)
{
	BOTH_WAYS("a", 1, "a");
	BOTH_WAYS("", 1, "");
	BOTH_WAYS("\0", 2, "\t");
	BOTH_WAYS("a b\0c", 2, "a b\tc");
	BOTH_WAYS("a\tb\nc\rd\\e", 1, "a\\tb\\nc\\rd\\\\e");
	BOTH_WAYS("\\t\0\\\0\\", 3, "\\\\t\t\\\\\t\\\\");
	BOTH_WAYS("\xff\x80", 1, "\xff\x80");
	test_split("\\x\\", "\\x\\");
	return tap_done();
}
