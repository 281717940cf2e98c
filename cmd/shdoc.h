/*
 * shdoc: how a here-document of a shell script begins and where it ends.
 * Pure; it must not know what stands in the body.
 */
#ifndef CMD_SHDOC_H
#define CMD_SHDOC_H

#include <stdbool.h>
#include <stddef.h>

#define SHDOC_DELIMITER 64 /* bytes, with the NUL */

struct shdoc {
	char delimiter[SHDOC_DELIMITER]; /* without its quotes */
	size_t len;
	bool quoted; /* the body is taken as it is */
	bool strip;  /* <<-: tabs before a line don't count */
};

/*
 * Reads what follows << in a script: a -, blanks and the delimiter.
 * Returns how many bytes that is; 0 when the shells could disagree.
 */
size_t shdoc_begin(struct shdoc *, const char *s);

/*
 * Finds the delimiter's line behind a body: *end bytes from body it begins,
 * *next bytes from body begins the line after it.
 * False when there is none, or the shells could disagree on which it is.
 */
bool shdoc_find_end(
    const struct shdoc *, const char *body, size_t *end, size_t *next);

#endif
