/*
 * test_tree: owns the tests of worker/tree with real processes, some of which
 * try to get away.  It must not know of jobs' output or of workers.
 */
#include <sys/prctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/tap.h"
#include "worker/tree.h"

#define TEST_SECS 120 /* then SIGALRM ends a test that hangs */
#define NPIDS	  4   /* processes that one test asks about, at most */

/* Where processes of a test say that they are there. */
static int told[2];

static void
tell(void)
{
	pid_t pid = getpid();

	if (write(told[1], &pid, sizeof(pid)) != sizeof(pid))
		_exit(1);
}

/* The next pid that was told, in no order. */
static pid_t
hear(void)
{
	pid_t pid;

	if (read(told[0], &pid, sizeof(pid)) != sizeof(pid))
		abort();
	return pid;
}

static void
wait_here(void)
{
	tell();
	for (;;)
		pause();
}

static pid_t
start(void (*body)(void))
{
	pid_t pid = fork();

	if (pid == -1)
		abort();
	if (pid == 0) {
		alarm(TEST_SECS);
		body();
		_exit(0);
	}
	return pid;
}

/* The signal that ended a child; 0: it exited. */
static int
end_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* True when there is no such process; a subreaper has to reap it for that. */
static bool
is_gone(pid_t pid)
{
	return kill(pid, 0) == -1 && errno == ESRCH;
}

static void
test_send(void)
{
	static const pid_t refused[] = {1, 0, -1, -2, -32768};
	size_t i, n = 0;
	pid_t pid;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		errno = 0;
		n += tree_send(refused[i], false, 0) == -1 && errno == EINVAL;
		errno = 0;
		n += tree_send(refused[i], true, 0) == -1 && errno == EINVAL;
	}
	tap_int((long long)n, 2 * (long long)i, "no pid below 2 is signalled");
	pid = start(wait_here);
	hear();
	tap_int(tree_send(pid, false, SIGUSR1), 0, "a child is signalled");
	tap_int(end_of(pid), SIGUSR1, "and dies of that");
	errno = 0;
	tap_ok(tree_send(pid, false, 0) == -1 && errno == ESRCH,
	    "once it is reaped there is nobody");
}

static void
in_own_session(void)
{
	setsid();
	wait_here();
}

/* A leader with a child in its group, and one that left it. */
static void
lead(void)
{
	setsid();
	start(wait_here);
	start(in_own_session);
	wait_here();
}

static void
test_signal(void)
{
	pid_t leader = start(lead), pids[NPIDS];
	int i, n = 0;

	for (i = 0; i < 3; i++)
		pids[i] = hear();
	tree_signal(leader, SIGTERM);
	tap_int(end_of(leader), SIGTERM, "the leader is signalled");
	/* we are a subreaper, so the others are ours now */
	for (i = 0; i < 3; i++)
		n += pids[i] != leader && end_of(pids[i]) == SIGTERM;
	tap_int(n, 2, "and its child, and the one in a session of its own");
}

static bool
spare_none(pid_t pid, void *ctx)
{
	(void)pid;
	(void)ctx;
	return false;
}

static bool
spare_one(pid_t pid, void *ctx)
{
	return pid == *(const pid_t *)ctx;
}

/* As a daemon does, deaf to what can be ignored. */
static void
daemonize(void)
{
	struct sigaction sa = {.sa_handler = SIG_IGN};

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	setsid();
	if (fork() == 0) {
		start(in_own_session);
		wait_here();
	}
}

static void
test_orphans(void)
{
	pid_t daemon, child, other;

	other = start(wait_here);
	hear();
	tap_int(end_of(start(daemonize)), 0, "a daemon is started, by two");
	daemon = hear();
	child = hear();
	tap_ok(!is_gone(daemon) && !is_gone(child), "they live");
	tap_ok(tree_kill_orphans(spare_one, &other), "all but one are killed");
	tap_ok(is_gone(daemon) && is_gone(child), "also the daemon's child");
	tap_int(waitpid(other, NULL, WNOHANG), 0, "the one spared lives");
	tap_ok(tree_kill_orphans(spare_none, NULL), "and then it is killed");
	tap_ok(is_gone(other), "too");
	tap_ok(tree_kill_orphans(spare_none, NULL), "none is none left");
}

