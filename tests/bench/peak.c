/*
 * peak: runs a command and writes down its time and the most memory that its
 * own process had resident.  wait4's ru_maxrss won't do: it is the most of
 * the process and of every child that it waited for.  So VmHWM is read from
 * /proc while the command runs.  It only ever grows, and what it grows by in
 * the last INTERVAL_MS is missed.
 *
 * usage: peak [-t SECONDS] FILE command [argument …]
 *
 * FILE gets one line: microseconds, kilobytes, exit status (128 + number for
 * death by a signal).  With -t the command gets SIGINT after that time.  A TERM
 * is passed on to it; an INT comes from a terminal, which sent it to both.
 */
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define INTERVAL_MS    2
#define SIGNALLED_BASE 128 /* as a shell reports it */
#define US_PER_S       1000000LL
#define NS_PER_US      1000

static volatile sig_atomic_t terminated;

static void
on_term(int signo)
{
	(void)signo;
	terminated = 1;
}

static void
on_int(int signo)
{
	(void)signo;
}

static void
usage(void)
{
	fprintf(stderr, "usage: peak [-t SECONDS] FILE command [argument …]\n");
	exit(2);
}

static long long
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * US_PER_S + ts.tv_nsec / NS_PER_US;
}

/* The peak of process pid so far in kB, or 0 when it has ended. */
static long
vmhwm_kb(pid_t pid)
{
	char path[64], line[128];
	FILE *f;
	long kb = 0;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "VmHWM: %ld kB", &kb) == 1)
			break;
	fclose(f);
	return kb;
}

/* Functions, not SIG_IGN, which the command would inherit. */
static void
catch_signals(void)
{
	struct sigaction sa = {.sa_handler = on_term};

	if (sigaction(SIGTERM, &sa, NULL) == -1)
		err(1, "sigaction");
	sa.sa_handler = on_int;
	if (sigaction(SIGINT, &sa, NULL) == -1)
		err(1, "sigaction");
}

/*
 * Looks at process pid until it ends, sends it SIGINT once when limit_us is
 * not 0 and over; returns the greatest peak in kB.
 */
static long
watch(pid_t pid, long long limit_us)
{
	struct pollfd pfd = {.events = POLLIN};
	long long end = now_us() + limit_us;
	long kb, peak = 0;
	int rc;

	pfd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pfd.fd == -1)
		err(1, "pidfd_open");
	do {
		kb = vmhwm_kb(pid);
		if (kb > peak)
			peak = kb;
		if (limit_us > 0 && now_us() >= end) {
			kill(pid, SIGINT);
			limit_us = 0;
		}
		if (terminated) {
			kill(pid, SIGTERM);
			terminated = 0;
		}
		rc = poll(&pfd, 1, INTERVAL_MS);
	} while (rc == 0 || (rc == -1 && errno == EINTR));
	close(pfd.fd);
	return peak;
}

static int
exit_status(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) == -1)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? SIGNALLED_BASE + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

int
main(int argc, char *argv[])
{
	FILE *f;
	long long start, wall, limit_us = 0;
	long kb;
	pid_t pid;
	int c, rc;

	while ((c = getopt(argc, argv, "+t:")) != -1) {
		if (c != 't')
			usage();
		limit_us = (long long)(strtod(optarg, NULL) * US_PER_S);
	}
	argv += optind;
	if (argc - optind < 2)
		usage();
	f = fopen(argv[0], "we");
	if (f == NULL)
		err(1, "%s", argv[0]);

	catch_signals();
	start = now_us();
	rc = posix_spawnp(&pid, argv[1], NULL, NULL, argv + 1, environ);
	if (rc != 0) {
		errno = rc;
		err(1, "cannot start %s", argv[1]);
	}
	kb = watch(pid, limit_us);
	wall = now_us() - start;
	fprintf(f, "%lld %ld %d\n", wall, kb, exit_status(pid));
	if (fclose(f) == EOF)
		err(1, "%s", argv[0]);
	return 0;
}
