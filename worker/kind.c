/*
 * kind: the table of kinds, and the loading of those that live in a module.
 * It owns the table; it must not know how a worker or the parent runs them.
 */
#include "worker/kind.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "worker/run.h"
#include "worker/sleep.h"

struct kind_row {
	const char *name;
	const char *summary;
	const struct kind *kind; /* NULL: in the module NAME.so */
};

static struct kind_row kinds[] = {
    {"run", "run a command for each record", &kind_run},
    {"fetch", "fetch a list of URLs", NULL},
    {"sleep", "sleep for so long", &kind_sleep},
};

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *
kind_name(size_t n, const char **summary)
{
	if (n >= NKINDS)
		return NULL;
	*summary = kinds[n].summary;
	return kinds[n].name;
}

const char *
kind_program_dir(void)
{
	static char dir[PATH_MAX];
	ssize_t n;
	char *slash;

	if (dir[0] != '\0')
		return dir;
	n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	if (n <= 0)
		return NULL;
	dir[n] = '\0';
	slash = strrchr(dir, '/');
	if (slash == NULL) {
		dir[0] = '\0';
		return NULL;
	}
	*slash = '\0';
	return dir;
}

/* Beside the program, as built; or where "make install" puts it. */
static void *
open_module(const char *name)
{
	const char *dir = kind_program_dir();
	char path[PATH_MAX];

	if (dir == NULL)
		dir = ".";
	snprintf(path, sizeof(path), "%s/%s.so", dir, name);
	if (access(path, F_OK) == -1)
		snprintf(
		    path, sizeof(path), "%s/../lib/forkpool/%s.so", dir, name);
	if (access(path, F_OK) == -1)
		snprintf(path, sizeof(path), "%s/%s.so", FP_LIBDIR, name);
	return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

static const struct kind *
load_kind(const char *name, const char **why)
{
	const struct kind *kind;
	void *module = open_module(name);

	if (module == NULL) {
		*why = dlerror();
		return NULL;
	}
	kind = dlsym(module, "forkpool_kind");
	if (kind == NULL || kind->abi != KIND_ABI) {
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
