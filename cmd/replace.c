/*
 * replace: replacement strings: what they look like, and what they stand for.
 * It owns their syntax; it must not know where in a command line they stand.
 */
#include "cmd/replace.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POSITION_MAX 1000000

static const struct {
	const char *string;
	struct replacement means;
} named[NAME_N] = {
    [NAME_ARGS] = {"{}", {REPLACE_ALL, PART_WHOLE, 0, false}},
    [NAME_STEM] = {"{.}", {REPLACE_ALL, PART_STEM, 0, false}},
    [NAME_BASE] = {"{/}", {REPLACE_ALL, PART_BASE, 0, false}},
    [NAME_BASE_STEM] = {"{/.}", {REPLACE_ALL, PART_BASE_STEM, 0, false}},
    [NAME_DIR] = {"{//}", {REPLACE_ALL, PART_DIR, 0, false}},
    [NAME_SEQ] = {"{#}", {REPLACE_SEQ, PART_WHOLE, 0, false}},
    [NAME_SLOT] = {"{%}", {REPLACE_SLOT, PART_WHOLE, 0, false}},
};

/* What may stand after a position or a column's name, or alone in braces. */
static const struct {
	const char *string;
	enum replace_part part;
} parts[] = {
    {"", PART_WHOLE},
    {".", PART_STEM},
    {"..", PART_STEM2},
    {"/", PART_BASE},
    {"/.", PART_BASE_STEM},
    {"//", PART_DIR},
    {"+/", PART_PARENT},
    {"+.", PART_EXT},
};

static const struct {
	const char *string;
	struct replacement means;
} numbers[] = {
    {"##", {REPLACE_TOTAL, PART_WHOLE, 0, false}},
    {"0#", {REPLACE_SEQ, PART_WHOLE, 0, true}},
};

static const char *const urls[URL_PARTS] = {
    "host", "path", "name", "ext", "hash"};

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* One of the strings that have names: the longest that begins here. */
static size_t
parse_named(const struct replace_set *set, const char *s, struct replacement *r)
{
	const char *string;
	size_t i, len, best = 0;

	for (i = 0; i < NAME_N; i++) {
		string =
		    set->names[i] != NULL ? set->names[i] : named[i].string;
		len = strlen(string);
		if (len > best && strncmp(s, string, len) == 0) {
			*r = named[i].means;
			best = len;
		}
	}
	return best;
}

/* The part that n bytes at s name. */
static bool
parse_part(const char *s, size_t n, enum replace_part *part)
{
	size_t i;

	for (i = 0; i < NELEM(parts); i++) {
		if (strlen(parts[i].string) == n &&
		    memcmp(s, parts[i].string, n) == 0) {
			*part = parts[i].part;
			return true;
		}
	}
	return false;
}

/* "3", "-1", and what follows: n bytes at s, without the braces. */
static bool
parse_position(const char *s, size_t n, struct replacement *r)
{
	size_t i = s[0] == '-';
	long position;

	if (i == n || !isdigit((unsigned char)s[i]))
		return false;
	while (i < n && isdigit((unsigned char)s[i]))
		i++;
	position = strtol(s, NULL, 10);
	if (position == 0 || labs(position) > POSITION_MAX)
		return false;
	r->what = REPLACE_POSITION;
	r->position = (int)position;
	return parse_part(s + i, n - i, &r->part);
}

/* A column's name, and what follows. */
static bool
parse_column(const struct replace_set *set, const char *s, size_t n,
    struct replacement *r)
{
	size_t i, len;

	for (i = 0; i < set->ncolumns; i++) {
		len = strlen(set->columns[i]);
		if (len == 0 || len > n || memcmp(s, set->columns[i], len) != 0)
			continue;
		if (!parse_part(s + len, n - len, &r->part))
			continue;
		r->what = REPLACE_POSITION;
		r->position = (int)i + 1;
		return true;
	}
	return false;
}

/* A part of a URL. */
static bool
parse_url(const char *s, size_t n, struct replacement *r)
{
	size_t i;

	for (i = 0; i < URL_PARTS; i++) {
		if (strlen(urls[i]) != n || memcmp(s, urls[i], n) != 0)
			continue;
		r->what = REPLACE_URL;
		r->position = (int)i;
		return true;
	}
	return false;
}

/* What stands between braces: n bytes at s. */
static bool
parse_braces(const struct replace_set *set, const char *s, size_t n,
    struct replacement *r)
{
	size_t i;

	*r = (struct replacement){.what = REPLACE_ALL};
	if (parse_column(set, s, n, r) || parse_position(s, n, r))
		return true;
	if (set->url && parse_url(s, n, r))
		return true;
	for (i = 0; i < NELEM(numbers); i++) {
		if (strlen(numbers[i].string) == n &&
		    memcmp(s, numbers[i].string, n) == 0) {
			*r = numbers[i].means;
			return true;
		}
	}
	/* {}, {.}, {/} and their like may be called otherwise: not here */
	return n >= 2 && parse_part(s, n, &r->part) &&
	    (r->part == PART_STEM2 || r->part == PART_PARENT ||
		r->part == PART_EXT);
}

