/*
 * attend: a job's process, from its start to its end: its output, input and
 * time, and what the parent asks for meanwhile.
 * It owns the poll loop of one job; it must not know what starts it.
 */
#include "worker/attend.h"

#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "ipc/msgfrom.h"
#include "ipc/msgto.h"
#include "worker/duration.h"
#include "worker/feed.h"
#include "worker/termseq.h"

#define NS_PER_MS 1000000ULL
#define NEVER	  UINT64_MAX
#define FED_BYTES (256U * 1024U)   /* of input: told when so many are used */
#define OUTPUT_NS (1 * NS_PER_MS)  /* output may wait so long for more of it */
#define START_NS  (20 * NS_PER_MS) /* the news of a start for what follows */

/* The life of one job's process; times are of the monotonic clock. */
struct attended {
	struct worker *worker;
	struct reply *reply;
	const struct attend_conf *conf;
	struct process process;
	struct feed feed;  /* its standard input */
	int unfed;	   /* why that is not whole: errno; 0: it is */
	int status;	   /* of wait4(2), once it has ended */
	bool ended;	   /* it is reaped; its pipes may still be open */
	bool silent;	   /* it has written nothing so far */
	bool timed_out;	   /* it was overdue */
	int cancelled;	   /* the signal that the parent had us send; 0: none */
	size_t step;	   /* the next step of the termination sequence */
	uint64_t due;	   /* when to take it; NEVER: no timeout */
	uint64_t ended_ns; /* when it ended, and … */
	uint64_t linger;   /* … when to stop reading after that */
	int owed[2];	   /* bytes that it left in its pipes when it ended */
	uint64_t held_ns;  /* since when its time stands still; 0: it runs */
	bool stopped;	   /* by a SIGSTOP from the parent */
};

/* Stops the job's clock: its output waits, or it was suspended. */
static void
attend_hold(struct attended *a)
{
	if (a->held_ns == 0)
		a->held_ns = duration_now_ns();
}

static void
attend_unhold(struct attended *a)
{
	uint64_t now, from = a->held_ns;

	if (a->stopped || a->held_ns == 0)
		return;
	now = duration_now_ns();
	if (a->due != NEVER)
		a->due += now - from;
	/* what was written after the end is unread only because of us */
	if (a->ended && from < a->ended_ns)
		from = a->ended_ns;
	if (a->ended)
		a->linger += now - from;
	a->held_ns = 0;
}

static void
attend_kill(struct attended *a)
{
	if (!process_kill(&a->process))
		reply_error(a->reply, "a process of job %ju can't be killed",
		    (uintmax_t)a->process.seq);
}

/* Passes on a signal that the parent has asked for. */
static int
attend_signal(struct attended *a, const struct frame *f)
{
	int signo;

	if (msg_parse_signal(f, &signo) == -1)
		return -1;
	if (a->ended)
		return 0;
	if (signo == SIGKILL)
		attend_kill(a);
	else
		process_signal(&a->process, signo);
	if (signo != SIGSTOP && signo != SIGCONT) {
		a->cancelled = signo;
		return 0;
	}
	a->stopped = signo == SIGSTOP;
	if (a->stopped)
		attend_hold(a);
	else
		attend_unhold(a);
	return 0;
}

/* Its input can't be had whole, so whatever it does with it is no success. */
static void
attend_starve(struct attended *a, const char *path)
{
	a->unfed = errno;
	reply_error(a->reply, "job %ju: cannot read %s: %s",
	    (uintmax_t)a->process.seq, path != NULL ? path : "its input",
	    strerror(errno));
	feed_clear(&a->feed);
	close(a->process.in);
	a->process.in = -1;
}

/* Writes input that waits, and tells the parent when it may send more. */
static void
attend_feed(struct attended *a)
{
	struct feed *feed = &a->feed;
	struct worker *w = a->worker;

	if (feed_write(feed) == -1)
		attend_starve(a, NULL);
	if (feed->ended || feed->fed == 0 ||
	    (feed_waits(feed) && feed->fed < FED_BYTES))
		return;
	if (msg_add_fed(&w->chan.out, a->process.seq, feed->fed) == 0)
		feed->fed = 0;
	worker_replied(w);
	/* what is not written now goes with the next turn */
	(void)worker_flush(w);
}

/* Does what the parent has asked for.  -1: that was nonsense. */
static int
attend_requests(struct attended *a)
{
	struct msg_input input;
	struct msg_part part;
	struct frame f;
	int got, result;

	while ((got = worker_request(a->worker, a->process.seq, &f)) == 1) {
		switch (f.type) {
		case MSG_INPUT:
			result = msg_parse_input(&f, &input);
			if (result == 0 && feed_input(&a->feed, &input) == -1)
				attend_starve(a, NULL);
			break;
		case MSG_PART:
			result = msg_parse_part(&f, &part);
			if (result == 0 && feed_part(&a->feed, &part) == -1)
				attend_starve(a, part.path);
			break;
		default:
			result = attend_signal(a, &f);
		}
		if (result == -1)
			return -1;
	}
	if (got == 0)
		attend_feed(a);
	return got;
}

