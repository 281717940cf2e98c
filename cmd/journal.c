/*
 * journal: the SQLite database in which a run writes down what became of each
 * job.
 * It owns what is written in which row; it must not know what a task is, nor
 * call anything of the program that loads it.
 */
#include "cmd/journal.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/claims.h"
#include "cmd/database.h"
#include "cmd/dbfile.h"

struct journal {
	struct database d;
	/*
	 * Holds the lock against a second run.  Opened before SQLite opens the
	 * file and closed after it: else our close() would take its locks away.
	 */
	int fd;
	int64_t run; /* this one */
	int64_t first;
	struct claims claims;
};

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	database_close(&j->d);
	if (j->fd != -1)
		close(j->fd);
	claims_clear(&j->claims);
	free(j);
}

static struct journal *
journal_new(char *why, size_t size)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (j == NULL)
		snprintf(why, size, "%s", strerror(errno));
	else
		j->fd = -1;
	return j;
}

static struct journal *
journal_open(const char *path, enum journal_sync sync, char *why, size_t size)
{
	struct journal *j = journal_new(why, size);

	if (j == NULL)
		return NULL;
	if (dbfile_lock(&j->d, path, &j->fd) == 0 &&
	    dbfile_open(&j->d, path, SQLITE_OPEN_READWRITE) == 0 &&
	    dbfile_set_up(&j->d, sync) == 0)
		return j;
	snprintf(why, size, "%s", j->d.why);
	journal_close(j);
	return NULL;
}

static struct journal *
journal_open_to_read(const char *path, char *why, size_t size)
{
	struct journal *j = journal_new(why, size);

	if (j == NULL)
		return NULL;
	if (dbfile_open(&j->d, path, SQLITE_OPEN_READONLY) == 0) {
		switch (dbfile_judge(&j->d)) {
		case 1:
			return j;
		case 0:
			database_refuse(
			    &j->d, "not a journal: there is nothing in it");
		}
	}
	snprintf(why, size, "%s", j->d.why);
	journal_close(j);
	return NULL;
}

/* Finds the run to go on with, and what was in its list. */
static int
find_first(struct journal *j, const struct journal_run *run)
{
	int result = 0;

	if (run->resume)
		result = database_execute(
		    &j->d, FIND_RUN, "b", run->template, run->template_len);
	if (result == -1)
		return -1;
	if (result == SQLITE_ROW) {
		j->first = database_integer(&j->d, FIND_RUN, 0);
		database_done(&j->d, FIND_RUN);
	}
	return claims_init(&j->claims, &j->d, j->first);
}

static int journal_commit(struct journal *);

static int
journal_begin(struct journal *j, struct journal_run *run)
{
	if (find_first(j, run) == -1)
		return -1;
	if (database_write(&j->d, ADD_RUN, "ztttttbiid", j->first, run->kind,
		run->command, run->directory, run->options, run->words,
		run->template, run->template_len, (int64_t)run->slots,
		(int64_t)getpid(), now()) == -1)
		return -1;
	run->id = j->run = sqlite3_last_insert_rowid(j->d.db);
	if (j->first == 0)
		j->first = j->run;
	run->first = j->first;
	return journal_commit(j);
}

/* The transaction is one of reading: what is written is temporary. */
static int
journal_preview(struct journal *j, struct journal_run *run)
{
	if (database_script(&j->d, "BEGIN") == -1)
		return -1;
	j->d.writing = true;
	run->id = j->run = -1;
	if (find_first(j, run) == -1)
		return -1;
	if (j->first == 0)
		j->first = j->run;
	run->first = j->first;
	return 0;
}

static int
journal_claim(struct journal *j, const void *key, size_t keylen,
    struct journal_found *found)
{
	return claims_take(&j->claims, key, keylen, found);
}

