/*
 * query: a kind that asks SQLite databases, each opened for reading only.
 * It owns the SQL; how rows are written it must not know.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/buf.h"
#include "worker/duration.h"
#include "worker/kind.h"
#include "worker/rows.h"

#define SQL_MAX	    (1024U * 1024U) /* bytes of a file with it */
#define READ_BYTES  4096U
#define NAME_SHOWN  1024	/* bytes of a name in a message */
#define BUSY_MS	    5000	/* to wait for a lock */
#define BUSY_MAX_MS 86400000ULL /* which has to fit an int */
#define NS_PER_MS   1000000ULL

enum { ID_BUSY = 1, ID_COLUMNS, ID_ROWS, ID_SQL_FILE };

static const char *sql; /* NULL until it is known */
static struct buf file; /* storage of that which a file has */
static bool columns;
static enum rows_format format = ROWS_TSV;
static int busy_ms = BUSY_MS;
static bool running; /* a statement, not only being compiled */

/* Reads fd to its end into file, which a NUL then ends.  NULL, or why not. */
static const char *
read_sql(int fd)
{
	unsigned char *room;
	ssize_t n;

	do {
		if ((room = buf_reserve(&file, READ_BYTES)) == NULL)
			return errno == ENOBUFS ? "it is longer than 1 MiB"
						: strerror(errno);
		if ((n = read(fd, room, READ_BYTES)) == -1)
			return strerror(errno);
		buf_commit(&file, (size_t)n);
	} while (n > 0);
	if (memchr(buf_head(&file), '\0', file.len) != NULL)
		return "it has a NUL byte, so it is not SQL";
	return buf_add(&file, "", 1) == -1 ? strerror(errno) : NULL;
}

static const char *
take_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *why;

	if (fd == -1)
		return strerror(errno);
	buf_clear(&file);
	buf_init(&file, SQL_MAX + READ_BYTES);
	why = read_sql(fd);
	close(fd);
	sql = (const char *)buf_head(&file);
	return why;
}

static const char *
take_format(const char *arg)
{
	if (strcmp(arg, "tsv") == 0)
		format = ROWS_TSV;
	else if (strcmp(arg, "csv") == 0)
		format = ROWS_CSV;
	else if (strcmp(arg, "json") == 0)
		format = ROWS_JSON;
	else
		return "write tsv, csv or json";
	return NULL;
}

static const char *
take_busy(const char *arg)
{
	uint64_t ns;

	if (duration_parse(arg, &ns) == -1)
		return DURATION_WRONG;
	if (ns / NS_PER_MS > BUSY_MAX_MS)
		return "longer than a day";
	busy_ms = (int)(ns / NS_PER_MS);
	return NULL;
}

static const char *
query_option(int id, const char *arg)
{
	switch (id) {
	case ID_BUSY:
		return take_busy(arg);
	case ID_COLUMNS:
		columns = true;
		return NULL;
	case ID_ROWS:
		return take_format(arg);
	default:
		return take_file(arg);
	}
}

/* The first word is the SQL, unless a file has it. */
static int
query_words(char *const *words, size_t n, const char **why)
{
	if (sql != NULL)
		return 0;
	if (n == 0) {
		*why = "the SQL is missing; write it before the databases, or "
		       "--sql-file";
		return -1;
	}
	sql = words[0];
	/* who marks the end of options here means no database of that name */
	return n > 1 && strcmp(words[1], "--") == 0 ? 2 : 1;
}

/* One statement to its end.  0, or -1: the database tells why not. */
static int
run_statement(sqlite3_stmt *stmt, struct rows *rows)
{
	int status;

	if (columns && sqlite3_column_count(stmt) > 0)
		rows_add_names(rows, stmt);
	running = true;
	while ((status = sqlite3_step(stmt)) == SQLITE_ROW)
		rows_add(rows, stmt);
	running = false;
	return status == SQLITE_DONE ? 0 : -1;
}

