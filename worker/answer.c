/*
 * answer: where in what a program writes an answer of lines ends.
 * It owns no bytes; it must not know whose answer it is.
 */
#include "worker/answer.h"

#include <string.h>

size_t
answer_next(struct answer *a, const char *data, size_t n, bool *whole)
{
	const char *p = data, *stop = data + n, *end;
	bool empty;

	*whole = false;
	while (
	    p < stop && (end = memchr(p, a->end, (size_t)(stop - p))) != NULL) {
		empty = end == p && !a->begun;
		p = end + 1;
		a->begun = false;
		a->seen++;
		*whole = a->lines == 0 ? empty : a->seen == a->lines;
		if (*whole) {
			a->seen = 0;
			return (size_t)(p - data);
		}
	}
	a->begun = a->begun || p < stop;
	return n;
}