static int
journal_put_job(struct journal *j, const struct journal_job *job)
{
	if (!job->is_new)
		return database_write(&j->d, SET_JOB, "itzi", (int64_t)job->seq,
		    job->state, job->attempt, job->id);
	return database_write(&j->d, ADD_JOB, "itziibt", (int64_t)job->seq,
	    job->state, job->attempt, job->id, j->first, job->key, job->keylen,
	    job->arguments);
}

static int
add_attempt(struct journal *j, const struct journal_attempt *a)
{
	if (a->ended == 0)
		return database_write(&j->d, BEGIN_ATTEMPT, "iiiiid", a->job,
		    j->run, (int64_t)a->number, (int64_t)a->slot,
		    (int64_t)a->pid, a->started);
	return database_write(&j->d, ADD_ATTEMPT, "dtpzzdddztiiiiid", a->ended,
	    a->outcome, (int64_t)a->exit, (int64_t)a->signal, (int64_t)a->http,
	    a->wall, a->user, a->sys, (int64_t)a->maxrss, a->stderr_line,
	    a->job, j->run, (int64_t)a->number, (int64_t)a->slot,
	    (int64_t)a->pid, a->started);
}

static int
journal_put_attempt(struct journal *j, struct journal_attempt *a)
{
	if (a->id != 0)
		return database_write(&j->d, END_ATTEMPT, "dtpzzdddzti",
		    a->ended, a->outcome, (int64_t)a->exit, (int64_t)a->signal,
		    (int64_t)a->http, a->wall, a->user, a->sys,
		    (int64_t)a->maxrss, a->stderr_line, a->id);
	if (add_attempt(j, a) == -1)
		return -1;
	a->id = sqlite3_last_insert_rowid(j->d.db);
	return 0;
}

static int
journal_commit(struct journal *j)
{
	struct stat st;

	/* who deletes it would otherwise lose everything without a word */
	if (fstat(j->fd, &st) == -1)
		return database_refuse_errno(&j->d);
	if (st.st_nlink == 0)
		return database_refuse(&j->d, "the file was removed");
	return database_commit(&j->d);
}

static uint64_t
journal_unclaimed(struct journal *j)
{
	return j->claims.nunclaimed;
}

static int
journal_end(struct journal *j, int status, int signo)
{
	if (database_write(&j->d, END_RUN, "diii", now(), (int64_t)status,
		(int64_t)signo, j->run) == -1 ||
	    journal_commit(j) == -1)
		return -1;
	dbfile_settle(&j->d);
	return 0;
}

static int
journal_select(struct journal *j, const char *sql, const int64_t *parameters,
    size_t n, journal_row *row, void *ctx)
{
	const char *columns[32];
	sqlite3_stmt *s;
	int i, result, stop = 0, ncolumns;

	if (sqlite3_prepare_v2(j->d.db, sql, -1, &s, NULL) != SQLITE_OK)
		return database_failed(&j->d);
	for (i = 0; i < (int)n; i++)
		sqlite3_bind_int64(s, i + 1, parameters[i]);
	ncolumns = sqlite3_column_count(s);
	while (stop == 0 && (result = sqlite3_step(s)) == SQLITE_ROW) {
		for (i = 0; i < ncolumns && i < 32; i++)
			columns[i] = (const char *)sqlite3_column_text(s, i);
		stop = row(ctx, (size_t)i, columns);
	}
	if (stop == 0 && result != SQLITE_DONE)
		stop = database_failed(&j->d);
	sqlite3_finalize(s);
	return stop;
}

static const char *
journal_error(struct journal *j)
{
	return j->d.why;
}

/* What the program looks for in the module. */
extern const struct journal_calls forkpool_journal;

const struct journal_calls forkpool_journal = {
    .abi = JOURNAL_ABI,
    .open = journal_open,
    .open_to_read = journal_open_to_read,
    .begin = journal_begin,
    .preview = journal_preview,
    .claim = journal_claim,
    .put_job = journal_put_job,
    .put_attempt = journal_put_attempt,
    .commit = journal_commit,
    .unclaimed = journal_unclaimed,
    .end = journal_end,
    .select = journal_select,
    .error = journal_error,
    .close = journal_close,
};
