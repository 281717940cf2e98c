/*
 * resume: which jobs of the list earlier runs have done, and how to go on with
 * what this run has not.
 * It owns that decision; it must not know how a journal is kept.
 */
#include "cmd/resume.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/fields.h"

#define HINT_MAX 2000 /* bytes of a command line that is shown */

/* True when a job that earlier runs left so is not to run. */
static bool
is_done(struct ledger *l, bool ok, bool failed)
{
	bool done = ok || (failed && l->conf->resume == RESUME_REST);

	l->ndone += done;
	l->ndone_failed += done && failed;
	return done;
}

/* What the joblog tells of a record's job. */
static bool
is_done_by_joblog(
    struct ledger *l, const struct record *r, uint64_t seq, uint64_t *log)
{
	enum joblog_state state = JOBLOG_NEW;
	struct task *t = task_new(seq, r);
	char *command = t != NULL ? ledger_command(l, t) : NULL;

	task_free(t);
	if (command != NULL)
		state = joblog_claim(l->joblog, command, log);
	free(command);
	l->nnew += state == JOBLOG_NEW;
	return is_done(l, state == JOBLOG_OK, state == JOBLOG_FAILED);
}

/* The record that these were the arguments of; it borrows them. */
static struct record
record_of(char *const *args, size_t n)
{
	return (struct record){.text = args[0],
	    .len = (size_t)(args[n - 1] - args[0]) + strlen(args[n - 1]),
	    .nargs = n};
}

/* What the row of a failed job is read into. */
struct fed {
	struct ledger *ledger;
	struct record *record;
};

static int
take_failed(void *ctx, size_t n, const char *const *c)
{
	const struct fed *fed = ctx;
	struct ledger *l = fed->ledger;
	char **args = fields_split(c[2], &n);

	if (args == NULL)
		return -1;
	l->fed = (int64_t)strtoll(c[0], NULL, 10);
	l->fed_seq = (uint64_t)strtoull(c[1], NULL, 10);
	free(l->fed_text);
	l->fed_text = (char *)args;
	*fed->record = record_of(args, n);
	return 1;
}

static enum source_result
feed_of_joblog(struct ledger *l, struct record *r)
{
	free(l->fed_text);
	if (joblog_next_failed(l->joblog, &l->fed_text, &l->fed_seq) == -1)
		ledger_break(l, "cannot read the joblog %s: %s",
		    l->conf->joblog, strerror(errno));
	if (l->fed_text == NULL)
		return SOURCE_END;
	*r = (struct record){
	    .text = l->fed_text, .len = strlen(l->fed_text), .nargs = 1};
	return SOURCE_RECORD;
}

enum source_result
resume_feed(void *ctx, struct record *r)
{
	static const char sql[] =
	    "SELECT id, seq, arguments FROM job WHERE run = ? AND id > ?"
	    " AND state IN ('failed', 'lost') AND arguments IS NOT NULL"
	    " ORDER BY id LIMIT 1";
	struct ledger *l = ctx;
	const int64_t parameters[] = {l->first, l->fed};
	struct fed fed = {l, r};

	if (l->journal == NULL)
		return feed_of_joblog(l, r);
	if (!ledger_writes(l))
		return SOURCE_END;
	switch (l->calls->select(
	    l->journal, sql, parameters, 2, take_failed, &fed)) {
	case 1:
		return SOURCE_RECORD;
	case 0:
		return SOURCE_END;
	default:
		ledger_check(l, -1);
		return SOURCE_END;
	}
}

/* A record that can't be a job: the task has neither its key nor arguments. */
static void
put_refused(struct ledger *l, const struct key *key, struct task_ids *ids)
{
	struct journal_job j = {.id = ids->job,
	    .is_new = ids->is_new,
	    .seq = ids->log,
	    .state = "running",
	    .key = key->bytes,
	    .keylen = sizeof(key->bytes)};

	if (ledger_check(l, l->calls->put_job(l->journal, &j)))
		ids->is_new = false;
}

bool
resume_is_done(struct ledger *l, const struct record *r, uint64_t seq,
    struct task_ids *ids)
{
	struct journal_found found;
	struct key key = {0};

