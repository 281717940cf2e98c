/*
 * journal: the SQLite database in which a run writes down what became of each
 * job.
 * It owns the database and every statement that changes it; it must not know
 * what a task is, nor call anything of the program that loads it.
 */
#include "cmd/journal.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define APPLICATION_ID 0x66706a6c /* "fpjl" */
#define SCHEMA_VERSION 1
#define BUSY_MS	       5000 /* for somebody else who writes to it */
#define WAL_PAGES      4000 /* then they are moved into the database */
#define MAGIC	       "SQLite format 3" /* and a NUL: how a database begins */

/* clang-format off */
static const char schema[] =
    "CREATE TABLE run ("
    "  id INTEGER PRIMARY KEY,"
    "  first INTEGER NOT NULL REFERENCES run,"
    "  kind TEXT NOT NULL,"
    "  command TEXT NOT NULL,"
    "  directory TEXT NOT NULL,"
    "  options TEXT NOT NULL,"
    "  words TEXT,"
    "  template BLOB NOT NULL,"
    "  slots INTEGER NOT NULL,"
    "  pid INTEGER NOT NULL,"
    "  started REAL NOT NULL,"
    "  ended REAL,"
    "  status INTEGER,"
    "  signal INTEGER);"
    "CREATE TABLE job ("
    "  id INTEGER PRIMARY KEY,"
    "  run INTEGER NOT NULL REFERENCES run,"
    "  key BLOB NOT NULL,"
    "  occurrence INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL,"
    "  arguments TEXT,"
    "  state TEXT NOT NULL,"
    "  attempt INTEGER REFERENCES attempt,"
    "  UNIQUE (run, key, occurrence));"
    "CREATE TABLE attempt ("
    "  id INTEGER PRIMARY KEY,"
    "  job INTEGER NOT NULL REFERENCES job,"
    "  run INTEGER NOT NULL REFERENCES run,"
    "  number INTEGER NOT NULL,"
    "  slot INTEGER NOT NULL,"
    "  pid INTEGER NOT NULL,"
    "  started REAL NOT NULL,"
    "  ended REAL,"
    "  outcome TEXT,"
    "  exit INTEGER,"
    "  signal INTEGER,"
    "  http INTEGER,"
    "  wall REAL,"
    "  user REAL,"
    "  sys REAL,"
    "  maxrss INTEGER,"
    "  stderr TEXT);"
    "CREATE VIEW failed AS"
    "  SELECT job.run, job.seq, job.arguments, job.state, attempt.outcome,"
    "    attempt.exit, attempt.signal, attempt.http, attempt.wall,"
    "    attempt.stderr, job.id AS job"
    "  FROM job LEFT JOIN attempt ON attempt.id = job.attempt"
    "  WHERE job.state IN ('failed', 'lost');";

enum statement {
	BEGIN,
	COMMIT,
	FIND_RUN,
	ADD_RUN,
	END_RUN,
	COUNT_JOBS,
	FIND_JOB,
	GUESS_JOB,
	COUNT_EQUAL,
	ADD_JOB,
	SET_JOB,
	SET_STATE,
	ADD_ATTEMPT,
	END_ATTEMPT,
	NSTATEMENTS
};

static const char *const statements[] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [FIND_RUN] = "SELECT first FROM run WHERE template = ?"
	" ORDER BY id DESC LIMIT 1",
    [ADD_RUN] = "INSERT INTO run (first, kind, command, directory, options,"
	" words, template, slots, pid, started)"
	" VALUES (coalesce(?, (SELECT coalesce(max(id), 0) + 1 FROM run)),"
	" ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [END_RUN] = "UPDATE run SET ended = ?, status = ?, signal = nullif(?, 0)"
	" WHERE id = ?",
    [COUNT_JOBS] = "SELECT (SELECT coalesce(max(id), 0) FROM job),"
	" (SELECT count(*) FROM job WHERE run = ?)",
    [FIND_JOB] = "SELECT id, state FROM job"
	" WHERE run = ? AND key = ? AND occurrence = ?",
    [GUESS_JOB] = "SELECT id, state FROM job"
	" WHERE id = ? AND run = ? AND key = ?",
    /* only keys that came before: the first one needs no counting */
    [COUNT_EQUAL] = "INSERT INTO temp.equal VALUES (?, 2)"
	" ON CONFLICT (key) DO UPDATE SET n = n + 1 RETURNING n",
    [ADD_JOB] = "INSERT OR IGNORE INTO job"
	" (run, key, occurrence, seq, arguments, state)"
	" VALUES (?, ?, ?, ?, ?, 'running')",
    [SET_JOB] = "UPDATE job SET seq = ?, state = 'running' WHERE id = ?",
    [SET_STATE] = "UPDATE job SET state = ?,"
	" attempt = coalesce(?, attempt) WHERE id = ?",
    [ADD_ATTEMPT] = "INSERT INTO attempt"
	" (job, run, number, slot, pid, started) VALUES (?, ?, ?, ?, ?, ?)",
    [END_ATTEMPT] = "UPDATE attempt SET ended = ?, outcome = ?, exit = ?,"
	" signal = ?, http = ?, wall = ?, user = ?, sys = ?, maxrss = ?,"
	" stderr = ? WHERE id = ?",
};
/* clang-format on */

