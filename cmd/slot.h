/*
 * slot: a worker's place in the pool: its process, its channel, its tasks.
 * A respawned worker takes the dead one's slot.
 */
#ifndef CMD_SLOT_H
#define CMD_SLOT_H

#include <sys/queue.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "cmd/said.h"
#include "cmd/args.h"
#include "cmd/task.h"
#include "cmd/template.h"
#include "ipc/chan.h"
#include "worker/kind.h"

#define SLOT_NEVER   UINT64_MAX
#define SLOT_QUIT_NS 2000000000ULL /* for a worker to exit that is to */
#define SLOT_HOSTS   16 /* as many connections does its worker keep open */

struct slot {
	TAILQ_ENTRY(slot) open;	 /* of those that take a task */
	unsigned number;	 /* from 1 */
	pid_t pid;		 /* of the worker; -1: the slot is empty */
	const struct kind *kind; /* of its worker */
	struct chan chan;
	struct sink *debug;    /* who is told of every frame; NULL: nobody */
	size_t told;	       /* bytes of requests that wait, told already */
	bool ready;	       /* READY came */
	bool is_open;	       /* it is in the list of those */
	bool eof;	       /* its end of the pipe is closed */
	bool told_last;	       /* that it gets no more tasks */
	struct task_list held; /* tasks that it was sent, oldest first */
	unsigned nheld;
	unsigned credit;      /* as many as it may be sent at a time … */
	unsigned credit_most; /* … and ever: READY said so */
	bool credit_fixed;    /* it is as many in any case */
	unsigned ndone;	      /* tasks that ended since credit was set … */
	uint64_t busy_ns;     /* … and how long they took */
	struct said said;     /* of the first of these */
	uint64_t begun_ns;    /* when it had the first of what it holds */
	enum outcome doom;    /* of its tasks when we end it; OK: we don't */
	int doom_code;
	uint64_t deadline_ns; /* when we end it; SLOT_NEVER */
	/* of the first task held, with --timeout N% */
	uint64_t done_ns;	   /* when the one before it ended */
	size_t nsignals;	   /* that it got, being overdue */
	uint64_t grace_ns;	   /* time that does not count */
	uint64_t held_ns;	   /* since when it doesn't; 0: it does */
	unsigned crashes;	   /* deaths in a row, without a job done */
	uint64_t spawn_at_ns;	   /* not to be filled again before */
	uint64_t host[SLOT_HOSTS]; /* ids of those that its worker was at */
	size_t nhosts;		   /* so many; the last ones are kept */
};

TAILQ_HEAD(slot_list, slot);

/* Makes an empty slot.  debug is told of every frame, if it is not NULL. */
void slot_init(struct slot *, unsigned number, struct sink *debug);

/* Forks a worker into an empty slot and prepares HELLO.  -1 with errno. */
int slot_start(struct slot *, const struct kind *);

/*
 * Sends a task with its arguments, at slot_flush().  -1 with errno EMSGSIZE
 * when an argument is too long, otherwise without memory; then it is not held.
 */
int slot_send(
    struct slot *, struct task *, const struct args *, uint64_t timeout_ms);

/* Much will be sent to its worker: fewer and larger writes are to do. */
void slot_widen(struct slot *);

/* Sends what may be sent of a task's input.  -1 without memory. */
int slot_feed(struct slot *, struct task *);

/*
 * Writes what was sent, as far as it goes now; as chan_flush().  A worker that
 * is gone is told by its death.
 */
enum chan_result slot_flush(struct slot *);

/*
 * True when it has a worker that may be sent a task now: all at once up to its
 * credit, as long as its pipe takes them, then none until half of them are
 * done.
 */
bool slot_is_open(const struct slot *);

/* True when one more may be sent with those that are being sent. */
bool slot_has_room(const struct slot *);

/* The worker may hold n tasks whatever time they take; 0: as that allows. */
void slot_fix_credit(struct slot *, unsigned n);

/* The worker may hold one task, and more again when they prove to be short. */
void slot_narrow(struct slot *);

/* A task is done, in so many nanoseconds: credit follows. */
void slot_done(struct slot *, struct task *, uint64_t wall_ns);

/* Takes a task from those held, whatever became of it. */
void slot_drop(struct slot *, struct task *);

/* The next of the tasks held is on: nothing is known of it. */
void slot_next(struct slot *);

/* The task of that number among those held, or NULL. */
struct task *slot_find(const struct slot *, uint64_t seq);

/* Has the worker send a signal to that job, or to what it has; seq 0. */
void slot_signal(struct slot *, uint64_t seq, int signo);

/* Tells the worker that it gets no more tasks than those it holds. */
void slot_tell_last(struct slot *);

/* Tells the worker to exit, which holds no task; by due_ns, or it is killed. */
void slot_quit(struct slot *, uint64_t due_ns);

/* Kills the worker; its tasks end with that outcome.  The first call counts. */
void slot_kill(struct slot *, enum outcome, int code);

/* True when a task's request was not read by the worker, now dead. */
bool slot_is_unread(const struct slot *);

/*
 * The worker is dead and reaped: closes the channel.  now_ns: for how soon
 * the slot may be filled again; crashed: not at our wish.
 */
void slot_close(struct slot *, bool crashed, uint64_t now_ns);

/* Its worker goes to the host of that id, which is not 0. */
void slot_note_host(struct slot *, uint64_t id);

/* True when it was there, and may still have a connection. */
bool slot_was_at(const struct slot *, uint64_t id);

#endif
