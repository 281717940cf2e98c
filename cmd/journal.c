/*
 * journal: the SQLite database in which a run writes down what became of each
 * job.
 * It owns what is written when, and which jobs of earlier runs were met; it
 * must not know what a task is, nor call anything of the program that loads it.
 */
#include "cmd/journal.h"

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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
	int64_t oldest_new;	/* jobs with this id, and more, are ours */
	unsigned char *claimed; /* of the others: a bit for each id */
	uint64_t nunclaimed;
	int64_t last_found;
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
	free(j->claimed);
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
	switch (database_execute(
	    &j->d, FIND_RUN, "b", run->template, run->template_len)) {
	case -1:
		return -1;
	case SQLITE_ROW:
		j->first = database_integer(&j->d, FIND_RUN, 0);
		database_done(&j->d, FIND_RUN);
	}
	if (database_execute(&j->d, COUNT_JOBS, "i", j->first) != SQLITE_ROW)
		return -1;
	j->oldest_new = database_integer(&j->d, COUNT_JOBS, 0) + 1;
	j->nunclaimed = (uint64_t)database_integer(&j->d, COUNT_JOBS, 1);
	database_done(&j->d, COUNT_JOBS);
	j->claimed = calloc((size_t)j->oldest_new / CHAR_BIT + 1, 1);
	return j->claimed != NULL ? 0 : database_refuse_errno(&j->d);
}

static int journal_commit(struct journal *);

static int
journal_begin(struct journal *j, struct journal_run *run)
{
	if (run->resume && find_first(j, run) == -1)
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
	if (database_script(&j->d, DBFILE_EQUAL "; BEGIN") == -1)
		return -1;
	j->d.writing = true;
	run->id = j->run = -1;
	if (run->resume && find_first(j, run) == -1)
		return -1;
	if (j->first == 0)
		j->first = j->run;
	run->first = j->first;
	return 0;
}

/* Takes what a statement found.  1: it is there; 0; -1. */
static int
take_job(struct journal *j, enum statement which, int result,
    struct journal_job *job)
{
	sqlite3_stmt *s = j->d.prepared[which];

	if (result != SQLITE_ROW)
		return result == -1 ? -1 : 0;
	job->id = sqlite3_column_int64(s, 0);
	snprintf(job->state, sizeof(job->state), "%s",
	    (const char *)sqlite3_column_text(s, 1));
	database_done(&j->d, which);
	return 1;
}

/* Looks for the job of that key and occurrence in the list resumed. */
static int
find_job(struct journal *j, struct journal_job *job)
{
	return take_job(j, FIND_JOB,
	    database_execute(&j->d, FIND_JOB, "ibi", j->first, job->key,
		job->keylen, job->occurrence),
	    job);
}

/* A list is mostly as it was: perhaps it is the one behind the last. */
static int
guess_job(struct journal *j, struct journal_job *job)
{
	return take_job(j, GUESS_JOB,
	    database_execute(&j->d, GUESS_JOB, "iib", j->last_found + 1,
		j->first, job->key, job->keylen),
	    job);
}

/* How many jobs of this key there are now, when one was there already. */
static int
count_equal(struct journal *j, struct journal_job *job)
{
	if (database_want_write(&j->d) == -1 ||
	    database_execute(&j->d, COUNT_EQUAL, "b", job->key, job->keylen) !=
		SQLITE_ROW)
		return -1;
	job->occurrence = database_integer(&j->d, COUNT_EQUAL, 0);
	database_done(&j->d, COUNT_EQUAL);
	return 0;
}

/* True when a job found was met in this run before; false: from now on. */
static bool
is_claimed(struct journal *j, int64_t id)
{
	unsigned char bit = (unsigned char)(1U << (id % CHAR_BIT));
	unsigned char *byte;

	if (id >= j->oldest_new)
		return true;
	byte = &j->claimed[id / CHAR_BIT];
	if (*byte & bit)
		return true;
	*byte |= bit;
	j->nunclaimed--;
	j->last_found = id;
	return false;
}

static int
journal_claim(struct journal *j, struct journal_job *job)
{
	int found;

	job->id = 0;
	job->occurrence = 1;
	job->state[0] = '\0';
	if (j->first == j->run) /* a new list: put_job() finds equal ones */
		return 0;
	/* within a transaction it costs no locks of its own */
	if (database_want_write(&j->d) == -1)
		return -1;
	found = guess_job(j, job);
	if (found == 1 && !is_claimed(j, job->id))
		return 0;
	while (found != -1 && (found = find_job(j, job)) == 1) {
		if (!is_claimed(j, job->id))
			return 0;
		found = count_equal(j, job);
	}
	job->id = 0;
	job->state[0] = '\0';
	return found;
}

static int
add_job(struct journal *j, const struct journal_job *job)
{
	return database_write(&j->d, ADD_JOB, "ibiit", j->first, job->key,
	    job->keylen, job->occurrence, (int64_t)job->seq, job->arguments);
}

static int
journal_put_job(struct journal *j, struct journal_job *job)
{
	if (job->id != 0)
		return database_write(
		    &j->d, SET_JOB, "ii", (int64_t)job->seq, job->id);
	if (add_job(j, job) == -1)
		return -1;
	if (sqlite3_changes(j->d.db) == 0 &&
	    (count_equal(j, job) == -1 || add_job(j, job) == -1))
		return -1;
	job->id = sqlite3_last_insert_rowid(j->d.db);
	return 0;
}

static int
journal_set_state(
    struct journal *j, int64_t job, const char *state, int64_t attempt)
{
	return database_write(&j->d, SET_STATE, "tzi", state, attempt, job);
}

static int
journal_begin_attempt(struct journal *j, struct journal_attempt *a)
{
	if (database_write(&j->d, ADD_ATTEMPT, "iiiiid", a->job, j->run,
		(int64_t)a->number, (int64_t)a->slot, (int64_t)a->pid,
		a->started) == -1)
		return -1;
	a->id = sqlite3_last_insert_rowid(j->d.db);
	return 0;
}

static int
journal_end_attempt(struct journal *j, const struct journal_attempt *a)
{
	return database_write(&j->d, END_ATTEMPT, "dtpzzdddzti", a->ended,
	    a->outcome, (int64_t)a->exit, (int64_t)a->signal, (int64_t)a->http,
	    a->wall, a->user, a->sys, (int64_t)a->maxrss, a->stderr_line,
	    a->id);
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
	return j->nunclaimed;
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
    .set_state = journal_set_state,
    .begin_attempt = journal_begin_attempt,
    .end_attempt = journal_end_attempt,
    .commit = journal_commit,
    .unclaimed = journal_unclaimed,
    .end = journal_end,
    .select = journal_select,
    .error = journal_error,
    .close = journal_close,
};
