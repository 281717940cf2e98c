/*
 * source: the records of a run, out of one or more lists: all combinations of
 * their values, or values that belong together; read lazily.
 * It owns the lists; it must not know what becomes of a record.
 */
#include "cmd/source.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/tuple.h"

/* Lists whose values belong together: one, and those linked to it. */
struct group {
	struct input *inputs;
	size_t ninputs;
	bool keep;	     /* it is gone through more than once */
	bool complete;	     /* all was read */
	bool again;	     /* --link: it has begun anew */
	struct tuple **kept; /* keep: those read so far */
	size_t nkept, at;    /* and which is next */
	struct tuple *current;
	struct tuple *begun; /* what was read of the next one … */
	size_t nread;	     /* … from so many of the lists */
};

struct source {
	const struct source_conf *conf;
	regex_t colsep;
	struct group *groups;
	size_t ngroups;
	size_t at;		/* the group that goes on next */
	struct input *last;	/* the list that was read last */
	struct tuple *joined;	/* the record, when it is of several groups */
	struct tuple **all;	/* --shuf, or whole: every record, */
	size_t nall, nshuffled; /* read and given so far */
	bool drawn;		/* all are there */
	char **columns;
	size_t ncolumns;
	struct blocks *blocks; /* the input of jobs, in the place of lists */
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
	if (conf->colsep != NULL &&
	    tuple_colsep(&s->colsep, conf->colsep, why) == -1) {
		free(s);
		return NULL;
	}
	return s;
}

/* A group for a list: that of the list before, or one more. */
static struct group *
group_for(struct source *s, bool linked)
{
	struct group *groups;

	if (linked && s->ngroups > 0)
		return &s->groups[s->ngroups - 1];
	groups = recallocarray(
	    s->groups, s->ngroups, s->ngroups + 1, sizeof(*groups));
	if (groups == NULL)
		return NULL;
	s->groups = groups;
	/* only the slowest of all combinations is gone through but once */
	groups[s->ngroups].keep = s->ngroups > 0 || s->conf->link;
	return &groups[s->ngroups++];
}

int
source_add(struct source *s, char *const *words, size_t n, const char *path,
    bool linked)
{
	struct group *g;
	struct input *inputs;

	if ((g = group_for(s, linked)) == NULL)
		return -1;
	inputs = recallocarray(
	    g->inputs, g->ninputs, g->ninputs + 1, sizeof(*inputs));
	if (inputs == NULL)
		return -1;
	g->inputs = inputs;
	s->last = &inputs[g->ninputs++];
	if (words == NULL)
		return input_open_file(s->last, &s->conf->format, path);
	input_open_words(s->last, &s->conf->format, words, n);
	return 0;
}

static const regex_t *
colsep_of(const struct source *s)
{
	return s->conf->colsep != NULL ? &s->colsep : NULL;
}

static enum source_result
result_of(enum input_result got)
{
	switch (got) {
	case INPUT_VALUE:
		return SOURCE_RECORD;
	case INPUT_WAIT:
		return SOURCE_WAIT;
	case INPUT_END:
		return SOURCE_END;
	default:
		return SOURCE_FAILED;
	}
}

/* Reads the next tuple of a group, a value from each of its lists. */
static enum source_result
group_read(struct source *s, struct group *g)
{
	enum input_result got;
	struct value v;

	for (; g->nread < g->ninputs; g->nread++) {
		s->last = &g->inputs[g->nread];
		if ((got = input_next(s->last, &v)) != INPUT_VALUE)
			return result_of(got);
		if (tuple_add_value(
			&g->begun, colsep_of(s), &s->conf->format, &v) == -1)
			return SOURCE_FAILED;
	}
	g->nread = 0;
	return SOURCE_RECORD;
}

/* Keeps the tuple just read for the next time. */
static int
group_keep(struct group *g)
{
	struct tuple **kept;

	/* grows by powers of two: at each of them */
	if ((g->nkept & (g->nkept - 1)) == 0) {
		kept = reallocarray(g->kept, g->nkept == 0 ? 1 : 2 * g->nkept,
		    sizeof(struct tuple *));
		if (kept == NULL)
			return -1;
		g->kept = kept;
	}
	g->kept[g->nkept++] = g->current;
	return 0;
}

