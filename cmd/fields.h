/*
 * fields: several strings as one line of text, with a tab between two of them;
 * in the strings themselves tab, new line, carriage return and backslash are
 * written \t, \n, \r and \\.  Pure.
 */
#ifndef CMD_FIELDS_H
#define CMD_FIELDS_H

#include <stddef.h>

/* n strings as a line.  The caller frees; NULL without memory. */
char *fields_join(char *const *strings, size_t n);

/*
 * The same for strings that stand in len bytes of text, with a NUL between two
 * of them.
 */
char *fields_join_text(const char *text, size_t len);

/*
 * The strings of a line, *n of them and NULL, in one piece of memory, which the
 * caller frees.  Any text is a line.  NULL without memory.
 */
char **fields_split(const char *line, size_t *n);

#endif
