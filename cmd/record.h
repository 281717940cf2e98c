/* record: what a source yields, to become a job. */
#ifndef CMD_RECORD_H
#define CMD_RECORD_H

#include <stddef.h>

struct record {
	const char *text; /* its arguments, with a NUL between two of them */
	size_t len;	  /* of text, all in all */
	size_t nargs;
	const char *why; /* it can't be a job: a constant; NULL: it can */
};

#endif
