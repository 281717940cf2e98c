/*
 * test_process: owns the tests of worker/process: one program after the other
 * is started as a job's, read, reaped, killed.  It must not know of frames.
 */
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
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

#include "tests/unit/tap.h"
#include "worker/process.h"

#define TEST_SECS 120	/* then SIGALRM ends a test that hangs */
#define WAIT_MS	  60000 /* for a process to end */
#define SLOT	  7
#define SEQ	  5000000000ULL

static size_t
count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	if (dir == NULL)
		abort();
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

/* Starts argv as a job's program. */
static int
start_argv(struct process *p, uint64_t seq, char *const *argv)
{
	struct job job = {.seq = seq, .attempt = 2, .args = argv};

	while (argv[job.nargs] != NULL)
		job.nargs++;
	return process_start(p, &job, SLOT);
}

/* Starts a script. */
static int
start(struct process *p, uint64_t seq, const char *script)
{
	char *copy = strdup(script);
	char *argv[] = {
	    (char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c", copy, NULL};
	int error = start_argv(p, seq, argv);

	free(copy);
	return error;
}

/* One line of its stdout, without the new line. */
static const char *
read_line(const struct process *p)
{
	static char line[256];
	size_t n = 0;

	while (n < sizeof(line) - 1 && read(p->out, line + n, 1) == 1 &&
	    line[n] != '\n')
		n++;
	line[n] = '\0';
	return line;
}

static pid_t
read_pid(const struct process *p)
{
	return (pid_t)strtol(read_line(p), NULL, 10);
}

static bool
has_ended(const struct process *p)
{
	struct pollfd pfd = {.fd = p->pidfd, .events = POLLIN};

	while (poll(&pfd, 1, WAIT_MS) == -1 && errno == EINTR)
		continue;
	return pfd.revents != 0;
}

/* Waits for its end.  What wait(2) tells; -1: it can't be reaped. */
static int
finish(struct process *p)
{
	struct rusage ru;
	int status;

	if (!has_ended(p) || process_reap(p, &status, &ru) == -1)
		status = -1;
	process_close(p);
	return status;
}

static bool
is_gone(pid_t pid)
{
	return kill(pid, 0) == -1 && errno == ESRCH;
}

static void
test_captured(void)
{
	size_t before = count_fds();
	struct rusage ru;
	struct process p;
	char err[8] = "";
	int status;

	tap_int(start(&p, SEQ, "echo out; echo err >&2; exec sleep 0.05"), 0,
	    "a program is started");
	tap_int(p.pid, getsid(p.pid), "in a session of its own");
	tap_int(process_reap(&p, &status, &ru), -1,
	    "it is not reaped while it runs");
	tap_str(read_line(&p), "out", "its stdout is captured");
	tap_ok(
	    read(p.err, err, sizeof(err)) == 4 && memcmp(err, "err\n", 4) == 0,
	    "and its stderr, by itself");
	tap_int(finish(&p), 0, "it ends well");
	tap_ok(p.pid == -1 && p.pidfd == -1 && p.out == -1 && p.err == -1,
	    "nothing is left of it");
	process_close(&p);
	tap_int((long long)count_fds(), (long long)before,
	    "and no descriptor, also when closed twice");
}

static void
test_environment(void)
{
	char want[64];
	struct process p;

	setenv("FORKPOOL_SEQ", "inherited", 1);
	start(&p, SEQ,
	    "env | grep -c ^FORKPOOL_SEQ=; echo $FORKPOOL_SEQ; echo "
	    "$FORKPOOL_SLOT; echo $FORKPOOL_ATTEMPT; echo $FORKPOOL_PID; "
	    "readlink /proc/self/fd/0; cd /proc/$$/fd; echo [0-9]");
	tap_str(read_line(&p), "1", "what was inherited is replaced");
	tap_str(read_line(&p), "5000000000", "by the job's number");
	tap_str(read_line(&p), "7", "its slot");
	tap_str(read_line(&p), "2", "its attempt");
	snprintf(want, sizeof(want), "%d", (int)getppid());
	tap_str(read_line(&p), want, "and the parent of the worker");
	tap_str(read_line(&p), "/dev/null", "stdin is /dev/null");
	tap_int(finish(&p), 0, "it ends well");
}

static void
test_ends(void)
{
	struct process p;
	int status;

	start(&p, 1, "exit 0");
	tap_int(finish(&p), 0, "exit 0");
	start(&p, 1, "exit 255");
	status = finish(&p);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 255, "exit 255");
	start(&p, 1, "kill -9 $$");
	status = finish(&p);
	tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "killed");
	start(&p, 1, "exec sleep 120");
	process_signal(&p, SIGUSR1);
	status = finish(&p);
	tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1,
	    "a signal that is sent arrives");
}

