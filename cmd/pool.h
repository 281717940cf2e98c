/*
 * pool: the workers, and the one loop that polls for all of them.
 * It holds descriptors and no policy: which task is next, sched says; what is
 * printed when, sink says.
 */
#ifndef CMD_POOL_H
#define CMD_POOL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/ledger.h"
#include "cmd/median.h"
#include "cmd/options.h"
#include "cmd/report.h"
#include "cmd/results.h"
#include "cmd/save.h"
#include "cmd/sched.h"
#include "cmd/sink.h"
#include "cmd/slot.h"
#include "cmd/source.h"
#include "cmd/stop.h"
#include "cmd/template.h"

struct pollfd;

struct pool {
	const struct options *options;
	const struct kind *kind;
	struct job_template *template;
	struct source *source; /* its owner frees it */
	uint64_t total;	       /* records that it has; 0: not known */
	struct sched sched;
	struct tag tag;
	struct results results;
	struct save save; /* names of files that workers write */
	struct sink sink;
	struct report report;
	struct stop stop;
	uint64_t deadline_ns;  /* --deadline; SLOT_NEVER */
	struct median *median; /* --timeout N%: of what jobs took; or NULL */
	uint64_t limit_ns;     /* what that comes to; 0: not known so far */
	uint64_t begin_ns;     /* when the run began, … */
	uint64_t begin_cpu_ns; /* … and what was used before that */
	const char *ended_by;  /* the option that ended the run; NULL: none */
	int signo; /* what this process is to die of at the end; 0: nothing */
	bool unwatched; /* nobody looks at the end of a job that went well */
	bool failed;	/* forkpool itself failed: status 4 */
	bool refused;	/* the list is none: status 2 */
	struct ledger *ledger; /* its owner closes it */
	bool told_scheme;      /* that https:// is put before URLs */
	bool told_printed;     /* that jobs are not attempted again for that */

	struct slot *slots; /* nslots of them; made when first used */
	size_t nslots;
	size_t nused;	       /* slots that ever had one: the first of them */
	size_t nlive;	       /* slots that have a worker */
	size_t ncpus;	       /* processors that we may use */
	struct slot_list open; /* workers that take a task: without one first */
	size_t dealt;	       /* --round-robin: the slot served last */
	bool want_input; /* a worker is free, and the source had nothing */
	bool pulling;	 /* it had, but it was enough for one turn */
	uint64_t due_ns; /* when the loop must turn although nothing happens */
	bool started;	 /* some worker was READY */
	unsigned start_deaths;	/* workers that died before any was */
	unsigned unread_deaths; /* that died since their program read nothing */
	uint64_t unread_ended;	/* jobs that had ended before those deaths */
	bool told_unread;	/* that there was one, though others go on */
	uint64_t start_at_ns;	/* no job starts before; see --delay */
	uint64_t pace_ns;	/* nor before this; see --rate-total */
	uint64_t fork_at_ns;	/* no fork before */
	uint64_t fork_failed_ns; /* since when none succeeds; 0: it does */

	struct pollfd *fds;
	struct slot **polled; /* polled[i] is the slot of fds[i] */
	pid_t *inherited;     /* children that we were started with */
	size_t ninherited;
};

/*
 * Prepares a run.  All is borrowed but what the pool makes.  outfd: where
 * standard output goes.  -1 without memory.
 */
int pool_init(struct pool *, const struct options *, struct job_template *,
    struct source *, struct ledger *, int outfd);

/*
 * Runs every job of the source and prints the output.  Returns the exit status;
 * pool->signo tells when it is rather to die of a signal.
 */
int pool_run(struct pool *);

/* Frees what it made. */
void pool_clear(struct pool *);

/* For dispatch, replies and deaths, which act on the pool. */

/* Lets nothing more start when the journal can't be written. */
void pool_check_ledger(struct pool *);

/* Whether a slot takes a task may have changed. */
void pool_slot_settle(struct pool *, struct slot *);

/* Nothing new starts; what runs goes on. */
void pool_drain(struct pool *);

/*
 * forkpool itself can't go on: says why on stderr, with errno's text when error
 * is not 0, lets no job start, ends those that run; status 4.
 */
void pool_fail(struct pool *, int error, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
