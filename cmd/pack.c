/*
 * pack: several records become the arguments of one job.
 * It owns the text of those that wait; it must not know where they come from.
 */
#include "cmd/pack.h"

#include <string.h>

/* One job's arguments, and one record more that turns out not to fit. */
#define TEXT_MAX (64U * 1024U * 1024U)

void
pack_init(
    struct pack *p, const struct pack_conf *conf, const struct job_template *t)
{
	memset(p, 0, sizeof(*p));
	p->conf = conf;
	argmax_init(&p->argmax, t, conf->max_chars);
	buf_init(&p->text, TEXT_MAX);
}

void
pack_clear(struct pack *p)
{
	buf_clear(&p->text);
}

bool
pack_is_empty(const struct pack *p)
{
	return p->nrecords == 0;
}

bool
pack_is_full(const struct pack *p)
{
	if (p->share > 0)
		return true;
	if (p->conf->max_lines > 0)
		return !p->goes_on && p->nrecords >= p->conf->max_lines;
	return p->conf->max_records > 0 && p->nrecords >= p->conf->max_records;
}

/* Bytes of the longest argument, with this record's. */
static size_t
longest_with(const struct pack *p, const struct record *r)
{
	const char *s = r->text, *end = s + r->len, *nul;
	size_t longest = 0, len;

	for (; s <= end; s += len + 1) {
		nul = memchr(s, '\0', (size_t)(end - s));
		len = (size_t)((nul != NULL ? nul : end) - s);
		if (len > longest)
			longest = len;
	}
	if (p->goes_on)
		return p->longest + longest;
	return longest > p->longest ? longest : p->longest;
}

bool
pack_fits(const struct pack *p, const struct record *r)
{
	/* NULs are not counted: one behind each that waits, of r between two */
	struct argmax_load load = {.nargs = p->nargs + r->nargs,
	    .bytes =
		p->text.len - p->given - p->nargs + r->len - (r->nargs - 1),
	    .longest = longest_with(p, r)};

	return p->conf->nothing || argmax_fits(&p->argmax, &load);
}

static void
drop_given(struct pack *p)
{
	buf_consume(&p->text, p->given);
	p->given = 0;
}

/* -L: the line before ended in a blank, so this is the rest of it. */
static int
go_on(struct pack *p, const struct record *r)
{
	/* in the place of the NUL */
	buf_truncate(&p->text, p->text.len - 1);
	return buf_add(&p->text, r->text, r->len);
}

static bool
ends_in_blank(const struct record *r)
{
	return r->len > 0 &&
	    (r->text[r->len - 1] == ' ' || r->text[r->len - 1] == '\t');
}

int
pack_add(struct pack *p, const struct record *r)
{
	bool goes_on = p->goes_on;

	drop_given(p);

	p->longest = longest_with(p, r);
	p->goes_on = p->conf->max_lines > 0 && ends_in_blank(r);
	if (goes_on) {
		if (go_on(p, r) == -1)
			return -1;
		return buf_add(&p->text, "", 1);
	}
	if (p->nrecords == 0)
		p->width = r->nargs;
	else if (p->width != r->nargs)
		p->width = 0;
	p->nrecords++;
	if (p->conf->nothing)
		return 0;
	if (buf_add(&p->text, r->text, r->len) == -1 ||
	    buf_add(&p->text, "", 1) == -1)
		return -1;
	p->nargs += r->nargs;
	return 0;
}

void
pack_spread(struct pack *p, size_t slots)
{
	if (!p->conf->spread || p->share > 0)
		return;
	/* those of different width go argument by argument */
	if (p->width == 0) {
		p->width = 1;
		p->nrecords = p->nargs;
	}
	p->share = (p->nrecords + slots - 1) / slots;
}

/* Bytes of the first nargs arguments. */
static size_t
length_of(const struct pack *p, size_t nargs)
{
	const char *head = (const char *)buf_head(&p->text), *s = head;

	for (; nargs > 0; nargs--)
		s += strlen(s) + 1;
	return (size_t)(s - head);
}

void
pack_take(struct pack *p, struct record *r)
{
	size_t nrecords = p->nrecords, nargs = p->nargs;

	drop_given(p);
	p->goes_on = false;

	if (p->share > 0 && p->share < nrecords) {
		nrecords = p->share;
		nargs = nrecords * p->width;
	}
	p->given = nargs < p->nargs ? length_of(p, nargs) : p->text.len;
	p->nrecords -= nrecords;
	p->nargs -= nargs;
	if (p->nrecords == 0)
		p->longest = 0;
	*r = (struct record){.nargs = nargs, .text = ""};
	if (p->given > 0) {
		r->text = (const char *)buf_head(&p->text);
		r->len = p->given - 1;
	}
}
