/*
 * dbfile: the file that a journal is in, and whether it is one.
 * It owns the lock, the tables and how the file is written; it must not know
 * what is in the rows.
 */
#include "cmd/dbfile.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID 0x66706a6c /* "fpjl" */
#define SCHEMA_VERSION 2
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
    "  seq INTEGER NOT NULL,"
    "  arguments TEXT,"
    "  state TEXT NOT NULL,"
    "  attempt INTEGER REFERENCES attempt);"
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
/* clang-format on */

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

int
dbfile_lock(struct database *d, const char *path, int *fd)
{
	char begin[sizeof(MAGIC)];
	struct stat st;
	ssize_t n;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	    S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
	if (*fd == -1 || fstat(*fd, &st) == -1)
		return database_refuse_errno(d);
	if (!S_ISREG(st.st_mode))
		return database_refuse(d, "not a regular file");
	if (flock(*fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK
		    ? database_refuse(d, "another run holds it")
		    : database_refuse_errno(d);
	n = pread(*fd, begin, sizeof(begin), 0);
	if (n == -1)
		return database_refuse_errno(d);
	if (n > 0 &&
	    (n < (ssize_t)sizeof(begin) ||
		memcmp(begin, MAGIC, sizeof(begin)) != 0))
		return database_refuse(d, "not a journal, and left as it is");
	return 0;
}

int
dbfile_open(struct database *d, const char *path, int flags)
{
	char *full = realpath(path, NULL);
	int result;

	if (full == NULL)
		return database_refuse_errno(d);
	/* there is one thread, so its locks would be for nothing */
	result =
	    sqlite3_open_v2(full, &d->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	free(full);
	if (d->db == NULL)
		return database_refuse(d, strerror(ENOMEM));
	sqlite3_extended_result_codes(d->db, 1);
	if (result != SQLITE_OK)
		return database_failed(d);
	/* should it be somebody else's, nothing of it is changed */
	sqlite3_db_config(
	    d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	sqlite3_busy_timeout(d->db, BUSY_MS);
	return 0;
}

int
dbfile_judge(struct database *d)
{
	int64_t id, version, ntables;

	if (database_number(d, "PRAGMA application_id", &id) == -1 ||
	    database_number(d, "PRAGMA user_version", &version) == -1 ||
	    database_number(
		d, "SELECT count(*) FROM sqlite_schema", &ntables) == -1)
		return -1;
	if (id == 0 && version == 0 && ntables == 0)
		return 0;
	if (id != APPLICATION_ID)
		return database_refuse(
		    d, "a database, but not a journal; left as it is");
	if (version != SCHEMA_VERSION)
		return database_refuse(
		    d, "the journal of another version of forkpool");
	return 1;
}

/* Makes the tables, all or none. */
static int
create(struct database *d)
{
	char sql[sizeof(schema) + 256];

	snprintf(sql, sizeof(sql),
	    "BEGIN IMMEDIATE; %s PRAGMA application_id = %d;"
	    "PRAGMA user_version = %d; COMMIT",
	    schema, APPLICATION_ID, SCHEMA_VERSION);
	return database_script(d, sql);
}

int
dbfile_set_up(struct database *d, enum journal_sync sync)
{
	static const char *const modes[] = {[JOURNAL_BATCH] = "NORMAL",
	    [JOURNAL_EACH] = "FULL",
	    [JOURNAL_OFF] = "OFF"};
	char sql[256];
	int there = dbfile_judge(d);

	if (there == -1)
		return -1;
	/* in one that is there this changes nothing that could be lost */
	snprintf(sql, sizeof(sql),
	    "PRAGMA synchronous = %s; PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = %s; PRAGMA cache_size = -16000;"
	    "PRAGMA temp.cache_size = -8000",
	    there == 1 ? "OFF" : modes[sync], modes[sync]);
	if (database_script(d, sql) == -1 || (there == 0 && create(d) == -1))
		return -1;
	sqlite3_db_config(
	    d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, (int *)NULL);
	sqlite3_wal_hook(d->db, after_commit, NULL);
	return 0;
}

void
dbfile_settle(struct database *d)
{
	sqlite3_busy_timeout(d->db, 0);
	if (sqlite3_wal_checkpoint_v2(d->db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
		NULL, NULL) != SQLITE_OK)
		return;
	/* all is on the disk; what is left says only that there is no log */
	(void)sqlite3_exec(d->db,
	    "PRAGMA synchronous = OFF; PRAGMA journal_mode = DELETE", NULL,
	    NULL, NULL);
}
