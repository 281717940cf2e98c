/*
 * workers: how many of them there may be: by -j, by the CPUs, by descriptors.
 * It owns the meaning of -j; it must not start any.
 */
#include "cmd/workers.h"

#include <sys/resource.h>

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define WORKER_FDS 2  /* descriptors that a worker costs the parent */
#define OTHER_FDS  16 /* and what it needs beside them */

int
workers_parse(struct workers_wanted *w, const char *arg, const char **why)
{
	char digits[24];
	size_t n;

	w->form = WORKERS_NUMBER;
	if (*arg == '+' || *arg == '-')
		w->form = *arg++ == '+' ? WORKERS_MORE : WORKERS_FEWER;
	n = strspn(arg, "0123456789");
	if (w->form == WORKERS_NUMBER && strcmp(arg + n, "%") == 0)
		w->form = WORKERS_PERCENT;
	else if (arg[n] != '\0')
		n = 0;
	/* what is cut is too large in any case */
	strlcpy(digits, arg, n < sizeof(digits) ? n + 1 : sizeof(digits));
	w->n = (unsigned long)strtonum(
	    digits, w->form == WORKERS_PERCENT ? 1 : 0, WORKERS_MAX, why);
	return *why == NULL ? 0 : -1;
}

unsigned long
workers_number(const struct workers_wanted *w, unsigned cpus,
    unsigned by_default, unsigned long most)
{
	switch (w->form) {
	case WORKERS_DEFAULT:
		return by_default > 0 ? by_default : cpus;
	case WORKERS_NUMBER:
		return w->n > 0 ? w->n : most;
	case WORKERS_PERCENT:
		return (cpus * w->n + 99) / 100;
	case WORKERS_MORE:
		return cpus + w->n;
	case WORKERS_FEWER:
		return cpus > w->n ? cpus - w->n : 1;
	}
	return 1;
}

unsigned
workers_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

unsigned long
workers_by_descriptors(void)
{
	struct rlimit limit;
	unsigned long n;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
	    limit.rlim_cur < OTHER_FDS + WORKER_FDS)
		return 1;
	n = (unsigned long)((limit.rlim_cur - OTHER_FDS) / WORKER_FDS);
	return n < WORKERS_MAX ? n : WORKERS_MAX;
}