size_t
replace_parse(
    const struct replace_set *set, const char *s, struct replacement *r)
{
	const char *end;
	size_t n;

	if ((n = parse_named(set, s, r)) > 0)
		return n;
	if (*s != '{' || (end = strchr(s, '}')) == NULL)
		return 0;
	n = (size_t)(end - s);
	return parse_braces(set, s + 1, n - 1, r) ? n + 1 : 0;
}

bool
replace_is_in(const struct replace_set *set, const char *word)
{
	struct replacement r;

	for (; *word != '\0'; word++) {
		if (replace_parse(set, word, &r) > 0)
			return true;
	}
	return false;
}

bool
replace_all_is_in(const struct replace_set *set, const char *word, size_t len)
{
	const char *end = word + len;
	struct replacement r;

	for (; word < end; word++) {
		if (replace_parse(set, word, &r) > 0 && r.what == REPLACE_ALL)
			return true;
	}
	return false;
}

void
replace_at(const struct replacement *r, int position, char *dst, size_t size)
{
	size_t i;

	for (i = 0; i < NELEM(parts) - 1 && parts[i].part != r->part; i++)
		continue;
	snprintf(dst, size, "{%d%s}", position, parts[i].string);
}

/* The argument that a position means; NULL when there is none. */
static const char *
argument_at(const struct replace_values *v, int position)
{
	size_t n = position > 0 ? (size_t)position : (size_t)-position;

	if (n > v->nargs)
		return NULL;
	return position > 0 ? v->args[n - 1] : v->args[v->nargs - n];
}

size_t
replace_count(const struct replacement *r, const struct replace_values *v)
{
	if (r->what == REPLACE_POSITION)
		return (size_t)abs(r->position) <= v->nargs;
	return r->what == REPLACE_ALL ? v->nargs : 1;
}

/* Length of the first n bytes of s without their extension; n: none. */
static size_t
stem_length(const char *s, size_t n)
{
	size_t i;

	for (i = n; i > 0 && s[i - 1] != '/'; i--) {
		if (s[i - 1] == '.')
			return i - 1;
	}
	return n;
}

/* The same for two extensions, of which neither may be empty. */
static size_t
stem2_length(const char *s, size_t n)
{
	size_t one = stem_length(s, n), two = stem_length(s, one);

	return n - one > 1 && one - two > 1 ? two : n;
}

/* Length of the directory part, as dirname(1) has it; 0: there is none. */
static size_t
dir_length(const char *s, size_t n)
{
	while (n > 1 && s[n - 1] == '/')
		n--;
	while (n > 0 && s[n - 1] != '/')
		n--;
	while (n > 1 && s[n - 1] == '/')
		n--;
	return n;
}

/* The place behind the last slash. */
static size_t
base_offset(const char *s)
{
	const char *slash = strrchr(s, '/');

	return slash != NULL ? (size_t)(slash - s) + 1 : 0;
}

/* The part of s, as a place and a length. */
static const char *
take_part(enum replace_part part, const char *s, size_t *len)
{
	size_t n = strlen(s), base = base_offset(s), stem = stem_length(s, n);

	*len = n;
	switch (part) {
	case PART_WHOLE:
		break;
	case PART_STEM:
		*len = stem;
		break;
	case PART_STEM2:
		*len = stem2_length(s, n);
		break;
	case PART_BASE:
		*len = n - base;
		return s + base;
	case PART_BASE_STEM:
		*len = stem - base;
		return s + base;
	case PART_DIR:
		*len = dir_length(s, n);
		if (*len > 0)
			return s;
		*len = 1;
		return ".";
	case PART_PARENT:
		*len = base > 0 ? base - 1 : 0;
		break;
	case PART_EXT:
		*len = stem < n ? n - stem - 1 : 0;
		return s + n - *len;
	}
	return s;
}

/* Decimal digits that n takes. */
static int
digits_of(uint64_t n)
{
	int digits = 1;

	for (; n >= 10; n /= 10)
		digits++;
	return digits;
}

static size_t
number_value(const struct replacement *r, const struct replace_values *v,
    char *dst, size_t size)
{
	uint64_t n = v->seq;
	int width = r->padded ? digits_of(v->total) : 1;

	if (r->what == REPLACE_SLOT)
		n = v->slot;
	else if (r->what == REPLACE_TOTAL)
		n = v->total;
	return (size_t)snprintf(dst, size, "%0*ju", width, (uintmax_t)n);
}

size_t
replace_value(const struct replacement *r, const struct replace_values *v,
    size_t n, char *dst, size_t size)
{
	const char *s;
	size_t len;

	if (r->what == REPLACE_URL)
		s = v->url != NULL ? v->url[r->position] : NULL;
	else if (r->what == REPLACE_ALL)
		s = v->args[n];
	else if (r->what == REPLACE_POSITION)
		s = argument_at(v, r->position);
	else
		return number_value(r, v, dst, size);
	if (s == NULL)
		s = "";
	s = take_part(r->part, s, &len);
	if (size > 0) {
		size = len < size ? len : size - 1;
		memcpy(dst, s, size);
		dst[size] = '\0';
	}
	return len;
}
