/*
 * called: the kind of a user's own module, made ready to be used.
 * It owns what is told of a module that can't be; how options are read it must
 * not know.
 */
#include "cmd/called.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "cmd/common.h"
#include "cmd/options.h"
#include "worker/call.h"

#define OPTIONS_MAX 32 /* of a module: there is room for no more */

/* An option that would be taken for another one. */
static bool
is_twin(const struct option_def *a, const struct option_def *b)
{
	return strcmp(a->name, b->name) == 0 ||
	    (a->letter != 0 && a->letter == b->letter);
}

/* Before def in its own table, or anywhere in that of every kind. */
static bool
has_twin(const struct option_def *table, const struct option_def *def)
{
	const struct option_def *other;

	for (other = table; other != def; other++) {
		if (is_twin(other, def))
			return true;
	}
	for (other = common_table; other->name != NULL; other++) {
		if (is_twin(other, def))
			return true;
	}
	return false;
}

void
called_load(const char *path)
{
	const struct option_def *table, *def;
	const char *why;

	if (call_load(path, &why) == -1)
		options_mistake("cannot load %s", why);
	table = kind_call.options;
	for (def = table; def->name != NULL; def++) {
		if (def - table == OPTIONS_MAX)
			options_mistake("cannot load %s: it has more than %d "
					"options",
			    path, OPTIONS_MAX);
		if (has_twin(table, def) ||
		    (def->letter != 0 && !isalnum(def->letter)))
			options_mistake("cannot load %s: its option --%s is "
					"there already, or its letter",
			    path, def->name);
	}
}