/* Moves what the job wrote into OUTPUT frames: one read, or its end. */
static int
attend_output(struct attended *a, int *fd, unsigned stream)
{
	struct buf *out = &a->worker->chan.out;
	unsigned char *room;
	size_t mark;
	ssize_t n;

	room = msg_output_begin(out, a->process.seq, stream, &mark);
	if (room == NULL)
		return -1;
	n = read(*fd, room, MSG_OUTPUT_MAX);
	msg_output_end(out, mark, n > 0 ? (size_t)n : 0);
	if (n > 0) {
		a->silent = false;
		if (a->owed[stream - 1] > 0)
			a->owed[stream - 1] -= (int)n;
		worker_replied(a->worker);
	} else if (n == 0 || errno != EINTR) {
		close(*fd);
		*fd = -1;
	}
	return 0;
}

/*
 * The process has ended: what it leaves of a job that we end goes too.  Its own
 * process is not reaped yet, so nobody else can have its group.
 */
static void
attend_ended(struct attended *a)
{
	struct msg_done *done = &a->reply->done;
	struct rusage ru;

	if (a->timed_out || a->cancelled != 0 || a->conf->kill_stragglers)
		attend_kill(a);
	if (process_reap(&a->process, &a->status, &ru) == -1)
		return;
	a->ended = true;
	a->ended_ns = duration_now_ns();
	a->linger = a->ended_ns + a->conf->linger_ns;
	a->owed[0] = process_unread(a->process.out);
	a->owed[1] = process_unread(a->process.err);
	done->user_us = (uint64_t)ru.ru_utime.tv_sec * 1000000 +
	    (uint64_t)ru.ru_utime.tv_usec;
	done->sys_us = (uint64_t)ru.ru_stime.tv_sec * 1000000 +
	    (uint64_t)ru.ru_stime.tv_usec;
	done->maxrss_kb = (uint64_t)ru.ru_maxrss;
}

/* The job is overdue: the next step of ending it. */
static void
attend_overdue(struct attended *a, uint64_t now)
{
	const struct termseq *seq = termseq_get();

	a->timed_out = true;
	if (a->step == seq->n) {
		a->due = NEVER;
		return;
	}
	if (seq->step[a->step].signo == SIGKILL)
		attend_kill(a);
	else
		process_signal(&a->process, seq->step[a->step].signo);
	a->due = now + seq->step[a->step].ms * NS_PER_MS;
	a->step++;
}

/* Stops reading what a process left behind by the job holds open. */
static void
attend_cut(struct attended *a)
{
	char text[160];

	snprintf(text, sizeof(text),
	    "job %ju left a process behind that keeps its output open; "
	    "not read any longer (--linger)",
	    (uintmax_t)a->process.seq);
	msg_add_log(&a->worker->chan.out, a->process.seq, LOG_WARNING, text);
	worker_replied(a->worker);
	process_close(&a->process);
}

/*
 * True when somebody else keeps a pipe open and all that the job itself wrote
 * is read.  Where nobody does, the end will be read soon.
 */
static bool
attend_may_cut(const struct attended *a)
{
	struct pollfd fds[2] = {{.fd = a->process.out, .events = POLLIN},
	    {.fd = a->process.err, .events = POLLIN}};
	bool kept = false;
	size_t i;

	if (poll(fds, 2, 0) == -1)
		return false;
	for (i = 0; i < 2; i++) {
		if (fds[i].fd == -1 || (fds[i].revents & POLLHUP) != 0)
			continue;
		if (a->owed[i] > 0)
			return false;
		kept = true;
	}
	return kept;
}

static void
attend_timers(struct attended *a)
{
	uint64_t now = duration_now_ns();

	if (a->held_ns != 0)
		return;
	if (!a->ended && now >= a->due)
		attend_overdue(a, now);
	if (a->ended && now >= a->linger && attend_may_cut(a))
		attend_cut(a);
}

static bool
attend_is_over(const struct attended *a)
{
	return a->ended && a->process.out == -1 && a->process.err == -1;
}

/*
 * When replies that wait are written: output soon, the news of a start that has
 * written nothing later, so that a short job needs one write for all.
 */
static uint64_t
attend_flush_due(const struct attended *a)
{
	return a->worker->unsent_ns + (a->silent ? START_NS : OUTPUT_NS);
}

/* How long to poll, at most; NULL: until something happens. */
static const struct timespec *
attend_wait(const struct attended *a, bool unsent, struct timespec *ts)
{
	uint64_t until = NEVER, now, flush = attend_flush_due(a);

	if (a->held_ns == 0)
		until = a->ended ? a->linger : a->due;
	now = duration_now_ns();
	if (unsent && flush < until)
		until = flush;
	if (until == NEVER)
		return NULL;
	until = until > now ? until - now : 0;
	ts->tv_sec = (time_t)(until / (1000 * NS_PER_MS));
	ts->tv_nsec = (long)(until % (1000 * NS_PER_MS));
	return ts;
}

