/*
 * stop: how a run that is interrupted comes to its end.
 * It owns the sequence; it must not know how a signal reaches a job.
 */
#include "cmd/stop.h"

#include <signal.h>

#define NS_PER_SEC 1000000000ULL
#define FIRST_WAIT (5 * NS_PER_SEC)
#define TERM_WAIT  (1 * NS_PER_SEC)

void
stop_init(struct stop *s)
{
	*s = (struct stop){.due_ns = UINT64_MAX};
}

static int
last(struct stop *s)
{
	s->step = 3;
	s->due_ns = UINT64_MAX;
	return SIGKILL;
}

int
stop_ask(struct stop *s, int signo, uint64_t now_ns)
{
	if (s->signo != 0)
		return last(s);
	s->signo = signo;
	s->step = 1;
	s->due_ns = now_ns + FIRST_WAIT;
	return signo == SIGPIPE ? SIGTERM : signo;
}

int
stop_step(struct stop *s, uint64_t now_ns)
{
	if (now_ns < s->due_ns)
		return 0;
	if (s->step == 2)
		return last(s);
	s->step = 2;
	s->due_ns = now_ns + TERM_WAIT;
	return SIGTERM;
}

bool
stop_is_last(const struct stop *s)
{
	return s->step == 3;
}
