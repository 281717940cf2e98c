/*
 * argmax: how many arguments fit into one job.  The system bounds the
 * arguments and environment of a process together, and each string by itself;
 * --max-chars bounds the line as a person would type it.
 */
#ifndef CMD_ARGMAX_H
#define CMD_ARGMAX_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/template.h"

/* The most bytes of a line, where --max-chars does not say: as xargs(1). */
#define ARGMAX_CHARS 131072

/* What a job is to hold. */
struct argmax_load {
	size_t nargs;
	size_t bytes;	/* of all arguments, without NULs */
	size_t longest; /* bytes of the longest one */
};

/* What that costs: a fixed part, and so much … */
struct argmax_cost {
	size_t fixed;
	size_t per_arg;	    /* … for each argument */
	size_t per_byte;    /* … for each byte of them */
	size_t per_longest; /* … for each byte of the longest, */
	size_t per_product; /* and for that again with each argument */
	size_t max;	    /* what there is */
};

struct argmax {
	struct argmax_cost line;   /* the command as it would be typed */
	struct argmax_cost vector; /* all that execve(2) is given */
	struct argmax_cost string; /* the longest that holds all arguments */
	struct argmax_cost word;   /* the longest of those that don't */
};

/*
 * What jobs of a template cost in this environment.  max_chars: of a line,
 * terminating NULs of its words included; 0: ARGMAX_CHARS.
 */
void argmax_init(
    struct argmax *, const struct job_template *, size_t max_chars);

/* True when that fits. */
bool argmax_fits(const struct argmax *, const struct argmax_load *);

#endif
