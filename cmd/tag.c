/*
 * tag: what each line of a job's output begins with.
 * It owns the text of tags; it must not know where the lines go.
 */
#include "cmd/tag.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/expand.h"
#include "cmd/template.h"

#define PIECE_MAX  4096U	   /* bytes to tag at a time … */
#define TAGGED_MAX (1024U * 1024U) /* … which become at most so many */

/* Puts the characters that are written with a backslash in their places. */
static void
unescape(char *s)
{
	static const char escapes[] = "t\tn\nr\r";
	const char *from = s, *e;

	for (; *from != '\0'; from++) {
		e = from[0] == '\\' && from[1] != '\0'
		    ? strchr(escapes, from[1])
		    : NULL;
		if (e != NULL && (e - escapes) % 2 == 0) {
			*s++ = e[1];
			from++;
		} else {
			*s++ = *from;
		}
	}
	*s = '\0';
}

int
tag_init(struct tag *tag, const char *word, const struct replace_set *set,
    uint64_t total)
{
	*tag = (struct tag){.set = set, .total = total};
	if (word == NULL || *word == '\0')
		return 0;
	if ((tag->word = strdup(word)) == NULL)
		return -1;
	unescape(tag->word);
	return 0;
}

void
tag_clear(struct tag *tag)
{
	free(tag->word);
	tag->word = NULL;
}

/* The task's own, made when it is first needed.  NULL without memory. */
static const char *
text_of(const struct tag *tag, struct task *t)
{
	struct replace_values values;

	if (t->tag == NULL) {
		values = task_values(t, tag->total);
		t->tag = expand_word(tag->set, tag->word, &values);
	}
	return t->tag;
}

size_t
tag_at_a_time(const struct tag *tag, struct task *t)
{
	const char *text = text_of(tag, t);
	size_t n;

	if (text == NULL)
		return 0;
	n = TAGGED_MAX / (strlen(text) + 2);
	if (n > PIECE_MAX)
		return PIECE_MAX;
	return n > 0 ? n : 1;
}

int
tag_add(const struct tag *tag, struct task *t, unsigned stream, struct buf *out,
    const char *p, size_t n)
{
	const char *text = text_of(tag, t), *end;
	bool *midline = &t->midline[stream - 1];
	size_t len;

	if (text == NULL)
		return -1;
	for (; n > 0; p += len, n -= len) {
		if (!*midline &&
		    (buf_add(out, text, strlen(text)) == -1 ||
			buf_add(out, "\t", 1) == -1))
			return -1;
		end = memchr(p, '\n', n);
		len = end != NULL ? (size_t)(end - p) + 1 : n;
		*midline = end == NULL;
		if (buf_add(out, p, len) == -1)
			return -1;
	}
	return 0;
}