struct journal {
	sqlite3 *db;
	sqlite3_stmt *prepared[NSTATEMENTS];
	/*
	 * Holds the lock against a second run.  Opened before SQLite opens the
	 * file and closed after it: else our close() would take its locks away.
	 */
	int fd;
	bool writing; /* a transaction is open */
	int64_t run;  /* this one */
	int64_t first;
	int64_t oldest_new;	/* jobs with this id, and more, are ours */
	unsigned char *claimed; /* of the others: a bit for each id */
	uint64_t nunclaimed;
	int64_t last_found;
	char why[512];
};

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Notes why SQLite failed; -1. */
static int
failed(struct journal *j)
{
	int error = sqlite3_system_errno(j->db);

	snprintf(j->why, sizeof(j->why), "%s%s%s", sqlite3_errmsg(j->db),
	    error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
	return -1;
}

static int
bind_one(sqlite3_stmt *s, int i, char type, va_list *ap)
{
	const void *data;
	int64_t n;

	switch (type) {
	case 'i':
		return sqlite3_bind_int64(s, i, va_arg(*ap, int64_t));
	case 'z':
		n = va_arg(*ap, int64_t);
		return n != 0 ? sqlite3_bind_int64(s, i, n) : SQLITE_OK;
	case 'p':
		n = va_arg(*ap, int64_t);
		return n >= 0 ? sqlite3_bind_int64(s, i, n) : SQLITE_OK;
	case 'd':
		return sqlite3_bind_double(s, i, va_arg(*ap, double));
	case 't':
		return sqlite3_bind_text(
		    s, i, va_arg(*ap, const char *), -1, SQLITE_STATIC);
	default:
		data = va_arg(*ap, const void *);
		return sqlite3_bind_blob(
		    s, i, data, (int)va_arg(*ap, size_t), SQLITE_STATIC);
	}
}

/*
 * Executes a statement as far as its first row.  types has a letter for each
 * parameter: i int64_t; z the same, 0 is NULL; p the same, what is negative is
 * NULL; d double; t text; b bytes and their size_t.  SQLITE_ROW: the caller
 * takes it and calls done(); SQLITE_DONE; or -1.
 */
static int
execute(struct journal *j, enum statement which, const char *types, ...)
{
	sqlite3_stmt *s = j->prepared[which];
	int i, result = SQLITE_OK;
	va_list ap;

	if (s == NULL) {
		if (sqlite3_prepare_v3(j->db, statements[which], -1,
			SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK)
			return failed(j);
		j->prepared[which] = s;
	}
	sqlite3_clear_bindings(s);
	va_start(ap, types);
	for (i = 1; *types != '\0' && result == SQLITE_OK; i++)
		result = bind_one(s, i, *types++, &ap);
	va_end(ap);
	if (result == SQLITE_OK)
		result = sqlite3_step(s);
	if (result == SQLITE_ROW)
		return result;
	if (result != SQLITE_DONE)
		failed(j);
	sqlite3_reset(s);
	return result == SQLITE_DONE ? result : -1;
}

/* The row was taken. */
static void
done(struct journal *j, enum statement which)
{
	sqlite3_reset(j->prepared[which]);
}

/* What is written is written in a transaction. */
static int
want_write(struct journal *j)
{
	if (j->writing)
		return 0;
	if (execute(j, BEGIN, "") == -1)
		return -1;
	j->writing = true;
	return 0;
}

/* Executes a statement that writes. */
#define WRITE(j, ...)                                                          \
	(want_write(j) == -1 || execute(j, __VA_ARGS__) == -1 ? -1 : 0)

static int
script(struct journal *j, const char *sql)
{
	return sqlite3_exec(j->db, sql, NULL, NULL, NULL) == SQLITE_OK
	    ? 0
	    : failed(j);
}

/* The first column of the first row of a query. */
static int
one_number(struct journal *j, const char *sql, int64_t *n)
{
	sqlite3_stmt *s;
	int result = 0;

	if (sqlite3_prepare_v2(j->db, sql, -1, &s, NULL) != SQLITE_OK)
		return failed(j);
	if (sqlite3_step(s) == SQLITE_ROW)
		*n = sqlite3_column_int64(s, 0);
	else
		result = failed(j);
	sqlite3_finalize(s);
	return result;
}

/*
 * After each commit: once the log is long it is moved into the database here
 * and not by SQLite, which would keep a failure to itself.
 */
static int
after_commit(void *ctx, sqlite3 *db, const char *name, int pages)
{
	int result;

	(void)ctx;
	if (pages < WAL_PAGES)
		return SQLITE_OK;
	result = sqlite3_wal_checkpoint_v2(
	    db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	/* somebody reads it, so the rest is for the next time */
	return result == SQLITE_BUSY ? SQLITE_OK : result;
}

static int
refuse(struct journal *j, const char *why)
{
	snprintf(j->why, sizeof(j->why), "%s", why);
	return -1;
}

static int
refuse_errno(struct journal *j)
{
	return refuse(j, strerror(errno));
}

/* Opens and locks the file itself, and looks whether it is a database. */
static int
open_file(struct journal *j, const char *path)
{
	char begin[sizeof(MAGIC)];
	struct stat st;
	ssize_t n;

	j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	    S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
	if (j->fd == -1 || fstat(j->fd, &st) == -1)
		return refuse_errno(j);
	if (!S_ISREG(st.st_mode))
		return refuse(j, "not a regular file");
	if (flock(j->fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? refuse(j, "another run holds it")
					    : refuse_errno(j);
	n = pread(j->fd, begin, sizeof(begin), 0);
	if (n == -1)
		return refuse_errno(j);
	if (n > 0 &&
	    (n < (ssize_t)sizeof(begin) ||
		memcmp(begin, MAGIC, sizeof(begin)) != 0))
		return refuse(j, "not a journal, and left as it is");
	return 0;
}

/* Opens the database; a name that begins with "/" has no other meaning. */
static int
open_database(struct journal *j, const char *path, int flags)
{
	char *full = realpath(path, NULL);
	int result;

	if (full == NULL)
		return refuse_errno(j);
	result = sqlite3_open_v2(full, &j->db, flags, NULL);
	free(full);
	if (j->db == NULL)
		return refuse(j, strerror(ENOMEM));
	sqlite3_extended_result_codes(j->db, 1);
	if (result != SQLITE_OK)
		return failed(j);
	/* should it be somebody else's, nothing of it is changed */
	sqlite3_db_config(
	    j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	sqlite3_busy_timeout(j->db, BUSY_MS);
	return 0;
}

/* 1: it is a journal; 0: there is nothing in it; -1: it is something else. */
static int
judge(struct journal *j)
{
	int64_t id, version, ntables;

	if (one_number(j, "PRAGMA application_id", &id) == -1 ||
	    one_number(j, "PRAGMA user_version", &version) == -1 ||
	    one_number(j, "SELECT count(*) FROM sqlite_schema", &ntables) == -1)
		return -1;
	if (id == 0 && version == 0 && ntables == 0)
		return 0;
	if (id != APPLICATION_ID)
		return refuse(
		    j, "a database, but not a journal; left as it is");
	if (version != SCHEMA_VERSION)
		return refuse(j, "the journal of another version of forkpool");
	return 1;
}

/* Makes the tables, all or none. */
static int
create(struct journal *j)
{
	char sql[sizeof(schema) + 256];

	snprintf(sql, sizeof(sql),
	    "BEGIN IMMEDIATE; %s PRAGMA application_id = %d;"
	    "PRAGMA user_version = %d; COMMIT",
	    schema, APPLICATION_ID, SCHEMA_VERSION);
	return script(j, sql);
}

static int
set_up(struct journal *j, enum journal_sync sync)
{
	static const char *const modes[] = {[JOURNAL_BATCH] = "NORMAL",
	    [JOURNAL_EACH] = "FULL",
	    [JOURNAL_OFF] = "OFF"};
	char sql[256];
	int there = judge(j);

	if (there == -1)
		return -1;
	snprintf(sql, sizeof(sql),
	    "PRAGMA synchronous = %s; PRAGMA journal_mode = WAL;"
	    "PRAGMA cache_size = -16000;"
	    "CREATE TEMP TABLE equal (key BLOB PRIMARY KEY, n INTEGER)"
	    " WITHOUT ROWID",
	    modes[sync]);
	if (script(j, sql) == -1 || (there == 0 && create(j) == -1))
		return -1;
	sqlite3_db_config(
	    j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, (int *)NULL);
	sqlite3_wal_hook(j->db, after_commit, NULL);
	return 0;
}

static void
journal_close(struct journal *j)
{
	int i;

	if (j == NULL)
		return;
	for (i = 0; i < NSTATEMENTS; i++)
		sqlite3_finalize(j->prepared[i]);
	sqlite3_close(j->db);
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
	if (open_file(j, path) == 0 &&
	    open_database(j, path, SQLITE_OPEN_READWRITE) == 0 &&
	    set_up(j, sync) == 0)
		return j;
	snprintf(why, size, "%s", j->why);
	journal_close(j);
	return NULL;
}

static struct journal *
journal_open_to_read(const char *path, char *why, size_t size)
{
	struct journal *j = journal_new(why, size);

	if (j == NULL)
		return NULL;
	if (open_database(j, path, SQLITE_OPEN_READONLY) == 0) {
		switch (judge(j)) {
		case 1:
			return j;
		case 0:
			refuse(j, "not a journal: there is nothing in it");
		}
	}
	snprintf(why, size, "%s", j->why);
	journal_close(j);
	return NULL;
}

/* Finds the run to go on with, and what was in its list. */
static int
find_first(struct journal *j, const struct journal_run *run)
{
	switch (execute(j, FIND_RUN, "b", run->template, run->template_len)) {
	case -1:
		return -1;
	case SQLITE_ROW:
		j->first = sqlite3_column_int64(j->prepared[FIND_RUN], 0);
		done(j, FIND_RUN);
	}
	if (execute(j, COUNT_JOBS, "i", j->first) != SQLITE_ROW)
		return -1;
	j->oldest_new = sqlite3_column_int64(j->prepared[COUNT_JOBS], 0) + 1;
	j->nunclaimed =
	    (uint64_t)sqlite3_column_int64(j->prepared[COUNT_JOBS], 1);
	done(j, COUNT_JOBS);
	j->claimed = calloc((size_t)j->oldest_new / CHAR_BIT + 1, 1);
	return j->claimed != NULL ? 0 : refuse_errno(j);
}

static int journal_commit(struct journal *);

static int
journal_begin(struct journal *j, struct journal_run *run)
{
	if (run->resume && find_first(j, run) == -1)
		return -1;
	if (WRITE(j, ADD_RUN, "ztttttbiid", j->first, run->kind, run->command,
		run->directory, run->options, run->words, run->template,
		run->template_len, (int64_t)run->slots, (int64_t)getpid(),
		now()) == -1)
		return -1;
	run->id = j->run = sqlite3_last_insert_rowid(j->db);
	if (j->first == 0)
		j->first = j->run;
	run->first = j->first;
	return journal_commit(j);
}

/* Takes what a statement found.  1: it is there; 0; -1. */
static int
take_job(struct journal *j, enum statement which, int result,
    struct journal_job *job)
{
	sqlite3_stmt *s = j->prepared[which];

	if (result != SQLITE_ROW)
		return result == -1 ? -1 : 0;
	job->id = sqlite3_column_int64(s, 0);
	snprintf(job->state, sizeof(job->state), "%s",
	    (const char *)sqlite3_column_text(s, 1));
	done(j, which);
	return 1;
}

/* Looks for the job of that key and occurrence in the list resumed. */
static int
find_job(struct journal *j, struct journal_job *job)
{
	return take_job(j, FIND_JOB,
	    execute(j, FIND_JOB, "ibi", j->first, job->key, job->keylen,
		job->occurrence),
	    job);
}

/* A list is mostly as it was: perhaps it is the one behind the last. */
static int
guess_job(struct journal *j, struct journal_job *job)
{
	return take_job(j, GUESS_JOB,
	    execute(j, GUESS_JOB, "iib", j->last_found + 1, j->first, job->key,
		job->keylen),
	    job);
}

/* How many jobs of this key there are now, when one was there already. */
static int
count_equal(struct journal *j, struct journal_job *job)
{
	if (want_write(j) == -1 ||
	    execute(j, COUNT_EQUAL, "b", job->key, job->keylen) != SQLITE_ROW)
		return -1;
	job->occurrence = sqlite3_column_int64(j->prepared[COUNT_EQUAL], 0);
	done(j, COUNT_EQUAL);
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
	if (want_write(j) == -1)
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
	return WRITE(j, ADD_JOB, "ibiit", j->first, job->key, job->keylen,
	    job->occurrence, (int64_t)job->seq, job->arguments);
}

static int
journal_put_job(struct journal *j, struct journal_job *job)
{
	if (job->id != 0)
		return WRITE(j, SET_JOB, "ii", (int64_t)job->seq, job->id);
	if (add_job(j, job) == -1)
		return -1;
	if (sqlite3_changes(j->db) == 0 &&
	    (count_equal(j, job) == -1 || add_job(j, job) == -1))
		return -1;
	job->id = sqlite3_last_insert_rowid(j->db);
	return 0;
}

static int
journal_set_state(
    struct journal *j, int64_t job, const char *state, int64_t attempt)
{
	return WRITE(j, SET_STATE, "tzi", state, attempt, job);
}

static int
journal_begin_attempt(struct journal *j, struct journal_attempt *a)
{
	if (WRITE(j, ADD_ATTEMPT, "iiiiid", a->job, j->run, (int64_t)a->number,
		(int64_t)a->slot, (int64_t)a->pid, a->started) == -1)
		return -1;
	a->id = sqlite3_last_insert_rowid(j->db);
	return 0;
}

static int
journal_end_attempt(struct journal *j, const struct journal_attempt *a)
{
	return WRITE(j, END_ATTEMPT, "dtpzzdddzti", a->ended, a->outcome,
	    (int64_t)a->exit, (int64_t)a->signal, (int64_t)a->http, a->wall,
	    a->user, a->sys, (int64_t)a->maxrss, a->stderr_line, a->id);
}

static int
journal_commit(struct journal *j)
{
	struct stat st;

	/* who deletes it would otherwise lose everything without a word */
	if (fstat(j->fd, &st) == -1)
		return refuse_errno(j);
	if (st.st_nlink == 0)
		return refuse(j, "the file was removed");
	if (!j->writing)
		return 0;
	if (execute(j, COMMIT, "") == -1)
		return -1;
	j->writing = false;
	return 0;
}

static uint64_t
journal_unclaimed(struct journal *j)
{
	return j->nunclaimed;
}

static int
journal_end(struct journal *j, int status, int signo)
{
	if (WRITE(j, END_RUN, "diii", now(), (int64_t)status, (int64_t)signo,
		j->run) == -1)
		return -1;
	return journal_commit(j);
}

static int
journal_select(struct journal *j, const char *sql, const int64_t *parameters,
    size_t n, journal_row *row, void *ctx)
{
	const char *columns[32];
	sqlite3_stmt *s;
	int i, result, stop = 0, ncolumns;

	if (sqlite3_prepare_v2(j->db, sql, -1, &s, NULL) != SQLITE_OK)
		return failed(j);
	for (i = 0; i < (int)n; i++)
		sqlite3_bind_int64(s, i + 1, parameters[i]);
	ncolumns = sqlite3_column_count(s);
	while (stop == 0 && (result = sqlite3_step(s)) == SQLITE_ROW) {
		for (i = 0; i < ncolumns && i < 32; i++)
			columns[i] = (const char *)sqlite3_column_text(s, i);
		stop = row(ctx, (size_t)i, columns);
	}
	if (stop == 0 && result != SQLITE_DONE)
		stop = failed(j);
	sqlite3_finalize(s);
	return stop;
}

static const char *
journal_error(struct journal *j)
{
	return j->why;
}

/* What the program looks for in the module. */
extern const struct journal_calls forkpool_journal;

const struct journal_calls forkpool_journal = {
    .abi = JOURNAL_ABI,
    .open = journal_open,
    .open_to_read = journal_open_to_read,
    .begin = journal_begin,
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
