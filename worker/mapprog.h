/*
 * mapprog: the program of a worker of the kind map: started, given records,
 * read, and ended.  What returns int gives 0, or -1 when the worker has to end:
 * without memory, or for what the program did, which is told.
 */
#ifndef WORKER_MAPPROG_H
#define WORKER_MAPPROG_H

#include <stdbool.h>
#include <stdint.h>

#include "worker/kind.h"
#include "worker/mapreply.h"
#include "worker/process.h"

struct mapprog {
	struct worker *worker;
	const struct map_conf *conf;
	const struct job *words; /* the program: its arguments, ended by NULL */
	struct mapreply reply;
	struct process process;
	bool running;	     /* it is not reaped */
	bool closed;	     /* its input is: it is to end */
	bool has_read;	     /* some of its input, as seen when that closed */
	bool killed;	     /* for not having ended then */
	bool hinted;	     /* that it may keep its answers in a buffer */
	uint64_t started_ns; /* when it was started */
	uint64_t closed_ns;  /* when its input was closed */
	uint64_t look_ns;    /* whether to close it is not looked at before */
	uint64_t ngiven;     /* records that it is to get, so far */
	uint64_t nwritten;   /* bytes of them in its input */
	uint64_t collect_ns; /* its answers are left alone until then */
	uint64_t held_ns;    /* since when its time stands still; 0: it runs */
	bool stopped;	     /* by a SIGSTOP from the parent */
	int cancelled;	     /* the signal that ends all it does; 0: none */
	uint64_t ending;     /* the record that it is ended for; 0: none */
	int ending_signo;    /* by the parent's signal; 0: it is overdue */
	size_t step;	     /* of the termination sequence, and … */
	uint64_t due_ns;     /* … when it is taken */
};

/* The oldest record that is not answered; NULL: there is none. */
struct pending_job *mapprog_oldest(const struct mapprog *);

/* True when it has answered all that it was given a part of. */
bool mapprog_has_answered(const struct mapprog *);

/* Counts a record that was added, for --recycle. */
void mapprog_count(struct mapprog *, const struct pending_job *);

/*
 * Starts it, for the records that are there.  When it can't be started, they
 * fail.
 */
int mapprog_start(struct mapprog *);

/* True when it has read all that it is to get. */
bool mapprog_has_all(const struct mapprog *);

/* Gives it what it takes now. */
void mapprog_feed(struct mapprog *);

/* It gets no record after those that are there, and then is to end. */
void mapprog_limit(struct mapprog *);

/* It gets nothing more, and is to end. */
void mapprog_close_input(struct mapprog *);

/* A signal for all that it is, SIGKILL too. */
void mapprog_signal(struct mapprog *, int signo);

/* One read of what it wrote on stdout. */
int mapprog_read_stdout(struct mapprog *);

/* The same of stderr. */
int mapprog_read_stderr(struct mapprog *);

/*
 * Its process has ended: reads the rest, and sees to its records.  -1 too when
 * it ended by itself with records unanswered.
 */
int mapprog_ended(struct mapprog *);

/* What becomes of records whose program was ended by us, or is no more. */
int mapprog_settle(struct mapprog *);

#endif
