/*
 * stop: how a run that is interrupted comes to its end.
 * It owns the sequence; it must not know how a signal reaches a job.
 */
#include "cmd/stop.h"

#include <signal.h>

#define NS_PER_MS  1000000ULL
#define FIRST_WAIT (5000 * NS_PER_MS)
#define TERM_WAIT  (1000 * NS_PER_MS)
#define SAME_WAIT  (30 * NS_PER_MS) /* the same signal is one request */

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
	/*
	 * timeout(1) signals us and then our process group; shell and kernel
	 * each tell of a terminal that is gone.  Nobody is in a hurry there.
	 */
	if (signo == s->signo &&
	    (signo == SIGHUP || now_ns < s->asked_ns + SAME_WAIT))
		return 0;
	if (s->step == 3 || (s->signo != 0 && s->signo != SIGPIPE))
		return last(s);
	s->signo = signo;
	s->asked_ns = now_ns;
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
