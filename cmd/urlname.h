/*
 * urlname: what of a URL can stand in the name of a file.  Pure.
 */
#ifndef CMD_URLNAME_H
#define CMD_URLNAME_H

#include "cmd/replace.h"

#define URLNAME_HASH 16 /* hexadecimal digits */

/*
 * The parts of a URL that replacement strings stand for, by enum replace_url;
 * none has a component that is empty or too long, begins with a dot or a dash,
 * or holds a control character.
 */
struct urlname {
	char *part[URL_PARTS];
};

/* -1 without memory; otherwise urlname_clear() frees. */
int urlname_make(struct urlname *, const char *url);

/* Frees the parts. */
void urlname_clear(struct urlname *);

/* The beginning of the SHA-256 of a string and a number, terminated. */
void urlname_hash(
    const char *, unsigned long long, char hash[URLNAME_HASH + 1]);

#endif
