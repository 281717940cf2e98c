/*
 * ledger: what is written down of a run while it goes on, in a journal and in a
 * joblog, and which jobs of it were done in an earlier run.
 * What goes wrong is kept; ledger_error() tells, and then nothing is written
 * any more.
 */
#ifndef CMD_LEDGER_H
#define CMD_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/joblog.h"
#include "cmd/journal.h"
#include "cmd/key.h"
#include "cmd/owed.h"
#include "cmd/record.h"
#include "cmd/task.h"
#include "cmd/template.h"

enum resume {
	RESUME_NONE,
	RESUME_REST,   /* --resume: what isn't finished */
	RESUME_FAILED, /* --resume-failed: what isn't ok */
	RESUME_RETRY   /* --retry-failed: what failed, by the journal */
};

/* What is asked for on the command line. */
struct ledger_conf {
	const char *journal; /* path; NULL: none */
	const char *joblog;  /* path; NULL: none */
	bool append;	     /* what is in the joblog stays */
	enum journal_sync sync;
	enum resume resume;
};

/* The run of which it is written.  All is borrowed. */
struct ledger_run {
	const char *kind;
	const char *command; /* stands before a job's arguments; or NULL */
	const char *module;  /* that it is in, when the user says so; or NULL */
	char *const *argv;   /* the command line, argc words from the kind */
	size_t argc;
	char *const *options; /* those of it that are options */
	size_t noptions;
	char *const *words; /* the template */
	size_t nwords;
	unsigned slots;
	struct job_template *template; /* the same, to make commands of */
	uint64_t total;		       /* records; 0: not known */
	bool reads_stdin;	       /* a list is the standard input */
	bool preview; /* it will not be: nothing is to be written */
};

struct ledger {
	const struct ledger_conf *conf;
	struct ledger_run run;
	const struct journal_calls *calls;
	struct journal *journal; /* NULL: there is none */
	struct joblog *joblog;	 /* NULL: there is none */
	int64_t first;		 /* the run whose list this is */
	bool found;		 /* it has a run of this command */
	bool others;		 /* it has runs, but of others only */
	struct key_base base;
	struct owed owed;      /* what the journal gets before it commits */
	uint64_t commit_ns;    /* which is then; UINT64_MAX: nothing to */
	uint64_t ndone;	       /* jobs that were done before */
	uint64_t ndone_failed; /* those of them that had failed */
	uint64_t nnew;	       /* jobs that the earlier runs knew nothing of */
	int64_t fed;	/* RETRY: the job that was fed last, 0: none, … */
	int64_t walked; /* … up to which resume_each_fed() has come … */
	uint64_t fed_seq;
	char *fed_text; /* … and its arguments */
	bool broken;
	char why[1024];
};

/*
 * Opens what the conf asks for; neither is copied.  -1 with a message for the
 * user in why (size bytes); then nothing is open.
 */
int ledger_open(struct ledger *, const struct ledger_conf *,
    const struct ledger_run *, char *why, size_t size);

/* True when anything is written down of jobs. */
bool ledger_is_kept(const struct ledger *);

/* An attempt of a task was sent to a worker. */
void ledger_began(struct ledger *, struct task *);

/*
 * The attempt has ended.  begun: it had really begun; said: the last line that
 * it wrote on stderr, or "".
 */
void ledger_ended(struct ledger *, struct task *, bool begun, const char *said);

/* The task's state is final.  prints: its output may not all be written. */
void ledger_final(struct ledger *, struct task *, bool prints);

/*
 * Takes over a final task, to be freed.  written: its output is, all of it;
 * else that is lost.
 */
void ledger_take(struct ledger *, struct task *, bool written);

/* Commits when it is time to. */
void ledger_tick(struct ledger *);

/* What can't be written, and why; NULL: all can. */
const char *ledger_error(const struct ledger *);

/* The end of the run: its exit status and what signal it dies of, or 0. */
void ledger_end(struct ledger *, int status, int signo);

/* Closes and frees all.  Keeps errno. */
void ledger_close(struct ledger *);

/* For resume, which acts on the ledger. */

/* True when there is a journal, and nothing went wrong with it. */
bool ledger_writes(const struct ledger *);

/* Takes note of what a call of the journal returned; true: it went well. */
bool ledger_check(struct ledger *, int result);

/* Something else went wrong: keeps why. */
void ledger_break(struct ledger *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Something is to be committed, a little later. */
void ledger_note(struct ledger *);

/* The command of a task, as it can be pasted; caller frees.  NULL: none. */
char *ledger_command(struct ledger *, const struct task *);

/*
 * The command line of the run as it can be pasted into a shell, with one option
 * more or NULL; caller frees.  NULL without memory.
 */
char *ledger_command_line(const struct ledger_run *, const char *option);

#endif
