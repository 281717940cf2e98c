/*
 * shell: finds where replacement strings stand in a script for sh, and puts a
 * variable there, quoted for its place, so that no value ever becomes text of
 * the script.  Pure; it must not know what a replacement string means.
 */
#ifndef CMD_SHELL_H
#define CMD_SHELL_H

#include <stdbool.h>
#include <stddef.h>

/* Tells how many bytes at s are a replacement string; 0: none starts there. */
typedef size_t shell_match(const char *s, void *ctx);

/* Tells how many values a replacement string has. */
typedef size_t shell_count(const char *string, void *ctx);

struct shell_var {
	char *string; /* the replacement string, as it stands in the script */
	bool integer; /* it stands in $((…)) at least once */
	size_t first; /* the number of its first variable, from 1 */
	size_t
	    nvalues; /* and how many it has: as many words, where it's bare */
};

struct shell_script {
	/*
	 * The script to run: "fp1=$1 fp2=$2; shift 2; SCRIPT" where a variable
	 * is used, the script alone where none is.  After it come, as $1 and
	 * so on, the values of vars in their order, then the record's
	 * arguments.
	 */
	char *text;
	struct shell_var *vars; /* each distinct string once */
	size_t nvars;
	size_t nvalues; /* of all vars together */
	bool uses_args; /* $1, $@, $* or the like stands in it */

	const char *why; /* after a refusal: the reason, a constant */
	size_t where;	 /* and the place, a byte offset into the source */
};

/*
 * Rewrites src.  Where count is NULL each string has one value.  When no
 * replacement string and none of $1…, $@, $* stands in it and append is not
 * NULL, append (a replacement string) is put behind it, after a space.  One in
 * a comment gets no value, but is one. 0: caller frees with shell_clear().  -1:
 * s->why and s->where tell which place can't be given a value (EINVAL), or
 * ENOMEM with why NULL; nothing to free.
 */
int shell_rewrite(struct shell_script *s, const char *src, shell_match *match,
    shell_count *count, void *ctx, const char *append);

/* Frees what shell_rewrite() made. */
void shell_clear(struct shell_script *);

/* True when word is a script rather than the name of a program. */
bool shell_is_script(const char *word);

/*
 * True when value is an integer that is safe in $((…)): an optional sign, then
 * decimal, octal (0…) or hexadecimal (0x…) digits, at most 2^63 - 1.
 */
bool shell_is_integer(const char *value);

/*
 * word, quoted so that it can be pasted into any POSIX shell: as it is when
 * nothing in it needs quoting.  Caller frees; NULL without memory.
 */
char *shell_quote(const char *word);

/*
 * The same, of characters that a terminal shows, on one line: for a person to
 * paste.  What else there is needs a shell that knows $'\n'.
 */
char *shell_quote_shown(const char *word);

#endif
