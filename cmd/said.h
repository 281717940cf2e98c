/*
 * said: the last line that a job wrote on stderr, cut to a length that fits
 * into a message.  Pure.
 */
#ifndef CMD_SAID_H
#define CMD_SAID_H

#include <stdbool.h>
#include <stddef.h>

#define SAID_MAX 200 /* bytes of it */

struct said {
	size_t len;
	bool ended;		 /* what comes next is another line */
	char text[SAID_MAX + 1]; /* a string */
};

/* Nothing was said. */
void said_clear(struct said *);

/* Takes note of n bytes more.  Lines that are empty don't count. */
void said_add(struct said *, const char *data, size_t n);

#endif
