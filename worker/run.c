/*
 * run: a kind that runs a program, and tells its output and its end.
 * It owns the poll loop of one job; it must not know the parent's pool.
 */
#include "worker/run.h"

#include <sys/ioctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "worker/duration.h"
#include "worker/feed.h"
#include "worker/loop.h"
#include "worker/process.h"
#include "worker/termseq.h"

#define NS_PER_MS 1000000ULL
#define NEVER	  UINT64_MAX
#define FED_BYTES (256U * 1024U)   /* of input: told when so many are used */
#define OUTPUT_NS (1 * NS_PER_MS)  /* output may wait so long for more of it */
#define START_NS  (20 * NS_PER_MS) /* the news of a start for what follows */

#define ARGUMENT_PAGES 32 /* that Linux takes of one argument, with its NUL */
#define ARGUMENT_SHOWN 60 /* bytes of one that is longer */

/* The life of one job's process; times are of the monotonic clock. */
struct run {
	struct worker *worker;
	struct reply *reply;
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

static uint64_t linger_ns = 1000 * NS_PER_MS;
static bool shell;
static bool kill_stragglers;
static const char *slot_variable; /* --process-slot-var; NULL: none */
static bool quote;
static const char *shell_program;

bool
run_wants_shell(void)
{
	return shell && !quote;
}

const char *
run_shell_program(void)
{
	const char *env = getenv("FORKPOOL_SHELL");

	if (quote)
		return NULL;
	if (shell_program != NULL)
		return shell_program;
	return env != NULL && *env != '\0' ? env : "/bin/sh";
}

static const char *
run_option(int id, const char *arg)
{
	switch (id) {
	case 'k':
		kill_stragglers = true;
		break;
	case 'v':
		slot_variable = arg;
		if (*arg == '\0' || strchr(arg, '=') != NULL)
			return "no name of a variable; write one as SLOT";
		break;
	case 'c':
		shell = true;
		break;
	case 'l':
		if (duration_parse(arg, &linger_ns) == -1)
			return DURATION_WRONG;
		break;
	case 'q':
		quote = true;
		break;
	case 's':
		shell_program = arg;
		if (*arg == '\0')
			return "empty; write the path of a shell";
		break;
	}
	return NULL;
}

/* Stops the job's clock: its output waits, or it was suspended. */
static void
run_hold(struct run *run)
{
	if (run->held_ns == 0)
		run->held_ns = duration_now_ns();
}

static void
run_unhold(struct run *run)
{
	uint64_t now, from = run->held_ns;

	if (run->stopped || run->held_ns == 0)
		return;
	now = duration_now_ns();
	if (run->due != NEVER)
		run->due += now - from;
	/* what was written after the end is unread only because of us */
	if (run->ended && from < run->ended_ns)
		from = run->ended_ns;
	if (run->ended)
		run->linger += now - from;
	run->held_ns = 0;
}

static void
run_kill(struct run *run)
{
	if (!process_kill(&run->process))
		reply_error(run->reply, "a process of job %ju can't be killed",
		    (uintmax_t)run->process.seq);
}

/* Passes on a signal that the parent has asked for. */
static int
run_signal(struct run *run, const struct frame *f)
{
	int signo;

	if (msg_parse_signal(f, &signo) == -1)
		return -1;
	if (run->ended)
		return 0;
	if (signo == SIGKILL)
		run_kill(run);
	else
		process_signal(&run->process, signo);
	if (signo != SIGSTOP && signo != SIGCONT) {
		run->cancelled = signo;
		return 0;
	}
	run->stopped = signo == SIGSTOP;
	if (run->stopped)
		run_hold(run);
	else
		run_unhold(run);
	return 0;
}

/* Its input can't be had whole, so whatever it does with it is no success. */
static void
run_starve(struct run *run, const char *path)
{
	run->unfed = errno;
	reply_error(run->reply, "job %ju: cannot read %s: %s",
	    (uintmax_t)run->process.seq, path != NULL ? path : "its input",
	    strerror(errno));
	feed_clear(&run->feed);
	close(run->process.in);
	run->process.in = -1;
}

/* Writes input that waits, and tells the parent when it may send more. */
static void
run_feed(struct run *run)
{
	struct feed *feed = &run->feed;
	struct worker *w = run->worker;

	if (feed_write(feed) == -1)
		run_starve(run, NULL);
	if (feed->ended || feed->fed == 0 ||
	    (feed_waits(feed) && feed->fed < FED_BYTES))
		return;
	if (msg_add_fed(&w->chan.out, run->process.seq, feed->fed) == 0)
		feed->fed = 0;
	worker_replied(w);
	/* what is not written now goes with the next turn */
	(void)worker_flush(w);
}

/* Does what the parent has asked for.  -1: that was nonsense. */
static int
run_requests(struct run *run)
{
	struct msg_input input;
	struct msg_part part;
	struct frame f;
	int got, result;

	while ((got = worker_request(run->worker, run->process.seq, &f)) == 1) {
		switch (f.type) {
		case MSG_INPUT:
			result = msg_parse_input(&f, &input);
			if (result == 0 && feed_input(&run->feed, &input) == -1)
				run_starve(run, NULL);
			break;
		case MSG_PART:
			result = msg_parse_part(&f, &part);
			if (result == 0 && feed_part(&run->feed, &part) == -1)
				run_starve(run, part.path);
			break;
		default:
			result = run_signal(run, &f);
		}
		if (result == -1)
			return -1;
	}
	if (got == 0)
		run_feed(run);
	return got;
}

/* Moves what the job wrote into OUTPUT frames: one read, or its end. */
static int
run_output(struct run *run, int *fd, unsigned stream)
{
	struct buf *out = &run->worker->chan.out;
	unsigned char *room;
	size_t mark;
	ssize_t n;

	room = msg_output_begin(out, run->process.seq, stream, &mark);
	if (room == NULL)
		return -1;
	n = read(*fd, room, MSG_OUTPUT_MAX);
	msg_output_end(out, mark, n > 0 ? (size_t)n : 0);
	if (n > 0) {
		run->silent = false;
		if (run->owed[stream - 1] > 0)
			run->owed[stream - 1] -= (int)n;
		worker_replied(run->worker);
	} else if (n == 0 || errno != EINTR) {
		close(*fd);
		*fd = -1;
	}
	return 0;
}

static int
unread_bytes(int fd)
{
	int n = 0;

	return fd != -1 && ioctl(fd, FIONREAD, &n) == 0 ? n : 0;
}

/*
 * The process has ended: what it leaves of a job that we end goes too.  Its own
 * process is not reaped yet, so nobody else can have its group.
 */
static void
run_ended(struct run *run)
{
	struct msg_done *done = &run->reply->done;
	struct rusage ru;

	if (run->timed_out || run->cancelled != 0 || kill_stragglers)
		run_kill(run);
	if (process_reap(&run->process, &run->status, &ru) == -1)
		return;
	run->ended = true;
	run->ended_ns = duration_now_ns();
	run->linger = run->ended_ns + linger_ns;
	run->owed[0] = unread_bytes(run->process.out);
	run->owed[1] = unread_bytes(run->process.err);
	done->user_us = (uint64_t)ru.ru_utime.tv_sec * 1000000 +
	    (uint64_t)ru.ru_utime.tv_usec;
	done->sys_us = (uint64_t)ru.ru_stime.tv_sec * 1000000 +
	    (uint64_t)ru.ru_stime.tv_usec;
	done->maxrss_kb = (uint64_t)ru.ru_maxrss;
}

/* The job is overdue: the next step of ending it. */
static void
run_overdue(struct run *run, uint64_t now)
{
	const struct termseq *seq = termseq_get();

	run->timed_out = true;
	if (run->step == seq->n) {
		run->due = NEVER;
		return;
	}
	if (seq->step[run->step].signo == SIGKILL)
		run_kill(run);
	else
		process_signal(&run->process, seq->step[run->step].signo);
	run->due = now + seq->step[run->step].ms * NS_PER_MS;
	run->step++;
}

/* Stops reading what a process left behind by the job holds open. */
static void
run_cut(struct run *run)
{
	char text[160];

	snprintf(text, sizeof(text),
	    "job %ju left a process behind that keeps its output open; "
	    "not read any longer (--linger)",
	    (uintmax_t)run->process.seq);
	msg_add_log(
	    &run->worker->chan.out, run->process.seq, LOG_WARNING, text);
	worker_replied(run->worker);
	process_close(&run->process);
}

/*
 * True when somebody else keeps a pipe open and all that the job itself wrote
 * is read.  Where nobody does, the end will be read soon.
 */
static bool
run_may_cut(const struct run *run)
{
	struct pollfd fds[2] = {{.fd = run->process.out, .events = POLLIN},
	    {.fd = run->process.err, .events = POLLIN}};
	bool kept = false;
	size_t i;

	if (poll(fds, 2, 0) == -1)
		return false;
	for (i = 0; i < 2; i++) {
		if (fds[i].fd == -1 || (fds[i].revents & POLLHUP) != 0)
			continue;
		if (run->owed[i] > 0)
			return false;
		kept = true;
	}
	return kept;
}

static void
run_timers(struct run *run)
{
	uint64_t now = duration_now_ns();

	if (run->held_ns != 0)
		return;
	if (!run->ended && now >= run->due)
		run_overdue(run, now);
	if (run->ended && now >= run->linger && run_may_cut(run))
		run_cut(run);
}

static bool
run_is_over(const struct run *run)
{
	return run->ended && run->process.out == -1 && run->process.err == -1;
}

/*
 * When replies that wait are written: output soon, the news of a start that has
 * written nothing later, so that a short job needs one write for all.
 */
static uint64_t
run_flush_due(const struct run *run)
{
	return run->worker->unsent_ns + (run->silent ? START_NS : OUTPUT_NS);
}

/* How long to poll, at most; NULL: until something happens. */
static const struct timespec *
run_wait(const struct run *run, bool unsent, struct timespec *ts)
{
	uint64_t until = NEVER, now, flush = run_flush_due(run);

	if (run->held_ns == 0)
		until = run->ended ? run->linger : run->due;
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
run_flush(struct run *run)
{
	struct worker *w = run->worker;

	if (w->unsent_ns == 0)
		return 0;
	if (w->chan.out.len < MSG_OUTPUT_MAX && run->held_ns == 0 &&
	    duration_now_ns() < run_flush_due(run))
		return 0;
	return worker_flush(w);
}

enum { FD_REQUEST, FD_REPLY, FD_END, FD_OUT, FD_ERR, FD_IN, FD_N };

/* What happened, in the order that loses nothing: output before the end. */
static int
run_events(struct run *run, const struct pollfd *fds)
{
	struct process *p = &run->process;

	if (fds[FD_REQUEST].revents != 0 &&
	    (worker_read(run->worker) == -1 || run_requests(run) == -1))
		return -1;
	if (fds[FD_IN].revents != 0)
		run_feed(run);
	if (fds[FD_OUT].revents != 0 && run_output(run, &p->out, 1) == -1)
		return -1;
	if (fds[FD_ERR].revents != 0 && run_output(run, &p->err, 2) == -1)
		return -1;
	if (fds[FD_END].revents != 0 && !run->ended)
		run_ended(run);
	run_timers(run);
	return 0;
}

/* One turn of the loop.  -1: the parent is gone. */
static int
run_turn(struct run *run)
{
	struct worker *w = run->worker;
	struct process *p = &run->process;
	struct pollfd fds[FD_N];
	struct timespec ts;
	int full;

	process_reap_orphans(p);
	if ((full = run_flush(run)) == -1)
		return -1;
	/* while a reply can't be written the job's output is not read */
	if (full == 1)
		run_hold(run);
	fds[FD_REQUEST] = (struct pollfd){w->chan.rfd, POLLIN, 0};
	fds[FD_REPLY] = (struct pollfd){full ? w->chan.wfd : -1, POLLOUT, 0};
	fds[FD_END] = (struct pollfd){run->ended ? -1 : p->pidfd, POLLIN, 0};
	fds[FD_OUT] = (struct pollfd){full ? -1 : p->out, POLLIN, 0};
	fds[FD_ERR] = (struct pollfd){full ? -1 : p->err, POLLIN, 0};
	fds[FD_IN] =
	    (struct pollfd){feed_waits(&run->feed) ? p->in : -1, POLLOUT, 0};
	if (ppoll(fds, FD_N, run_wait(run, !full && w->unsent_ns != 0, &ts),
		NULL) == -1)
		return errno == EINTR ? 0 : -1;
	if (full == 1 && fds[FD_REPLY].revents != 0)
		run_unhold(run);
	return run_events(run, fds);
}

static void
run_tell_outcome(const struct run *run)
{
	if (run->unfed != 0)
		reply_outcome(run->reply, OUTCOME_ERROR, run->unfed);
	else if (run->timed_out)
		reply_outcome(run->reply, OUTCOME_TIMEOUT, 0);
	else if (run->cancelled != 0)
		reply_outcome(run->reply, OUTCOME_CANCELLED, run->cancelled);
	else if (WIFSIGNALED(run->status))
		reply_outcome(
		    run->reply, OUTCOME_SIGNAL, WTERMSIG(run->status));
	else if (WEXITSTATUS(run->status) != 0)
		reply_outcome(
		    run->reply, OUTCOME_EXIT, WEXITSTATUS(run->status));
}

/* The parent is gone: nothing of the job may outlive us. */
static int
run_abandon(struct run *run)
{
	process_kill(&run->process);
	feed_clear(&run->feed);
	process_close(&run->process);
	return -1;
}

/* True when bash has passed on a function of that name: no program is meant. */
static bool
is_function(const char *name)
{
	char variable[256];

	if (snprintf(variable, sizeof(variable), "BASH_FUNC_%s%%%%", name) >=
	    (int)sizeof(variable))
		return false;
	return getenv(variable) != NULL;
}

/* The job can't be started. */
static int
run_refuse(const struct job *job, struct reply *reply, int error)
{
	const char *name = job->nargs == 0 ? "nothing" : job->args[0];
	size_t most = ARGUMENT_PAGES * (size_t)sysconf(_SC_PAGESIZE) - 1;
	size_t i = 0;

	while (i < job->nargs && strlen(job->args[i]) <= most)
		i++;
	if (error == E2BIG && i < job->nargs)
		reply_error(reply,
		    "job %ju (%.*s...): too long for one argument: %zu bytes, "
		    "and %zu are the most",
		    (uintmax_t)job->seq, ARGUMENT_SHOWN, job->args[i],
		    strlen(job->args[i]), most);
	else
		reply_error(reply, "job %ju: cannot run %s: %s%s",
		    (uintmax_t)job->seq, name, strerror(error),
		    error == ENOENT && is_function(name)
			? "; for the function of bash, --shell-program bash -c"
			: "");
	reply_outcome(reply, OUTCOME_ERROR, error);
	return 0;
}

/* --process-slot-var: as xargs counts, from 0; the same for all our jobs. */
static void
run_set_slot(unsigned slot)
{
	static bool done;
	char number[16];

	if (done || slot_variable == NULL)
		return;
	done = true;
	snprintf(number, sizeof(number), "%u", slot - 1);
	setenv(slot_variable, number, 1);
}

static int
run_job(const struct job *job, struct reply *reply)
{
	struct run run = {.worker = reply->worker,
	    .reply = reply,
	    .due = NEVER,
	    .silent = true};
	int error;

	run_set_slot(reply->worker->slot);
	error = job->nargs == 0
	    ? ENOENT
	    : process_start(&run.process, job, reply->worker->slot);
	if (error != 0)
		return run_refuse(job, reply, error);
	feed_init(&run.feed, &run.process.in);
	/* fewer and larger reads, where that much may come */
	if (run.process.in != -1)
		reply->worker->chan.read_size = FED_BYTES;
	if (job->timeout_ms != 0)
		run.due = duration_now_ns() + job->timeout_ms * NS_PER_MS;
	if (msg_add_start(&reply->worker->chan.out, job->seq,
		(uint32_t)run.process.pid) == -1)
		return run_abandon(&run);
	worker_replied(reply->worker);
	/* a signal may have come in one read with the job */
	if (run_requests(&run) == -1)
		return run_abandon(&run);
	while (!run_is_over(&run)) {
		if (run_turn(&run) == -1)
			return run_abandon(&run);
	}
	feed_clear(&run.feed);
	process_close(&run.process);
	run_tell_outcome(&run);
	return 0;
}

static const struct option_def run_options[] = {
    {"shell", 'c', 'c', NULL, "the words are a script for a shell"},
    {"kill-stragglers", 0, 'k', NULL, "end what a job leaves behind"},
    {"linger", 0, 'l', "T", "read on for T after a job's end (1s)"},
    {"process-slot-var", 0, 'v', "NAME", "set NAME to the worker, from 0"},
    {"quote", 'q', 'q', NULL, "the words are no script, whatever is in them"},
    {"shell-program", 0, 's', "PATH", "the shell for scripts (/bin/sh)"},
    {NULL, 0, 0, NULL, NULL},
};

const struct kind kind_run = {
    .abi = KIND_ABI,
    .name = "run",
    .summary = "run a command for each record",
    .synopsis = "[COMMAND [word ...]]",
    .options = run_options,
    .option = run_option,
    .job = run_job,
    .words = WORDS_TEMPLATE,
    .flags = KIND_PROCESSES | KIND_INPUT,
};
