/*
 * template: the words of a command line, and how a record becomes a job's
 * arguments through them.
 * It owns the script made of the words; it must not know what will be run.
 */
#include "cmd/template.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/args.h"
#include "worker/show.h"

#define ALL	    "{}"    /* what is put behind the words */
#define BLANKS	    " \t\n" /* between words of a script */
#define PLACE_SHOWN 24	    /* bytes of a script shown around a refused place */

/* What the shell's lexer asks about: see shell_match, shell_count. */
struct asked {
	const struct replace_set *set;
	size_t nargs; /* of the record */
};

static size_t
match(const char *s, void *ctx)
{
	const struct asked *asked = ctx;
	struct replacement r;

	return replace_parse(asked->set, s, &r);
}

static size_t
count(const char *string, void *ctx)
{
	const struct asked *asked = ctx;
	struct replace_values v = {.nargs = asked->nargs};
	struct replacement r;

	return replace_parse(asked->set, string, &r) > 0 ? replace_count(&r, &v)
							 : 1;
}

const char *
template_all(const struct replace_set *set)
{
	return set->names[NAME_ARGS] != NULL ? set->names[NAME_ARGS] : ALL;
}

/* Writes a word of a script for one argument of several: {.} is {3.} there. */
static void
put_at(FILE *out, const struct replace_set *set, const char *word, size_t len,
    size_t position)
{
	const char *end = word + len;
	struct replacement r;
	char string[32];
	size_t n;

	for (; word < end; word += n) {
		if ((n = replace_parse(set, word, &r)) == 0)
			n = 1;
		else if (r.what == REPLACE_ALL) {
			replace_at(&r, (int)position, string, sizeof(string));
			fputs(string, out);
			continue;
		}
		fwrite(word, 1, n, out);
	}
}

/*
 * The script with each of its words that is around {} repeated for each
 * argument; caller frees.
 */
static char *
repeat_words(const struct job_template *t, size_t nargs)
{
	const struct replace_set *set = &t->conf->set;
	const char *p = t->source;
	char *repeated = NULL;
	size_t size, len, i;
	FILE *out;

	if ((out = open_memstream(&repeated, &size)) == NULL)
		return NULL;
	while (*p != '\0') {
		len = strcspn(p, BLANKS);
		if (replace_all_is_in(set, p, len)) {
			for (i = 1; i <= nargs; i++) {
				if (i > 1)
					fputc(' ', out);
				put_at(out, set, p, len, i);
			}
		} else {
			fwrite(p, 1, len, out);
		}
		p += len;
		len = strspn(p, BLANKS);
		fwrite(p, 1, len, out);
		p += len;
	}
	if (fclose(out) == 0)
		return repeated;
	free(repeated);
	return NULL;
}

int
template_script(struct job_template *t, size_t nargs)
{
	struct asked asked = {&t->conf->set, nargs};
	char *repeated = NULL;
	int result;

	if (t->script.text != NULL && t->script_nargs == nargs)
		return 0;
	shell_clear(&t->script);
	t->script_nargs = nargs;
	if (t->conf->context && nargs > 1 &&
	    (repeated = repeat_words(t, nargs)) == NULL)
		return -1;
	result =
	    shell_rewrite(&t->script, repeated != NULL ? repeated : t->source,
		match, count, &asked, template_all(&t->conf->set));
	free(repeated);
	return result;
}

/* Shows where in the script a value can't be put. */
static void
explain_place(const struct job_template *t, char *why, size_t size)
{
	char place[PLACE_SHOWN + 1], shown[4 * sizeof(place)];
	size_t where = t->script.where, from = 0;

	if (where > PLACE_SHOWN / 2)
		from = where - PLACE_SHOWN / 2;
	strlcpy(place, t->source + from, sizeof(place));
	snprintf(why, size, "in the script, at byte %zu (%s): %s", where + 1,
	    show_text(shown, sizeof(shown), place), t->script.why);
}

int
template_make(struct job_template *t, const struct template_conf *conf,
    char *why, size_t size)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	t->conf = conf;
	if (conf->nwords == 0) {
		t->mode = conf->shell != NULL ? TEMPLATE_LINE : TEMPLATE_RECORD;
		if (conf->jobs)
			t->mode = TEMPLATE_JOB;
		return 0;
	}
	if (conf->script ||
	    (conf->shell != NULL && conf->nwords == 1 &&
		shell_is_script(conf->words[0]))) {
		t->mode = TEMPLATE_SCRIPT;
		snprintf(why, size, "%s", strerror(ENOMEM));
		t->source = args_join(conf->words, conf->nwords);
		if (t->source != NULL && template_script(t, 1) == 0)
			return 0;
		if (t->source != NULL && t->script.why != NULL)
			explain_place(t, why, size);
		template_clear(t);
		return -1;
	}
	t->mode = TEMPLATE_VECTOR;
	t->append = true;
	for (i = 0; i < conf->nwords; i++) {
		if (replace_is_in(&conf->set, conf->words[i]))
			t->append = false;
	}
	return 0;
}

/* Whether a replacement string of that sort stands in the template. */
static bool
has_replacement(
    const struct job_template *t, bool (*is_wanted)(const struct replacement *))
{
	struct replacement r;
	const char *s;
	size_t i;

	for (i = 0; i < t->conf->nwords; i++) {
		for (s = t->conf->words[i]; *s != '\0'; s++) {
			if (replace_parse(&t->conf->set, s, &r) > 0 &&
			    is_wanted(&r))
				return true;
		}
	}
	return false;
}

static bool
is_total(const struct replacement *r)
{
	return r->what == REPLACE_TOTAL || r->padded;
}

static bool
is_number(const struct replacement *r)
{
	return r->what == REPLACE_SEQ || r->what == REPLACE_SLOT;
}

bool
template_needs_total(const struct job_template *t)
{
	return has_replacement(t, is_total);
}

bool
template_feeds_second(const struct job_template *t, struct second *found)
{
	const struct template_conf *conf = t->conf;
	bool append;

	switch (t->mode) {
	case TEMPLATE_VECTOR:
		return second_in_words(
		    &conf->set, conf->words, conf->nwords, t->append, found);
	case TEMPLATE_SCRIPT:
		append = t->script.nvars > 0 &&
		    !replace_is_in(&conf->set, t->source);
		return second_in_script(&conf->set, t->source, append, found);
	default:
		return false;
	}
}

bool
template_has_number(const struct job_template *t)
{
	return has_replacement(t, is_number);
}

void
template_clear(struct job_template *t)
{
	shell_clear(&t->script);
	free(t->source);
	t->source = NULL;
}
