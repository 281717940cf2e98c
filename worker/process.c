/*
 * process: one process of a job: started with its output captured, ended with
 * everything that descends from it.
 * It owns the process and its pipes; it must not know the channel to the
 * parent.
 */
#include "worker/process.h"

#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/program.h"
#include "worker/tree.h"

#define INPUT_PIPE   (1024 * 1024) /* bytes, in a job's stdin */
#define KILL_WAIT_MS 1000	   /* for a killed process to be gone */

static struct process_origin origin;
static bool wants_input; /* it comes in INPUT and PART frames */
static pid_t parent;	 /* of the worker; getppid() changes when it dies */
static volatile sig_atomic_t child_ended;

void
process_set_origin(const struct process_origin *o)
{
	origin = *o;
}

static void
on_child(int signo)
{
	(void)signo;
	child_ended = 1;
}

void
process_set_input(void)
{
	wants_input = true;
}

void
process_enter_worker(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL}, old;
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	int signo;

	parent = getppid();
	for (signo = 1; signo < NSIG; signo++) {
		if (!sigismember(&origin.caught, signo) ||
		    sigaction(signo, NULL, &old) == -1 ||
		    old.sa_handler == SIG_IGN)
			continue;
		/* drops a ^C that came before we left the parent's session */
		sigaction(signo, &ignore, NULL);
		if (!sigismember(&origin.ignored, signo))
			sigaction(signo, &sa, NULL);
	}
	sa.sa_handler = on_child;
	sigaction(SIGCHLD, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	setrlimit(RLIMIT_NOFILE, &origin.nofile);
}

/* The environment of a job: ours, and four variables in front of it. */
static char **
job_environ(const struct job *job, unsigned slot)
{
	static char seq[48], attempt[48], place[48], pid[48];
	static char **env;
	size_t i, n = 0, kept = 4;

	snprintf(seq, sizeof(seq), "FORKPOOL_SEQ=%ju", (uintmax_t)job->seq);
	snprintf(attempt, sizeof(attempt), "FORKPOOL_ATTEMPT=%u", job->attempt);
	if (env != NULL)
		return env;
	/* the rest is the same for all jobs of this worker */
	snprintf(place, sizeof(place), "FORKPOOL_SLOT=%u", slot);
	snprintf(pid, sizeof(pid), "FORKPOOL_PID=%d", (int)parent);
	while (environ[n] != NULL)
		n++;
	if ((env = calloc(n + kept + 1, sizeof(*env))) == NULL)
		return NULL;
	env[0] = seq;
	env[1] = attempt;
	env[2] = place;
	env[3] = pid;
	for (i = 0; i < n; i++) {
		if (strncmp(environ[i], "FORKPOOL_SEQ=", 13) != 0 &&
		    strncmp(environ[i], "FORKPOOL_ATTEMPT=", 17) != 0 &&
		    strncmp(environ[i], "FORKPOOL_SLOT=", 14) != 0 &&
		    strncmp(environ[i], "FORKPOOL_PID=", 13) != 0)
			env[kept++] = environ[i];
	}
	return env;
}

static int
start_captured(struct process *p, int in, const struct job *job, unsigned slot)
{
	struct program program = {.argv = job->args,
	    .env = job_environ(job, slot),
	    .fd = {in, p->job_end[0], p->job_end[1]},
	    .mask = &origin.mask,
	    .ignored = &origin.ignored};

	return program.env == NULL ? ENOMEM : program_start(&program, &p->pid);
}

/* A pipe from the job; its end is ours too until it has ended. */
static int
capture(int *read_end, int *job_end)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) == -1)
		return errno;
	*read_end = fd[0];
	*job_end = fd[1];
	return 0;
}

/* A pipe to the job; its end is ours only until it is started. */
static int
provide(int *write_end, int *job_end)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) == -1)
		return errno;
	fcntl(fd[1], F_SETFL, O_NONBLOCK);
	/* the fewer switches the better; a user may have too many pipes */
	(void)fcntl(fd[1], F_SETPIPE_SZ, INPUT_PIPE);
	*job_end = fd[0];
	*write_end = fd[1];
	return 0;
}

int
process_start(struct process *p, const struct job *job, unsigned slot)
{
	int error, in = -1;

	*p = (struct process){.pid = -1,
	    .pidfd = -1,
	    .in = -1,
	    .out = -1,
	    .err = -1,
	    .job_end = {-1, -1},
	    .seq = job->seq};
	error = capture(&p->out, &p->job_end[0]);
	if (error == 0)
		error = capture(&p->err, &p->job_end[1]);
	if (error == 0 && wants_input)
		error = provide(&p->in, &in);
	if (error == 0)
		error = start_captured(p, in, job, slot);
	if (in != -1)
		close(in);
	if (error == 0 && (p->pidfd = pidfd_open(p->pid, 0)) == -1) {
		error = errno;
		process_kill(p);
		waitpid(p->pid, NULL, 0);
		p->pid = -1;
	}
	if (error != 0)
		process_close(p);
	return error;
}

static void
close_one(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* Children that have ended, up to the job's own process. */
static void
reap_others(const struct process *p)
{
	siginfo_t info = {0};

	child_ended = 0;
	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid != 0 && info.si_pid != p->pid) {
		waitpid(info.si_pid, NULL, 0);
		info.si_pid = 0;
	}
}

int
process_reap(struct process *p, int *status, struct rusage *ru)
{
	pid_t pid;

	if ((pid = wait4(p->pid, status, WNOHANG, ru)) != p->pid)
		return -1;
	p->pid = -1;
	close_one(&p->job_end[0]);
	close_one(&p->job_end[1]);
	reap_others(p);
	return 0;
}

int
process_unread(int fd)
{
	int n = 0;

	return fd != -1 && ioctl(fd, FIONREAD, &n) == 0 ? n : 0;
}

void
process_reap_orphans(const struct process *p)
{
	if (child_ended)
		reap_others(p);
}

void
process_signal(const struct process *p, int signo)
{
	tree_signal(p->pid, signo);
}

/* The job's own process is reaped by itself; other jobs' daemons may live. */
static bool
process_spares(pid_t child, void *ctx)
{
	const struct process *p = ctx;
	uint64_t seq;

	if (child == p->pid)
		return true;
	seq = tree_job_of(child, parent);
	return seq != 0 && seq != p->seq;
}

bool
process_kill(const struct process *p)
{
	struct pollfd ended = {.fd = p->pidfd, .events = POLLIN};

	if (p->pid != -1) {
		tree_signal(p->pid, SIGKILL);
		/* not reaped yet, so its group is its own still */
		while (poll(&ended, 1, KILL_WAIT_MS) == -1 && errno == EINTR)
			continue;
		tree_send(p->pid, true, SIGKILL);
	}
	return tree_kill_orphans(process_spares, (void *)(uintptr_t)p);
}

void
process_close(struct process *p)
{
	int saved = errno;

	close_one(&p->pidfd);
	close_one(&p->in);
	close_one(&p->out);
	close_one(&p->err);
	close_one(&p->job_end[0]);
	close_one(&p->job_end[1]);
	errno = saved;
}
