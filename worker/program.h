/*
 * program: starts a program in a child of ours.
 */
#ifndef WORKER_PROGRAM_H
#define WORKER_PROGRAM_H

#include <signal.h>
#include <sys/types.h>

/* A program, and what it starts with.  All is borrowed. */
struct program {
	char *const *argv;	 /* found by our PATH; ended by NULL */
	char *const *env;	 /* its environment; ended by NULL */
	int fd[3];		 /* its stdin, stdout, stderr; -1: as ours */
	const sigset_t *mask;	 /* signals that are blocked … */
	const sigset_t *ignored; /* … and that are ignored */
};

/*
 * Starts it in a session of its own.  Other descriptors of ours it inherits
 * unless they are close-on-exec.  A script without "#!" is given to /bin/sh; a
 * program that is being written is tried again for a while.  0: *pid is a child
 * to be reaped.  Otherwise errno, and there is no child.
 */
int program_start(const struct program *, pid_t *pid);

#endif
