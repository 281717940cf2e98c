/*
 * dbfile: the file that a journal is in: its lock, and its tables.  A part of
 * the module journal.
 */
#ifndef CMD_DBFILE_H
#define CMD_DBFILE_H

#include "cmd/database.h"
#include "cmd/journal.h"

/*
 * Opens the file and makes it if there is none, locks it against a second run,
 * and looks whether it is a database or empty.  The lock is held by *fd, which
 * the caller closes once the database is closed, also after -1.
 */
int dbfile_lock(struct database *, const char *path, int *fd);

/* Opens the database in it, with flags of sqlite3_open_v2().  -1. */
int dbfile_open(struct database *, const char *path, int flags);

/* 1: it is a journal; 0: there is nothing in it; -1: it is something else. */
int dbfile_judge(struct database *);

/* Makes it ready to be written, with its tables if there are none.  -1. */
int dbfile_set_up(struct database *, enum journal_sync);

/*
 * At the end of a run: makes it one file that can be read also by who may not
 * write beside it.  While somebody reads it, it stays as it is.
 */
void dbfile_settle(struct database *);

#endif
