/*
 * unknown: options and kinds that are not there: what is said of them.
 * It owns nothing; it must not know what any option means.
 */
#include "cmd/unknown.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cmd/foreign.h"
#include "cmd/nearest.h"
#include "cmd/options.h"
#include "cmd/sections.h"

/*
 * True when another program has the option, and we don't: one without which
 * all is the same here is passed over, the others are mistakes.
 */
static bool
foreign_option(const struct foreign *f, const char *word)
{
	if (f == NULL)
		return false;
	if (f->why != NULL)
		options_mistake("%s: an option of %s that forkpool does not "
				"have: %s",
		    word, f->of, f->why);
	return true;
}

/* A long option of other programs, by the word that begins with --. */
static const struct foreign *
find_foreign(const struct kind *kind, const char *word)
{
	size_t len = strcspn(word + 2, "=");
	const struct foreign *f = NULL;

	if (kind->flags & KIND_URLS)
		f = foreign_find(foreign_urls_table, word + 2, len);
	return f != NULL ? f : foreign_find(foreign_table, word + 2, len);
}

static const struct foreign *
find_foreign_letter(const struct kind *kind, int letter)
{
	const struct foreign *f = NULL;

	if (kind->flags & KIND_URLS)
		f = foreign_find_letter(foreign_urls_table, letter);
	return f != NULL ? f : foreign_find_letter(foreign_table, letter);
}

bool
unknown_abbreviation(const struct kind *kind, const char *name, char **argv)
{
	const char *word = argv[optind - 1];

	if (optarg == word)
		word = argv[optind - 2];
	return strlen(name) != strcspn(word + 2, "=") &&
	    foreign_option(find_foreign(kind, word), word);
}

/* What a long option that is not there may be meant for. */
struct guess {
	char name[64];	   /* as it was written */
	char longer[1024]; /* options that begin so */
	struct nearest nearest;
};

/* Looks through a table. */
static void
guess_from(struct guess *g, const struct option_def *def)
{
	for (; def->name != NULL; def++) {
		nearest_try(&g->nearest, def->name);
		if (strncmp(def->name, g->name, strlen(g->name)) != 0)
			continue;
		strlcat(g->longer, *g->longer != '\0' ? ", --" : "--",
		    sizeof(g->longer));
		strlcat(g->longer, def->name, sizeof(g->longer));
	}
}

/* A long option that is not there, or that may be more than one. */
static _Noreturn void
mistaken_name(const struct kind *kind, const char *word)
{
	struct guess g = {.nearest = {g.name, NULL, 0}};
	const struct section *s;

	/* "--nmae=value" is about the name */
	snprintf(g.name, sizeof(g.name), "%.*s", (int)strcspn(word + 2, "="),
	    word + 2);
	for (s = sections; s->table != NULL; s++) {
		if (section_is_of(s, kind))
			guess_from(&g, s->table);
	}
	guess_from(&g, kind->options);
	if (*g.longer != '\0')
		options_mistake(
		    "%s: ambiguous; write one of %s", word, g.longer);
	if (g.nearest.name != NULL)
		options_mistake("%s: no such option; --%s is the nearest", word,
		    g.nearest.name);
	options_mistake(
	    "%s: no such option; see forkpool %s --help", word, kind->name);
}

void
unknown_meaning(const struct kind *kind, int c, char **argv)
{
	const char *word = optarg != NULL ? optarg : argv[optind], *why;

	if ((kind->flags & KIND_URLS) == 0 || word == NULL)
		return;
	/* the word may be secret */
	if ((why = foreign_curl_hint(c, word)) != NULL)
		options_mistake("-%c: another option than curl's: %s", c, why);
}

void
unknown_kind(const char *word)
{
	static const char *const others[] = {"jobs", "log", "help"};
	struct nearest n = {word, NULL, 0};
	const char *name, *summary;
	size_t i;

	if (*word == '-')
		options_mistake("%s: a kind of job stands before its options, "
				"as in forkpool run %s",
		    word, word);
	if (*word == '\0')
		options_mistake("'': no such kind of job; see forkpool --help");
	for (i = 0; (name = kind_name(i, &summary)) != NULL; i++)
		nearest_try(&n, name);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		nearest_try(&n, others[i]);
	if (n.name != NULL)
		options_mistake(
		    "%s: no such kind of job; %s is the nearest", word, n.name);
	options_mistake("%s: no such kind of job; see forkpool --help", word);
}

void
unknown_option(const struct kind *kind, int c, char **argv)
{
	const char *word = argv[optind - 1], letter[] = {'-', (char)optopt, 0};
	const struct foreign *f;

	if (c == ':')
		options_mistake("%s: an argument is missing; see forkpool %s "
				"--help",
		    word, kind->name);
	if (optopt == 0)
		f = find_foreign(kind, word);
	else
		f = find_foreign_letter(kind, optopt);
	if (foreign_option(f, optopt == 0 ? word : letter))
		return;
	if (optopt != 0 && optopt <= UCHAR_MAX)
		options_mistake("%s: no such option; see forkpool %s --help",
		    letter, kind->name);
	if (optopt != 0)
		options_mistake("%s: the option takes no argument; see "
				"forkpool %s --help",
		    word, kind->name);
	mistaken_name(kind, word);
}
