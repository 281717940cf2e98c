/*
 * hosts: the tasks that wait, by the host that each goes to: how many run there
 * at a time, how fast they start, and which host asked for a pause.
 * Pure policy: no descriptor, no output, and the time is an argument: now_ns of
 * the monotonic clock.  Tasks of a kind that has no hosts share one without
 * limits.
 */
#ifndef CMD_HOSTS_H
#define CMD_HOSTS_H

#include <sys/queue.h>
#include <sys/tree.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/task.h"

#define HOSTS_IDLE_MAX 50000 /* hosts remembered that have no task */

/* What the options say. */
struct hosts_conf {
	unsigned per_host;    /* tasks of a host that run; 0: any number */
	uint64_t interval_ns; /* between two starts at a host; 0: none */
};

/* Tasks that wait, by the time until which they do, then in the list's order.
 */
RB_HEAD(waiting, task);

struct host {
	RB_ENTRY(host) named;	/* of all of them */
	RB_ENTRY(host) turn;	/* of those that have a task that waits */
	TAILQ_ENTRY(host) idle; /* of those that have no task */
	struct waiting waiting;
	struct task *only;  /* it alone waits, of all hosts' tasks; or NULL */
	bool queued;	    /* it is among those with a turn, by … */
	uint64_t due_ns;    /* … when its first task may start … */
	uint64_t seq;	    /* … and which that is */
	uint64_t id;	    /* no other has it; 0: the one for no host */
	size_t ntasks;	    /* of it that are not final */
	unsigned running;   /* of these … */
	unsigned limit;	    /* … at most; less than usual after a pause */
	uint64_t next_ns;   /* no start before: --rate */
	uint64_t begin_ns;  /* its rate began to grow then; 0: it begins next */
	uint64_t paused_ns; /* no start before: it asked for that */
	const char *name;   /* behind the struct */
};

RB_HEAD(host_names, host);
RB_HEAD(host_turns, host);
TAILQ_HEAD(host_list, host);

struct hosts {
	struct hosts_conf conf;
	struct host none; /* of tasks that go to no host */
	struct host_names names;
	struct host_turns turns;
	struct host_list idle; /* longest ago first */
	size_t nidle;
	uint64_t last_id;
	bool timed; /* some host may have to wait for a time */
};

/* No task, no host.  The conf is copied; all 0 is without limits. */
void hosts_init(struct hosts *, const struct hosts_conf *);

/* Frees the hosts; their tasks are others'. */
void hosts_clear(struct hosts *);

/* A new task goes to the host of that name.  -1 without memory. */
int hosts_enter(struct hosts *, struct task *, const char *name);

/* The task is final: it has no host any more. */
void hosts_leave(struct hosts *, struct task *);

/* The task waits, until its due_ns at least. */
void hosts_add(struct hosts *, struct task *);

/* It does no more. */
void hosts_remove(struct hosts *, struct task *);

/* True when the task waits. */
bool hosts_has(const struct task *);

/* The one of all that wait which may start first; NULL: none waits. */
struct task *hosts_first(const struct hosts *);

/* When a task that waits may start; UINT64_MAX: when others have ended. */
uint64_t hosts_due(const struct task *);

/* A task that was removed has started. */
void hosts_started(struct hosts *, struct task *, uint64_t now_ns);

/*
 * It has ended; answered: by its host, which has said something else than to
 * wait.
 */
void hosts_ended(struct hosts *, struct task *, bool answered);

/*
 * The host of that name asks for a pause.  Afterwards one task has to be
 * answered before several run there.  True when it was not in one at now_ns;
 * false also without memory.
 */
bool hosts_pause(
    struct hosts *, const char *name, uint64_t now_ns, uint64_t until_ns);

/*
 * When the next start may be after one at now_ns; next_ns: what this was for
 * the one before, or 0.  What is a little late is caught up with.
 */
uint64_t hosts_pace(uint64_t next_ns, uint64_t now_ns, uint64_t interval_ns);

#endif
