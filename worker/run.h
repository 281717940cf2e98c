/* run: a kind that runs a program, and tells its output and its end. */
#ifndef WORKER_RUN_H
#define WORKER_RUN_H

#include <stdbool.h>

#include "worker/kind.h"

extern const struct kind kind_run;

/* True when the words are a script: with --shell, but not with --quote. */
bool run_wants_shell(void);

/*
 * The shell for scripts: of --shell-program, else of FORKPOOL_SHELL, else
 * /bin/sh.  NULL with --quote: there are no scripts.
 */
const char *run_shell_program(void);

#endif
