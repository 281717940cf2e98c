/*
 * secret: users and passwords in URLs.
 * It owns copies without them; it must not know where those are shown.
 */
#include "cmd/secret.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "worker/url.h"

char **
secret_args(const struct record *r)
{
	size_t i, vector = (r->nargs + 1) * sizeof(char *);
	char **args = malloc(vector + r->len + 1), *text;

	if (args == NULL)
		return NULL;
	text = (char *)args + vector;
	memcpy(text, r->text, r->len);
	text[r->len] = '\0';
	for (i = 0; i < r->nargs; i++) {
		args[i] = text;
		text += strlen(text) + 1;
	}
	args[r->nargs] = NULL;
	return args;
}

/* sure: it is a URL, or nothing that can be fetched. */
static bool
has_secret(const char *word, bool sure)
{
	return url_has_secret(word) && (sure || !url_may_be_address(word));
}

int
secret_hide(struct record *r, bool sure, char **hidden)
{
	char **args, *text;
	bool found = false;
	size_t i;

	*hidden = NULL;
	if (r->why != NULL || memchr(r->text, '@', r->len) == NULL)
		return 0;
	if ((args = secret_args(r)) == NULL)
		return -1;
	for (i = 0; i < r->nargs; i++)
		found = found || has_secret(args[i], sure);
	if (found && (text = *hidden = malloc(r->len + 1)) != NULL) {
		for (i = 0; i < r->nargs; i++) {
			if (has_secret(args[i], sure))
				url_hide(args[i]);
			text = stpcpy(text, args[i]) + 1;
		}
		r->text = *hidden;
		r->len = (size_t)(text - *hidden) - 1;
	}
	free(args);
	return found && *hidden == NULL ? -1 : 0;
}

char *const *
secret_hide_words(char *const *words, size_t n, bool sure)
{
	char **copy;
	size_t i;

	if (words == NULL)
		return NULL;
	for (i = 0; i < n && !has_secret(words[i], sure); i++)
		continue;
	if (i == n)
		return words;
	if ((copy = calloc(n + 1, sizeof(*copy))) == NULL)
		return NULL;
	for (i = 0; i < n; i++) {
		if ((copy[i] = strdup(words[i])) == NULL)
			return NULL;
		if (has_secret(words[i], sure))
			url_hide(copy[i]);
	}
	return copy;
}
