/*
 * process: one process of a job: started with its output captured, ended with
 * everything that descends from it.
 * It owns the process and its pipes; it must not know the channel to the
 * parent.
 */
#include "worker/process.h"

#include <sys/pidfd.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/tree.h"

#define ETXTBSY_TRIES 5	 /* attempts after the first … */
#define ETXTBSY_MS    10 /* … at this distance, doubled each time */
#define INPUT_PIPE    (1024 * 1024) /* bytes, in a job's stdin */
#define KILL_WAIT_MS  1000	    /* for a killed process to be gone */

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

/* Finds name by PATH, as the shell would, into path.  -1: it is nowhere. */
static int
find_program(const char *name, char *path, size_t size)
{
	const char *dir = getenv("PATH"), *end;
	int n;

	if (strchr(name, '/') != NULL)
		dir = NULL;
	else if (dir == NULL)
		dir = "/bin:/usr/bin";
	if (dir == NULL) {
		n = snprintf(path, size, "%s", name);
		return n < (int)size ? 0 : -1;
	}
	for (;; dir = end + 1) {
		end = strchrnul(dir, ':');
		n = snprintf(path, size, "%.*s%s%s", (int)(end - dir), dir,
		    end == dir ? "" : "/", name);
		if (n < (int)size && access(path, X_OK) == 0)
			return 0;
		if (*end == '\0')
			return -1;
	}
}

/* A script without "#!": what execvp(3) does, and posix_spawnp(3) doesn't. */
static int
spawn_script(pid_t *pid, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attr, char *const *args, size_t nargs, char **env)
{
	char path[4096];
	char **argv;
	int error;

	if (find_program(args[0], path, sizeof(path)) == -1)
		return ENOEXEC;
	if ((argv = calloc(nargs + 2, sizeof(*argv))) == NULL)
		return ENOMEM;
	argv[0] = (char *)(uintptr_t) "/bin/sh";
	argv[1] = path;
	memcpy(argv + 2, args + 1, (nargs - 1) * sizeof(*argv));
	error = posix_spawn(pid, argv[0], actions, attr, argv, env);
	free(argv);
	return error;
}

/* One posix_spawn, and what two of its errors ask for. */
static int
spawn_program(pid_t *pid, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attr, const struct job *job, char **env)
{
	int error, tries, ms = ETXTBSY_MS;

	error = posix_spawnp(pid, job->args[0], actions, attr, job->args, env);
	for (tries = 0; error == ETXTBSY && tries < ETXTBSY_TRIES; tries++) {
		/* somebody still has it open for writing; he is about to end */
		poll(NULL, 0, ms);
		ms *= 2;
		error = posix_spawnp(
		    pid, job->args[0], actions, attr, job->args, env);
	}
	if (error == ENOEXEC)
		error = spawn_script(
		    pid, actions, attr, job->args, job->nargs, env);
	return error;
}

/* The attributes, the same for every job of this worker. */
static const posix_spawnattr_t *
spawn_attributes(void)
{
	static posix_spawnattr_t attr;
	static bool ready;
	sigset_t dfl;

	if (ready)
		return &attr;
	sigemptyset(&dfl);
	if (!sigismember(&origin.ignored, SIGPIPE))
		sigaddset(&dfl, SIGPIPE);
	if (!sigismember(&origin.ignored, SIGXFSZ))
		sigaddset(&dfl, SIGXFSZ);
	if (posix_spawnattr_init(&attr) != 0)
		return NULL;
	posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
		POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &origin.mask);
	posix_spawnattr_setsigdefault(&attr, &dfl);
	ready = true;
	return &attr;
}

/*
 * The job's ends become its stdin, if it is given one, stdout and stderr. Their
 * numbers are nearly always those of the job before, so the actions are made
 * once.
 */
static const posix_spawn_file_actions_t *
spawn_actions(int in, int out, int err)
{
	static posix_spawn_file_actions_t actions;
	static int made[3] = {-1, -1, -1};

	if (made[0] == out && made[1] == err && made[2] == in)
		return &actions;
	if (made[0] != -1)
		posix_spawn_file_actions_destroy(&actions);
	made[0] = made[1] = -1;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return NULL;
	if ((in != -1 &&
		posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO) !=
		    0) ||
	    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) ||
	    posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO)) {
		posix_spawn_file_actions_destroy(&actions);
		return NULL;
	}
	made[0] = out;
	made[1] = err;
	made[2] = in;
	return &actions;
}

static int
spawn_captured(struct process *p, int in, const struct job *job, unsigned slot)
{
	const posix_spawnattr_t *attr = spawn_attributes();
	const posix_spawn_file_actions_t *actions =
	    spawn_actions(in, p->job_end[0], p->job_end[1]);
	char **env = job_environ(job, slot);

	if (attr == NULL || actions == NULL || env == NULL)
		return ENOMEM;
	return spawn_program(&p->pid, actions, attr, job, env);
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
		error = spawn_captured(p, in, job, slot);
	if (in != -1)
		close(in);
	if (error == 0 && (p->pidfd = pidfd_open(p->pid, 0)) == -1) {
		error = errno;
		process_kill(p);
		waitpid(p->pid, NULL, 0);
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
