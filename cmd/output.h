/*
 * output: what the options that tell where output goes mean together, and
 * opening what it goes to.
 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "cmd/options.h"

/*
 * Settles what is printed of a job, and in which order, once all options are
 * known.  A mistake ends the process with status 2.
 */
void output_settle(struct options *);

/*
 * Opens what is to be written in the place of stdout: that, or a file of rows,
 * which is emptied.  A file that cannot be written, or that is one of the
 * lists, ends the process with status 2.
 */
int output_open(const struct options *);

/* What output_open() opened, for a message. */
const char *output_name(const struct options *);

/*
 * stdio(3) could not write to stdout, as errno says: ends the process, of PIPE
 * when nobody reads it, or with status 4.
 */
_Noreturn void output_broken(void);

/* Writes what stdio(3) still holds for stdout; if that fails, likewise. */
void output_flush(void);

#endif
