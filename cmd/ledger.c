/*
 * ledger: what is written down of a run while it goes on.
 * It owns when and what; it must not know how a journal is kept.
 */
#include "cmd/ledger.h"

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/expand.h"
#include "cmd/fields.h"
#include "cmd/shell.h"
#include "worker/duration.h"
#include "worker/module.h"

#define NS_PER_S       1e9
#define US_PER_S       1e6
#define COMMIT_NS      200000000ULL
#define EXIT_BY_SIGNAL 128 /* as a shell tells it */
#define EXIT_NOT_FOUND 127
#define STATUS_BROKEN  4

void
ledger_break(struct ledger *l, const char *fmt, ...)
{
	va_list ap;

	if (l->broken)
		return;
	va_start(ap, fmt);
	vsnprintf(l->why, sizeof(l->why), fmt, ap);
	va_end(ap);
	l->broken = true;
}

bool
ledger_check(struct ledger *l, int result)
{
	if (result == -1)
		ledger_break(l, "cannot write the journal %s: %s",
		    l->conf->journal, l->calls->error(l->journal));
	return result != -1;
}

bool
ledger_writes(const struct ledger *l)
{
	return l->journal != NULL && !l->broken;
}

void
ledger_note(struct ledger *l)
{
	if (l->commit_ns == UINT64_MAX)
		l->commit_ns = duration_now_ns() + COMMIT_NS;
}

const struct journal_calls *
journal_load(void)
{
	const char *why;
	const struct journal_calls *calls =
	    module_load("journal", "forkpool_journal", &why);

	if (calls != NULL && calls->abi != JOURNAL_ABI) {
		why = "the module is of another version";
		calls = NULL;
	}
	if (calls == NULL)
		errx(STATUS_BROKEN, "cannot load the journal: %s", why);
	return calls;
}

char *
ledger_command_line(const struct ledger_run *run, const char *option)
{
	char *line = NULL, *word;
	size_t size, i;
	FILE *f;

	if ((f = open_memstream(&line, &size)) == NULL)
		return NULL;
	fputs("forkpool", f);
	for (i = 0; i < run->argc; i++) {
		if ((word = shell_quote_shown(run->argv[i])) == NULL)
			break;
		fprintf(f, " %s", word);
		if (i == 0 && option != NULL)
			fprintf(f, " %s", option);
		free(word);
	}
	if (fclose(f) == 0 && i == run->argc)
		return line;
	free(line);
	return NULL;
}

/* Tells the journal of the run. */
static int
begin_run(struct ledger *l, const struct ledger_run *run)
{
	char directory[PATH_MAX] = "", *command, *options, *words = NULL;
	struct key template;
	struct journal_run r;
	int result = -1;

	if (getcwd(directory, sizeof(directory)) == NULL)
		directory[0] = '\0';
	key_of_template(&l->base, &template);
	command = ledger_command_line(run, NULL);
	options = fields_join(run->options, run->noptions);
	if (run->nwords > 0)
		words = fields_join(run->words, run->nwords);
	r = (struct journal_run){.kind = run->kind,
	    .command = command,
	    .directory = directory,
	    .options = options,
	    .words = words,
	    .template = template.bytes,
	    .template_len = sizeof(template.bytes),
	    .slots = run->slots,
	    .resume = l->conf->resume != RESUME_NONE};
	if (command != NULL && options != NULL &&
	    (words != NULL || run->nwords == 0))
		result = run->preview ? l->calls->preview(l->journal, &r)
				      : l->calls->begin(l->journal, &r);
	l->first = r.first;
	l->found = r.first != r.id;
	l->others = !l->found && r.id > 1;
	free(command);
	free(options);
	free(words);
	return result;
}

static int
open_journal(struct ledger *l, char *why, size_t size)
{
	const struct ledger_conf *conf = l->conf;
	const struct ledger_run *run = &l->run;
	char reason[512];

	l->calls = journal_load();
	if (run->preview)
		l->journal = l->calls->open_to_read(
		    conf->journal, reason, sizeof(reason));
	else
		l->journal = l->calls->open(
		    conf->journal, conf->sync, reason, sizeof(reason));
	if (l->journal == NULL) {
		snprintf(why, size, "cannot open the journal %s: %s",
		    conf->journal, reason);
		return -1;
	}
	owed_init(&l->owed, l->calls, l->journal, &l->base);
	key_begin(&l->base, run->module != NULL ? run->module : run->kind,
	    run->words, run->nwords);
	if (begin_run(l, run) == 0)
		return 0;
	snprintf(why, size, "cannot write the journal %s: %s", conf->journal,
	    l->calls->error(l->journal));
	return -1;
}

static int
open_joblog(struct ledger *l, char *why, size_t size)
{
	enum joblog_use use = JOBLOG_BEGIN;
	char reason[512];

	if (l->run.preview)
		use = JOBLOG_LOOK;
	else if (l->conf->resume != RESUME_NONE || l->conf->append)
		use = JOBLOG_GO_ON;
	l->joblog = joblog_open(l->conf->joblog, use, reason, sizeof(reason));
	if (l->joblog == NULL) {
		snprintf(why, size, "cannot open the joblog %s: %s",
		    l->conf->joblog, reason);
		return -1;
	}
	if (l->journal == NULL)
		l->found = joblog_unclaimed(l->joblog) > 0;
	return 0;
}

