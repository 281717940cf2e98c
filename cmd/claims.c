/*
 * claims: which jobs of earlier runs the list of this one has had so far.
 * It owns how a job is known again; it must not know what is written of it.
 */
#include "cmd/claims.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

int
claims_init(struct claims *c, struct database *d, int64_t first)
{
	*c = (struct claims){.d = d, .first = first};
	if (database_execute(d, COUNT_JOBS, "i", first) != SQLITE_ROW)
		return -1;
	c->oldest_new = database_integer(d, COUNT_JOBS, 0) + 1;
	c->next_new = c->oldest_new;
	c->nunclaimed = (uint64_t)database_integer(d, COUNT_JOBS, 1);
	database_done(d, COUNT_JOBS);
	if (c->nunclaimed == 0)
		return 0;
	c->claimed = calloc((size_t)c->oldest_new / CHAR_BIT + 1, 1);
	return c->claimed != NULL ? 0 : database_refuse_errno(d);
}

void
claims_clear(struct claims *c)
{
	free(c->claimed);
}

/* True when a job found was met in this run before; false: from now on. */
static bool
is_claimed(struct claims *c, int64_t id)
{
	unsigned char bit = (unsigned char)(1U << (id % CHAR_BIT));
	unsigned char *byte = &c->claimed[id / CHAR_BIT];

	if (*byte & bit)
		return true;
	*byte |= bit;
	c->nunclaimed--;
	c->last_found = id;
	return false;
}

/* Takes the row of a job that was found, if it is to be had.  1; 0. */
static int
take_job(struct claims *c, enum statement which, struct journal_found *found)
{
	sqlite3_stmt *s = c->d->prepared[which];
	int64_t id = sqlite3_column_int64(s, 0);

	if (is_claimed(c, id))
		return 0;
	found->id = id;
	found->is_new = false;
	snprintf(found->state, sizeof(found->state), "%s",
	    (const char *)sqlite3_column_text(s, 1));
	return 1;
}

/*
 * A list is mostly as it was: perhaps it is the one behind the last.  1: it is;
 * 0; -1.
 */
static int
guess_job(struct claims *c, const void *key, size_t keylen,
    struct journal_found *found)
{
	int result = database_execute(
	    c->d, GUESS_JOB, "ibi", c->first, key, keylen, c->last_found);

	if (result != SQLITE_ROW)
		return result == -1 ? -1 : 0;
	result = 0;
	if (database_integer(c->d, GUESS_JOB, 2) != 0 &&
	    database_integer(c->d, GUESS_JOB, 0) < c->oldest_new)
		result = take_job(c, GUESS_JOB, found);
	database_done(c->d, GUESS_JOB);
	return result;
}

/*
 * The jobs of the list by their keys, which only a list that was changed needs.
 * So the file has no index of them: to maintain it cost more than all else.
 */
static int
list_jobs(struct claims *c)
{
	if (c->listed)
		return 0;
	c->listed = true;
	if (database_script(c->d,
		"CREATE TEMP TABLE known (key BLOB, id INTEGER, state TEXT,"
		" PRIMARY KEY (key, id)) WITHOUT ROWID;"
		"CREATE TEMP TABLE passed (key BLOB PRIMARY KEY, id INTEGER)"
		" WITHOUT ROWID") == -1)
		return -1;
	return database_execute(c->d, LIST_JOBS, "i", c->first) == -1 ? -1 : 0;
}

/* Looks for it wherever it stands.  1: there it is; 0; -1. */
static int
find_job(struct claims *c, const void *key, size_t keylen,
    struct journal_found *found)
{
	int64_t id;
	int result;

	if (list_jobs(c) == -1)
		return -1;
	for (;;) {
		result = database_execute(c->d, FIND_JOB, "b", key, keylen);
		if (result != SQLITE_ROW)
			return result == -1 ? -1 : 0;
		id = database_integer(c->d, FIND_JOB, 0);
		result = take_job(c, FIND_JOB, found);
		database_done(c->d, FIND_JOB);
		if (result == 1)
			return 1;
		/* of equal jobs, those taken are not looked at again */
		if (database_execute(c->d, PASS_JOB, "bi", key, keylen, id) ==
		    -1)
			return -1;
	}
}

int
claims_take(struct claims *c, const void *key, size_t keylen,
    struct journal_found *found)
{
	int result = 0;

	*found = (struct journal_found){.is_new = true};
	if (c->nunclaimed > 0) {
		/* within a transaction it costs no locks of its own */
		if (database_want_write(c->d) == -1)
			return -1;
		result = guess_job(c, key, keylen, found);
		if (result == 0)
			result = find_job(c, key, keylen, found);
	}
	if (result == 0)
		found->id = c->next_new++;
	return result == -1 ? -1 : 0;
}
