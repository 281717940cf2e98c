/*
 * program: starts a program in a child of ours.
 * It owns the steps of the child up to execve(2); it must not know what the
 * program is for.
 *
 * It does what posix_spawn(3) would, which asks for the disposition of all 64
 * signals in each child: execve(2) resets those that are caught, so we set the
 * few that we ignore.  That is a quarter of what a short job costs us.
 */
#include "worker/program.h"

#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define ETXTBSY_TRIES 5	 /* attempts after the first … */
#define ETXTBSY_MS    10 /* … at this distance, doubled each time */
#define STATUS_NOEXEC 127

static volatile int exec_error; /* errno; 0: the program runs */

/* Signals that a worker handles or ignores for itself. */
static const int ours[] = {SIGCHLD, SIGPIPE, SIGXFSZ};

/*
 * The child, which has our memory and our stack while we wait: it must change
 * nothing of ours but exec_error.  A frame of its own, never part of its
 * caller's, keeps its variables apart from those that we go on with.
 */
__attribute__((noinline)) static void
become(const struct program *p)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	size_t i;
	int fd;

	setsid();
	for (fd = 0; fd < 3; fd++) {
		if (p->fd[fd] != -1 && dup2(p->fd[fd], fd) == -1) {
			exec_error = errno;
			return;
		}
	}
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		sa.sa_handler =
		    sigismember(p->ignored, ours[i]) ? SIG_IGN : SIG_DFL;
		sigaction(ours[i], &sa, NULL);
	}
	sigprocmask(SIG_SETMASK, p->mask, NULL);
	execvpe(p->argv[0], p->argv, p->env);
	exec_error = errno;
}

/* One attempt: 0, or errno. */
static int
start(const struct program *p, pid_t *pid)
{
	sigset_t all, old;
	int error;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	exec_error = 0;
	if ((*pid = vfork()) == 0) {
		become(p);
		_exit(STATUS_NOEXEC);
	}
	error = *pid == -1 ? errno : exec_error;
	if (*pid != -1 && error != 0) {
		/* before a signal could interrupt it */
		waitpid(*pid, NULL, 0);
		*pid = -1;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return error;
}

int
program_start(const struct program *p, pid_t *pid)
{
	int error, tries, ms = ETXTBSY_MS;

	error = start(p, pid);
	for (tries = 0; error == ETXTBSY && tries < ETXTBSY_TRIES; tries++) {
		/* somebody still has it open for writing; he is about to end */
		poll(NULL, 0, ms);
		ms *= 2;
		error = start(p, pid);
	}
	return error;
}