/* All statements of the SQL, one after the other; likewise. */
static int
run_sql(sqlite3 *db, struct rows *rows)
{
	const char *rest = sql;
	sqlite3_stmt *stmt;
	int status = 0;

	while (status == 0 && *rest != '\0') {
		if (sqlite3_prepare_v2(db, rest, -1, &stmt, &rest) != SQLITE_OK)
			return -1;
		if (stmt == NULL) /* a comment */
			continue;
		status = run_statement(stmt, rows);
		sqlite3_finalize(stmt);
	}
	return status;
}

/*
 * What is attached is read only too, but for the copy that VACUUM INTO makes:
 * that is attached when the statement runs, all else when it is compiled.
 */
static int
authorize(void *ctx, int action, const char *first, const char *second,
    const char *database, const char *trigger)
{
	(void)ctx;
	(void)first;
	(void)second;
	(void)database;
	(void)trigger;
	return action == SQLITE_ATTACH && running ? SQLITE_DENY : SQLITE_OK;
}

/*
 * Opens a file, whatever its name means to SQLite: ":memory:", and "file:" as
 * the beginning of a URI.  0, or -1: *db tells why not, when there is one.
 */
static int
open_database(const char *name, sqlite3 **db)
{
	char *path;
	int status;

	*db = NULL;
	if (asprintf(&path, "%s%s", *name == '/' ? "" : "./", name) == -1)
		return -1;
	status = sqlite3_open_v2(
	    path, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	free(path);
	if (status != SQLITE_OK)
		return -1;
	sqlite3_busy_timeout(*db, busy_ms);
	sqlite3_set_authorizer(*db, authorize, NULL);
	/* nor is a temporary table made; this the SQL might undo */
	return sqlite3_exec(*db, "PRAGMA query_only = 1", NULL, NULL, NULL) ==
		SQLITE_OK
	    ? 0
	    : -1;
}

/* SQLite's message, and the system's where that says more. */
static void
tell_why(struct reply *reply, const char *name, sqlite3 *db)
{
	int code = sqlite3_errcode(db) & 0xff, error = 0;

	if (code == SQLITE_CANTOPEN || code == SQLITE_IOERR)
		error = sqlite3_system_errno(db);
	reply_fail(reply, error, "%.*s: %s%s%s", NAME_SHOWN,
	    *name != '\0' ? name : "''", sqlite3_errmsg(db),
	    error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
}

static void
query_database(const char *name, struct reply *reply)
{
	struct rows rows;
	sqlite3 *db;
	int status;

	rows_init(&rows, format, reply);
	status = open_database(name, &db);
	if (status == 0)
		status = run_sql(db, &rows);
	rows_end(&rows);
	if (status == -1)
		tell_why(reply, name, db);
	sqlite3_close(db);
}

static int
query_job(const struct job *job, struct reply *reply)
{
	size_t i;

	for (i = 0; i < job->nargs; i++)
		query_database(job->args[i], reply);
	return 0;
}

/* Nothing to ask is a slip, as of a variable that isn't set. */
static const char *
query_settle(void)
{
	return sql[strspn(sql, " \t\n\v\f\r;")] == '\0' ? "the SQL is empty"
							: NULL;
}

static const struct option_def query_options[] = {
    {"busy-timeout", 0, ID_BUSY, "T", "wait so long for a lock (5)"},
    {"columns", 0, ID_COLUMNS, NULL, "a line of the columns' names first"},
    {"rows", 0, ID_ROWS, "FORMAT", "tsv, csv or json (tsv)"},
    {"sql-file", 0, ID_SQL_FILE, "FILE", "read the SQL from a file"},
    {NULL, 0, 0, NULL, NULL},
};

const struct kind forkpool_kind = {
    .abi = KIND_ABI,
    .name = "query",
    .summary = "ask SQLite databases",
    .synopsis = "SQL [DATABASE ...]",
    .options = query_options,
    .option = query_option,
    .own_words = query_words,
    .settle = query_settle,
    .job = query_job,
    .words = WORDS_RECORDS,
    .flags = KIND_REPEATABLE,
};
