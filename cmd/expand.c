/*
 * expand: what a template makes of one record: a job's arguments.
 * It owns the text that is being made; it must not know how a template is read.
 */
#include "cmd/expand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/jobs.h"

#define FIXED_ARGS 5 /* beside values: the shell, -c, script, name, NULL */

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
put_word(struct text *text, const struct replace_set *set, const char *word,
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
	    !replace_all_is_in(set, word, strlen(word)))
		return false;
	for (i = 0; i < v->nargs; i++)
		put_word(text, set, word, v, i, i + 1, a);
	return true;
}

char *
expand_word(const struct replace_set *set, const char *word,
    const struct replace_values *v)
{
	struct text text = {NULL, 0, 0};
	char *made[1];
	struct args args = {.v = made};

	put_word(&text, set, word, v, 0, v->nargs, &args);
	text.size = text.len;
	text.len = 0;
	if ((text.p = malloc(text.size)) != NULL)
		put_word(&text, set, word, v, 0, v->nargs, &args);
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
			put_word(text, &conf->set, conf->words[i], v, 0,
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
expand_record(const struct job_template *t, const struct replace_values *v,
    struct args *a)
{
	a->v[a->n++] = (char *)(uintptr_t)t->conf->shell;
	a->v[a->n++] = (char *)(uintptr_t) "-c";
	a->v[a->n++] = a->text = args_join(v->args, v->nargs);
	return a->text != NULL ? 0 : -1;
}

/* The words behind the kind; one of run that looks like a script is one. */
static void
expand_job(const struct job_template *t, const struct replace_values *v,
    struct args *a)
{
	const struct kind *kind = jobs_kind(&kind_jobs, v->args[0]);

	if (jobs_command(kind) == NULL && v->nargs == 2 &&
	    shell_is_script(v->args[1])) {
		a->v[a->n++] = (char *)(uintptr_t)t->conf->shell;
		a->v[a->n++] = (char *)(uintptr_t) "-c";
	}
	append_args(a, v->args + 1, v->nargs - 1);
	a->urls = (kind->flags & KIND_URLS) != 0;
}

/* The most arguments that a job may have, NULL included. */
static size_t
most_args(const struct job_template *t, const struct replace_values *v)
{
	return FIXED_ARGS + t->script.nvalues + v->nargs +
	    t->conf->nwords * (v->nargs > 0 ? v->nargs : 1);
}

bool
expand_borrow(
    const struct job_template *t, char *const *record, size_t n, struct args *a)
{
	/* others are to stand before a URL */
	if (t->mode != TEMPLATE_RECORD || t->conf->urls)
		return false;
	*a = (struct args){
	    .v = (char **)(uintptr_t)record, .n = n, .borrowed = true};
	return true;
}

int
expand_args(struct job_template *t, const struct replace_values *v,
    struct args *a, const char **why)
{
	int result = 0;

	*why = NULL;
	memset(a, 0, sizeof(*a));
	a->urls = t->conf->urls;
	if (t->mode == TEMPLATE_SCRIPT && template_script(t, v->nargs) == -1) {
		/* that of one argument was tried at the start */
		if (t->script.why != NULL)
			*why = "with the words around {} repeated, the values "
			       "can't stand in the script; put blanks around "
			       "{}, or write $@";
		return -1;
	}
	if (expand_borrow(t, v->args, v->nargs, a))
		return 0;
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
		result = expand_record(t, v, a);
		break;
	case TEMPLATE_JOB:
		expand_job(t, v, a);
		break;
	}
	if (result == -1)
		args_clear(a);
	return result;
}

char *
expand_line(struct job_template *t, const char *command,
    const struct replace_values *v, const char **why)
{
	struct args args;
	char *line;

	if (expand_args(t, v, &args, why) == -1)
		return NULL;
	if (t->mode == TEMPLATE_JOB)
		command = jobs_command(jobs_kind(&kind_jobs, v->args[0]));
	line = args_quote(command, &args);
	args_clear(&args);
	return line;
}
