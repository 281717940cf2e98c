/*
 * test_words: owns what a shell makes of a line, and what words_split() does.
 */
#include "cmd/words.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/tap.h"

/* The words of a line with "|" behind each; or why there are none. */
static const char *
split(const char *line)
{
	static char shown[256];
	char text[256], *word = text;
	const char *why = NULL;
	int n, i;

	memset(text, 'X', sizeof(text));
	n = words_split(line, text, &why);
	if (n == -1)
		return why;
	shown[0] = '\0';
	for (i = 0; i < n; i++) {
		strlcat(shown, word, sizeof(shown));
		strlcat(shown, "|", sizeof(shown));
		word += strlen(word) + 1;
	}
	/* no more is written than there is room for */
	return text[strlen(line) + 1] == 'X' ? shown : "too much";
}

int
main(void)
{
	tap_str(split(""), "", "an empty line has no words");
	tap_str(split(" \t "), "", "nor has one of blanks");
	tap_str(split("run"), "run|", "one word");
	tap_str(split("  a  b\tc "), "a|b|c|", "blanks around words");
	tap_str(split("a 'b  c' d"), "a|b  c|d|", "single quotes");
	tap_str(split("a \"b  c\" d"), "a|b  c|d|", "double quotes");
	tap_str(split("a'b'\"c\"d"), "abcd|", "quotes inside a word");
	tap_str(split("'' \"\""), "||", "empty words");
	tap_str(split("a\\ b \\' \\\\"), "a b|'|\\|", "backslashes");
	tap_str(split("\"\\a \\\" \\$ \\` \\\\\""), "\\a \" $ ` \\|",
	    "backslashes in double quotes");
	tap_str(split("'\\'"), "\\|", "a backslash in single quotes");
	tap_str(split("http://h/?a=1&b=$c;#d"), "http://h/?a=1&b=$c;#d|",
	    "nothing of a URL is special");
	tap_str(split("it's"), "a quote is not closed", "a lone single quote");
	tap_str(
	    split("\"a\\\""), "a quote is not closed", "a lone double quote");
	tap_str(split("a\\"), "nothing stands behind the last backslash",
	    "a lone backslash");
	return tap_done();
}
