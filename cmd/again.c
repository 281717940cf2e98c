/*
 * again: --retry-failed: the command line of an earlier run, by its journal.
 * It owns how that is put together; it must not know which jobs failed.
 */
#include "cmd/again.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/fields.h"
#include "cmd/journal.h"

#define STATUS_BROKEN 4

/* What the journal tells of its last run. */
struct earlier {
	char *kind;
	char **options;
	size_t noptions;
	char **words;
	size_t nwords;
};

static int
take_run(void *ctx, size_t n, const char *const *c)
{
	struct earlier *e = ctx;

	(void)n;
	e->kind = strdup(c[0]);
	if (c[1][0] != '\0')
		e->options = fields_split(c[1], &e->noptions);
	if (c[2] != NULL)
		e->words = fields_split(c[2], &e->nwords);
	/* what parted them from the words is put there again */
	if (e->noptions > 0 && strcmp(e->options[e->noptions - 1], "--") == 0)
		e->noptions--;
	return 0;
}

static void
read_run(const char *path, struct earlier *e)
{
	const struct journal_calls *calls;
	struct journal *journal;
	char why[512];

	calls = journal_load();
	if ((journal = calls->open_to_read(path, why, sizeof(why))) == NULL)
		options_mistake("cannot open the journal %s: %s", path, why);
	if (calls->select(journal,
		"SELECT kind, options, words FROM run"
		" ORDER BY id DESC LIMIT 1",
		NULL, 0, take_run, e) == -1)
		options_mistake("cannot read the journal %s: %s", path,
		    calls->error(journal));
	calls->close(journal);
	if (e->kind == NULL)
		options_mistake("the journal %s has no run", path);
}

static size_t
append(char **to, size_t at, char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[at++] = words[i];
	return at;
}

void
again_options(struct options *o)
{
	static char separator[] = "--";
	struct options given = *o;
	struct earlier e = {0};
	char **argv;
	size_t n;

	if (o->nwords + o->nown_words + o->nlist > 0 || o->module != NULL)
		options_mistake("--retry-failed takes command and list from "
				"the journal: leave them out");
	if (o->ledger.journal == NULL && o->ledger.joblog == NULL)
		options_mistake("--retry-failed needs --journal FILE or "
				"--joblog FILE");
	if (o->ledger.journal == NULL) {
		/* each command of a joblog is a script by itself */
		if (strcmp(o->kind->name, "run") != 0)
			options_mistake("--retry-failed from a --joblog: write "
					"forkpool run --retry-failed");
		return;
	}
	read_run(o->ledger.journal, &e);
	if (strcmp(e.kind, o->kind->name) != 0)
		options_mistake("the last run of %s was one of %s: write "
				"forkpool %s --retry-failed",
		    o->ledger.journal, e.kind, e.kind);
	argv =
	    calloc(e.noptions + given.noptions + e.nwords + 3, sizeof(*argv));
	if (argv == NULL)
		err(STATUS_BROKEN, "cannot take the options");
	/* all of it is borrowed as long as the process lives */
	n = append(argv, 0, given.argv, 1);
	n = append(argv, n, e.options, e.noptions);
	n = append(argv, n, given.options, given.noptions);
	argv[n++] = separator;
	n = append(argv, n, e.words, e.nwords);
	options_clear(o);
	options_parse(o, given.kind, (int)n, argv);
	if (o->lists.header)
		options_mistake("--retry-failed does not go with --header");
	options_clear_lists(o);
	o->words = argv + n - e.nwords + o->nown_words;
	o->nwords = e.nwords - o->nown_words;
	o->lists.pack.on = false;
	o->lists.shuffle = false;
	o->argv = given.argv;
	o->argc = given.argc;
}