/* Goes on to the next tuple of a group. */
static enum source_result
group_next(struct source *s, struct group *g)
{
	enum source_result got;

	if (g->keep && g->at < g->nkept) {
		g->current = g->kept[g->at++];
		return SOURCE_RECORD;
	}
	if (g->complete)
		return SOURCE_END;
	got = group_read(s, g);
	if (got == SOURCE_END)
		g->complete = true;
	if (got != SOURCE_RECORD)
		return got;
	if (!g->keep)
		free(g->current);
	g->current = g->begun;
	g->begun = NULL;
	if (g->keep && group_keep(g) == -1)
		return SOURCE_FAILED;
	g->at++;
	return SOURCE_RECORD;
}

/* All combinations; the last group changes fastest. */
static enum source_result
next_combination(struct source *s)
{
	enum source_result got;
	struct group *g;

	if (s->at == s->ngroups)
		s->at--;
	while (s->at < s->ngroups) {
		g = &s->groups[s->at];
		got = group_next(s, g);
		if (got == SOURCE_RECORD) {
			s->at++;
			continue;
		}
		if (got != SOURCE_END || s->at == 0 || g->nkept == 0)
			return got;
		/* this one begins anew, with the next of the slower one */
		g->at = 0;
		s->at--;
	}
	return SOURCE_RECORD;
}

/* True when every group was gone through at least once. */
static bool
all_again(const struct source *s)
{
	size_t i;

	for (i = 0; i < s->ngroups; i++) {
		if (!s->groups[i].again)
			return false;
	}
	return true;
}

/* --link: one of each; the short ones begin anew. */
static enum source_result
next_linked(struct source *s)
{
	enum source_result got;
	struct group *g;

	if (s->at == s->ngroups)
		s->at = 0;
	while (s->at < s->ngroups) {
		g = &s->groups[s->at];
		got = group_next(s, g);
		if (got == SOURCE_RECORD) {
			s->at++;
			continue;
		}
		if (got != SOURCE_END || g->nkept == 0)
			return got;
		g->again = true;
		g->at = 0;
		if (all_again(s))
			return SOURCE_END;
	}
	return SOURCE_RECORD;
}

/* The groups' tuples, one behind the other. */
static int
join(struct source *s)
{
	struct tuple *t = s->joined, *grown;
	size_t i, len = 0;

	for (i = 0; i < s->ngroups; i++)
		len += s->groups[i].current->len + 1;
	if ((grown = realloc(t, sizeof(*t) + len)) == NULL)
		return -1;
	s->joined = grown;
	*grown = (struct tuple){.why = NULL};
	for (i = 0; i < s->ngroups; i++) {
		t = s->groups[i].current;
		if (i > 0)
			grown->text[grown->len++] = '\0';
		memcpy(grown->text + grown->len, t->text, t->len);
		grown->len += t->len;
		grown->nargs += t->nargs;
		if (t->why != NULL)
			grown->why = t->why;
	}
	return 0;
}

static void
set_record(struct record *r, const struct tuple *t)
{
	*r = (struct record){
	    .text = t->text, .len = t->len, .nargs = t->nargs, .why = t->why};
}

/* The usual case, without a copy: one list, not cut into columns. */
static enum source_result
next_value(struct source *s, struct record *r)
{
	enum input_result got;
	struct value v;

	if ((got = input_next(s->last, &v)) == INPUT_VALUE)
		*r = (struct record){
		    .text = v.data, .len = v.len, .nargs = 1, .why = v.why};
	return result_of(got);
}

static enum source_result
next_record(struct source *s, struct record *r)
{
	enum source_result got;

	if (s->ngroups == 1 && s->groups[0].ninputs == 1 &&
	    s->conf->colsep == NULL)
		return next_value(s, r);
	got = s->conf->link ? next_linked(s) : next_combination(s);
	if (got != SOURCE_RECORD)
		return got;
	if (s->ngroups == 1) {
		set_record(r, s->groups[0].current);
		return got;
	}
	if (join(s) == -1)
		return SOURCE_FAILED;
	set_record(r, s->joined);
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
		got = next_record(s, r);
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
	set_record(r, t);
	return SOURCE_RECORD;
}

