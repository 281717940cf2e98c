/*
 * template: the words of a command line, and how a record becomes a job's
 * arguments through them.  Pure.
 */
#ifndef CMD_TEMPLATE_H
#define CMD_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/replace.h"
#include "cmd/second.h"
#include "cmd/shell.h"

enum template_mode {
	TEMPLATE_RECORD, /* no words: the record is the arguments */
	TEMPLATE_VECTOR, /* the words, with the values in them; no shell */
	TEMPLATE_SCRIPT, /* a script for a shell, with the values beside it */
	TEMPLATE_LINE,	 /* no words: the record is a script for a shell */
	TEMPLATE_JOB	 /* no words: the record is a kind and its words */
};

/* What a template is made of.  All is borrowed. */
struct template_conf {
	char **words;
	size_t nwords;
	bool script;	   /* the words are a script, joined by spaces */
	const char *shell; /* runs scripts; NULL: this kind has none */
	bool context;	   /* a word around {} is repeated for each value */
	struct replace_set set;
	bool jobs; /* records have their kind as the first argument */
	bool urls; /* the arguments are URLs, whose secrets are not shown */
};

struct job_template {
	const struct template_conf *conf;
	enum template_mode mode;
	bool append;  /* VECTOR: the record goes behind the words */
	char *source; /* SCRIPT: as it was given */
	struct shell_script script; /* SCRIPT: as it is run … */
	size_t script_nargs;	    /* … for records of so many arguments */
};

/* The replacement string that means all of a record's arguments. */
const char *template_all(const struct replace_set *);

/*
 * Makes a template.  One word that looks like a script is one.  Without words
 * each record is a script, or the arguments where there is no shell.
 * 0, or -1 with a message for the user in why (size bytes).
 */
int template_make(struct job_template *t, const struct template_conf *,
    char *why, size_t size);

/* True when a job can't be made without knowing how many there are. */
bool template_needs_total(const struct job_template *);

/* True when a value would become text of a second shell, as far as is seen. */
bool template_feeds_second(const struct job_template *, struct second *);

/* True when some word stands for a job's number or for its slot's. */
bool template_has_number(const struct job_template *);

/* Frees what template_make() made. */
void template_clear(struct job_template *);

/*
 * Makes the script for records of nargs arguments, unless it is there.  -1
 * without memory.
 */
int template_script(struct job_template *, size_t nargs);

#endif
