/*
 * words: a line cut into words as a shell would.
 * It owns the rules of quoting; it must not know what the words are for.
 */
#include "cmd/words.h"

#include <string.h>

#define BLANKS " \t\n"

/* Copies what stands between quotes, from behind the first.  NULL: no end. */
static const char *
copy_quoted(const char *p, char quote, char **text)
{
	for (; *p != quote; p++) {
		if (quote == '"' && *p == '\\' && p[1] != '\0' &&
		    strchr("\\\"$`", p[1]) != NULL)
			p++;
		if (*p == '\0')
			return NULL;
		*(*text)++ = *p;
	}
	return p + 1;
}

/* Copies one word.  NULL: *why says why not. */
static const char *
copy_word(const char *p, char **text, const char **why)
{
	while (*p != '\0' && strchr(BLANKS, *p) == NULL) {
		if (*p == '\'' || *p == '"') {
			p = copy_quoted(p + 1, *p, text);
			if (p == NULL) {
				*why = "a quote is not closed";
				return NULL;
			}
			continue;
		}
		if (*p == '\\' && *++p == '\0') {
			*why = "nothing stands behind the last backslash";
			return NULL;
		}
		*(*text)++ = *p++;
	}
	*(*text)++ = '\0';
	return p;
}

int
words_split(const char *line, char *text, const char **why)
{
	int n = 0;

	for (line += strspn(line, BLANKS); *line != '\0';
	     line += strspn(line, BLANKS)) {
		if ((line = copy_word(line, &text, why)) == NULL)
			return -1;
		n++;
	}
	return n;
}
