/*
 * log: the subcommand that tells what a journal holds.
 */
#ifndef CMD_LOG_H
#define CMD_LOG_H

#include "worker/kind.h"

/* Its options, for --help and the tests. */
extern const struct option_def log_table[];

/*
 * Does what argv, whose first is "log", asks for, and ends the process: with 0,
 * or 2 when that can't be read, or 4 when it can't be written.
 */
_Noreturn void log_main(int argc, char **argv);

#endif
