/*
 * keep: what becomes of a job's output where it goes to files of its own.
 * It owns nothing; it must not know how files are named or written.
 */
#include "cmd/keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/resume.h"
#include "worker/show.h"

#define NAME_SHOWN 1024 /* bytes of a file's name in a message */

/* The record that was counted last is the nth of its equals. */
struct count {
	struct results *results;
	uint64_t nth;
};

/* Counts a job that the journal has. */
static int
count_job(void *ctx, uint64_t seq, const struct record *r, bool ok)
{
	struct count *c = ctx;

	(void)seq;
	(void)ok;
	c->nth = results_count(c->results, r);
	return c->nth != 0 ? 0 : -1;
}

uint64_t
keep_count(struct pool *p, const struct record *r)
{
	struct count c = {.results = &p->results};
	int result;

	if (!results_counts(&p->results) || r->why != NULL)
		return 0;
	/* of those that are repeated alone the journal knows the list */
	result = resume_is_fed(p->ledger)
	    ? resume_each_fed(p->ledger, count_job, &c)
	    : count_job(&c, 0, r, false);
	if (result == -1)
		pool_fail(p, errno, "cannot count the equals of record %ju",
		    (uintmax_t)p->sched.total + 1);
	return c.nth;
}

/* Only what has run, and was not ended by us, has output that is whole. */
static bool
is_wanted(const struct pool *p, const struct task *t)
{
	return (p->options->results != NULL || p->options->files) &&
	    t->attempts > 0 && t->state != STATE_CANCELLED;
}

static void
not_kept(struct pool *p, struct task *t, bool others, const char *path,
    const char *why)
{
	char name[NAME_SHOWN], shown[4 * NAME_SHOWN];

	sink_tell(&p->sink, "forkpool: %s: cannot write %s: %s",
	    report_name(t, name, sizeof(name)),
	    show_text(shown, sizeof(shown), path != NULL ? path : "its output"),
	    why);
	t->named = true;
	sched_spoil(&p->sched, t);
	if (others) {
		p->failed = true;
		pool_drain(p);
	}
}

/* --files prints the name where the output would have stood. */
static int
put_name(struct pool *p, struct task *t, const char *path)
{
	if (sink_output(&p->sink, t, STDOUT_FILENO, path, strlen(path)) == -1)
		return -1;
	return sink_output(&p->sink, t, STDOUT_FILENO, "\n", 1);
}

void
keep_output(struct pool *p, struct task *t)
{
	const struct options *o = p->options;
	enum results_status status;
	const char *why;
	char *path;

	if (!is_wanted(p, t))
		return;
	status = results_keep(&p->results, t, &p->sink.store, &path, &why);
	if (status != RESULTS_KEPT)
		not_kept(p, t, status == RESULTS_FAILED, path, why);
	/* what is in files is not printed, unless in a row */
	if (o->row == ROW_NONE && o->results != NULL)
		sink_drop(&p->sink, t);
	if (o->files)
		sink_drop_stdout(&p->sink, t);
	if (o->files && status == RESULTS_KEPT && put_name(p, t, path) == -1)
		pool_fail(p, errno, "cannot hold the output of job %ju",
		    (uintmax_t)t->seq);
	free(path);
}
