/*
 * args: a job's arguments, and the line that a person would paste for them.
 * It owns their storage; it must not know what they were made from.
 */
#include "cmd/args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/replace.h"
#include "cmd/shell.h"
#include "worker/url.h"

void
args_clear(struct args *a)
{
	int saved = errno;

	if (a->borrowed)
		return;
	free(a->v);
	free(a->text);
	memset(a, 0, sizeof(*a));
	errno = saved;
}

char *
args_join(char *const *words, size_t n)
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

/* True when forkpool would take one of them for an option or a template. */
static bool
looks_different(const struct args *a)
{
	static const struct replace_set set;
	size_t i;

	for (i = 0; i < a->n; i++) {
		if (a->v[i][0] == '-' || replace_is_in(&set, a->v[i]))
			return true;
	}
	return false;
}

/* A word as a shell takes it; what a URL hides is hidden. */
static char *
quote_word(const struct args *a, const char *word)
{
	char *copy, *quoted;

	if (!a->urls || !url_has_secret(word))
		return shell_quote(word);
	if ((copy = strdup(word)) == NULL)
		return NULL;
	url_hide(copy);
	quoted = shell_quote(copy);
	free(copy);
	return quoted;
}

/* The list has begun already, behind the words of a program. */
static bool
is_begun(const char *command)
{
	size_t n = strlen(command);

	return n >= 4 && strcmp(command + n - 4, " :::") == 0;
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
		fprintf(f, "%s%s", command,
		    looks_different(a) && !is_begun(command) ? " :::" : "");
	for (i = 0; i < a->n; i++) {
		if ((word = quote_word(a, a->v[i])) == NULL)
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
