/*
 * sink: where the output of jobs goes, and in which order.
 * It owns output from the moment that a worker sent it until it is written.
 */
#ifndef CMD_SINK_H
#define CMD_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/held.h"
#include "cmd/row.h"
#include "cmd/tag.h"
#include "cmd/task.h"
#include "cmd/writer.h"

enum sink_order {
	SINK_INPUT,	/* whole jobs, in the order of the list */
	SINK_COMPLETED, /* whole jobs, in the order of their ends */
	SINK_LINES,	/* whole lines, as they come */
	SINK_LIVE	/* bytes, as they come */
};

/*
 * Takes over a final task that the sink has done with.  written: its output, if
 * it has any, is out, all of it, and can't be lost any more.
 */
typedef void sink_taker(struct task *, bool written, void *ctx);

struct sink {
	enum sink_order order;
	bool straight; /* the next to print may be printed as it ends */
	bool stream;   /* the next to print may be printed while it runs … */
	bool stream_all;       /* … also when it may run again */
	bool ending;	       /* but none begins with that any more */
	const struct tag *tag; /* lines begin with it; NULL: they don't */
	struct store store;
	bool unreadable; /* the error is one of the spool, not of stdout */
	struct task_list window;  /* not yet printed, in the list's order */
	struct task_list ended;	  /* COMPLETED: these, in the order of ends */
	struct task_list leaving; /* printed, but for what writers still hold */
	size_t nended; /* tasks that are final, their output not yet written */
	sink_taker *taker; /* NULL: tasks are freed */
	void *ctx;
	struct row row;
	struct buf scratch; /* --tag: lines before they are tagged */
	struct writer out;
	struct writer err;
	struct writer *last; /* the one that was added to last */
};

/* Why sink_print() can't go on. */
enum sink_status {
	SINK_OK,
	SINK_GONE, /* the reader of stdout is gone */
	SINK_ERROR /* stdout or the spool failed: errno */
};

/* What is borrowed must outlive the sink. */
struct sink_conf {
	enum sink_order order;
	bool whole;	 /* output is looked at when its task is final */
	bool stream;	 /* INPUT: the next to print may be while it runs … */
	bool stream_all; /* … also when its worker may die and it run again */
	const struct tag *tag;	    /* NULL: none */
	const struct row_conf *row; /* INPUT, COMPLETED: one for each job */
	int outfd;		    /* what stdout is to be; borrowed */
	const char *dir;	    /* for the spool */
	uint64_t spool_max;	    /* bytes; 0: the default */
};

/* Nothing is printed yet.  The conf is copied. */
void sink_init(struct sink *, const struct sink_conf *);

/* Who gets the tasks in the end; ctx is given to it. */
void sink_set_taker(struct sink *, sink_taker *, void *);

/* Frees every task and all output that is left. */
void sink_clear(struct sink *);

/* Takes note of a new task; they come in the order of the list. */
void sink_add(struct sink *, struct task *);

/* Output of a running task.  -1 without memory. */
int sink_output(
    struct sink *, struct task *, unsigned stream, const void *data, size_t n);

/*
 * The rest of the stdout of a task that has ended well, and is to be made final
 * next; likewise.
 */
int sink_last_output(struct sink *, struct task *, const void *data, size_t n);

/* The attempt's output that is not printed yet shall never be. */
void sink_drop(struct sink *, struct task *);

/* Only its stdout; what it said on stderr is kept. */
void sink_drop_stdout(struct sink *, struct task *);

/* Only its stderr. */
void sink_drop_stderr(struct sink *, struct task *);

/* The task's state is final.  The taker gets it when its output is written. */
void sink_final(struct sink *, struct task *);

/*
 * A line of our own for stderr; the new line is added.  It goes with what jobs
 * wrote there, so that a reader who is slow holds nothing up.
 */
void sink_tell(struct sink *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Prints what may be printed now, as far as it goes without waiting.  A failing
 * stderr is no error here: w->error of err tells.
 */
enum sink_status sink_print(struct sink *);

/* True when nothing is left to print. */
bool sink_is_empty(const struct sink *);

/* True when bytes wait for POLLOUT on stdout, on stderr. */
bool sink_waits_for(const struct sink *, int fd);

/*
 * The job that everything else may have to wait for: the next to print or,
 * with SINK_COMPLETED, the oldest running.  NULL: there is none.
 */
const struct task *sink_next(const struct sink *);

/*
 * Jobs are being ended: one of which nothing is printed so far will be printed
 * when it has ended, or not at all.
 */
void sink_begin_no_more(struct sink *);

/* True when output of this task should be read now. */
bool sink_takes(const struct sink *, const struct task *);

/* True when a job other than sink_next() may be started. */
bool sink_has_room(const struct sink *);

/*
 * True when output must be held for the run to go on, and neither memory nor
 * the spool may hold more; errno says why.
 */
bool sink_is_stuck(const struct sink *);

#endif
