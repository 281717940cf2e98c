/*
 * account: what is told of a run on stderr when it is over.
 * It owns the order of it; it must not know how it is printed.
 */
#include "cmd/account.h"

#include <sys/resource.h>

#include <stdlib.h>

#include "cmd/resume.h"
#include "worker/duration.h"
#include "worker/show.h"

#define STATUS_MISSED 3
#define LINE_SHOWN    4096
#define NS_PER_US     1000ULL
#define US_PER_S      1000000ULL

static uint64_t
cpu_of(int who)
{
	struct rusage ru;
	uint64_t us;

	if (getrusage(who, &ru) == -1)
		return 0;
	us = ((uint64_t)ru.ru_utime.tv_sec + (uint64_t)ru.ru_stime.tv_sec) *
	    US_PER_S;
	us += (uint64_t)ru.ru_utime.tv_usec + (uint64_t)ru.ru_stime.tv_usec;
	return us * NS_PER_US;
}

uint64_t
account_cpu_ns(void)
{
	return cpu_of(RUSAGE_SELF) + cpu_of(RUSAGE_CHILDREN);
}

/* Tells a line and frees it; NULL: there is none. */
static void
tell_line(struct pool *p, char *line)
{
	char shown[LINE_SHOWN];

	if (line != NULL)
		sink_tell(&p->sink, "forkpool: %s",
		    show_text(shown, sizeof(shown), line));
	free(line);
}

void
account_tell(struct pool *p, int status)
{
	struct report_run run = {.total = p->total,
	    .ended_by = p->ended_by,
	    .lines = !p->options->quiet,
	    .summary = p->options->summary};

	if (run.summary) {
		run.wall_ns = duration_now_ns() - p->begin_ns;
		run.cpu_ns = account_cpu_ns() - p->begin_cpu_ns;
	}
	report_print(&p->report, &p->sched, &run, &p->sink);
	if (p->options->quiet)
		return;
	tell_line(p, resume_told(p->ledger, p->sched.exhausted));
	if (status >= STATUS_MISSED || p->signo != 0)
		tell_line(p, resume_hint(p->ledger));
}
