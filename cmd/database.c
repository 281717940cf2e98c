/*
 * database: the statements of a journal, and the handle that executes them.
 * It owns their text and how values get into them; it must not know when a
 * statement is wanted.
 */
#include "cmd/database.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
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
    [GUESS_JOB] = "SELECT id, state, run = ? AND key = ? FROM job"
	" WHERE id > ? ORDER BY id LIMIT 1",
    [LIST_JOBS] = "INSERT INTO temp.known SELECT key, id, state FROM job"
	" WHERE run = ? ORDER BY key, id",
    [FIND_JOB] = "SELECT id, state FROM temp.known WHERE key = ?1"
	" AND id > coalesce((SELECT id FROM temp.passed WHERE key = ?1), 0)"
	" ORDER BY id LIMIT 1",
    [PASS_JOB] = "REPLACE INTO temp.passed VALUES (?, ?)",
    [ADD_JOB] = "INSERT INTO job (seq, state, attempt, id, run, key,"
	" arguments) VALUES (?, ?, ?, ?, ?, ?, ?)",
    [SET_JOB] = "UPDATE job SET seq = ?, state = ?,"
	" attempt = coalesce(?, attempt) WHERE id = ?",
    [BEGIN_ATTEMPT] = "INSERT INTO attempt"
	" (job, run, number, slot, pid, started) VALUES (?, ?, ?, ?, ?, ?)",
    [END_ATTEMPT] = "UPDATE attempt SET ended = ?, outcome = ?, exit = ?,"
	" signal = ?, http = ?, wall = ?, user = ?, sys = ?, maxrss = ?,"
	" stderr = ? WHERE id = ?",
    /* both of them at once */
    [ADD_ATTEMPT] = "INSERT INTO attempt"
	" (ended, outcome, exit, signal, http, wall, user, sys, maxrss, stderr,"
	" job, run, number, slot, pid, started)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
/* clang-format on */

int
database_failed(struct database *d)
{
	int error = sqlite3_system_errno(d->db);

	snprintf(d->why, sizeof(d->why), "%s%s%s", sqlite3_errmsg(d->db),
	    error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
	return -1;
}

int
database_refuse(struct database *d, const char *why)
{
	snprintf(d->why, sizeof(d->why), "%s", why);
	return -1;
}

int
database_refuse_errno(struct database *d)
{
	return database_refuse(d, strerror(errno));
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

/* The statement, prepared when it is first needed.  NULL: it failed. */
static sqlite3_stmt *
prepare(struct database *d, enum statement which)
{
	if (d->prepared[which] == NULL &&
	    sqlite3_prepare_v3(d->db, statements[which], -1,
		SQLITE_PREPARE_PERSISTENT, &d->prepared[which],
		NULL) != SQLITE_OK)
		database_failed(d);
	return d->prepared[which];
}

static int
execute(
    struct database *d, enum statement which, const char *types, va_list *ap)
{
	sqlite3_stmt *s = prepare(d, which);
	int i, result = SQLITE_OK;

	if (s == NULL)
		return -1;
	sqlite3_clear_bindings(s);
	for (i = 1; *types != '\0' && result == SQLITE_OK; i++)
		result = bind_one(s, i, *types++, ap);
	if (result == SQLITE_OK)
		result = sqlite3_step(s);
	if (result == SQLITE_ROW)
		return result;
	if (result != SQLITE_DONE)
		database_failed(d);
	sqlite3_reset(s);
	return result == SQLITE_DONE ? result : -1;
}

int
database_execute(
    struct database *d, enum statement which, const char *types, ...)
{
	va_list ap;
	int result;

	va_start(ap, types);
	result = execute(d, which, types, &ap);
	va_end(ap);
	return result;
}

int64_t
database_integer(struct database *d, enum statement which, int n)
{
	return sqlite3_column_int64(d->prepared[which], n);
}

void
database_done(struct database *d, enum statement which)
{
	sqlite3_reset(d->prepared[which]);
}

int
database_want_write(struct database *d)
{
	if (d->writing)
		return 0;
	if (database_execute(d, BEGIN, "") == -1)
		return -1;
	d->writing = true;
	return 0;
}

int
database_write(struct database *d, enum statement which, const char *types, ...)
{
	va_list ap;
	int result;

	if (database_want_write(d) == -1)
		return -1;
	va_start(ap, types);
	result = execute(d, which, types, &ap);
	va_end(ap);
	return result == -1 ? -1 : 0;
}

int
database_commit(struct database *d)
{
	if (!d->writing)
		return 0;
	if (database_execute(d, COMMIT, "") == -1)
		return -1;
	d->writing = false;
	return 0;
}

int
database_script(struct database *d, const char *sql)
{
	return sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK
	    ? 0
	    : database_failed(d);
}

int
database_number(struct database *d, const char *sql, int64_t *n)
{
	sqlite3_stmt *s;
	int result = 0;

	if (sqlite3_prepare_v2(d->db, sql, -1, &s, NULL) != SQLITE_OK)
		return database_failed(d);
	if (sqlite3_step(s) == SQLITE_ROW)
		*n = sqlite3_column_int64(s, 0);
	else
		result = database_failed(d);
	sqlite3_finalize(s);
	return result;
}

void
database_close(struct database *d)
{
	int i;

	for (i = 0; i < NSTATEMENTS; i++)
		sqlite3_finalize(d->prepared[i]);
	/* a disk that has failed is not asked again to keep what is in the log
	 */
	if (d->db != NULL && d->why[0] != '\0')
		sqlite3_db_config(
		    d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	sqlite3_close(d->db);
	memset(d->prepared, 0, sizeof(d->prepared));
	d->db = NULL;
}
