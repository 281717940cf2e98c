/*
 * tree: signals for a process and all that descends from it, and nothing else.
 * It owns no process; it must not know of workers, jobs' states or the pool.
 */
#include "worker/tree.h"

#include <sys/wait.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TREE_MAX    4096   /* processes that are signalled in one go */
#define ENV_MAX	    131072 /* bytes of an environment that are read */
#define KILL_ROUNDS 1000   /* of one millisecond */
#define EXEC_ROUNDS 100	   /* of one millisecond */

/* What a search has found; none of them is on at the same time as another. */
static pid_t found[TREE_MAX];

int
tree_send(pid_t pid, bool group, int signo)
{
	if (pid <= 1) {
		errno = EINVAL;
		return -1;
	}
	return kill(group ? -pid : pid, signo);
}

/*
 * Below "unshare --pid" without "--mount-proc" /proc shows the numbers of
 * another namespace, where they are those of other processes.
 */
static bool
proc_is_ours(void)
{
	char self[16];
	ssize_t n = readlink("/proc/self", self, sizeof(self) - 1);

	if (n <= 0)
		return false;
	self[n] = '\0';
	return strtol(self, NULL, 10) == getpid();
}

/* Reads the numbers in one "children" file of /proc. */
static size_t
read_children(const char *path, pid_t *pids, size_t max)
{
	char text[4096];
	pid_t pid = 0;
	size_t n = 0;
	ssize_t len, i;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return 0;
	while ((len = read(fd, text, sizeof(text))) > 0) {
		for (i = 0; i < len; i++) {
			if (isdigit((unsigned char)text[i])) {
				pid = pid * 10 + (text[i] - '0');
			} else if (pid != 0) {
				if (n < max)
					pids[n++] = pid;
				pid = 0;
			}
		}
	}
	close(fd);
	return n;
}

size_t
tree_children(pid_t pid, pid_t *pids, size_t max)
{
	char path[64];
	struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	/* each thread has children of its own */
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	if (!proc_is_ours() || (dir = opendir(path)) == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.20s/children",
		    (int)pid, entry->d_name);
		n += read_children(path, pids + n, max - n);
	}
	closedir(dir);
	return n;
}

/*
 * Adds to the n found what descends from them, parents before their children,
 * as far as there is room.  How many there are then.
 */
static size_t
add_descendants(size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		n += tree_children(found[i], found + n, TREE_MAX - n);
	return n;
}

void
tree_signal(pid_t leader, int signo)
{
	size_t i, n;

	/* looked for first: what has lost its parent is not found any more */
	found[0] = leader;
	n = add_descendants(1);
	for (i = 0; i < n; i++) {
		if (getpgid(found[i]) == leader)
			found[i] = 0;
	}
	tree_send(leader, true, signo);
	for (i = 0; i < n; i++) {
		if (found[i] != 0)
			tree_send(found[i], false, signo);
	}
}

/*
 * One round over our children: kills, reaps; how many it saw.  One that is dead
 * already may have left us children since we looked, so it counts as well.
 */
static size_t
kill_round(tree_spare *spare, void *ctx)
{
	size_t i, n, nchildren = 0;

	n = tree_children(getpid(), found, TREE_MAX);
	for (i = 0; i < n; i++) {
		if (!spare(found[i], ctx))
			found[nchildren++] = found[i];
	}
	n = add_descendants(nchildren);
	for (i = 0; i < n; i++)
		tree_send(found[i], false, SIGKILL);
	for (i = 0; i < nchildren; i++)
		waitpid(found[i], NULL, WNOHANG);
	return nchildren;
}

bool
tree_kill_orphans(tree_spare *spare, void *ctx)
{
	unsigned round;

	/* what a killed one leaves becomes ours, and is seen the next time */
	for (round = 0; round < KILL_ROUNDS; round++) {
		if (kill_round(spare, ctx) == 0)
			return true;
		poll(NULL, 0, 1);
	}
	return false;
}

/* The number after "NAME=" in n bytes of an environment; 0: it is not there. */
static uint64_t
env_number(const char *env, size_t n, const char *name)
{
	size_t len = strlen(name);
	const char *p = env, *end = env + n;

	while (p < end) {
		if ((size_t)(end - p) > len && memcmp(p, name, len) == 0)
			return strtoull(p + len, NULL, 10);
		p += strnlen(p, (size_t)(end - p)) + 1;
	}
	return 0;
}

/* Reads a file of /proc about pid, up to max bytes.  How many there are. */
static size_t
read_proc(pid_t pid, const char *name, char *data, size_t max)
{
	char path[64];
	size_t n = 0;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return 0;
	while (n < max && (got = read(fd, data + n, max - n)) > 0)
		n += (size_t)got;
	close(fd);
	return n;
}

/* In the middle of execve(2) a process shows neither words nor environment. */
static bool
is_in_exec(pid_t pid)
{
	char path[64], c;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	return readlink(path, &c, 1) == 1 &&
	    read_proc(pid, "cmdline", &c, 1) == 0;
}

uint64_t
tree_job_of(pid_t pid, pid_t parent)
{
	uint64_t seq = 0;
	unsigned round;
	size_t n;
	char *env;

	if (!proc_is_ours() || (env = calloc(1, ENV_MAX + 1)) == NULL)
		return 0;
	for (round = 0; round < EXEC_ROUNDS; round++) {
		n = read_proc(pid, "environ", env, ENV_MAX);
		if (n > 0 || !is_in_exec(pid))
			break;
		poll(NULL, 0, 1);
	}
	if (env_number(env, n, "FORKPOOL_PID=") == (uint64_t)parent)
		seq = env_number(env, n, "FORKPOOL_SEQ=");
	free(env);
	return seq;
}
