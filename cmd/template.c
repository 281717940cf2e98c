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

#define REPLACEMENT "{}"
#define PLACE_SHOWN 24 /* bytes of a script shown around a refused place */

/* How many bytes at s are a replacement string; 0: none starts here. */
static size_t
replacement_at(const char *s, void *ctx)
{
	(void)ctx;
	return strncmp(s, REPLACEMENT, 2) == 0 ? 2 : 0;
}

bool
template_has_replacement(const char *word)
{
	return strstr(word, REPLACEMENT) != NULL;
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

/* Shows where in the script a value can't be put. */
static void
explain_place(
    const struct shell_script *s, const char *src, char *why, size_t size)
{
	char place[PLACE_SHOWN + 1], shown[4 * sizeof(place)];
	size_t from =
	    s->where > PLACE_SHOWN / 2 ? s->where - PLACE_SHOWN / 2 : 0;

	strlcpy(place, src + from, sizeof(place));
	snprintf(why, size, "in the script, at byte %zu (%s): %s", s->where + 1,
	    show_text(shown, sizeof(shown), place), s->why);
}

static int
make_script(struct template *t, char *why, size_t size)
{
	char *src = join_words(t->words, t->nwords);
	int result;

	why[0] = '\0';
	if (src == NULL)
		return -1;
	t->mode = TEMPLATE_SCRIPT;
	result =
	    shell_rewrite(&t->script, src, replacement_at, NULL, REPLACEMENT);
	if (result == -1 && t->script.why != NULL)
		explain_place(&t->script, src, why, size);
	free(src);
	return result;
}

int
template_make(struct template *t, char **words, size_t n, bool script,
    const char *shell, char *why, size_t size)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	t->words = words;
	t->nwords = n;
	t->shell = shell;
	if (n == 0) {
		t->mode = shell != NULL ? TEMPLATE_LINE : TEMPLATE_RECORD;
		return 0;
	}
	if (script || (shell != NULL && n == 1 && shell_is_script(words[0])))
		return make_script(t, why, size);
	t->mode = TEMPLATE_VECTOR;
	t->append = true;
	for (i = 0; i < n; i++) {
		if (template_has_replacement(words[i]))
			t->append = false;
	}
	return 0;
}

void
template_clear(struct template *t)
{
	if (t->mode == TEMPLATE_SCRIPT)
		shell_clear(&t->script);
}

/* What a replacement string stands for. */
static const char *
value_of(char *const *record, size_t n)
{
	return n > 0 ? record[0] : "";
}

/* Bytes that word has with the value in it, and its NUL. */
static size_t
expanded_size(const char *word, size_t valuelen)
{
	size_t size = 1, n;

	while (*word != '\0') {
		n = replacement_at(word, NULL);
		size += n > 0 ? valuelen : 1;
		word += n > 0 ? n : 1;
	}
	return size;
}

/* Writes word with the value in it to p; returns the place behind its NUL. */
static char *
expand_word(char *p, const char *word, const char *value)
{
	size_t n;

	while (*word != '\0') {
		if ((n = replacement_at(word, NULL)) > 0) {
			p = stpcpy(p, value);
			word += n;
		} else {
			*p++ = *word++;
		}
	}
	*p++ = '\0';
	return p;
}

/* Borrows the record's own arguments, behind what a has. */
static void
append_record(struct args *a, char *const *record, size_t n)
{
	memcpy(a->v + a->n, record, n * sizeof(*record));
	a->n += n;
}

static int
expand_vector(
    const struct template *t, char *const *record, size_t n, struct args *a)
{
	const char *value = value_of(record, n);
	size_t i, size = 1;
	char *p;

	for (i = 0; i < t->nwords; i++)
		size += expanded_size(t->words[i], strlen(value));
	if (!t->append && (a->text = malloc(size)) == NULL)
		return -1;
	for (i = 0, p = a->text; i < t->nwords; i++) {
		if (t->append || !template_has_replacement(t->words[i])) {
			a->v[a->n++] = t->words[i];
			continue;
		}
		a->v[a->n++] = p;
		p = expand_word(p, t->words[i], value);
	}
	if (t->append)
		append_record(a, record, n);
	return 0;
}

static int
expand_script(const struct template *t, char *const *record, size_t n,
    struct args *a, const char **why)
{
	const char *value = value_of(record, n);
	size_t i;

	a->v[a->n++] = (char *)(uintptr_t)t->shell;
	a->v[a->n++] = (char *)(uintptr_t) "-c";
	a->v[a->n++] = t->script.text;
	a->v[a->n++] = (char *)(uintptr_t) "forkpool";
	for (i = 0; i < t->script.nvars; i++) {
		if (t->script.vars[i].integer && !shell_is_integer(value)) {
			*why = "the value stands in $((...)) and is not an "
			       "integer";
			return -1;
		}
		a->v[a->n++] = (char *)(uintptr_t)value;
	}
	append_record(a, record, n);
	return 0;
}

int
template_expand(const struct template *t, char *const *record, size_t n,
    struct args *a, const char **why)
{
	size_t most = t->nwords + n + t->script.nvars + 5;
	int result = 0;

	*why = NULL;
	memset(a, 0, sizeof(*a));
	if ((a->v = calloc(most, sizeof(*a->v))) == NULL)
		return -1;
	switch (t->mode) {
	case TEMPLATE_RECORD:
		append_record(a, record, n);
		break;
	case TEMPLATE_VECTOR:
		result = expand_vector(t, record, n, a);
		break;
	case TEMPLATE_SCRIPT:
		result = expand_script(t, record, n, a, why);
		break;
	case TEMPLATE_LINE:
		a->v[a->n++] = (char *)(uintptr_t)t->shell;
		a->v[a->n++] = (char *)(uintptr_t) "-c";
		append_record(a, record, n);
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
	size_t i;

	for (i = 0; i < a->n; i++) {
		if (a->v[i][0] == '-' || template_has_replacement(a->v[i]))
			return true;
	}
	return false;
}

char *
args_quote(const char *kind, const struct args *a)
{
	char *line = NULL, *word;
	size_t size, i;
	FILE *f;

	if ((f = open_memstream(&line, &size)) == NULL)
		return NULL;
	if (strcmp(kind, "run") != 0)
		fprintf(
		    f, "forkpool %s%s", kind, looks_different(a) ? " :::" : "");
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
