/*
 * dryrun: the lines that would run, in place of running them.
 * It owns nothing; it must not start a worker.
 */
#include "cmd/dryrun.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/expand.h"
#include "cmd/input.h"
#include "cmd/output.h"
#include "cmd/resume.h"
#include "cmd/secret.h"
#include "cmd/task.h"

#define STATUS_USAGE  2
#define STATUS_BROKEN 4

/* The line of a record without its secrets; NULL: *why says why not. */
static char *
shown_line(const char *command, struct job_template *t, const struct record *r,
    struct replace_values *values, const char **why)
{
	struct task *task;
	char *line;

	if ((*why = r->why) != NULL ||
	    (task = task_new(values->seq, r)) == NULL)
		return NULL;
	values->args = task->args;
	values->nargs = task->nargs;
	line = expand_line(t, command, values, why);
	task_free(task);
	return line;
}

/* Prints the line of one record.  False: there is no such line. */
static bool
show_record(const char *command, struct job_template *t, const struct record *r,
    struct replace_values *values, struct ledger *ledger)
{
	struct record shown = *r;
	char *line = NULL, *hidden = NULL;
	const char *why = NULL;
	struct task_ids ids;

	if (!t->conf->urls ||
	    secret_hide(&shown, t->conf->nwords == 0, &hidden) == 0) {
		if (resume_is_done(ledger, &shown, values->seq, &ids)) {
			free(hidden);
			return true;
		}
		line = shown_line(command, t, &shown, values, &why);
	}
	if (line != NULL && puts(line) == EOF)
		output_broken();
	if (line == NULL)
		warnx("record %ju: %s", (uintmax_t)values->seq,
		    why != NULL ? why : strerror(ENOMEM));
	free(hidden);
	free(line);
	return line != NULL;
}

/* The next record, however long it takes to come. */
static enum source_result
wait_for_record(struct source *source, struct record *r)
{
	struct pollfd pfd = {.events = POLLIN};
	enum source_result got;

	while ((got = source_next(source, r)) == SOURCE_WAIT) {
		pfd.fd = source_fd(source);
		if (poll(&pfd, 1, -1) == 1)
			source_set_readable(source);
	}
	return got;
}

int
dryrun(const struct options *o, struct job_template *t, struct source *source,
    struct ledger *ledger)
{
	struct replace_values values = {
	    .slot = 1, .total = source_total(source)};
	enum source_result got;
	const char *name, *why;
	struct record r;
	uint64_t place;
	int status = 0;

	while ((got = wait_for_record(source, &r)) == SOURCE_RECORD) {
		values.seq++;
		if (!show_record(o->command, t, &r, &values, ledger))
			status = 1;
	}
	if (got == SOURCE_FAILED) {
		name = source_place(source, &place);
		if (errno == EBADMSG)
			errx(STATUS_USAGE, "%s: " INPUT_MARKUP, name);
		err(STATUS_BROKEN, "%s: cannot read on after %s %ju", name,
		    source_unit(source), (uintmax_t)place);
	}
	if ((why = ledger_error(ledger)) != NULL)
		errx(STATUS_BROKEN, "%s", why);
	output_flush();
	return status;
}
