/*
 * fields: several strings as one line of text.
 * It owns how they are written; it must not know what they mean.
 */
#include "cmd/fields.h"

#include <stdlib.h>
#include <string.h>

/* What is escaped, and the letter that stands for it. */
static const char plain[] = "\t\n\r\\";
static const char letters[] = "tnr\\";

/* Adds a byte at p, or two; where the next goes. */
static char *
put(char *p, char c)
{
	const char *found = c != '\0' ? strchr(plain, c) : NULL;

	if (found == NULL) {
		*p++ = c;
		return p;
	}
	*p++ = '\\';
	*p++ = letters[found - plain];
	return p;
}

char *
fields_join_text(const char *text, size_t len)
{
	char *line = malloc(2 * len + 1), *p = line;
	size_t i;

	if (line == NULL)
		return NULL;
	for (i = 0; i < len; i++) {
		if (text[i] == '\0')
			*p++ = '\t';
		else
			p = put(p, text[i]);
	}
	*p = '\0';
	return line;
}

char *
fields_join(char *const *strings, size_t n)
{
	size_t i, len = 1;
	char *line, *p;
	const char *s;

	for (i = 0; i < n; i++)
		len += 2 * strlen(strings[i]) + 1;
	if ((line = p = malloc(len)) == NULL)
		return NULL;
	for (i = 0; i < n; i++) {
		if (i > 0)
			*p++ = '\t';
		for (s = strings[i]; *s != '\0'; s++)
			p = put(p, *s);
	}
	*p = '\0';
	return line;
}

/* Copies one string of a line; where the next begins, NULL after the last. */
static const char *
take(const char *line, char **to)
{
	const char *found;
	char *p = *to;

	for (; *line != '\0' && *line != '\t'; line++) {
		found = NULL;
		if (*line == '\\' && line[1] != '\0')
			found = strchr(letters, line[1]);
		*p++ = found != NULL ? plain[found - letters] : *line;
		line += found != NULL;
	}
	*p++ = '\0';
	*to = p;
	return *line == '\t' ? line + 1 : NULL;
}

char **
fields_split(const char *line, size_t *n)
{
	char **strings, *text;
	const char *p;
	size_t most = 1;

	for (p = line; (p = strchr(p, '\t')) != NULL; p++)
		most++;
	strings = malloc((most + 1) * sizeof(*strings) + strlen(line) + 1);
	if (strings == NULL)
		return NULL;
	text = (char *)&strings[most + 1];
	for (*n = 0; line != NULL; ++*n) {
		strings[*n] = text;
		line = take(line, &text);
	}
	strings[*n] = NULL;
	return strings;
}
