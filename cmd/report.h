/*
 * report: the account of what failed, told on stderr at the end of a run.
 */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/sched.h"
#include "cmd/sink.h"
#include "cmd/task.h"

#define REPORT_LINES 10 /* failures that are told one by one */

struct report {
	struct {
		uint64_t seq;
		char *text;
	} line[REPORT_LINES]; /* nlines of them, in the list's order */
	size_t nlines;
	uint64_t first_skip; /* the first job that never ran; 0: none */
};

/* How the run went, as far as sched does not know it. */
struct report_run {
	uint64_t total;	      /* jobs of the list; 0: not known */
	const char *ended_by; /* the option that did; NULL: none */
	bool lines;	      /* tell what failed, if anything did */
	bool summary;	      /* tell the counts in any case */
	uint64_t wall_ns;
	uint64_t cpu_ns; /* of all processes of the run */
};

/*
 * Takes note of a task that is final.  said: the last line that it wrote on
 * stderr, or "".  All is copied.
 */
void report_add(struct report *, const struct task *, const char *said);

/*
 * Tells the sink the account: a line for each of the first failures of the
 * list that was not told before, and one of counts.
 */
void report_print(const struct report *, const struct sched *,
    const struct report_run *, struct sink *);

/* Frees what was noted. */
void report_clear(struct report *);

/*
 * The task's number and record, fit for a terminal and cut to size, as in
 * "job 3 (a b)".  Returns text.
 */
const char *report_name(const struct task *, char *text, size_t size);

/* How the task ended, in words, as in "timed out".  Returns text. */
const char *report_end(const struct task *, char *text, size_t size);

#endif
