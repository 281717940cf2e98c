/*
 * task: a job as the parent keeps it, from its record until it is printed.
 */
#ifndef CMD_TASK_H
#define CMD_TASK_H

#include <sys/queue.h>
#include <sys/tree.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/held.h"
#include "cmd/intake.h"
#include "cmd/replace.h"
#include "cmd/source.h"
#include "ipc/buf.h"
#include "ipc/msg.h"
#include "worker/json.h"

/* Of a job.  The last five are final: a job ends in exactly one of them. */
enum state {
	STATE_READY,   /* waits for a worker, or for its time */
	STATE_RUNNING, /* a worker has it */
	STATE_OK,
	STATE_FAILED,
	STATE_LOST,	 /* its worker died */
	STATE_CANCELLED, /* it was started, and ended by us */
	STATE_SKIPPED,	 /* it never ran */
	STATE_N
};

/* Of the last attempt: where and when it ran, and what it took. */
struct task_facts {
	uint64_t start_us; /* it was sent then, since the epoch; 0: never */
	uint64_t sent_ns;  /* the same, by the monotonic clock */
	unsigned slot;	   /* from 1 */
	pid_t worker;
	pid_t process;	 /* its own; 0: not known, or it has none */
	uint64_t end_us; /* since the epoch; 0, as those below, until then */
	uint64_t wall_ns;
	uint64_t user_us;
	uint64_t sys_us;
	uint64_t maxrss_kb;
};

/* What a job is called where it is written down. */
struct task_ids {
	int64_t job;  /* of its row in the journal; 0: it is to have none */
	bool is_new;  /* which it has not got so far */
	uint64_t log; /* its number there and in the joblog */
};

struct host;

struct task {
	union {
		RB_ENTRY(task) waiting;	 /* of those that wait */
		TAILQ_ENTRY(task) queue; /* of a slot's */
	};
	TAILQ_ENTRY(task) print; /* of those that are not printed */
	TAILQ_ENTRY(task) owed;	 /* of those that the journal is to take */
	struct held held;	 /* output that waits to be printed */
	uint64_t seq;		 /* from 1 */
	uint64_t due_ns;	 /* it waits until then; 0: it doesn't */
	uint64_t asked_ns;	 /* its host wants it back then; 0: or not */
	struct host *host; /* see cmd/hosts.h; NULL: not known, or final */
	const struct kind *kind; /* what a worker does with it */
	/* there may be a million tasks: small members stand together */
	bool whole;	 /* its output is dropped when it fails */
	bool repeatable; /* it may run again after its worker died */
	bool alone;	 /* it may have been one: it gets a worker to itself */
	bool noted;	 /* its final state is written down */
	bool is_owed;	 /* the journal is to take it as it is now … */
	bool attempt_owed; /* … and its last attempt */
	bool printed;	   /* some of its output is out */
	bool named;	   /* its failure is told among its output */
	bool midline[2];   /* --tag: a line of stdout, stderr is begun */
	enum state state;
	enum outcome outcome; /* of the last attempt */
	int code;	      /* see enum outcome */
	uint32_t attempts;    /* begun */
	uint32_t crashes;     /* workers that died of it */
	uint64_t nth;	      /* of equal records, where that is counted; 0 */
	struct task_facts facts;
	struct task_ids ids;
	int64_t attempt;       /* of the last in the journal; 0: has no row */
	uint64_t nout;	       /* bytes of stdout of the attempt */
	struct intake *intake; /* what it is to read; NULL: nothing */
	char **secret;	       /* its arguments with what args hide; or NULL */
	char *file;	       /* the worker writes its stdout there; or NULL */
	char *url;	     /* the first that it asks for, once it is known */
	char *resume;	     /* the tag of a body to go on with; or NULL */
	char *said;	     /* its last line on stderr; or NULL */
	struct buf *told;    /* facts for --json, ready for it; or NULL */
	struct utf8 utf8[2]; /* --json: of stdout, stderr */
	char *tag;	     /* what its lines begin with, once needed */
	struct buf *lines;   /* --line-buffer: of each, a line begun, or NULL */
	bool usual;	     /* its room is for the next */
	size_t nargs;
	char *args[]; /* the record's, then NULL; the text is behind */
};

TAILQ_HEAD(task_list, task);

/* A task of one record, which is copied.  NULL without memory. */
struct task *task_new(uint64_t seq, const struct record *);

/*
 * A task of a record that can't be a job's arguments: its only argument is the
 * beginning of the record, fit to be shown.  NULL without memory.
 */
struct task *task_new_refused(uint64_t seq, const struct record *);

/* Forgets the facts that a worker told of the last attempt. */
void task_drop_told(struct task *);

/*
 * Frees what is not needed to tell what became of it.  Its held output must be
 * gone.
 */
void task_strip(struct task *);

/* Frees it; NULL is allowed.  Its held output must be gone.  Keeps errno. */
void task_free(struct task *);

/* True when some of its output may not be written yet. */
bool task_has_output(const struct task *);

/* Its arguments as they are in a record: *len bytes.  Borrowed. */
const char *task_text(const struct task *, size_t *len);

/* True for a state that is the last. */
bool task_is_final(const struct task *);

/*
 * An attempt begins at now_ns of the monotonic clock, in that slot's worker:
 * facts about it.
 */
void task_begin(struct task *, unsigned slot, pid_t worker, uint64_t now_ns);

/* The attempt ended without a word about what it took. */
void task_end_untold(struct task *);

/* The last attempt's outcome in a word, as in "timeout"; or "skipped". */
const char *task_outcome(const struct task *);

/*
 * What GNU parallel calls Exitval and Signal: of a job that has no exit status
 * the first is -1; a job that was not killed by a signal has 0 as the second.
 */
int task_exitval(const struct task *);
/* The second of those. */
int task_signal(const struct task *);

/* What the task offers for replacement; total jobs, 0: not known.  Borrowed. */
struct replace_values task_values(const struct task *, uint64_t total);

#endif
