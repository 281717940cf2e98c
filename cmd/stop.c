/*
 * stop: how jobs that run are ended: by a sequence of signals, with time in
 * between.
 * It owns the sequence; it must not know how a signal reaches a job.
 */
#include "cmd/stop.h"

#include <signal.h>

#define NS_PER_MS 1000000ULL
#define FIRST_MS  5000
#define TERM_MS	  1000
#define SAME_WAIT (30 * NS_PER_MS)   /* the same signal is one request … */
#define HUP_WAIT  (2000 * NS_PER_MS) /* … and so is HUP */

void
stop_init(struct stop *s)
{
	*s = (struct stop){.due_ns = UINT64_MAX};
}

/* The next signal, which there is. */
static int
next(struct stop *s, uint64_t now_ns)
{
	size_t i = s->step++;

	s->due_ns = s->step < s->seq.n ? now_ns + s->seq.step[i].ms * NS_PER_MS
				       : UINT64_MAX;
	return s->seq.step[i].signo;
}

int
stop_ask(struct stop *s, int signo, uint64_t now_ns)
{
	/*
	 * timeout(1) signals us and then our process group; the kernel, the
	 * shell, and the kernel when the shell ends, each tell of a terminal
	 * that is gone.  Nobody is in a hurry there.
	 */
	if (signo == s->signo &&
	    now_ns < s->asked_ns + (signo == SIGHUP ? HUP_WAIT : SAME_WAIT))
		return 0;
	if (stop_is_last(s) || (s->signo != 0 && s->signo != SIGPIPE)) {
		s->step = s->seq.n - 1;
		return next(s, now_ns);
	}
	s->signo = signo;
	s->asked_ns = now_ns;
	s->seq = (struct termseq){3,
	    {{signo == SIGPIPE ? SIGTERM : signo, FIRST_MS}, {SIGTERM, TERM_MS},
		{SIGKILL, 0}}};
	s->step = 0;
	return next(s, now_ns);
}

int
stop_begin(struct stop *s, const struct termseq *seq, uint64_t now_ns)
{
	if (stop_is_on(s))
		return 0;
	s->seq = *seq;
	return next(s, now_ns);
}

int
stop_step(struct stop *s, uint64_t now_ns)
{
	return now_ns < s->due_ns ? 0 : next(s, now_ns);
}

bool
stop_is_on(const struct stop *s)
{
	return s->seq.n > 0;
}

bool
stop_is_last(const struct stop *s)
{
	return s->signo != 0 && s->step == s->seq.n;
}
