/*
 * kind: the table of kinds, and the loading of those that live in a module.
 * It owns the table; it must not know how a worker or the parent runs them.
 */
#include "worker/kind.h"

#include <stdbool.h>
#include <string.h>

#include "worker/call.h"
#include "worker/map.h"
#include "worker/module.h"
#include "worker/run.h"
#include "worker/sleep.h"

struct kind_row {
	const char *name;
	const char *summary;
	const struct kind *kind; /* NULL: in the module NAME.so */
};

static struct kind_row kinds[] = {
    {"run", "run a command for each record", &kind_run},
    {"map", "let a program that is kept answer each record", &kind_map},
    {"fetch", "fetch a list of URLs", NULL},
    {"digest", "tell the digests of files", NULL},
    {"query", "ask SQLite databases", NULL},
    {"sleep", "sleep for so long", &kind_sleep},
    {"call", "do what a module of your own does", &kind_call},
    {"demo", "show what workers are good for", NULL},
};

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool facts_wanted, usage_wanted;

void
kind_want_facts(void)
{
	facts_wanted = true;
}

bool
kind_wants_facts(void)
{
	return facts_wanted;
}

void
kind_want_usage(void)
{
	usage_wanted = true;
}

bool
kind_wants_usage(void)
{
	return usage_wanted;
}

const char *
kind_name(size_t n, const char **summary)
{
	if (n >= NKINDS)
		return NULL;
	*summary = kinds[n].summary;
	return kinds[n].name;
}

static const struct kind *
load_kind(const char *name, const char **why)
{
	const struct kind *kind = module_load(name, "forkpool_kind", why);

	if (kind != NULL && kind->abi != KIND_ABI) {
		*why = "the module is of another version";
		return NULL;
	}
	return kind;
}

const struct kind *
kind_find(const char *name, const char **why)
{
	size_t i;

	*why = NULL;
	for (i = 0; i < NKINDS; i++) {
		if (strcmp(kinds[i].name, name) != 0)
			continue;
		if (kinds[i].kind == NULL)
			kinds[i].kind = load_kind(name, why);
		return kinds[i].kind;
	}
	return NULL;
}