static enum source_result
next_single(struct source *s, struct record *r)
{
	return s->conf->shuffle || s->conf->whole ? next_kept(s, r)
						  : next_record(s, r);
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

enum source_result
source_next(struct source *s, struct record *r)
{
	if (s->blocks != NULL)
		return blocks_next(s->blocks, r);
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
	const struct input_format *format = &s->conf->format;
	uint64_t total = 1, least;
	const struct input *in;
	size_t i, j;

	if (s->blocks != NULL)
		return 0;
	if (s->drawn)
		return total_of_packs(s, s->nall);
	if (s->conf->link || format->skip_blank || format->end != NULL)
		return 0;
	for (i = 0; i < s->ngroups; i++) {
		least = UINT64_MAX;
		for (j = 0; j < s->groups[i].ninputs; j++) {
			in = &s->groups[i].inputs[j];
			if (in->words == NULL)
				return 0;
			if (in->nwords - in->line < least)
				least = in->nwords - in->line;
		}
		total *= least;
	}
	return total_of_packs(s, total);
}

int
source_fd(const struct source *s)
{
	if (s->blocks != NULL)
		return blocks_fd(s->blocks);
	return s->last->ended ? -1 : s->last->fd;
}

void
source_set_readable(struct source *s)
{
	if (s->blocks != NULL)
		blocks_set_readable(s->blocks);
	else
		s->last->readable = true;
}

void
source_set_blocking(struct source *s)
{
	size_t i, j;

	if (s->blocks != NULL)
		blocks_set_blocking(s->blocks);
	for (i = 0; i < s->ngroups; i++) {
		for (j = 0; j < s->groups[i].ninputs; j++)
			s->groups[i].inputs[j].poll = false;
	}
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
	*line = s->last->line;
	return s->last->name;
}

bool
source_is_ended(const struct source *s)
{
	if (s->blocks != NULL)
		return blocks_is_ended(s->blocks);
	if (s->conf->pack.on)
		return s->after != SOURCE_RECORD && pack_is_empty(&s->pack);
	if (s->conf->shuffle || s->conf->whole)
		return s->drawn && s->nshuffled == s->nall;
	return s->ngroups == 1 && s->groups[0].ninputs == 1 &&
	    input_is_ended(s->last);
}

/* Waits for a list's first value; its columns are names. */
static int
read_names(struct source *s, struct input *in, struct tuple **names)
{
	struct pollfd pfd = {.fd = in->fd, .events = POLLIN};
	enum input_result got;
	struct value v;

	while ((got = input_next(in, &v)) == INPUT_WAIT) {
		if (poll(&pfd, 1, -1) == -1 && errno != EINTR)
			return -1;
		in->readable = true;
	}
	if (got == INPUT_END)
		errno = EPIPE;
	return got == INPUT_VALUE
	    ? tuple_add_value(names, colsep_of(s), &s->conf->format, &v)
	    : -1;
}

int
source_read_header(struct source *s)
{
	struct tuple *names = NULL;
	size_t i, j;
	char *p;

	for (i = 0; s->conf->header && i < s->ngroups; i++) {
		for (j = 0; j < s->groups[i].ninputs; j++) {
			if (read_names(s, &s->groups[i].inputs[j], &names) ==
			    -1) {
				free(names);
				return -1;
			}
		}
	}
	if (names == NULL)
		return 0;
	names->text[names->len] = '\0';
	s->columns = calloc(names->nargs, sizeof(*s->columns));
	for (p = names->text; s->columns != NULL && s->ncolumns < names->nargs;
	     p += strlen(p) + 1)
		s->columns[s->ncolumns++] = strdup(p);
	free(names);
	return s->columns != NULL ? 0 : -1;
}

char *const *
source_columns(const struct source *s, size_t *n)
{
	*n = s->ncolumns;
	return s->columns;
}

static void
group_free(struct group *g)
{
	size_t i;

	for (i = 0; i < g->ninputs; i++)
		input_close(&g->inputs[i]);
	if (!g->keep)
		free(g->current);
	for (i = 0; i < g->nkept; i++)
		free(g->kept[i]);
	free(g->kept);
	free(g->begun);
	free(g->inputs);
}

void
source_free(struct source *s)
{
	int saved = errno;
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->ngroups; i++)
		group_free(&s->groups[i]);
	for (i = 0; i < s->nall; i++)
		free(s->all[i]);
	for (i = 0; i < s->ncolumns; i++)
		free(s->columns[i]);
	if (s->conf->colsep != NULL)
		regfree(&s->colsep);
	free(s->all);
	free(s->columns);
	free(s->joined);
	pack_clear(&s->pack);
	blocks_free(s->blocks);
	free(s->groups);
	free(s);
	errno = saved;
}
