/*
 * lists: the values of one or more lists as records.
 * It owns the lists; it must not know what becomes of a record.
 */
#include "cmd/lists.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/source.h"
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

int
lists_init(struct lists *l, const struct source_conf *conf, const char **why)
{
	*why = NULL;
	*l = (struct lists){.conf = conf};
	if (conf->colsep == NULL)
		return 0;
	return tuple_colsep(&l->colsep, conf->colsep, why);
}

/* A group for a list: that of the list before, or one more. */
static struct group *
group_for(struct lists *l, bool linked)
{
	struct group *groups;

	if ((linked || l->conf->jobs) && l->ngroups > 0)
		return &l->groups[l->ngroups - 1];
	groups = recallocarray(
	    l->groups, l->ngroups, l->ngroups + 1, sizeof(*groups));
	if (groups == NULL)
		return NULL;
	l->groups = groups;
	/* only the slowest of all combinations is gone through but once */
	groups[l->ngroups].keep = l->ngroups > 0 || l->conf->link;
	return &groups[l->ngroups++];
}

int
lists_add(struct lists *l, char *const *words, size_t n, const char *path,
    bool linked)
{
	struct group *g;
	struct input *inputs;

	if ((g = group_for(l, linked)) == NULL)
		return -1;
	inputs = recallocarray(
	    g->inputs, g->ninputs, g->ninputs + 1, sizeof(*inputs));
	if (inputs == NULL)
		return -1;
	g->inputs = inputs;
	l->last = &inputs[g->ninputs++];
	if (words == NULL)
		return input_open_file(l->last, &l->conf->format, path);
	input_open_words(l->last, &l->conf->format, words, n);
	return 0;
}

