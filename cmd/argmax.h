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

/* It costs fixed + per_arg * arguments + per_byte * bytes of them. */
struct argmax_cost {
	size_t fixed;
	size_t per_arg;
	size_t per_byte;
	size_t max; /* what there is */
};

struct argmax {
	struct argmax_cost line;   /* the command as it would be typed */
	struct argmax_cost vector; /* all that execve(2) is given */
	struct argmax_cost string; /* the one string of it that grows */
};

/*
 * What jobs of a template cost in this environment.  max_chars: of a line,
 * terminating NULs of its words included; 0: ARGMAX_CHARS.
 */
void argmax_init(
    struct argmax *, const struct job_template *, size_t max_chars);

/* True when nargs arguments of so many bytes in all, without NULs, fit. */
bool argmax_fits(const struct argmax *, size_t nargs, size_t bytes);

#endif
