/*
 * words: a line cut into words as a shell would, without expanding anything.
 * Pure.
 */
#ifndef CMD_WORDS_H
#define CMD_WORDS_H

#include <stddef.h>

/*
 * Cuts line into words at blanks.  '…' and "…" quote, \ quotes one character,
 * in "…" only \ " $ and `; nothing else is special, so that a URL needs no
 * quotes.  The words stand behind each other in text, which has room for
 * strlen(line) + 1 bytes, each with a NUL behind it.  How many they are; -1:
 * *why, a constant, says what is wrong.
 */
int words_split(const char *line, char *text, const char **why);

#endif
