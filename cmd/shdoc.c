/*
 * shdoc: owns the reading of a here-document's delimiter, and the search for
 * the line that holds it.  It must not know of the contexts around it.
 */
#include "cmd/shdoc.h"

#include <string.h>

/*
 * Adds the character at *s to the delimiter, and moves on.  quote: the mark of
 * the quotes it is in.  False when the shells could take it differently.
 */
static bool
take(struct shdoc *d, const char **s, char quote)
{
	char c = *(*s)++;

	if (c == '\\' && quote != '\'') {
		d->quoted = true;
		c = *(*s)++;
		/* Between double quotes some keep the backslash. */
		if (quote == '"' || c == '\0')
			return false;
	} else if (c == '$' || c == '`')
		return false;
	if (c == '\n' || d->len + 1 >= sizeof(d->delimiter))
		return false;
	d->delimiter[d->len++] = c;
	return true;
}

size_t
shdoc_begin(struct shdoc *d, const char *s)
{
	const char *start = s;
	char quote = '\0';

	memset(d, 0, sizeof(*d));
	d->strip = *s == '-';
	s += d->strip;
	s += strspn(s, " \t");
	while (*s != '\0') {
		if (quote == '\0' && strchr(" \t\n;&|<>()", *s) != NULL)
			break;
		if (quote == '\0' && (*s == '\'' || *s == '"')) {
			quote = *s++;
			d->quoted = true;
		} else if (*s == quote) {
			quote = '\0';
			s++;
		} else if (!take(d, &s, quote))
			return 0;
	}
	return quote == '\0' && d->len > 0 ? (size_t)(s - start) : 0;
}

/* A backslash at the end of a line joins the next one to it. */
static bool
is_continued(const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && line[len - n - 1] == '\\')
		n++;
	return n % 2 == 1;
}

bool
shdoc_find_end(
    const struct shdoc *d, const char *body, size_t *end, size_t *next)
{
	const char *s = body, *text;
	bool joined = false;
	size_t len;

	while (*s != '\0') {
		text = d->strip ? s + strspn(s, "\t") : s;
		len = strcspn(text, "\n");
		if (len == d->len && memcmp(text, d->delimiter, len) == 0) {
			*end = (size_t)(s - body);
			*next = *end + (size_t)(text - s) + len;
			*next += body[*next] == '\n';
			return !joined;
		}
		joined = !d->quoted && is_continued(text, len);
		/* What two lines make together is a delimiter to some. */
		if (joined && len <= d->len &&
		    memcmp(text, d->delimiter, len - 1) == 0)
			return false;
		s = text + len + (text[len] == '\n');
	}
	return false;
}
