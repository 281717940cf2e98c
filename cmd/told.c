/*
 * told: the facts that a worker tells of a job.
 * It owns how they become JSON; it must not know what they mean.
 */
#include "cmd/told.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "worker/json.h"

#define TOLD_MAX                                                               \
	(1024U * 1024U) /* bytes of JSON: a DONE has at most 256 KiB           \
			 */

/* A number, true, false or null: what needs no quotes. */
static bool
is_bare(const char *value)
{
	return *value != '\0' &&
	    value[strspn(value, "0123456789.-+abcdefghijklmnopqrstuvwxyz")] ==
	    '\0';
}

static bool
is_utf8(const char *value)
{
	struct utf8 u = {0};

	utf8_add(&u, value, strlen(value));
	return utf8_is_valid(&u);
}

static int
add_value(struct buf *b, const char *value, bool bare)
{
	struct base64 b64 = {0};

	if (bare && is_bare(value))
		return buf_add(b, value, strlen(value));
	if (is_utf8(value))
		return json_add_string(b, value);
	if (buf_add(b, "\"", 1) == -1 ||
	    base64_add(&b64, b, value, strlen(value)) == -1 ||
	    base64_end(&b64, b) == -1)
		return -1;
	return buf_add(b, "\"", 1);
}

/* Bytes of a key before its dot: of the object that it is in; 0: in none. */
static size_t
object_of(const char *key)
{
	const char *dot = strchr(key, '.');

	return dot != NULL ? (size_t)(dot - key) : 0;
}

/* ,"key": or ,"key_base64": */
static int
add_key(struct buf *b, const char *key, bool text, bool comma)
{
	if ((comma && buf_add(b, ",", 1) == -1) || buf_add(b, "\"", 1) == -1 ||
	    json_add_escaped(b, key, strlen(key)) == -1)
		return -1;
	return text ? buf_add(b, "\":", 2) : buf_add(b, "_base64\":", 9);
}

/*
 * Adds a fact.  Facts of one object follow each other: *open is the key of the
 * first of them, until there comes another.
 */
static int
add_fact(struct buf *b, const char **open, const char *key, const char *value)
{
	bool bare = *key == '#', first = true;
	size_t in, was = *open != NULL ? object_of(*open) : 0;

	key += bare;
	in = object_of(key);
	if (was > 0) {
		first = in != was || memcmp(*open, key, in) != 0;
		if (first && buf_add(b, "}", 1) == -1)
			return -1;
	}
	*open = in > 0 ? key : NULL;
	if (in > 0 && first &&
	    (buf_add(b, ",\"", 2) == -1 || json_add_escaped(b, key, in) == -1 ||
		buf_add(b, "\":{", 3) == -1))
		return -1;
	if (in > 0)
		key += in + 1;
	if (add_key(b, key, bare || is_utf8(value), in == 0 || !first) == -1)
		return -1;
	return add_value(b, value, bare);
}

/* What is for us alone. */
static int
take_own(struct task *t, const char *key, const char *value)
{
	if (strcmp(key, ".resume") != 0)
		return 0;
	free(t->resume);
	t->resume = strdup(value);
	return t->resume != NULL ? 0 : -1;
}

static int
make_buffer(struct task *t)
{
	if (t->told == NULL) {
		if ((t->told = malloc(sizeof(*t->told))) == NULL)
			return -1;
		buf_init(t->told, TOLD_MAX);
	}
	buf_truncate(t->told, 0);
	return 0;
}

int
told_take(struct task *t, struct msg_strings *facts)
{
	const char *key, *value, *open = NULL;
	bool made = false;
	size_t len;

	while ((key = msg_next_string(facts, &len)) != NULL &&
	    (value = msg_next_string(facts, &len)) != NULL) {
		if (*key == '.') {
			if (take_own(t, key, value) == -1)
				return -1;
			continue;
		}
		if (!made && make_buffer(t) == -1)
			return -1;
		made = true;
		if (add_fact(t->told, &open, key, value) == -1)
			return -1;
	}
	return open != NULL && object_of(open) > 0 ? buf_add(t->told, "}", 1)
						   : 0;
}