/* Starts its successor and ends, in sessions of their own, without end. */
static void
run_away(void)
{
	tell();
	for (;;) {
		setsid();
		if (fork() != 0)
			_exit(0);
	}
}

static void
test_runaway(void)
{
	int i, n = 0;

	for (i = 0; i < 20; i++) {
		start(run_away);
		hear();
		n += tree_kill_orphans(spare_none, NULL) &&
		    waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD;
	}
	tap_int(n, i, "one that forks away for ever is caught");
}

static void
test_children(void)
{
	pid_t pids[NPIDS] = {0}, one, two;

	tap_int((long long)tree_children(getpid(), pids, NPIDS), 0,
	    "there are no children");
	one = start(wait_here);
	two = start(wait_here);
	hear();
	hear();
	tap_int((long long)tree_children(getpid(), pids, NPIDS), 2, "then two");
	tap_ok((pids[0] == one && pids[1] == two) ||
		(pids[0] == two && pids[1] == one),
	    "those");
	pids[1] = 0;
	tap_int((long long)tree_children(getpid(), pids, 1), 1,
	    "no more are told than there is room for");
	tap_int(pids[1], 0, "or written");
	kill(one, SIGKILL);
	/* not reaped: it is still our child */
	while (waitid(P_PID, (id_t)one, &(siginfo_t){0}, WEXITED | WNOWAIT))
		continue;
	tap_int((long long)tree_children(getpid(), pids, NPIDS), 2,
	    "a zombie counts");
	tree_kill_orphans(spare_none, NULL);
	tap_int((long long)tree_children(one, pids, NPIDS), 0,
	    "one that is gone has none");
}

static char **environment; /* of the next run_sleep() */

static void
run_sleep(void)
{
	char *argv[] = {
	    (char *)(uintptr_t) "sleep", (char *)(uintptr_t) "120", NULL};

	/* closed by exec: so the parent knows when it has happened */
	close(told[0]);
	execve("/bin/sleep", argv, environment);
	_exit(1);
}

/* What tree_job_of() says of a process with that environment. */
static uint64_t
job_with(char **env, pid_t parent)
{
	char byte;
	uint64_t seq;
	pid_t pid;

	if (pipe2(told, O_CLOEXEC) == -1)
		abort();
	environment = env;
	pid = start(run_sleep);
	close(told[1]);
	while (read(told[0], &byte, 1) == -1 && errno == EINTR)
		continue;
	close(told[0]);
	seq = tree_job_of(pid, parent);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return seq;
}

#define TEXT(s) ((char *)(uintptr_t)(s))

static void
test_job_of(void)
{
	char big[100000];
	char *job[] = {TEXT("A=FORKPOOL_SEQ=1"), TEXT("FORKPOOL_PID=77"),
	    TEXT("FORKPOOL_SEQ=42"), NULL};
	char *none[] = {NULL};
	char *half[] = {TEXT("FORKPOOL_SEQ=42"), NULL};
	char *far[] = {big, TEXT("FORKPOOL_SEQ=5000000000"),
	    TEXT("FORKPOOL_PID=77"), NULL};

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	tap_int((long long)job_with(job, 77), 42, "a process tells its job");
	tap_int((long long)job_with(job, 78), 0, "but not another forkpool's");
	tap_int((long long)job_with(none, 77), 0, "or one without a name");
	tap_int((long long)job_with(half, 77), 0, "or with half of it");
	tap_int((long long)job_with(far, 77), 5000000000,
	    "also behind a large environment");
	tap_int((long long)tree_job_of(0x3fffffff, 77), 0,
	    "one that is not there has no job");
}

int
main(void)
{
	alarm(TEST_SECS);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (pipe2(told, O_CLOEXEC) == -1)
		return 1;
	test_send();
	test_signal();
	test_orphans();
	test_runaway();
	test_children();
	test_job_of();
	return tap_done();
}