/* Whether there is such a file, or it is to be made. */
static bool
is_wanted(const struct ledger *l, const char *path)
{
	if (path == NULL || !l->run.preview)
		return path != NULL;
	/* beside a journal a joblog tells nothing */
	return l->conf->resume != RESUME_NONE && access(path, F_OK) == 0 &&
	    (path == l->conf->journal || l->conf->journal == NULL);
}

int
ledger_open(struct ledger *l, const struct ledger_conf *conf,
    const struct ledger_run *run, char *why, size_t size)
{
	*l =
	    (struct ledger){.conf = conf, .run = *run, .commit_ns = UINT64_MAX};
	if ((!is_wanted(l, conf->journal) || open_journal(l, why, size) == 0) &&
	    (!is_wanted(l, conf->joblog) || open_joblog(l, why, size) == 0))
		return 0;
	ledger_close(l);
	return -1;
}

char *
ledger_command(struct ledger *l, const struct task *t)
{
	struct replace_values values = task_values(t, l->run.total);
	const char *why;

	/* --retry-failed has it from there, as a script */
	if (l->journal == NULL && l->conf->resume == RESUME_RETRY)
		return strdup(t->args[0]);
	return expand_line(l->run.template, l->run.command, &values, &why);
}

bool
ledger_is_kept(const struct ledger *l)
{
	return l->journal != NULL || l->joblog != NULL;
}

void
ledger_began(struct ledger *l, struct task *t)
{
	if (!ledger_writes(l))
		return;
	owed_begin(&l->owed, t);
	ledger_note(l);
}

void
ledger_ended(struct ledger *l, struct task *t, bool begun, const char *said)
{
	if (!ledger_writes(l))
		return;
	ledger_check(l, owed_end(&l->owed, t, begun, said));
	ledger_note(l);
}

/* The task is not as the journal has it. */
static void
owe(struct ledger *l, struct task *t)
{
	if (!ledger_writes(l))
		return;
	owed_add(&l->owed, t);
	ledger_note(l);
}

/* A line of the joblog.  What didn't end by itself has none. */
static void
log_task(struct ledger *l, const struct task *t)
{
	struct joblog_line line = {.seq = t->ids.log,
	    .started = (double)t->facts.start_us / US_PER_S,
	    .wall = (double)t->facts.wall_ns / NS_PER_S,
	    .received = t->nout,
	    .exitval = task_exitval(t),
	    .signal = task_signal(t)};
	char *command;

	if (l->joblog == NULL || l->broken || t->state == STATE_CANCELLED ||
	    t->state == STATE_SKIPPED)
		return;
	if (t->outcome == OUTCOME_SIGNAL || t->outcome == OUTCOME_LOST)
		line.exitval = EXIT_BY_SIGNAL + line.signal;
	else if (t->outcome == OUTCOME_ERROR)
		line.exitval = EXIT_NOT_FOUND;
	command = ledger_command(l, t);
	line.command = command != NULL ? command : "";
	if (joblog_add(l->joblog, &line) == -1)
		ledger_break(l, "cannot write the joblog %s: %s",
		    l->conf->joblog, strerror(errno));
	free(command);
}

/* Nothing of the job can be lost any more. */
static void
note_end(struct ledger *l, struct task *t)
{
	if (t->noted)
		return;
	t->noted = true;
	log_task(l, t);
	owe(l, t);
}

void
ledger_final(struct ledger *l, struct task *t, bool prints)
{
	if (prints)
		owe(l, t);
	else
		note_end(l, t);
}

void
ledger_take(struct ledger *l, struct task *t, bool written)
{
	if (written)
		note_end(l, t);
	if (ledger_writes(l) && t->is_owed) {
		ledger_check(l, owed_take(&l->owed, t));
		return;
	}
	owed_remove(&l->owed, t);
	task_free(t);
}

void
ledger_tick(struct ledger *l)
{
	if (!ledger_writes(l) || l->commit_ns == UINT64_MAX)
		return;
	if (l->conf->sync != JOURNAL_EACH && duration_now_ns() < l->commit_ns)
		return;
	l->commit_ns = UINT64_MAX;
	if (ledger_check(l, owed_put(&l->owed)))
		ledger_check(l, l->calls->commit(l->journal));
}

const char *
ledger_error(const struct ledger *l)
{
	return l->broken ? l->why : NULL;
}

void
ledger_end(struct ledger *l, int status, int signo)
{
	if (ledger_writes(l) && ledger_check(l, owed_put(&l->owed)))
		ledger_check(l, l->calls->end(l->journal, status, signo));
}

void
ledger_close(struct ledger *l)
{
	int saved = errno;

	owed_clear(&l->owed);
	if (l->journal != NULL)
		l->calls->close(l->journal);
	joblog_close(l->joblog);
	free(l->fed_text);
	l->journal = NULL;
	l->joblog = NULL;
	errno = saved;
}
