/*
 * foreign: the options of GNU parallel, xargs, xe, curl and others that are
 * not here, and what to write instead.  Pure.
 */
#ifndef CMD_FOREIGN_H
#define CMD_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

struct foreign {
	const char *name; /* long, without dashes; "": it has none */
	int letter;	  /* the short one, or 0 */
	const char *of;	  /* the program whose option it is */
	const char *why;  /* … what to do; NULL: without it all is the same */
};

/* Those of programs that run jobs; ended by a NULL name. */
extern const struct foreign foreign_table[];

/* Those of programs that fetch URLs, likewise. */
extern const struct foreign foreign_urls_table[];

/*
 * The option that is called so, in full (the first len bytes of name); NULL
 * when it is none of theirs, or one that we have.
 */
const struct foreign *foreign_find(
    const struct foreign *table, const char *name, size_t len);

/* The option that has this letter; NULL likewise. */
const struct foreign *foreign_find_letter(
    const struct foreign *table, int letter);

/*
 * An option that we have, too, with its value, or else with the word behind it:
 * what to write when it was meant as curl has it, as it looks like; or NULL.
 */
const char *foreign_curl_hint(int letter, const char *word);

/* True when "{= ... =}" stands in a word: GNU parallel would run it as Perl. */
bool foreign_is_perl(const char *word);

#endif
