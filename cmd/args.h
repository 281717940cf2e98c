/*
 * args: a job's arguments, and the line that a person would paste for them.
 */
#ifndef CMD_ARGS_H
#define CMD_ARGS_H

#include <stdbool.h>
#include <stddef.h>

struct args {
	char **v; /* n strings, then NULL */
	size_t n;
	char *text;    /* storage of those that were made */
	bool borrowed; /* v is the record's */
	bool urls;     /* they are URLs, whose secrets are not shown */
};

/* Frees what expand_args() made.  Keeps errno. */
void args_clear(struct args *);

/* Words with spaces between them; caller frees.  NULL without memory. */
char *args_join(char *const *words, size_t n);

/*
 * The arguments as one line that can be pasted into a shell, behind command
 * when they are those of forkpool itself; NULL: they are a command.  The caller
 * frees.
 */
char *args_quote(const char *command, const struct args *);

#endif
