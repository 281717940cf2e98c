/*
 * cut: where data may be cut into records.
 * It owns the separators; it must not know where the data comes from.
 */
#include "cmd/cut.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS_MAX 16
#define WINDOW_MIN 4096U  /* bytes given to an expression at first … */
#define TAIL_MIN   65536U /* … and from behind */

/* A separator: what ends a record, up to place, and what begins the next. */
struct found {
	size_t from;
	size_t place;
	size_t end;
};

/* A copy of text with its escapes resolved; *len: of it. */
static char *
resolve(const char *text, size_t *len)
{
	static const char escapes[] = "n\nt\tr\r\\\\";
	char *copy = malloc(strlen(text) + 1), *q = copy;
	const char *e;

	if (copy == NULL)
		return NULL;
	for (; *text != '\0'; text++) {
		if (text[0] == '\\' && text[1] == '0') {
			*q++ = '\0';
			text++;
		} else if (text[0] == '\\' && text[1] != '\0' &&
		    (e = strchr(escapes, text[1])) != NULL) {
			*q++ = e[1];
			text++;
		} else {
			*q++ = *text;
		}
	}
	*len = (size_t)(q - copy);
	*q = '\0';
	return copy;
}

/* An expression that knows \n, \t and \r as others do. */
static char *
expression(const char *text)
{
	static const char escapes[] = "n\nt\tr\r";
	char *copy = strdup(text), *q = copy;
	const char *e;

	for (; copy != NULL && *text != '\0'; text++) {
		if (text[0] == '\\' && text[1] != '\0') {
			if ((e = strchr(escapes, text[1])) != NULL) {
				*q++ = e[1];
				text++;
				continue;
			}
			*q++ = *text++;
		}
		*q++ = *text;
	}
	if (copy != NULL)
		*q = '\0';
	return copy;
}

static int
compile(regex_t *regex, const char *text, const char *option, const char **why)
{
	static char message[128];
	int error = regcomp(regex, text, REG_EXTENDED | REG_NEWLINE);
	size_t n;

	if (error == 0)
		return 0;
	n = (size_t)snprintf(message, sizeof(message), "%s: ", option);
	regerror(error, regex, message + n, sizeof(message) - n);
	*why = message;
	return -1;
}

/*
 * Both expressions as one, each a group.  By itself each must be right too:
 * "a)" and "(b" together are not.
 */
static int
join(struct cut *c, const char *end, const char *start, const char **why)
{
	char *both = NULL;
	regex_t regex;
	int result;

	if (compile(&regex, end, "--recend", why) == -1)
		return -1;
	c->begin = regex.re_nsub + 2;
	regfree(&regex);
	if (compile(&regex, start, "--recstart", why) == -1)
		return -1;
	regfree(&regex);
	if (c->begin >= GROUPS_MAX) {
		*why = "--recend: too many groups";
		return -1;
	}
	if (asprintf(&both, "(%s)(%s)", end, start) == -1)
		return -1;
	result = compile(&c->regex, both, "--recend and --recstart", why);
	free(both);
	c->regexp = result == 0;
	return result;
}

static int
init_regexp(struct cut *c, const char *end, const char *start, const char **why)
{
	char *first = expression(end), *second = expression(start);
	int result = -1;

	if (first != NULL && second != NULL)
		result = join(c, first, second, why);
	free(first);
	free(second);
	return result;
}

int
cut_init(struct cut *c, const struct cut_conf *conf, const char **why)
{
	const char *start = conf->recstart != NULL ? conf->recstart : "";
	const char *end = conf->recend;

	memset(c, 0, sizeof(*c));
	*why = NULL;
	c->lines = conf->lines;
	if (end == NULL)
		end = conf->recstart != NULL ? "" : "\n";
	if (*end == '\0' && *start == '\0') {
		*why = "--recend: empty, and no --recstart: there is nothing "
		       "to cut at";
		return -1;
	}
	if (conf->regexp)
		return init_regexp(c, end, start, why);
	c->end = resolve(end, &c->endlen);
	c->start = resolve(start, &c->startlen);
	if (c->end != NULL && c->start != NULL)
		return 0;
	cut_clear(c);
	return -1;
}

void
cut_clear(struct cut *c)
{
	if (c->regexp)
		regfree(&c->regex);
	free(c->end);
	free(c->start);
	c->end = c->start = NULL;
	c->regexp = false;
}

