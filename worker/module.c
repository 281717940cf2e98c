/*
 * module: parts of the program that are loaded only when they are used.
 * It owns where they are looked for; it must not know what they do.
 */
#include "worker/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *
module_program_dir(void)
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
	const char *dir = module_program_dir();
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

/* What a module that was opened exports; NULL: *why. */
static void *
find_symbol(void *module, const char *symbol, const char **why)
{
	void *exported = NULL;

	if (module != NULL)
		exported = dlsym(module, symbol);
	if (exported == NULL)
		*why = dlerror();
	return exported;
}

void *
module_load(const char *name, const char *symbol, const char **why)
{
	return find_symbol(open_module(name), symbol, why);
}

void *
module_load_file(const char *path, const char *symbol, const char **why)
{
	char here[PATH_MAX];

	/* otherwise dlopen(3) would look where libraries are */
	if (strchr(path, '/') == NULL) {
		snprintf(here, sizeof(here), "./%s", path);
		path = here;
	}
	return find_symbol(dlopen(path, RTLD_NOW | RTLD_LOCAL), symbol, why);
}
