/*
 * task: a job as the parent keeps it, from its record until it is printed.
 */
#ifndef CMD_TASK_H
#define CMD_TASK_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/held.h"
#include "cmd/source.h"
#include "ipc/buf.h"
#include "ipc/msg.h"

/* Of a job.  The last five are final: a job ends in exactly one of them. */
enum state {
	STATE_READY,   /* waits for a worker */
	STATE_RUNNING, /* a worker has it */
	STATE_OK,
	STATE_FAILED,
	STATE_LOST,	 /* its worker died */
	STATE_CANCELLED, /* it was started, and ended by us */
	STATE_SKIPPED,	 /* it never ran */
	STATE_N
};

struct task {
	TAILQ_ENTRY(task) queue; /* of those that wait, or of a slot */
	TAILQ_ENTRY(task) print; /* of those that are not printed */
	struct held held;	 /* output that waits to be printed */
	uint64_t seq;		 /* from 1 */
	enum state state;
	enum outcome outcome; /* of the last attempt */
	int code;	      /* see enum outcome */
	uint32_t attempts;    /* begun */
	uint32_t crashes;     /* workers that died of it */
	bool printed;	      /* some of its output is out */
	bool named;	      /* its failure is told among its output */
	bool midline[2];      /* --tag: a line of stdout, stderr is begun */
	struct buf *lines; /* --line-buffer: of each, a line begun, or NULL */
	size_t nargs;
	char *args[]; /* the record's, then NULL; the text is behind */
};

TAILQ_HEAD(task_list, task);

/* A task of one record, which is copied.  NULL without memory. */
struct task *task_new(uint64_t seq, const struct record *);

/* Frees it; NULL is allowed.  Its held output must be gone.  Keeps errno. */
void task_free(struct task *);

/* True for a state that is the last. */
bool task_is_final(const struct task *);

#endif
