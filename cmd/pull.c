/*
 * pull: records of the source become tasks.
 * It owns nothing; it must not know workers, nor when a task starts.
 */
#include "cmd/pull.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/input.h"
#include "cmd/jobs.h"
#include "cmd/judge.h"
#include "cmd/keep.h"
#include "cmd/polite.h"
#include "cmd/resume.h"
#include "cmd/secret.h"
#include "cmd/urls.h"

/* Records that were done before are passed over, but signals are heard. */
#define DONE_AT_ONCE 1000

static void
cannot_take(struct pool *p, uint64_t seq)
{
	pool_fail(p, errno, "cannot take record %ju", (uintmax_t)seq);
}

/* A task of a record, which the sink knows of.  NULL: the run has failed. */
static struct task *
make_task(struct pool *p, const struct record *r, uint64_t seq)
{
	struct task *t =
	    r->why == NULL ? task_new(seq, r) : task_new_refused(seq, r);

	if (t == NULL) {
		cannot_take(p, seq);
		return NULL;
	}
	t->kind = r->why == NULL ? jobs_kind(p->kind, r->text) : p->kind;
	t->repeatable = (t->kind->flags & KIND_REPEATABLE) != 0;
	t->whole = (t->kind->flags & KIND_WHOLE) != 0;
	sink_add(&p->sink, t);
	if (r->input == NULL)
		return t;
	t->intake = intake_new(r, !p->options->blocks.round_robin);
	if (t->intake == NULL)
		pool_fail(p, errno, "cannot take the input of job %ju",
		    (uintmax_t)seq);
	return t;
}

/* What a task of URLs has besides.  Why it can't be a job; NULL: it can. */
static const char *
add_urls(struct pool *p, struct task *t, const struct record *r,
    const struct record *whole)
{
	const char *why = NULL;

	if (urls_add(p, t, whole, r->text == whole->text, &why) == -1) {
		if (why == NULL)
			cannot_take(p, t->seq);
	} else if (polite_enter(p, t) == -1) {
		cannot_take(p, t->seq);
	}
	return why;
}

/* Adds the task of a record, if it is to run; whole: with its secrets. */
static void
add_task(struct pool *p, const struct record *r, const struct record *whole)
{
	uint64_t seq = p->sched.total + 1, nth = keep_count(p, r);
	struct task_ids ids = {.log = seq};
	const char *why = r->why;
	struct task *t;

	if (ledger_is_kept(p->ledger) &&
	    resume_is_done(p->ledger, r, seq, &ids)) {
		sched_add_done(&p->sched);
		if (urls_pass(p, seq, r, whole) == -1)
			cannot_take(p, seq);
		return;
	}
	pool_check_ledger(p);
	if ((t = make_task(p, r, seq)) == NULL)
		return;
	t->ids = ids;
	t->nth = nth;
	if (why == NULL && (t->kind->flags & KIND_URLS) != 0)
		why = add_urls(p, t, r, whole);
	if (why != NULL) {
		p->sched.total++;
		judge_refuse(p, t, why);
		return;
	}
	sched_add(&p->sched, t);
	/* what failed with it may have ended the run */
	if (p->sched.draining)
		judge_skip_waiting(p);
}

/* A record becomes a task, and its secrets nobody's business. */
static void
add_record(struct pool *p, const struct record *r)
{
	struct record shown;
	char *hidden = NULL;

	if ((jobs_kind(p->kind, r->text)->flags & KIND_URLS) == 0) {
		add_task(p, r, r);
		return;
	}
	shown = *r;
	if (secret_hide(&shown, p->options->nwords == 0, &hidden) == -1)
		cannot_take(p, p->sched.total + 1);
	else
		add_task(p, &shown, r);
	free(hidden);
}

/* What was read is finished; it is not the end. */
static void
source_failed(struct pool *p, int error)
{
	const char *name;
	uint64_t place;

	name = source_place(p->source, &place);
	p->sched.exhausted = true;
	/* a page: nothing of it was run */
	if (error == EBADMSG) {
		sink_tell(&p->sink, "forkpool: %s: " INPUT_MARKUP, name);
		p->refused = true;
		return;
	}
	sink_tell(&p->sink, "forkpool: %s: cannot read on after %s %ju: %s",
	    name, source_unit(p->source), (uintmax_t)place, strerror(error));
	p->failed = true;
}

bool
pull_record(struct pool *p, struct record *r)
{
	switch (source_next(p->source, r)) {
	case SOURCE_RECORD:
		return true;
	case SOURCE_WAIT:
		p->want_input = true;
		break;
	case SOURCE_END:
		p->sched.exhausted = true;
		break;
	case SOURCE_FAILED:
		source_failed(p, errno);
		break;
	}
	return false;
}

void
pull_records(struct pool *p, uint64_t now_ns)
{
	uint64_t most = p->sched.done + DONE_AT_ONCE;
	struct record r;

	while (sched_wants_record(&p->sched, sink_has_room(&p->sink),
		   sink_next(&p->sink), now_ns) &&
	    pull_record(p, &r)) {
		add_record(p, &r);
		if (p->sched.done == most) {
			p->pulling = true;
			return;
		}
	}
}

void
pull_ahead(struct pool *p)
{
	uint64_t most = p->sched.done + DONE_AT_ONCE;
	struct record r;

	while (sched_needs_workers(&p->sched) && p->sched.nwaiting == 0 &&
	    p->sched.running > 0 && pull_record(p, &r)) {
		add_record(p, &r);
		if (p->sched.done == most) {
			p->pulling = true;
			return;
		}
	}
}
