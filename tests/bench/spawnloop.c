/*
 * spawnloop: the yardstick of the benchmark.  It runs one program N times,
 * so many at once, and does nothing else: no list, no output, no order.
 *
 * usage: spawnloop N INFLIGHT program [argument …]
 */
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static long
number(const char *s)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || n < 1)
		errx(2, "not a positive number: %s", s);
	return n;
}

static void
spawn(char *const argv[])
{
	pid_t pid;
	int rc;

	rc = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (rc != 0) {
		errno = rc;
		err(1, "cannot start %s", argv[0]);
	}
}

/* Waits for any child; returns 1 unless it ended with status 0. */
static int
reap(void)
{
	siginfo_t si;

	if (waitid(P_ALL, 0, &si, WEXITED) == -1)
		err(1, "waitid");
	return si.si_code != CLD_EXITED || si.si_status != 0;
}

int
main(int argc, char *argv[])
{
	long left, ninflight, nrunning = 0, nfailed = 0;

	if (argc < 4) {
		fprintf(stderr,
		    "usage: spawnloop N INFLIGHT program [argument …]\n");
		return 2;
	}
	left = number(argv[1]);
	ninflight = number(argv[2]);

	while (left > 0 || nrunning > 0) {
		if (left > 0 && nrunning < ninflight) {
			spawn(argv + 3);
			left--;
			nrunning++;
		} else {
			nfailed += reap();
			nrunning--;
		}
	}
	if (nfailed > 0)
		errx(1, "%ld runs failed", nfailed);
	return 0;
}
