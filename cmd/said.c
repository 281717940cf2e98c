/*
 * said: the last line that a job wrote on stderr.
 * It owns the line; it must not know where the bytes go.
 */
#include "cmd/said.h"

#include <string.h>

void
said_clear(struct said *s)
{
	s->len = 0;
	s->ended = false;
	s->text[0] = '\0';
}

void
said_add(struct said *s, const char *data, size_t n)
{
	size_t all = n, line = 0;
	const char *before;

	while (n > 0 && data[n - 1] == '\n')
		n--;
	if (n > 0) {
		before = memrchr(data, '\n', n);
		if (before != NULL)
			line = (size_t)(before - data) + 1;
		if (s->ended || before != NULL)
			said_clear(s);
		n -= line;
		if (n > SAID_MAX - s->len)
			n = SAID_MAX - s->len;
		memcpy(s->text + s->len, data + line, n);
		s->len += n;
		s->text[s->len] = '\0';
	}
	if (all > 0 && data[all - 1] == '\n')
		s->ended = true;
}
