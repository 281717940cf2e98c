/* answer: where in what a program writes an answer of lines ends.  Pure. */
#ifndef WORKER_ANSWER_H
#define WORKER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

struct answer {
	char end;	/* of a line */
	unsigned lines; /* of an answer; 0: it ends with an empty line */
	unsigned seen;	/* of the present one */
	bool begun;	/* a line of it is */
};

/*
 * Looks at n bytes that follow those before.  How many of them are the present
 * answer's; *whole says that it ends there.
 */
size_t answer_next(struct answer *, const char *data, size_t n, bool *whole);

#endif
