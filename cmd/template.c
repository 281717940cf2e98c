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

#include "worker/show.h"

#define ALL	    "{}"    /* what is put behind the words */
#define BLANKS	    " \t\n" /* between words of a script */
#define PLACE_SHOWN 24	    /* bytes of a script shown around a refused place */
#define FIXED_ARGS  5 /* beside values: the shell, -c, script, name, NULL */

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

bool
template_has_replacement(const struct replace_set *set, const char *word)
{
	struct replacement r;

	for (; *word != '\0'; word++) {
		if (replace_parse(set, word, &r) > 0)
			return true;
	}
	return false;
}

/* True when a string for all arguments stands in len bytes of word. */
static bool
has_all(const struct replace_set *set, const char *word, size_t len)
{
	const char *end = word + len;
	struct replacement r;

	for (; word < end; word++) {
		if (replace_parse(set, word, &r) > 0 && r.what == REPLACE_ALL)
			return true;
	}
	return false;
}

/* The words with spaces between them; caller frees. */
static char *
join_words(char *const *words, size_t n)
{
	size_t i, len = 1;
	char *joined, *p;

	for (i = 0; i < n; i++)
		len += strlen(words[i]) + 1;
	if ((joined = p = malloc(len)) == NULL)
		return NULL;
	for (i = 0; i < n; i++) {
		if (i > 0)
			*p++ = ' ';
		p = stpcpy(p, words[i]);
	}
	*p = '\0';
	return joined;
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
		if (has_all(set, p, len)) {
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

/* Makes the script for records of nargs arguments, unless it is there. */
static int
make_script(struct job_template *t, size_t nargs)
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
		return 0;
	}
	if (conf->script ||
	    (conf->shell != NULL && conf->nwords == 1 &&
		shell_is_script(conf->words[0]))) {
		t->mode = TEMPLATE_SCRIPT;
		snprintf(why, size, "%s", strerror(ENOMEM));
		t->source = join_words(conf->words, conf->nwords);
		if (t->source != NULL && make_script(t, 1) == 0)
			return 0;
		if (t->source != NULL && t->script.why != NULL)
			explain_place(t, why, size);
		template_clear(t);
		return -1;
	}
	t->mode = TEMPLATE_VECTOR;
	t->append = true;
	for (i = 0; i < conf->nwords; i++) {
		if (template_has_replacement(&conf->set, conf->words[i]))
			t->append = false;
	}
	return 0;
}

bool
template_needs_total(const struct job_template *t)
{
	struct replacement r;
	const char *s;
	size_t i;

	for (i = 0; i < t->conf->nwords; i++) {
		for (s = t->conf->words[i]; *s != '\0'; s++) {
			if (replace_parse(&t->conf->set, s, &r) > 0 &&
			    (r.what == REPLACE_TOTAL || r.padded))
				return true;
		}
	}
	return false;
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
		    !template_has_replacement(&conf->set, t->source);
		return second_in_script(&conf->set, t->source, append, found);
	default:
		return false;
	}
}

bool
template_has_number(const struct job_template *t)
{
	struct replacement r;
	const char *s;
	size_t i;

	for (i = 0; i < t->conf->nwords; i++) {
		for (s = t->conf->words[i]; *s != '\0'; s++) {
			if (replace_parse(&t->conf->set, s, &r) > 0 &&
			    (r.what == REPLACE_SEQ || r.what == REPLACE_SLOT))
				return true;
		}
	}
	return false;
}

void
template_clear(struct job_template *t)
{
	shell_clear(&t->script);
	free(t->source);
	t->source = NULL;
}

/* Text that is being made: measured first, with p NULL, then written. */
struct text {
	char *p;
	size_t len;
	size_t size;
};

static void
add_char(struct text *text, char c)
{
	if (text->p != NULL)
		text->p[text->len] = c;
	text->len++;
}

static void
add_value(struct text *text, const struct replacement *r,
    const struct replace_values *v, size_t n)
{
	text->len +=
	    replace_value(r, v, n, text->p != NULL ? text->p + text->len : NULL,
		text->p != NULL ? text->size - text->len : 0);
}

/* Adds a word that was made, from its place in the text. */
static void
end_word(struct text *text, size_t from, struct args *a)
{
	if (text->p != NULL)
		a->v[a->n++] = text->p + from;
	add_char(text, '\0');
}

