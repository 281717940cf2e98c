/*
 * spawn: forks a worker and joins it to the parent by two pipes.
 * It owns the first steps of the child; it must not know the pool.
 */
#include "worker/spawn.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "worker/loop.h"
#include "worker/process.h"

#define OOM_MARK 100  /* more than the parent's: a tenth of all memory */
#define OOM_MOST 1000 /* see proc(5) */

static struct spawn_surroundings surroundings = {.dirfd = -1};

void
spawn_set_surroundings(const struct spawn_surroundings *s)
{
	surroundings = *s;
}

/* As the parent made sure of, this is possible; if it changed, we are none. */
static int
child_surroundings(void)
{
	char path[PATH_MAX];

	if (surroundings.renice &&
	    setpriority(PRIO_PROCESS, 0, surroundings.niceness) == -1)
		return -1;
	if (surroundings.dirfd == -1)
		return 0;
	if (fchdir(surroundings.dirfd) == -1)
		return -1;
	/* as "cd" leaves it */
	if (getcwd(path, sizeof(path)) != NULL)
		setenv("PWD", path, 1);
	return 0;
}

/* Moves fd to its fixed place, close-on-exec, so that no job inherits it. */
static int
move_fd(int fd, int place)
{
	if (fd == place)
		return fcntl(fd, F_SETFD, FD_CLOEXEC);
	return dup3(fd, place, O_CLOEXEC) == -1 ? -1 : 0;
}

/*
 * The pipe ends go to 3 and 4, 0 and 1 to /dev/null; every other descriptor is
 * the parent's or a sibling's and is closed, or their ends would never be seen.
 */
static int
child_descriptors(int rfd, int wfd)
{
	int null;

	if (wfd == WORKER_RFD && (wfd = dup(wfd)) == -1)
		return -1;
	if (move_fd(rfd, WORKER_RFD) == -1 || move_fd(wfd, WORKER_WFD) == -1)
		return -1;
	closefrom(WORKER_WFD + 1);
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1)
		return -1;
	if (dup2(null, STDIN_FILENO) == -1 || dup2(null, STDOUT_FILENO) == -1)
		return -1;
	close(null);
	return 0;
}

/*
 * Out of memory, the kernel shall rather end a worker, or its job that has the
 * same mark, than the parent with all that it holds.
 */
static void
child_go_first(void)
{
	int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	char text[16];
	ssize_t n;
	long mark;

	if (fd == -1)
		return;
	if ((n = read(fd, text, sizeof(text) - 1)) > 0) {
		text[n] = '\0';
		mark = strtol(text, NULL, 10) + OOM_MARK;
		if (mark <= OOM_MOST &&
		    (n = snprintf(text, sizeof(text), "%ld", mark)) > 0)
			(void)!write(fd, text, (size_t)n);
	}
	close(fd);
}

/* In the child: becomes a worker.  Never returns. */
static void
child_main(
    const struct kind *kind, unsigned slot, int rfd, int wfd, pid_t parent)
{
	sigset_t none;

	/* ^C, ^Z and hang-up reach the parent only, who decides */
	setsid();
	if (child_surroundings() == -1 || child_descriptors(rfd, wfd) == -1)
		_exit(1);
	process_enter_worker();
	child_go_first();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (kind->flags & KIND_PROCESSES) {
		/* it must end its processes, so it must not stay stopped */
		prctl(PR_SET_PDEATHSIG, SIGCONT);
	} else {
		/* the parent may have died before the request was made */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
	}
	setproctitle("worker %u: %s", slot, kind->name);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	_exit(worker_main(WORKER_RFD, WORKER_WFD));
}

int
spawn_worker(const struct kind *kind, unsigned slot, struct spawned *sp)
{
	int request[2], reply[2], saved;
	sigset_t all, old;
	pid_t parent = getpid();

	if (pipe2(request, O_CLOEXEC | O_NONBLOCK) == -1)
		return -1;
	if (pipe2(reply, O_CLOEXEC | O_NONBLOCK) == -1) {
		saved = errno;
		close(request[0]);
		close(request[1]);
		errno = saved;
		return -1;
	}
	if (kind->inner != NULL && kind->inner->prepare != NULL)
		kind->inner->prepare();
	fflush(NULL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	if ((sp->pid = fork()) == 0)
		child_main(kind, slot, request[0], reply[1], parent);
	saved = errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(request[0]);
	close(reply[1]);
	sp->rfd = reply[0];
	sp->wfd = request[1];
	if (sp->pid == -1) {
		close(sp->rfd);
		close(sp->wfd);
	}
	errno = saved;
	return sp->pid == -1 ? -1 : 0;
}
