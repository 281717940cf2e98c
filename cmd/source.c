/*
 * source: the records of a run: of lists, shuffled or packed as asked, or
 * blocks. It owns what it reads from; it must not know what becomes of a
 * record.
 */
#include "cmd/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/jobs.h"
#include "cmd/lists.h"
#include "cmd/tuple.h"

struct source {
	const struct source_conf *conf;
	struct lists lists;
	struct jobs jobs;      /* of their lines, with conf->jobs */
	struct blocks *blocks; /* in the place of lists, or NULL */
	source_feed *feed;     /* likewise, */
	void *ctx;
	bool fed;		/* all */
	struct tuple **all;	/* --shuf, or whole: every record, */
	size_t nall, nshuffled; /* read and given so far */
	bool drawn;		/* all are there */
	struct pack pack;
	size_t slots;		  /* over which the last ones are spread */
	struct record next;	  /* read, and not packed yet … */
	bool has_next;		  /* … if there is one */
	enum source_result after; /* what comes behind the pack … */
	int error;		  /* … and why: errno */
};

struct source *
source_new(const struct source_conf *conf, const char **why)
{
	struct source *s;

	*why = NULL;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->conf = conf;
	jobs_init(&s->jobs);
	if (lists_init(&s->lists, conf, why) == 0)
		return s;
	free(s);
	return NULL;
}

int
source_add(struct source *s, char *const *words, size_t n, const char *path,
    bool linked)
{
	return lists_add(&s->lists, words, n, path, linked);
}

int
source_read_header(struct source *s)
{
	return lists_read_header(&s->lists);
}

char *const *
source_columns(const struct source *s, size_t *n)
{
	return lists_columns(&s->lists, n);
}

/* The next record of the lists; or what their lines say. */
static enum source_result
next_one(struct source *s, struct record *r)
{
	enum source_result got;
	struct record line;

	if (!s->conf->jobs)
		return lists_next(&s->lists, r);
	do {
		while ((got = lists_next(&s->lists, &line)) == SOURCE_RECORD) {
			if (jobs_take(&s->jobs, &line, r))
				return got;
		}
		if (got == SOURCE_END && jobs_end(&s->jobs, r))
			return SOURCE_RECORD;
	} while (got == SOURCE_END && lists_go_on(&s->lists));
	return got;
}

/* Takes a copy of a record, to be drawn later. */
static int
put_in_hat(struct source *s, const struct record *r)
{
	struct tuple *t, **all;

	if ((s->nall & (s->nall - 1)) == 0) {
		all = reallocarray(s->all, s->nall == 0 ? 1 : 2 * s->nall,
		    sizeof(struct tuple *));
		if (all == NULL)
			return -1;
		s->all = all;
	}
	if ((t = malloc(sizeof(*t) + r->len)) == NULL)
		return -1;
	*t = (struct tuple){r->why, r->nargs, r->len};
	memcpy(t->text, r->text, r->len);
	s->all[s->nall++] = t;
	return 0;
}

/* Every record is read before the first is given; --shuf draws one of them. */
static enum source_result
next_kept(struct source *s, struct record *r)
{
	enum source_result got;
	struct tuple *t;
	size_t i;

	while (!s->drawn) {
		got = next_one(s, r);
		if (got == SOURCE_END)
			s->drawn = true;
		else if (got != SOURCE_RECORD)
			return got;
		else if (put_in_hat(s, r) == -1)
			return SOURCE_FAILED;
	}
	if (s->nshuffled == s->nall)
		return SOURCE_END;
	i = s->nshuffled;
	if (s->conf->shuffle)
		i += arc4random_uniform((uint32_t)(s->nall - s->nshuffled));
	t = s->all[i];
	s->all[i] = s->all[s->nshuffled];
	s->all[s->nshuffled++] = t;
	*r = (struct record){
	    .text = t->text, .len = t->len, .nargs = t->nargs, .why = t->why};
	return SOURCE_RECORD;
}

static enum source_result
next_single(struct source *s, struct record *r)
{
	return s->conf->shuffle || s->conf->whole ? next_kept(s, r)
						  : next_one(s, r);
}

void
source_pack(struct source *s, const struct job_template *t, size_t slots)
{
	pack_init(&s->pack, &s->conf->pack, t);
	s->slots = slots;
	s->after = SOURCE_RECORD;
}

/*
 * Adds records to the pack while it has room.  SOURCE_RECORD: it is full; or
 * the next one can't be packed and waits in s->next.
 */