/*
 * A word with its values in it, where a string that has several takes those
 * from first to before end, with spaces between.
 */
static void
expand_word(struct text *text, const struct replace_set *set, const char *word,
    const struct replace_values *v, size_t first, size_t end, struct args *a)
{
	size_t from = text->len, n, i;
	struct replacement r;

	while (*word != '\0') {
		if ((n = replace_parse(set, word, &r)) == 0) {
			add_char(text, *word++);
			continue;
		}
		if (r.what != REPLACE_ALL)
			add_value(text, &r, v, 0);
		for (i = first; r.what == REPLACE_ALL && i < end; i++) {
			if (i > first)
				add_char(text, ' ');
			add_value(text, &r, v, i);
		}
		word += n;
	}
	end_word(text, from, a);
}

/* A word around all of the values: once for each of them. */
static bool
expand_context(struct text *text, const struct job_template *t,
    const char *word, const struct replace_values *v, struct args *a)
{
	const struct replace_set *set = &t->conf->set;
	size_t i;

	if (!t->conf->context || v->nargs == 0 ||
	    !has_all(set, word, strlen(word)))
		return false;
	for (i = 0; i < v->nargs; i++)
		expand_word(text, set, word, v, i, i + 1, a);
	return true;
}

char *
template_word(const struct replace_set *set, const char *word,
    const struct replace_values *v)
{
	struct text text = {NULL, 0, 0};
	char *made[1];
	struct args args = {.v = made};

	expand_word(&text, set, word, v, 0, v->nargs, &args);
	text.size = text.len;
	text.len = 0;
	if ((text.p = malloc(text.size)) != NULL)
		expand_word(&text, set, word, v, 0, v->nargs, &args);
	return text.p;
}

/* A word that is nothing but a replacement string: a word for each value. */
static bool
expand_whole(struct text *text, const struct replace_set *set, const char *word,
    const struct replace_values *v, struct args *a)
{
	struct replacement r;
	size_t i, n = replace_parse(set, word, &r), from;

	if (n == 0 || word[n] != '\0')
		return false;
	for (i = 0; i < replace_count(&r, v); i++) {
		from = text->len;
		add_value(text, &r, v, i);
		end_word(text, from, a);
	}
	return true;
}

static void
expand_words(struct text *text, const struct job_template *t,
    const struct replace_values *v, struct args *a)
{
	const struct template_conf *conf = t->conf;
	size_t i;

	for (i = 0; i < conf->nwords; i++) {
		if (!expand_context(text, t, conf->words[i], v, a) &&
		    !expand_whole(text, &conf->set, conf->words[i], v, a))
			expand_word(text, &conf->set, conf->words[i], v, 0,
			    v->nargs, a);
	}
}

/* Borrows strings, behind what a has. */
static void
append_args(struct args *a, char *const *args, size_t n)
{
	memcpy(a->v + a->n, args, n * sizeof(*args));
	a->n += n;
}

static int
expand_vector(const struct job_template *t, const struct replace_values *v,
    struct args *a)
{
	struct text text = {NULL, 0, 0};

	if (t->append) {
		append_args(a, t->conf->words, t->conf->nwords);
		append_args(a, v->args, v->nargs);
		return 0;
	}
	expand_words(&text, t, v, a);
	text.size = text.len;
	text.len = 0;
	if ((a->text = text.p = malloc(text.size)) == NULL)
		return -1;
	expand_words(&text, t, v, a);
	return 0;
}

/* Adds the values of the script's variables, in their order. */
static void
script_values(struct text *text, const struct job_template *t,
    const struct replace_values *v, struct args *a)
{
	const struct shell_var *var;
	struct replacement r;
	size_t i, j, from;

	for (i = 0; i < t->script.nvars; i++) {
		var = &t->script.vars[i];
		if (replace_parse(&t->conf->set, var->string, &r) == 0)
			continue;
		for (j = 0; j < var->nvalues; j++) {
			from = text->len;
			add_value(text, &r, v, j);
			end_word(text, from, a);
		}
	}
}

/* Arithmetic evaluates what is no number, so nothing else may come there. */
static bool
integers_are_integers(const struct job_template *t, char *const *values)
{
	const struct shell_var *var;
	size_t i, j;

	for (i = 0; i < t->script.nvars; i++) {
		var = &t->script.vars[i];
		for (j = 0; var->integer && j < var->nvalues; j++) {
			if (!shell_is_integer(values[var->first - 1 + j]))
				return false;
		}
	}
	return true;
}