static const regex_t *
colsep_of(const struct lists *l)
{
	return l->conf->colsep != NULL ? &l->colsep : NULL;
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
group_read(struct lists *l, struct group *g)
{
	enum input_result got;
	struct value v;

	for (; g->nread < g->ninputs; g->nread++) {
		l->last = &g->inputs[g->nread];
		if ((got = input_next(l->last, &v)) != INPUT_VALUE)
			return result_of(got);
		if (tuple_add_value(
			&g->begun, colsep_of(l), &l->conf->format, &v) == -1)
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
group_next(struct lists *l, struct group *g)
{
	enum source_result got;

	if (g->keep && g->at < g->nkept) {
		g->current = g->kept[g->at++];
		return SOURCE_RECORD;
	}
	if (g->complete)
		return SOURCE_END;
	got = group_read(l, g);
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

/* Each group from l->at on goes on, until one of them can't. */
static enum source_result
groups_next(struct lists *l)
{
	enum source_result got;

	for (; l->at < l->ngroups; l->at++) {
		got = group_next(l, &l->groups[l->at]);
		if (got != SOURCE_RECORD)
			return got;
	}
	return SOURCE_RECORD;
}

/* All combinations; the last group changes fastest. */
static enum source_result
next_combination(struct lists *l)
{
	enum source_result got;
	struct group *g;

	if (l->at == l->ngroups)
		l->at--;
	while ((got = groups_next(l)) == SOURCE_END) {
		g = &l->groups[l->at];
		if (l->at == 0 || g->nkept == 0)
			break;
		/* this one begins anew, with the next of the slower one */
		g->at = 0;
		l->at--;
	}
	return got;
}

/* True when every group was gone through at least once. */
static bool
all_again(const struct lists *l)
{
	size_t i;

	for (i = 0; i < l->ngroups; i++) {
		if (!l->groups[i].again)
			return false;
	}
	return true;
}

/* --link: one of each; the short ones begin anew. */
static enum source_result
next_linked(struct lists *l)
{
	enum source_result got;
	struct group *g;

	if (l->at == l->ngroups)
		l->at = 0;
	while ((got = groups_next(l)) == SOURCE_END) {
		g = &l->groups[l->at];
		if (g->nkept == 0)
			break;
		g->again = true;
		g->at = 0;
		if (all_again(l))
			break;
	}
	return got;
}

/* The groups' tuples, one behind the other. */
static int
join(struct lists *l)
{
	struct tuple *t = l->joined, *grown;
	size_t i, len = 0;

	for (i = 0; i < l->ngroups; i++)
		len += l->groups[i].current->len + 1;
	if ((grown = realloc(t, sizeof(*t) + len)) == NULL)
		return -1;
	l->joined = grown;
	*grown = (struct tuple){.why = NULL};
	for (i = 0; i < l->ngroups; i++) {
		t = l->groups[i].current;
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
next_value(struct lists *l, struct record *r)
{
	enum input_result got;
	struct value v;

	if ((got = input_next(l->last, &v)) == INPUT_VALUE)
		*r = (struct record){
		    .text = v.data, .len = v.len, .nargs = 1, .why = v.why};
	return result_of(got);
}

enum source_result
lists_next(struct lists *l, struct record *r)
{
	enum source_result got;

	if (l->conf->jobs)
		l->last = &l->groups[0].inputs[l->at];
	if (l->conf->jobs ||
	    (l->ngroups == 1 && l->groups[0].ninputs == 1 &&
		l->conf->colsep == NULL))
		return next_value(l, r);
	got = l->conf->link ? next_linked(l) : next_combination(l);
	if (got != SOURCE_RECORD)
		return got;
	if (l->ngroups == 1) {
		set_record(r, l->groups[0].current);
		return got;
	}
	if (join(l) == -1)
		return SOURCE_FAILED;
	set_record(r, l->joined);
	return got;
}

bool
lists_go_on(struct lists *l)
{
	if (l->at + 1 == l->groups[0].ninputs)
		return false;
	l->at++;
	return true;
}

uint64_t
lists_total(const struct lists *l)
{
	const struct input_format *format = &l->conf->format;
	uint64_t total = 1, least;
	const struct input *in;
	size_t i, j;

	if (l->conf->jobs || l->conf->link || format->skip_blank ||
	    format->end != NULL)
		return 0;
	for (i = 0; i < l->ngroups; i++) {
		least = UINT64_MAX;
		for (j = 0; j < l->groups[i].ninputs; j++) {
			in = &l->groups[i].inputs[j];
			if (in->words == NULL)
				return 0;
			if (in->nwords - in->line < least)
				least = in->nwords - in->line;
		}
		/* more than anybody can count */
		if (total > 0 && least > UINT64_MAX / total)
			return 0;
		total *= least;
	}
	return total;
}

bool
lists_are_ended(const struct lists *l)
{
	const struct group *g = &l->groups[0];

	if (l->ngroups != 1)
		return false;
	if (l->conf->jobs)
		return l->at + 1 == g->ninputs &&
		    input_is_ended(&g->inputs[l->at]);
	return g->ninputs == 1 && input_is_ended(l->last);
}

/* Waits for a list's first value; its columns are names. */
static int
read_names(struct lists *l, struct input *in, struct tuple **names)
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
	    ? tuple_add_value(names, colsep_of(l), &l->conf->format, &v)
	    : -1;
}

/* Copies the names, which follow each other in the tuple. */
static int
keep_names(struct lists *l, struct tuple *names)
{
	char *p = names->text;

	names->text[names->len] = '\0';
	l->columns = calloc(names->nargs, sizeof(*l->columns));
	if (l->columns == NULL)
		return -1;
	for (; l->ncolumns < names->nargs; p += strlen(p) + 1) {
		if ((l->columns[l->ncolumns] = strdup(p)) == NULL)
			return -1;
		l->ncolumns++;
	}
	return 0;
}

int
lists_read_header(struct lists *l)
{
	struct tuple *names = NULL;
	int result = 0;
	size_t i, j;

	for (i = 0; l->conf->header && i < l->ngroups; i++) {
		for (j = 0; result == 0 && j < l->groups[i].ninputs; j++) {
			l->last = &l->groups[i].inputs[j];
			result = read_names(l, l->last, &names);
		}
	}
	if (result == 0 && names != NULL)
		result = keep_names(l, names);
	free(names);
	return result;
}

char *const *
lists_columns(const struct lists *l, size_t *n)
{
	*n = l->ncolumns;
	return l->columns;
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
lists_clear(struct lists *l)
{
	size_t i;

	for (i = 0; i < l->ngroups; i++)
		group_free(&l->groups[i]);
	for (i = 0; i < l->ncolumns; i++)
		free(l->columns[i]);
	if (l->conf->colsep != NULL)
		regfree(&l->colsep);
	free(l->columns);
	free(l->joined);
	free(l->groups);
}
