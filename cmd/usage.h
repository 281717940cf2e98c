/*
 * usage: what --help prints.
 */
#ifndef CMD_USAGE_H
#define CMD_USAGE_H

#include <stdio.h>

#include "worker/kind.h"

/* The usage text of the program, on f. */
void usage_program(FILE *f);

/* That of a kind, on stdout. */
void usage_kind(const struct kind *);

/* A table of options, on stdout: a line for each. */
void usage_table(const struct option_def *);

#endif