static enum source_result
fill_pack(struct source *s)
{
	enum source_result got;

	while (!pack_is_full(&s->pack)) {
		if (!s->has_next &&
		    (got = next_single(s, &s->next)) != SOURCE_RECORD)
			return got;
		s->has_next = true;
		if (s->next.why != NULL || !pack_fits(&s->pack, &s->next))
			break;
		if (pack_add(&s->pack, &s->next) == -1)
			return SOURCE_FAILED;
		s->has_next = false;
	}
	return SOURCE_RECORD;
}

/* What is packed goes before the end of the list, or before its failure. */
static enum source_result
next_packed(struct source *s, struct record *r)
{
	enum source_result got = s->after;

	if (got == SOURCE_RECORD && (got = fill_pack(s)) == SOURCE_WAIT)
		return got;
	if (got != SOURCE_RECORD && s->after == SOURCE_RECORD) {
		s->error = errno;
		s->after = got;
		pack_spread(&s->pack, s->slots);
	}
	if (!pack_is_empty(&s->pack)) {
		pack_take(&s->pack, r);
		return SOURCE_RECORD;
	}
	if (s->has_next) {
		/* one that can't be packed at all */
		*r = s->next;
		s->has_next = false;
		if (r->why == NULL)
			r->why = "the record is too long for a command line";
		return SOURCE_RECORD;
	}
	errno = s->error;
	return got;
}

int
source_open_blocks(struct source *s, const struct blocks_conf *conf,
    const char *path, unsigned slots, const char **why)
{
	s->blocks = blocks_open(conf, path, slots, why);
	return s->blocks != NULL ? 0 : -1;
}

void
source_set_feed(struct source *s, source_feed *feed, void *ctx)
{
	s->feed = feed;
	s->ctx = ctx;
}

static enum source_result
next_fed(struct source *s, struct record *r)
{
	enum source_result got = s->feed(s->ctx, r);

	s->fed = got == SOURCE_END;
	return got;
}

enum source_result
source_next(struct source *s, struct record *r)
{
	if (s->blocks != NULL)
		return blocks_next(s->blocks, r);
	if (s->feed != NULL)
		return next_fed(s, r);
	return s->conf->pack.on ? next_packed(s, r) : next_single(s, r);
}

/* How many jobs so many records make; 0: that is not known. */
static uint64_t
total_of_packs(const struct source *s, uint64_t records)
{
	const struct pack_conf *pack = &s->conf->pack;

	if (!pack->on)
		return records;
	if (pack->max_records == 0 || pack->spread || pack->max_lines > 0)
		return 0;
	return (records + pack->max_records - 1) / pack->max_records;
}

uint64_t
source_total(const struct source *s)
{
	if (s->blocks != NULL)
		return 0;
	return total_of_packs(s, s->drawn ? s->nall : lists_total(&s->lists));
}

int
source_fd(const struct source *s)
{
	if (s->blocks != NULL)
		return blocks_fd(s->blocks);
	return s->lists.last->ended ? -1 : s->lists.last->fd;
}

void
source_set_readable(struct source *s)
{
	if (s->blocks != NULL)
		blocks_set_readable(s->blocks);
	else
		s->lists.last->readable = true;
}

const char *
source_unit(const struct source *s)
{
	return s->blocks != NULL ? "byte" : "line";
}

const char *
source_place(const struct source *s, uint64_t *line)
{
	if (s->blocks != NULL)
		return blocks_place(s->blocks, line);
	*line = s->lists.last->line;
	return s->lists.last->name;
}

bool
source_is_ended(const struct source *s)
{
	if (s->blocks != NULL)
		return blocks_is_ended(s->blocks);
	if (s->feed != NULL)
		return s->fed;
	if (s->conf->pack.on)
		return s->after != SOURCE_RECORD && pack_is_empty(&s->pack);
	if (s->conf->shuffle || s->conf->whole)
		return s->drawn && s->nshuffled == s->nall;
	return lists_are_ended(&s->lists) && s->jobs.line.len == 0;
}

void
source_free(struct source *s)
{
	int saved = errno;
	size_t i;

	if (s == NULL)
		return;
	lists_clear(&s->lists);
	jobs_clear(&s->jobs);
	blocks_free(s->blocks);
	for (i = 0; i < s->nall; i++)
		free(s->all[i]);
	free(s->all);
	pack_clear(&s->pack);
	free(s);
	errno = saved;
}
