/*
 * fault: calls of the C library that fail, in the process that it is loaded
 * into by LD_PRELOAD and in none that comes of it.
 *
 * FP_FAULT=close:TEXT:  closing a file with TEXT in its name tells EDQUOT
 * FP_FAULT=sync:TEXT:   fdatasync of such a file tells EIO
 * FP_FAULT=memory:N:    the N-th allocation fails, from 1
 * FP_FAULT=memory:N:+   and all that follow
 */
#include <sys/syscall.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What glibc offers to those that replace malloc(3). */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static pid_t victim;		/* 0: nobody so far */
static char call[16], name[64]; /* what fails, of which files */
static unsigned long fail_at;	/* 0: never */
static bool for_good;
static unsigned long nallocations;

__attribute__((constructor)) static void
begin(void)
{
	const char *fault = getenv("FP_FAULT");

	unsetenv("LD_PRELOAD");
	if (fault == NULL)
		return;
	if (sscanf(fault, "memory:%lu:", &fail_at) == 1)
		for_good = fault[strlen(fault) - 1] == '+';
	else
		sscanf(fault, "%15[^:]:%63[^:]:", call, name);
	victim = getpid();
}

static bool
is_refused(void)
{
	if (fail_at == 0 || getpid() != victim)
		return false;
	nallocations++;
	return nallocations == fail_at || (for_good && nallocations > fail_at);
}

void *
malloc(size_t n)
{
	if (!is_refused())
		return __libc_malloc(n);
	errno = ENOMEM;
	return NULL;
}

void *
calloc(size_t n, size_t size)
{
	if (!is_refused())
		return __libc_calloc(n, size);
	errno = ENOMEM;
	return NULL;
}

void *
realloc(void *p, size_t n)
{
	if (!is_refused())
		return __libc_realloc(p, n);
	errno = ENOMEM;
	return NULL;
}

/* Whether this call of it is to fail for a file. */
static bool
fails(const char *what, int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t n;

	if (strcmp(call, what) != 0 || getpid() != victim)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if ((n = readlink(link, path, sizeof(path) - 1)) == -1)
		return false;
	path[n] = '\0';
	return strstr(path, name) != NULL;
}

int
close(int fd)
{
	bool fail = fails("close", fd);
	int result = (int)syscall(SYS_close, fd);

	if (!fail)
		return result;
	errno = EDQUOT;
	return -1;
}

int
fdatasync(int fd)
{
	if (!fails("sync", fd))
		return (int)syscall(SYS_fdatasync, fd);
	errno = EIO;
	return -1;
}
