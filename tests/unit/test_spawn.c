/*
 * test_spawn: owns the tests of worker/spawn: what a worker is when it begins.
 * It must not know of jobs.
 */
#include <sys/resource.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/chan.h"
#include "ipc/msgfrom.h"
#include "ipc/msgto.h"
#include "tests/unit/tap.h"
#include "worker/process.h"
#include "worker/run.h"
#include "worker/sleep.h"
#include "worker/spawn.h"

#define TEST_SECS 120	/* then SIGALRM ends a test that hangs */
#define WAIT_MS	  60000 /* for a worker to say something */
#define SLOT	  7
#define FDS_MAX	  64 /* what is above is not ours: valgrind's */

/* The descriptors of a process, a bit for each. */
static uint64_t
fds_of(pid_t pid)
{
	struct dirent *entry;
	char path[64];
	uint64_t fds = 0;
	long fd;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	if ((dir = opendir(path)) == NULL)
		abort();
	while ((entry = readdir(dir)) != NULL) {
		fd = strtol(entry->d_name, NULL, 10);
		if (entry->d_name[0] != '.' && fd < FDS_MAX &&
		    (pid != getpid() || fd != dirfd(dir)))
			fds |= 1ULL << fd;
	}
	closedir(dir);
	return fds;
}

/* One frame from the worker, waiting for it; NULL: it has closed its end. */
static const struct frame *
hear(struct chan *c)
{
	struct pollfd pfd = {.fd = c->rfd, .events = POLLIN};
	static struct frame f;

	while (chan_next(c, &f) == FRAME_SHORT) {
		if (poll(&pfd, 1, WAIT_MS) == 0)
			abort();
		if (chan_read(c) == CHAN_END)
			return NULL;
	}
	return &f;
}

/* Starts a worker, and says HELLO to it. */
static void
greet(const struct kind *kind, struct spawned *sp, struct chan *c)
{
	if (spawn_worker(kind, SLOT, sp) == -1)
		abort();
	chan_init(c, sp->rfd, sp->wfd, true);
	if (msg_add_hello(&c->out, SLOT, kind->name, NULL, 0) == -1 ||
	    chan_flush(c) != CHAN_OK)
		abort();
}

static int
status_of(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static void
test_life(const struct kind *kind)
{
	struct msg_ready ready = {0};
	const struct frame *f;
	uint64_t before = fds_of(getpid());
	struct spawned sp;
	struct chan c;

	greet(kind, &sp, &c);
	f = hear(&c);
	tap_ok(f != NULL && f->type == MSG_READY &&
		msg_parse_ready(f, &ready) == 0,
	    kind->name);
	tap_int(ready.pid, sp.pid, "answers READY with its pid");
	tap_int(getsid(sp.pid), sp.pid, "it has a session of its own");
	tap_int((long long)fds_of(sp.pid), 0x1f,
	    "0 to 4 are open there, and nothing else");
	tap_int(fcntl(sp.rfd, F_GETFL) & O_NONBLOCK, O_NONBLOCK,
	    "our end does not block");
	tap_int(fcntl(sp.wfd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC,
	    "and is not for a program that we start");
	chan_close_write(&c);
	tap_ok(hear(&c) == NULL, "at the end of the requests it ends, too");
	tap_int(status_of(sp.pid), 0, "and well");
	chan_clear(&c);
	tap_int((long long)fds_of(getpid()), (long long)before,
	    "nothing is left open here");
}

static void
test_siblings(void)
{
	struct spawned one, two;
	struct chan c1, c2;

	greet(&kind_sleep, &one, &c1);
	greet(&kind_sleep, &two, &c2);
	hear(&c1);
	hear(&c2);
	chan_close_write(&c1);
	tap_ok(hear(&c1) == NULL, "a worker sees its end while others live");
	tap_int(status_of(one.pid), 0, "and ends");
	tap_int(waitpid(two.pid, NULL, WNOHANG), 0, "the others don't");
	chan_clear(&c1);
	chan_clear(&c2);
	/* told nothing, it is no fault to end before the first job */
	tap_int(status_of(two.pid), 0, "until theirs comes");
}

static void
test_not_greeted(void)
{
	struct spawned sp;
	int status;

	if (spawn_worker(&kind_run, SLOT, &sp) == -1)
		abort();
	close(sp.wfd);
	status = status_of(sp.pid);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 1,
	    "one that nobody greets ends, too");
	close(sp.rfd);
}

/* What a descriptor, close-on-exec or not, must survive: 3 and 4 being taken.
 */
static void
test_places(void)
{
	int low = fcntl(STDIN_FILENO, F_DUPFD, 3), high;

	high = fcntl(STDIN_FILENO, F_DUPFD, 40);
	test_life(&kind_sleep);
	close(low);
	close(high);
}

static void
test_signals(void)
{
	sigset_t mask, now;
	struct spawned sp;
	struct chan c;

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	greet(&kind_sleep, &sp, &c);
	sigprocmask(SIG_SETMASK, NULL, &now);
	tap_ok(sigismember(&now, SIGUSR1) && !sigismember(&now, SIGTERM),
	    "our mask is as it was");
	hear(&c);
	kill(sp.pid, SIGUSR1);
	tap_int(WTERMSIG(status_of(sp.pid)), SIGUSR1,
	    "in the worker nothing is blocked");
	chan_clear(&c);
	sigemptyset(&mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

static void
test_not_spawned(void)
{
	uint64_t before = fds_of(getpid());
	struct rlimit limit, few;
	int next = dup(STDIN_FILENO), room, n = 0;
	struct spawned sp;

	close(next);
	getrlimit(RLIMIT_NOFILE, &limit);
	few = limit;
	for (room = 0; room < 4; room++) {
		few.rlim_cur = (rlim_t)(next + room);
		setrlimit(RLIMIT_NOFILE, &few);
		errno = 0;
		n +=
		    spawn_worker(&kind_run, SLOT, &sp) == -1 && errno == EMFILE;
	}
	setrlimit(RLIMIT_NOFILE, &limit);
	tap_int(n, room, "too few descriptors");
	tap_int(
	    (long long)fds_of(getpid()), (long long)before, "leave none open");
	tap_ok(waitpid(-1, NULL, 0) == -1 && errno == ECHILD, "and no process");
}

int
main(int argc, char **argv)
{
	struct process_origin origin;

	alarm(TEST_SECS);
	setproctitle_init(argc, argv, environ);
	sigemptyset(&origin.mask);
	sigemptyset(&origin.ignored);
	sigemptyset(&origin.caught);
	getrlimit(RLIMIT_NOFILE, &origin.nofile);
	process_set_origin(&origin);
	test_life(&kind_run);
	test_life(&kind_sleep);
	test_places();
	test_siblings();
	test_not_greeted();
	test_signals();
	test_not_spawned();
	return tap_done();
}
