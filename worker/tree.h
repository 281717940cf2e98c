/*
 * tree: signals for a process and all that descends from it, and nothing else.
 * The one place that calls kill(2).
 */
#ifndef WORKER_TREE_H
#define WORKER_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Sends a signal to the process pid or, when group is true, to the process
 * group pid.  -1 with errno; EINVAL for a pid of 1 or less, which kill(2) would
 * take for half the machine.
 */
int tree_send(pid_t pid, bool group, int signo);

/*
 * Sends signo to the group that leader leads and to all its descendants, also
 * those in groups of their own.  leader is a child of the caller, not reaped.
 */
void tree_signal(pid_t leader, int signo);

/*
 * Says of a child of the caller whether tree_kill_orphans() leaves it and what
 * descends from it alone.
 */
typedef bool tree_spare(pid_t child, void *ctx);

/*
 * Kills and reaps the children of the caller and their descendants, until only
 * those are left that spare() spares.  Gives up after a second, when something
 * can't be killed.  true when none is left.
 */
bool tree_kill_orphans(tree_spare *spare, void *ctx);

/*
 * The number of the job that process pid belongs to, by the environment which
 * its job was given by the forkpool of process id parent.  0: of none, or it
 * can't be told.
 */
uint64_t tree_job_of(pid_t pid, pid_t parent);

/*
 * The children of pid, which are unreaped: at most max of them into pids.
 * How many there are; 0 too when /proc is that of another pid namespace.
 */
size_t tree_children(pid_t pid, pid_t *pids, size_t max);

#endif