static int
expand_script(const struct job_template *t, const struct replace_values *v,
    struct args *a, const char **why)
{
	struct text text = {NULL, 0, 0};
	char **values;

	a->v[a->n++] = (char *)(uintptr_t)t->conf->shell;
	a->v[a->n++] = (char *)(uintptr_t) "-c";
	a->v[a->n++] = t->script.text;
	a->v[a->n++] = (char *)(uintptr_t) "forkpool";
	values = a->v + a->n;
	script_values(&text, t, v, a);
	text.size = text.len;
	text.len = 0;
	/* with no variable there is nothing to keep */
	if ((a->text = text.p = malloc(text.size + 1)) == NULL)
		return -1;
	script_values(&text, t, v, a);
	if (!integers_are_integers(t, values)) {
		*why = "the value stands in $((...)) and is not an integer";
		return -1;
	}
	append_args(a, v->args, v->nargs);
	return 0;
}

/* The record's arguments are the script, with spaces between them. */
static int
expand_line(const struct job_template *t, const struct replace_values *v,
    struct args *a)
{
	a->v[a->n++] = (char *)(uintptr_t)t->conf->shell;
	a->v[a->n++] = (char *)(uintptr_t) "-c";
	a->v[a->n++] = a->text = join_words(v->args, v->nargs);
	return a->text != NULL ? 0 : -1;
}

/* The most arguments that a job may have, NULL included. */
static size_t
most_args(const struct job_template *t, const struct replace_values *v)
{
	return FIXED_ARGS + t->script.nvalues + v->nargs +
	    t->conf->nwords * (v->nargs > 0 ? v->nargs : 1);
}

int
template_expand(struct job_template *t, const struct replace_values *v,
    struct args *a, const char **why)
{
	int result = 0;

	*why = NULL;
	memset(a, 0, sizeof(*a));
	if (t->mode == TEMPLATE_SCRIPT && make_script(t, v->nargs) == -1) {
		/* that of one argument was tried at the start */
		if (t->script.why != NULL)
			*why = "with the words around {} repeated, the values "
			       "can't stand in the script; put blanks around "
			       "{}, or write $@";
		return -1;
	}
	if ((a->v = calloc(most_args(t, v), sizeof(*a->v))) == NULL)
		return -1;
	switch (t->mode) {
	case TEMPLATE_RECORD:
		append_args(a, v->args, v->nargs);
		break;
	case TEMPLATE_VECTOR:
		result = expand_vector(t, v, a);
		break;
	case TEMPLATE_SCRIPT:
		result = expand_script(t, v, a, why);
		break;
	case TEMPLATE_LINE:
		result = expand_line(t, v, a);
		break;
	}
	if (result == -1)
		args_clear(a);
	return result;
}

void
args_clear(struct args *a)
{
	int saved = errno;

	free(a->v);
	free(a->text);
	memset(a, 0, sizeof(*a));
	errno = saved;
}

/* True when forkpool would take one of them for an option or a template. */
static bool
looks_different(const struct args *a)
{
	static const struct replace_set set;
	size_t i;

	for (i = 0; i < a->n; i++) {
		if (a->v[i][0] == '-' ||
		    template_has_replacement(&set, a->v[i]))
			return true;
	}
	return false;
}

char *
args_quote(const char *command, const struct args *a)
{
	char *line = NULL, *word;
	size_t size, i;
	FILE *f;

	if ((f = open_memstream(&line, &size)) == NULL)
		return NULL;
	if (command != NULL)
		fprintf(f, "%s%s", command, looks_different(a) ? " :::" : "");
	for (i = 0; i < a->n; i++) {
		if ((word = shell_quote(a->v[i])) == NULL)
			break;
		fprintf(f, "%s%s", ftell(f) > 0 ? " " : "", word);
		free(word);
	}
	if (fclose(f) != 0 || i < a->n) {
		free(line);
		return NULL;
	}
	return line;
}

char *
template_line(struct job_template *t, const char *command,
    const struct replace_values *v, const char **why)
{
	struct args args;
	char *line;

	if (template_expand(t, v, &args, why) == -1)
		return NULL;
	line = args_quote(command, &args);
	args_clear(&args);
	return line;
}
