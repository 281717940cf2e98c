/*
 * process: one process of a job: started with its output captured, ended with
 * everything that descends from it.
 */
#ifndef WORKER_PROCESS_H
#define WORKER_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "worker/kind.h"

/* What a process is started with: as it was when forkpool itself was started.
 */
struct process_origin {
	sigset_t mask;	      /* blocked signals */
	sigset_t ignored;     /* ignored signals */
	sigset_t caught;      /* those that the parent has handlers for since */
	struct rlimit nofile; /* descriptors */
};

/* Jobs are to have an input.  Before any worker is forked. */
void process_set_input(void);

/* Sets it, before any worker is forked.  Copied. */
void process_set_origin(const struct process_origin *);

/*
 * In a worker just forked: remembers who its parent is; handlers back to the
 * default, but for that of SIGCHLD, the limit of descriptors back to the
 * origin's.  SIGPIPE stays ignored in the worker.
 */
void process_enter_worker(void);

struct process {
	pid_t pid; /* a child; -1: none */
	int pidfd; /* readable when it has ended; -1: closed */
	int out;   /* read end of its stdout; read after poll; -1: closed */
	int err;   /* of its stderr */
	int in;	   /* write end of its stdin; -1: closed, or there is none */
	/*
	 * The job's ends, which we keep open until it has ended: so its end
	 * wakes us once, by the pidfd, and not for each pipe before that.
	 */
	int job_end[2];
	uint64_t seq; /* of its job */
};

/*
 * Starts the job's arguments as a program: found by PATH, stdin /dev/null or,
 * with process_set_input(), a pipe that does not block us; in a session of its
 * own, with FORKPOOL_SEQ, FORKPOOL_SLOT, FORKPOOL_ATTEMPT and FORKPOOL_PID in
 * its environment.  A program that is being written is tried again for a while;
 * a script without "#!" is given to /bin/sh. 0: the caller ends it with
 * process_reap() and process_close().  Otherwise errno, and nothing is left.
 */
int process_start(struct process *, const struct job *, unsigned slot);

/*
 * Waits for a process that has ended, and tells how.  The descriptors stay.
 * 0, or -1 when it hasn't ended.
 */
int process_reap(struct process *, int *status, struct rusage *);

/* Bytes that can be read from the pipe fd without waiting; of -1 none. */
int process_unread(int fd);

/*
 * Reaps what the jobs of this worker left behind and what has ended since: a
 * subreaper has to.  Costs nothing when there is none; SIGCHLD ends a poll.
 */
void process_reap_orphans(const struct process *);

/* Sends a signal to the process and its descendants. */
void process_signal(const struct process *, int signo);

/*
 * Kills it and all that descends from it, until none is left, daemons of other
 * jobs spared; it remains to be reaped.  false: something can't be killed.
 */
bool process_kill(const struct process *);

/* Closes what is open of it.  Keeps errno. */
void process_close(struct process *);

#endif