static void
test_not_started(void)
{
	char *nowhere[] = {(char *)(uintptr_t) "no-such-program", NULL};
	char *directory[] = {(char *)(uintptr_t) "/", NULL};
	size_t before = count_fds();
	struct rlimit limit, few;
	int next, room, n = 0;
	struct process p;

	tap_int(start_argv(&p, 1, nowhere), ENOENT, "no such program");
	tap_int(start_argv(&p, 1, directory), EACCES, "no program at all");
	tap_ok(p.pid == -1 && waitpid(-1, NULL, 0) == -1 && errno == ECHILD,
	    "there is no process then");
	getrlimit(RLIMIT_NOFILE, &limit);
	few = limit;
	/* two pipes and a pidfd: one less than that many, down to none */
	next = dup(STDIN_FILENO);
	close(next);
	for (room = 0; room < 5; room++) {
		few.rlim_cur = (rlim_t)(next + room);
		setrlimit(RLIMIT_NOFILE, &few);
		n += start(&p, 1, "exec sleep 120") == EMFILE;
	}
	tap_int(n, room, "too few descriptors");
	setrlimit(RLIMIT_NOFILE, &limit);
	tap_int((long long)count_fds(), (long long)before,
	    "and none of them is left open");
	tap_ok(waitpid(-1, NULL, 0) == -1 && errno == ECHILD,
	    "nor a process left");
}

/* A script without a first line that says by what it is run. */
static void
test_script(void)
{
	char path[] = "/tmp/forkpool-test.XXXXXX";
	char *argv[] = {path, (char *)(uintptr_t) "a b", NULL};
	int fd = mkstemp(path);
	struct process p;

	if (fd == -1 || write(fd, "echo \"$0:$1\"\n", 13) != 13 ||
	    fchmod(fd, 0700) == -1)
		abort();
	close(fd);
	tap_int(start_argv(&p, 1, argv), 0, "a bare script is started");
	tap_str(strrchr(read_line(&p), ':'), ":a b", "by a shell");
	tap_int(finish(&p), 0, "and ends well");
	unlink(path);
}

static void
test_kill(void)
{
	pid_t daemon, escaped, child, other;
	struct process p, earlier;
	int status;

	/* a daemon of an earlier job, which has ended */
	start(&earlier, 8, "exec 2>&-; (setsid sleep 120 & echo $!); exit 3");
	other = read_pid(&earlier);
	status = finish(&earlier);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 3,
	    "a job that left a daemon ends");
	start(&p, 9,
	    "trap '' TERM; (setsid sleep 120 & echo $!)\n"
	    "(env -i setsid sleep 120 & echo $!)\nsleep 120 & echo $!\nwait");
	daemon = read_pid(&p);
	escaped = read_pid(&p);
	child = read_pid(&p);
	tap_ok(process_kill(&p), "another is killed, and its processes");
	status = finish(&p);
	tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "it is reaped after that");
	tap_ok(is_gone(daemon), "a daemon of it is gone");
	tap_ok(is_gone(escaped), "one that hides its origin, too");
	tap_ok(is_gone(child), "and a child");
	tap_ok(!is_gone(other), "the daemon of the earlier job lives");
	kill(other, SIGKILL);
	while (!is_gone(other))
		process_reap_orphans(&p);
	tap_ok(true, "until it ends; then it is reaped");
}

int
main(void)
{
	struct process_origin origin;
	int pidfd = pidfd_open(getpid(), 0);

	if (pidfd == -1) {
		tap_skip("programs are started", "no pidfd_open(2) here");
		return tap_done();
	}
	close(pidfd);
	alarm(TEST_SECS);
	sigemptyset(&origin.mask);
	sigemptyset(&origin.ignored);
	getrlimit(RLIMIT_NOFILE, &origin.nofile);
	process_set_origin(&origin);
	process_enter_worker();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	test_captured();
	test_environment();
	test_ends();
	test_not_started();
	test_script();
	test_kill();
	return tap_done();
}
