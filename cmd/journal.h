/*
 * journal: the SQLite database in which a run writes down what became of each
 * job.  It is in a module, which the parent loads when a journal is wanted; so
 * its functions are reached through the table that journal_load() gives.
 *
 * No worker may call any of them: a database handle does not survive a fork.
 */
#ifndef CMD_JOURNAL_H
#define CMD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct journal;

/* How much is at stake when the machine, not a process, dies. */
enum journal_sync {
	JOURNAL_BATCH, /* what was not committed: 200 ms */
	JOURNAL_EACH,  /* the jobs that run; each is on the disk when it ends */
	JOURNAL_OFF    /* what the system has not written by itself */
};

/* What is written down of a run.  All strings are borrowed. */
struct journal_run {
	const char *kind;
	const char *command;   /* the command line, fit for a shell */
	const char *directory; /* the working directory */
	const char *options;   /* the options, fields as of job.arguments */
	const char *words;     /* the template, likewise; NULL: none */
	const void *template;  /* its key */
	size_t template_len;
	unsigned slots;
	bool resume;   /* go on with the last run of the same template */
	int64_t id;    /* set: of this run */
	int64_t first; /* set: of the run whose list it goes on with, or id */
};

/* What the journal knows of a job before it runs. */
struct journal_found {
	int64_t id;	/* one that it is to have, if it is new */
	bool is_new;	/* it has no row */
	char state[16]; /* what it was left in; empty: it is new */
};

/* What is written down of a job.  All is borrowed. */
struct journal_job {
	int64_t id;
	uint64_t seq;
	const char *state;
	int64_t attempt; /* the id of the last; 0: none, or it was before */
	bool is_new;	 /* it has no row yet: only then are those below read */
	const void *key;
	size_t keylen;
	const char *arguments; /* NULL: could not be read */
};

/* What is written down of an attempt. */
struct journal_attempt {
	int64_t id; /* 0: it has no row; set when it gets one */
	int64_t job;
	unsigned number; /* from 1, in this run */
	unsigned slot;
	pid_t pid;	/* of the worker */
	double started; /* seconds since 1970 */
	double ended;	/* 0: it goes on, and nothing below is read */
	const char *outcome;
	int exit;    /* less than 0: none */
	int signal;  /* 0: none */
	int http;    /* 0: none */
	double wall; /* seconds, as the next two */
	double user;
	double sys;
	uint64_t maxrss;	 /* KiB */
	const char *stderr_line; /* its last, or NULL */
};

/* One row of a query: n columns as text, NULL for NULL.  Not 0 ends it. */
typedef int journal_row(void *ctx, size_t n, const char *const *columns);

#define JOURNAL_ABI 3

/*
 * Where a function returns -1, error() says why; after a failed write nothing
 * more should be written.
 */
struct journal_calls {
	unsigned abi; /* JOURNAL_ABI */

	/*
	 * Opens the journal in path for a run, and makes it when there is
	 * none.  NULL with a message in why (size bytes): it can't be opened,
	 * another run holds it, or it is something else, which is left alone.
	 */
	struct journal *(*open)(
	    const char *path, enum journal_sync, char *why, size_t size);

	/* Opens it to be read only, beside a run if there is one. */
	struct journal *(*open_to_read)(
	    const char *path, char *why, size_t size);

	/* Notes that a run begins.  Nothing is written before. */
	int (*begin)(struct journal *, struct journal_run *);

	/*
	 * For a run that is only imagined: finds what it would go on with, in
	 * a journal that is opened to be read.  claim() can follow.
	 */
	int (*preview)(struct journal *, struct journal_run *);

	/*
	 * Finds the job of this key that stands next in the list of the run
	 * that is resumed, and was not claimed before.  Nothing is written.
	 */
	int (*claim)(struct journal *, const void *key, size_t keylen,
	    struct journal_found *);

	/* Writes a row, or what has changed in it. */
	int (*put_job)(struct journal *, const struct journal_job *);
	int (*put_attempt)(struct journal *, struct journal_attempt *);

	/* Makes sure of what was noted.  Also fails when the file is gone. */
	int (*commit)(struct journal *);

	/* Jobs of the resumed run that were not claimed in this one. */
	uint64_t (*unclaimed)(struct journal *);

	/* Notes the end of the run, and commits. */
	int (*end)(struct journal *, int status, int signo);

	/*
	 * Runs a query with n integers as parameters, and gives each row to
	 * row().  -1, or what row() returned.
	 */
	int (*select)(struct journal *, const char *sql,
	    const int64_t *parameters, size_t n, journal_row *row, void *ctx);

	/* Why the last call failed; valid until the next. */
	const char *(*error)(struct journal *);

	/* Closes it, uncommitted notes are lost.  NULL is allowed. */
	void (*close)(struct journal *);
};

/*
 * Loads the module.  When that fails the process ends with a message and status
 * 4, as for any module: before there are workers.
 */
const struct journal_calls *journal_load(void);

#endif
