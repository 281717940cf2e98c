/* module: parts of the program that are loaded only when they are used. */
#ifndef WORKER_MODULE_H
#define WORKER_MODULE_H

/*
 * Loads NAME.so and finds what it exports as symbol.  It stays loaded.  NULL:
 * *why says why, in a string that stays valid until the next call.
 */
void *module_load(const char *name, const char *symbol, const char **why);

/*
 * The same of a file of that name, wherever it is: without a slash, in the
 * present directory.
 */
void *module_load_file(const char *path, const char *symbol, const char **why);

/*
 * Directory of the running program, found once.  Modules are looked for there
 * and in ../lib/forkpool beside it, man pages in man/ and ../share/man.
 * NULL when /proc does not tell.
 */
const char *module_program_dir(void);

#endif