/*
 * The next match of the expression before n.  One that ends at n may be longer
 * when there is more behind it.
 */
static bool
match(const struct cut *c, const char *data, size_t from, size_t n,
    struct found *f)
{
	regmatch_t m[GROUPS_MAX];

	for (; from < n; from = f->from + 1) {
		m[0].rm_so = (regoff_t)from;
		m[0].rm_eo = (regoff_t)n;
		if (regexec(&c->regex, data, c->begin + 1, m, REG_STARTEND))
			return false;
		f->from = (size_t)m[0].rm_so;
		f->place = (size_t)m[c->begin].rm_so;
		f->end = (size_t)m[0].rm_eo;
		if (f->end > f->from)
			return true;
	}
	return false;
}

/* regexec(3) takes time and memory for all that it is given: so little first */
static bool
find_regex(const struct cut *c, const char *data, size_t from, size_t n,
    bool whole, struct found *f)
{
	size_t window;

	for (window = WINDOW_MIN; window < n - from; window *= 8) {
		if (match(c, data, from, from + window, f) &&
		    f->end < from + window)
			return true;
	}
	return match(c, data, from, n, f) && (f->end < n || whole);
}

static bool
find_text(const struct cut *c, const char *data, size_t from, size_t n,
    struct found *f)
{
	const char *p;

	for (; from < n; from = f->from + 1) {
		p = c->endlen > 0
		    ? memmem(data + from, n - from, c->end, c->endlen)
		    : memmem(data + from, n - from, c->start, c->startlen);
		if (p == NULL)
			return false;
		f->from = (size_t)(p - data);
		f->place = f->from + c->endlen;
		f->end = f->place + c->startlen;
		if (f->end <= n &&
		    memcmp(data + f->place, c->start, c->startlen) == 0)
			return true;
	}
	return false;
}

static bool
find(const struct cut *c, const char *data, size_t from, size_t n, bool whole,
    struct found *f)
{
	return c->regexp ? find_regex(c, data, from, n, whole, f)
			 : find_text(c, data, from, n, f);
}

/* The place behind so many lines, or behind as many times that as there are. */
static size_t
after_lines(const char *data, size_t n, size_t lines, bool all)
{
	const char *p = data, *end = data + n, *place = data;
	size_t count = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		p++;
		if (++count % lines != 0)
			continue;
		place = p;
		if (!all)
			break;
	}
	return (size_t)(place - data);
}

size_t
cut_next(
    const struct cut *c, const char *data, size_t from, size_t n, bool whole)
{
	struct found f;
	size_t place, at;

	if (c->lines > 0) {
		place = after_lines(data + from, n - from, c->lines, false);
		return place > 0 ? from + place : 0;
	}
	for (at = from; find(c, data, at, n, whole, &f); at = f.from + 1) {
		if (f.place > from)
			return f.place;
	}
	return 0;
}

/* The usual case: one byte ends a record, and it is looked for from behind. */
static size_t
last_byte(const struct cut *c, const char *data, size_t n)
{
	const char *p = memrchr(data, c->end[0], n);

	return p != NULL ? (size_t)(p - data) + 1 : 0;
}

size_t
cut_last(const struct cut *c, const char *data, size_t n, bool whole)
{
	size_t place = 0, next, tail;

	if (c->lines > 0)
		return after_lines(data, n, c->lines, true);
	if (!c->regexp && c->endlen == 1 && c->startlen == 0)
		return last_byte(c, data, n);
	for (tail = TAIL_MIN; place == 0; tail *= 8) {
		next = tail < n ? n - tail : 0;
		while ((next = cut_next(c, data, next, n, whole)) > 0)
			place = next;
		if (tail >= n)
			break;
	}
	return place;
}

size_t
cut_after(
    const struct cut *c, const char *data, size_t n, size_t records, bool whole)
{
	size_t place = 0;

	if (c->lines > 0)
		return after_lines(data, n, c->lines * records, false);
	for (; records > 0; records--) {
		place = cut_next(c, data, place, n, whole);
		if (place == 0)
			return 0;
	}
	return place;
}

size_t
cut_strip(const struct cut *c, char *data, size_t n)
{
	size_t from = 0, kept = 0;
	struct found f;

	while (from < n && find(c, data, from, n, true, &f)) {
		memmove(data + kept, data + from, f.from - from);
		kept += f.from - from;
		from = f.end;
	}
	memmove(data + kept, data + from, n - from);
	return kept + n - from;
}
