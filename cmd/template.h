/*
 * template: the words of a command line, and how a record becomes a job's
 * arguments through them.  Pure.
 */
#ifndef CMD_TEMPLATE_H
#define CMD_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/shell.h"

enum template_mode {
	TEMPLATE_RECORD, /* no words: the record is the arguments */
	TEMPLATE_VECTOR, /* the words, with the values in them; no shell */
	TEMPLATE_SCRIPT, /* a script for a shell, with the values beside it */
	TEMPLATE_LINE	 /* no words: the record is a script for a shell */
};

struct template
{
	enum template_mode mode;
	char **words; /* VECTOR: borrowed, ended by NULL */
	size_t nwords;
	bool append;		    /* VECTOR: the record goes behind them */
	const char *shell;	    /* SCRIPT, LINE */
	struct shell_script script; /* SCRIPT */
};

/* A job's arguments. */
struct args {
	char **v; /* n strings, then NULL */
	size_t n;
	char *text; /* storage of those that were made */
};

/* True when a replacement string stands in word. */
bool template_has_replacement(const char *word);

/*
 * Makes a template of the words (borrowed, must outlive it).  script: they are
 * one, joined by spaces; so is a single word that looks like one.  shell: the
 * program that runs scripts, and without words each record is one; NULL: there
 * are no scripts, and without words the record is the arguments.
 * 0, or -1 with a message for the user in why (size bytes).
 */
int template_make(struct template *t, char **words, size_t n, bool script,
    const char *shell, char *why, size_t size);

/* Frees what template_make() made. */
void template_clear(struct template *);

/*
 * The arguments of the job of one record.  0: the caller frees with
 * args_clear(), and what was borrowed from t and the record must outlive them.
 * -1: *why is a message for the user, a constant; NULL without memory.
 */
int template_expand(const struct template *t, char *const *record, size_t n,
    struct args *, const char **why);

/* Frees what template_expand() made. */
void args_clear(struct args *);

/* The arguments as one line that can be pasted into a shell; caller frees. */
char *args_quote(const char *kind, const struct args *);

#endif
