/*
 * dryrun: the lines that would run, in place of running them.
 */
#ifndef CMD_DRYRUN_H
#define CMD_DRYRUN_H

#include "cmd/options.h"
#include "cmd/template.h"

/*
 * --dry-run: prints on stdout, for each job that would run, one line that can
 * be pasted.  The exit status: 0, or 1 when a record can't be a job.  A list
 * that breaks off, or an output that can't be written, is told on stderr and
 * ends the process with 4.
 */
int dryrun(const struct options *, struct job_template *, struct source *,
    struct ledger *);

#endif
