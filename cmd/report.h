/*
 * report: the account of what failed, told on stderr at the end of a run.
 */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include <stddef.h>

#include "cmd/sched.h"
#include "cmd/sink.h"
#include "cmd/task.h"

#define REPORT_LINES 10 /* failures that are told one by one */

struct report {
	char *lines[REPORT_LINES];
	size_t nlines;
	size_t nmore; /* failures beyond those */
};

/* Takes note of a task that is final.  Its text is copied. */
void report_add(struct report *, const struct task *);

/*
 * Tells the sink the account, if anything failed: a line for each of the first
 * failures that was not told before, and one of counts.
 */
void report_print(const struct report *, const struct sched *, struct sink *);

/* Frees what was noted. */
void report_clear(struct report *);

/*
 * The task's number and record, fit for a terminal and cut to size, as in
 * "job 3 (a b)".  Returns text.
 */
const char *report_name(const struct task *, char *text, size_t size);

#endif
