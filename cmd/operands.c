/*
 * operands: the words behind the options: a template, records, lists.
 * It owns what each word is taken for; it must not know how a list is read.
 */
#include "cmd/operands.h"

#include <string.h>

/* What a word that begins a list says of it. */
struct marker {
	bool files;
	bool linked;
};

/* True when word is ":::" or one of its kin. */
static bool
is_marker(const struct options *o, const char *word, struct marker *m)
{
	const char *seps[] = {o->arg_sep, o->arg_file_sep};
	size_t i, n;

	for (i = 0; i < 2; i++) {
		n = strlen(seps[i]);
		if (strncmp(word, seps[i], n) != 0)
			continue;
		m->files = i == 1;
		m->linked = word[n] == '+';
		if (strcmp(word + n, m->linked ? "+" : "") == 0)
			return true;
	}
	return false;
}

/* How many words there are before the next marker. */
static size_t
words_before_marker(const struct options *o, char **words, size_t n)
{
	struct marker m;
	size_t i;

	for (i = 0; i < n && !is_marker(o, words[i], &m); i++)
		continue;
	return i;
}

/* What stands behind the words: "::: a b ::: c", ":::: FILE FILE". */
static void
parse_lists(struct options *o, char **words, size_t n)
{
	struct marker m;
	size_t len, i;

	while (n > 0 && is_marker(o, words[0], &m)) {
		if (m.linked && o->nlist == 0)
			options_mistake("%s: there is no list before it to "
					"link with",
			    words[0]);
		words++;
		n--;
		len = words_before_marker(o, words, n);
		if (m.files && len == 0)
			options_mistake(
			    "%s: the name of a file is missing", words[-1]);
		for (i = 0; m.files && i < len; i++)
			options_add_list(o, NULL, 0, words[i], m.linked);
		if (!m.files)
			options_add_list(o, words, len, NULL, m.linked);
		words += len;
		n -= len;
	}
}

/* Words that a kind takes for itself; what follows them are words as ever. */
static void
own_words(struct options *o)
{
	const char *why;
	int i, n;

	if (o->kind->own_words == NULL)
		return;
	/* the journal will tell them */
	if (o->ledger.resume == RESUME_RETRY && o->nwords == 0)
		return;
	if ((n = o->kind->own_words(o->words, o->nwords, &why)) == -1)
		options_mistake("%s: %s", o->kind->name, why);
	for (i = 0; i < n; i++)
		options_note_word(o, o->words[i]);
	/* without it the record would be one more of them */
	if (o->kind->flags & KIND_KEEPS)
		options_note_word(o, ":::");
	o->nown_words = (size_t)n;
	o->words += n;
	o->nwords -= (size_t)n;
}

/* No URL begins so, but an option does that somebody has written too late. */
static void
check_urls(const struct options *o)
{
	size_t i;

	for (i = 0; i < o->nwords; i++) {
		if (o->words[i][0] == '-')
			options_mistake("%s: options stand before the first "
					"URL; - alone is standard input",
			    o->words[i]);
	}
}

/* Words of a kind that takes them as records: unless they are a template. */
static void
words_as_records(struct options *o)
{
	bool urls = (o->kind->flags & KIND_URLS) != 0;
	size_t i;

	if (urls && o->nwords == 1 && o->nlist == 0 &&
	    strcmp(o->words[0], "-") == 0) {
		options_add_list(o, NULL, 0, "-", false);
		o->nwords = 0;
	}
	if (urls)
		check_urls(o);
	for (i = 0; o->kind->words == WORDS_LISTS && i < o->nwords; i++)
		options_add_list(o, NULL, 0, o->words[i], false);
	if (o->kind->words == WORDS_LISTS)
		o->nwords = 0;
	if (o->kind->words != WORDS_RECORDS || o->nlist > 0)
		return;
	for (i = 0; i < o->nwords; i++) {
		if (replace_is_in(&o->set, o->words[i]))
			return;
	}
	if (o->nwords == 0)
		return;
	options_add_list(o, o->words, o->nwords, NULL, false);
	o->nwords = 0;
}

bool
operands_begin_list(const struct options *o, const char *word)
{
	struct marker m;

	return is_marker(o, word, &m);
}

void
operands_take(struct options *o, char **words, size_t n)
{
	o->words = words;
	o->nwords = words_before_marker(o, words, n);
	parse_lists(o, words + o->nwords, n - o->nwords);
	own_words(o);
	words_as_records(o);
}
