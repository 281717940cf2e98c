/*
 * judge: what follows for a task when its attempt has ended.
 * It owns the order of what is done then; the verdict is that of sched.
 */
#include "cmd/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/ending.h"
#include "cmd/keep.h"
#include "cmd/urls.h"
#include "worker/duration.h"

void
judge_final(struct pool *p, struct task *t, const char *said)
{
	/* who has enough has what he asked for */
	if (t->state != STATE_CANCELLED || !p->sched.satisfied)
		report_add(&p->report, t, urls_said(t, said));
	ledger_final(
	    p->ledger, t, p->options->row != ROW_NONE || task_has_output(t));
	sink_final(&p->sink, t);
	ending_check(p);
}

void
judge_refuse(struct pool *p, struct task *t, const char *why)
{
	char name[1024], line[2048];
	int n;

	n = snprintf(line, sizeof(line), "forkpool: %s: %s\n",
	    report_name(t, name, sizeof(name)), why);
	if (n >= (int)sizeof(line))
		n = (int)sizeof(line) - 1;
	sink_output(&p->sink, t, STDERR_FILENO, line, (size_t)n);
	t->named = p->options->row == ROW_NONE;
	sched_refuse(&p->sched, t);
	judge_final(p, t, "");
}

/* A task's last attempt is behind it. */
static void
settle(struct pool *p, struct task *t, const char *said)
{
	/* what is cancelled is dropped, but for what is printed already */
	if (t->state == STATE_CANCELLED)
		sink_drop(&p->sink, t);
	else if (t->state != STATE_OK && (t->kind->flags & KIND_WHOLE))
		sink_drop_stdout(&p->sink, t);
	/* such a job says itself what it failed of, where that is printed */
	t->named = p->options->row == ROW_NONE && p->options->results == NULL &&
	    (t->outcome == OUTCOME_ERROR || t->outcome == OUTCOME_HTTP ||
		((t->kind->flags & KIND_URLS) != 0 && *said != '\0' &&
		    t->outcome == OUTCOME_TIMEOUT));
	urls_final(t);
	keep_output(p, t);
	judge_final(p, t, said);
}

/* A job isn't attempted again although that was asked for: told once. */
static void
tell_printed(struct pool *p, const struct task *t)
{
	char name[1024];

	if (p->told_printed || p->options->quiet)
		return;
	p->told_printed = true;
	sink_tell(&p->sink,
	    "forkpool: %s is not attempted again, since some of its output is "
	    "printed (-u, --line-buffer); nor are others",
	    report_name(t, name, sizeof(name)));
}

/* A failed task is to be attempted again, in a while. */
static void
retry(struct pool *p, struct task *t)
{
	uint64_t wait = retry_delay_ns(&p->options->retry,
	    t->attempts - (t->repeatable ? t->crashes : 0), arc4random());

	/* the host knows better how long */
	if (t->asked_ns != 0)
		sched_put_off(&p->sched, t, t->asked_ns);
	else if (wait == 0)
		sched_put_back(&p->sched, t);
	else
		sched_put_off(&p->sched, t, duration_now_ns() + wait);
}

/* What was said of a job, without its name: that stands before it anyway. */
static const char *
without_name(const struct task *t, const char *said)
{
	char name[64];
	size_t n;

	if (*said == '\0')
		return said;
	n = (size_t)snprintf(
	    name, sizeof(name), "forkpool: job %ju: ", (uintmax_t)t->seq);
	return strncmp(said, name, n) == 0 ? said + n : said;
}

void
judge_ended(struct pool *p, struct task *t, enum outcome outcome, int code,
    const char *said)
{
	enum verdict verdict = sched_judge(&p->sched, t, outcome, code);

	said = without_name(t, said);
	ledger_ended(p->ledger, t, true, said);
	switch (verdict) {
	case VERDICT_AGAIN:
		sink_drop(&p->sink, t);
		break;
	case VERDICT_RETRY:
		retry(p, t);
		break;
	case VERDICT_PRINTED:
		tell_printed(p, t);
		settle(p, t, said);
		break;
	case VERDICT_FINAL:
		settle(p, t, said);
		break;
	}
}

void
judge_not_begun(struct pool *p, struct task *t)
{
	sink_drop(&p->sink, t);
	judge_put_back(p, t);
}

void
judge_put_back(struct pool *p, struct task *t)
{
	ledger_ended(p->ledger, t, false, "");
	sched_undo(&p->sched, t);
	sched_put_back(&p->sched, t);
}

void
judge_ended_well(struct pool *p, struct task *t, const char *said)
{
	if (!p->unwatched) {
		judge_ended(p, t, OUTCOME_OK, 0, said);
		return;
	}
	(void)sched_judge(&p->sched, t, OUTCOME_OK, 0);
	sink_final(&p->sink, t);
}

void
judge_skip_waiting(struct pool *p)
{
	struct task *t;

	while ((t = sched_skip(&p->sched)) != NULL)
		settle(p, t, "");
}
