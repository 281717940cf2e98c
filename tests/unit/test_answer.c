/* test_answer: owns the tests of worker/answer: where an answer ends. */
#include <string.h>

#include "tests/unit/tap.h"
#include "worker/answer.h"

/* The text cut into answers, "|" after each, as it comes in pieces. */
static const char *
cut(unsigned lines, const char *text, size_t piece)
{
	static char out[256];
	struct answer a = {.end = '\n', .lines = lines};
	size_t left = strlen(text), n, len;
	char *p = out;
	bool whole;

	while (left > 0) {
		n = left < piece ? left : piece;
		left -= n;
		for (; n > 0; n -= len, text += len) {
			len = answer_next(&a, text, n, &whole);
			memcpy(p, text, len);
			p += len;
			if (whole)
				*p++ = '|';
		}
	}
	*p = '\0';
	return out;
}

int
main(void)
{
	static const char two[] = "a\nb\n|c\nd\n|e\n",
			  block[] = "a\nb\n\n|\n|c\n\n|d\n";
	size_t n;
	bool right = true;

	tap_str(cut(1, "a\n\nb", 99), "a\n|\n|b", "lines");
	for (n = 1; n < 12; n++)
		right = right && strcmp(cut(2, "a\nb\nc\nd\ne\n", n), two) == 0;
	tap_ok(right, "two lines, in pieces of any size");
	right = true;
	for (n = 1; n < 12; n++)
		right = right &&
		    strcmp(cut(0, "a\nb\n\n\nc\n\nd\n", n), block) == 0;
	tap_ok(right, "up to an empty line, in pieces of any size");
	return tap_done();
}