/* Writes replies that are old or many.  1: the pipe is full. */
static int
attend_flush(struct attended *a)
{
	struct worker *w = a->worker;

	if (w->unsent_ns == 0)
		return 0;
	if (w->chan.out.len < MSG_OUTPUT_MAX && a->held_ns == 0 &&
	    duration_now_ns() < attend_flush_due(a))
		return 0;
	return worker_flush(w);
}

enum { FD_REQUEST, FD_REPLY, FD_END, FD_OUT, FD_ERR, FD_IN, FD_N };

/* What happened, in the order that loses nothing: output before the end. */
static int
attend_events(struct attended *a, const struct pollfd *fds)
{
	struct process *p = &a->process;

	if (fds[FD_REQUEST].revents != 0 &&
	    (worker_read(a->worker) == -1 || attend_requests(a) == -1))
		return -1;
	if (fds[FD_IN].revents != 0)
		attend_feed(a);
	if (fds[FD_OUT].revents != 0 && attend_output(a, &p->out, 1) == -1)
		return -1;
	if (fds[FD_ERR].revents != 0 && attend_output(a, &p->err, 2) == -1)
		return -1;
	if (fds[FD_END].revents != 0 && !a->ended)
		attend_ended(a);
	attend_timers(a);
	return 0;
}

/* One turn of the loop.  -1: the parent is gone. */
static int
attend_turn(struct attended *a)
{
	struct worker *w = a->worker;
	struct process *p = &a->process;
	struct pollfd fds[FD_N];
	struct timespec ts;
	int full;

	process_reap_orphans(p);
	if ((full = attend_flush(a)) == -1)
		return -1;
	/* while a reply can't be written the job's output is not read */
	if (full == 1)
		attend_hold(a);
	else
		attend_unhold(a);
	fds[FD_REQUEST] = (struct pollfd){w->chan.rfd, POLLIN, 0};
	fds[FD_REPLY] = (struct pollfd){full ? w->chan.wfd : -1, POLLOUT, 0};
	fds[FD_END] = (struct pollfd){a->ended ? -1 : p->pidfd, POLLIN, 0};
	fds[FD_OUT] = (struct pollfd){full ? -1 : p->out, POLLIN, 0};
	fds[FD_ERR] = (struct pollfd){full ? -1 : p->err, POLLIN, 0};
	fds[FD_IN] =
	    (struct pollfd){feed_waits(&a->feed) ? p->in : -1, POLLOUT, 0};
	if (ppoll(fds, FD_N, attend_wait(a, !full && w->unsent_ns != 0, &ts),
		NULL) == -1)
		return errno == EINTR ? 0 : -1;
	return attend_events(a, fds);
}

static void
attend_tell_outcome(const struct attended *a)
{
	if (a->unfed != 0)
		reply_outcome(a->reply, OUTCOME_ERROR, a->unfed);
	else if (a->timed_out)
		reply_outcome(a->reply, OUTCOME_TIMEOUT, 0);
	else if (a->cancelled != 0)
		reply_outcome(a->reply, OUTCOME_CANCELLED, a->cancelled);
	else if (WIFSIGNALED(a->status))
		reply_outcome(a->reply, OUTCOME_SIGNAL, WTERMSIG(a->status));
	else if (WEXITSTATUS(a->status) != 0)
		reply_outcome(a->reply, OUTCOME_EXIT, WEXITSTATUS(a->status));
}

/* The parent is gone: nothing of the job may outlive us. */
static int
attend_abandon(struct attended *a)
{
	process_kill(&a->process);
	feed_clear(&a->feed);
	process_close(&a->process);
	return -1;
}

int
attend(struct worker *w, struct reply *reply, const struct process *process,
    const struct attend_conf *conf)
{
	struct attended a = {.worker = w,
	    .reply = reply,
	    .conf = conf,
	    .process = *process,
	    .due = NEVER,
	    .silent = true};

	feed_init(&a.feed, &a.process.in);
	/* fewer and larger reads, where that much may come */
	if (a.process.in != -1)
		w->chan.read_size = FED_BYTES;
	if (conf->timeout_ms != 0)
		a.due = duration_now_ns() + conf->timeout_ms * NS_PER_MS;
	if (msg_add_start(
		&w->chan.out, a.process.seq, (uint32_t)a.process.pid) == -1)
		return attend_abandon(&a);
	worker_replied(w);
	/* a signal may have come in one read with the job */
	if (attend_requests(&a) == -1)
		return attend_abandon(&a);
	while (!attend_is_over(&a)) {
		if (attend_turn(&a) == -1)
			return attend_abandon(&a);
	}
	feed_clear(&a.feed);
	process_close(&a.process);
	attend_tell_outcome(&a);
	return 0;
}