	*ids = (struct task_ids){.log = seq};
	if (l->journal == NULL && l->conf->resume == RESUME_RETRY) {
		ids->log = l->fed_seq;
		return false;
	}
	if (l->journal == NULL && l->joblog != NULL && r->why == NULL &&
	    l->conf->resume != RESUME_NONE)
		return is_done_by_joblog(l, r, seq, &ids->log);
	if (!ledger_writes(l))
		return false;
	if (l->conf->resume == RESUME_RETRY) {
		ids->job = l->fed;
		ids->log = l->fed_seq;
		return false;
	}
	ledger_note(l);
	/* where all is new it is not needed before there is something to write
	 */
	if (l->calls->unclaimed(l->journal) > 0 || r->why != NULL)
		key_of_job(&l->base, r->text, r->len, r->nargs, &key);
	if (!ledger_check(l,
		l->calls->claim(
		    l->journal, key.bytes, sizeof(key.bytes), &found)))
		return false;
	if (is_done(l, strcmp(found.state, "ok") == 0,
		strcmp(found.state, "failed") == 0))
		return true;
	l->nnew += found.is_new;
	ids->job = found.id;
	ids->is_new = found.is_new;
	if (r->why != NULL && !l->run.preview)
		put_refused(l, &key, ids);
	return false;
}

/* Whom resume_each() gives the jobs. */
struct each {
	resume_take *take;
	void *ctx;
	bool failed; /* he has */
};

/* Takes the row of any job. */
static int
take_each(void *ctx, size_t n, const char *const *c)
{
	struct each *e = ctx;
	char **args = fields_split(c[1], &n);
	struct record r;

	e->failed = true;
	if (args != NULL) {
		r = record_of(args, n);
		e->failed = e->take(e->ctx, strtoull(c[0], NULL, 10), &r,
				strcmp(c[2], "ok") == 0) == -1;
	}
	free(args);
	return e->failed ? -1 : 0;
}

/* The jobs of the list behind that one, up to the last. */
static int
each_between(struct ledger *l, int64_t behind, int64_t last, resume_take *take,
    void *ctx)
{
	static const char sql[] =
	    "SELECT seq, arguments, state FROM job WHERE run = ?"
	    " AND id > ? AND id <= ? AND arguments IS NOT NULL ORDER BY id";
	struct each e = {.take = take, .ctx = ctx};
	const int64_t parameters[] = {l->first, behind, last};

	if (l->calls->select(l->journal, sql, parameters, 3, take_each, &e) ==
		-1 &&
	    !e.failed)
		ledger_check(l, -1);
	return e.failed ? -1 : 0;
}

int
resume_each(struct ledger *l, resume_take *take, void *ctx)
{
	if (l->conf->resume == RESUME_NONE || !ledger_writes(l))
		return 0;
	return each_between(l, 0, INT64_MAX, take, ctx);
}

bool
resume_is_fed(const struct ledger *l)
{
	return l->conf->resume == RESUME_RETRY && ledger_writes(l);
}

int
resume_each_fed(struct ledger *l, resume_take *take, void *ctx)
{
	int64_t behind = l->walked;

	l->walked = l->fed;
	return each_between(l, behind, l->fed, take, ctx);
}

/* Jobs of before that the list has not had. */
static uint64_t
unclaimed(const struct ledger *l)
{
	return l->journal != NULL ? l->calls->unclaimed(l->journal)
				  : joblog_unclaimed(l->joblog);
}

char *
resume_told(const struct ledger *l, bool whole)
{
	uint64_t gone;
	char failures[64] = "", not_there[64] = "", *line;

	if (l->conf->resume == RESUME_NONE || l->conf->resume == RESUME_RETRY ||
	    !l->found)
		return NULL;
	if (whole && (gone = unclaimed(l)) > 0)
		snprintf(not_there, sizeof(not_there),
		    ", %ju of before not in the list", (uintmax_t)gone);
	if (l->ndone_failed > 0)
		snprintf(failures, sizeof(failures), " (%ju of them failed)",
		    (uintmax_t)l->ndone_failed);
	if (asprintf(&line, "resumed: %ju done before%s, %ju new%s",
		(uintmax_t)l->ndone, failures, (uintmax_t)l->nnew,
		not_there) == -1)
		return NULL;
	return line;
}

char *
resume_hint(const struct ledger *l)
{
	const char *option = l->conf->resume == RESUME_NONE ? "--resume" : NULL;
	const char *list =
	    l->run.reads_stdin ? ", with the same standard input" : "";
	char *command, *line;
	int n;

	if ((l->journal == NULL && l->joblog == NULL) || l->broken ||
	    (command = ledger_command_line(&l->run, option)) == NULL)
		return NULL;
	if (strlen(command) > HINT_MAX)
		n = asprintf(&line, "to go on, run it again%s",
		    option != NULL ? " with --resume" : "");
	else
		n = asprintf(&line, "to go on%s: %s", list, command);
	free(command);
	return n != -1 ? line : NULL;
}
