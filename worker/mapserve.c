/*
 * mapserve: the life of a worker of the kind map: records to its program,
 * answers back, many at a time, and never a wait for only one of the two.
 * It owns the poll loop; the program is mapprog's.
 */
#include "worker/mapserve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "ipc/msgto.h"
#include "worker/duration.h"
#include "worker/loop.h"
#include "worker/mapprog.h"
#include "worker/maprecord.h"
#include "worker/maptime.h"

#define NS_PER_MS 1000000ULL

struct map {
	struct worker *worker;
	struct mapprog prog;
	struct maprecord record; /* the one that is being read */
	bool ended;		 /* there are no more requests */
};

/* Passes on what the parent asks for: of one record, or of all. */
static int
take_signal(struct map *m, const struct frame *f)
{
	int signo;

	if (msg_parse_signal(f, &signo) == -1)
		return -1;
	if (f->id != 0 && pending_find(&m->prog.reply.pending, f->id) == NULL)
		return 0;
	if (signo == SIGSTOP || signo == SIGCONT) {
		m->prog.stopped = signo == SIGSTOP;
		mapprog_signal(&m->prog, signo);
		if (m->prog.stopped)
			maptime_hold(&m->prog);
		else
			maptime_release(&m->prog);
		return 0;
	}
	if (f->id == 0) {
		m->prog.cancelled = signo;
	} else {
		m->prog.ending = f->id;
		m->prog.ending_signo = signo;
		m->prog.due_ns = MAPTIME_NEVER;
	}
	mapprog_signal(&m->prog, signo);
	return 0;
}

/* A record has come in whole. */
static int
take_record(struct map *m)
{
	const struct maprecord *r = &m->record;
	struct pending_job *job;

	if (r->why != NULL)
		return mapreply_refuse(&m->prog.reply, r->seq, 0, r->why);
	job = pending_add(
	    &m->prog.reply.pending, r->seq, buf_head(&r->text), r->text.len);
	if (job == NULL)
		return -1;
	job->sent_ns = m->worker->now_ns;
	job->timeout_ns = r->timeout_ms * NS_PER_MS;
	mapprog_count(&m->prog, job);
	return 0;
}

/* Many records have come in. */
static int
take_records(struct map *m, const struct frame *f)
{
	struct msg_jobs jobs;
	const char *arg;
	uint64_t seq = f->id;
	size_t len;

	if (msg_parse_jobs(f, &jobs) == -1)
		return -1;
	while ((arg = msg_next_job(&jobs, &len)) != NULL) {
		if (maprecord_set(
			&m->record, seq++, jobs.timeout_ms, arg, len) == -1 ||
		    take_record(m) == -1)
			return -1;
	}
	return 0;
}

static int
take_frame(struct map *m, const struct frame *f)
{
	switch (f->type) {
	case MSG_JOB:
	case MSG_ARGS:
		switch (maprecord_add(&m->record, f)) {
		case MAPRECORD_WHOLE:
			return take_record(m);
		case MAPRECORD_PART:
			return 0;
		default:
			return -1;
		}
	case MSG_JOBS:
		return m->record.open ? -1 : take_records(m, f);
	case MSG_SIGNAL:
		return take_signal(m, f);
	case MSG_QUIT:
		m->worker->quit = true;
		return 0;
	default:
		return -1;
	}
}

/* Does what the parent has asked for.  -1: that was nonsense. */
static int
take_requests(struct map *m)
{
	enum frame_status status;
	struct frame f;

	m->worker->now_ns = duration_now_ns();
	while ((status = chan_next(&m->worker->chan, &f)) == FRAME_OK) {
		if (take_frame(m, &f) == -1)
			return -1;
	}
	return status == FRAME_BAD ? -1 : 0;
}

/* Reads what the parent has sent, and does it.  -1: likewise, or it is gone. */
static int
read_requests(struct map *m)
{
	enum chan_result result = chan_read(&m->worker->chan);

	if (result == CHAN_ERROR || take_requests(m) == -1)
		return -1;
	if (result != CHAN_END)
		return 0;
	m->ended = true;
	/* who asks us to finish waits for that */
	return m->worker->quit && mapprog_oldest(&m->prog) == NULL ? 0 : -1;
}

enum { FD_REQUEST, FD_REPLY, FD_END, FD_IN, FD_OUT, FD_ERR, FD_N };

/* The poll set; full: replies can't be written, so the program isn't read. */
static void
arm(struct map *m, struct pollfd *fds, bool full)
{
	const struct worker *w = m->worker;
	const struct process *p = &m->prog.process;
	bool on = m->prog.running, reads = on && !full;
	size_t n = 0;

	if (on && !m->prog.closed)
		(void)pending_unwritten(&m->prog.reply.pending, &n);
	fds[FD_REQUEST] =
	    (struct pollfd){m->ended ? -1 : w->chan.rfd, POLLIN, 0};
	fds[FD_REPLY] = (struct pollfd){full ? w->chan.wfd : -1, POLLOUT, 0};
	fds[FD_END] = (struct pollfd){on ? p->pidfd : -1, POLLIN, 0};
	fds[FD_IN] = (struct pollfd){n > 0 ? p->in : -1, POLLOUT, 0};
	fds[FD_OUT] = (struct pollfd){
	    reads && m->prog.collect_ns == 0 ? p->out : -1, POLLIN, 0};
	fds[FD_ERR] = (struct pollfd){reads ? p->err : -1, POLLIN, 0};
}

static int
wait_for_events(struct map *m, struct pollfd *fds)
{
	uint64_t due = maptime_due(&m->prog), now;
	struct timespec ts, *wait = NULL;

	if (due != MAPTIME_NEVER) {
		now = duration_now_ns();
		due = due > now ? due - now : 0;
		ts.tv_sec = (time_t)(due / (1000 * NS_PER_MS));
		ts.tv_nsec = (long)(due % (1000 * NS_PER_MS));
		wait = &ts;
	}
	return ppoll(fds, FD_N, wait, NULL) == -1 && errno != EINTR ? -1 : 0;
}

/* What happened, in the order that loses nothing: output before the end. */
static int
handle_events(struct map *m, const struct pollfd *fds)
{
	if (fds[FD_REQUEST].revents != 0 && read_requests(m) == -1)
		return -1;
	if (fds[FD_ERR].revents != 0 && mapprog_read_stderr(&m->prog) == -1)
		return -1;
	if (fds[FD_OUT].revents != 0 && mapprog_read_stdout(&m->prog) == -1)
		return -1;
	if (fds[FD_END].revents != 0 && mapprog_ended(&m->prog) == -1)
		return -1;
	maptime_run(&m->prog);
	return 0;
}

/* Starts a program when there is something for it, and feeds it. */
static int
keep_program(struct map *m)
{
	process_reap_orphans(&m->prog.process);
	if (!m->prog.running && m->prog.cancelled != 0)
		return mapprog_settle(&m->prog);
	if (!m->prog.running && mapprog_oldest(&m->prog) != NULL &&
	    mapprog_start(&m->prog) == -1)
		return -1;
	if (!m->prog.running)
		return 0;
	mapprog_feed(&m->prog);
	if (m->ended && mapprog_oldest(&m->prog) == NULL)
		mapprog_close_input(&m->prog);
	return 0;
}

static int
turn(struct map *m)
{
	struct pollfd fds[FD_N];
	int full;

	if (keep_program(m) == -1 || (full = worker_flush(m->worker)) == -1)
		return -1;
	if (full == 1)
		maptime_hold(&m->prog);
	else
		maptime_release(&m->prog);
	arm(m, fds, full == 1);
	if (wait_for_events(m, fds) == -1)
		return -1;
	return handle_events(m, fds);
}

int
mapserve(
    struct worker *w, const struct map_conf *conf, const struct job *program)
{
	struct map m = {
	    .worker = w, .prog = {.worker = w, .conf = conf, .words = program}};
	int result;

	mapreply_init(&m.prog.reply, w, conf);
	maprecord_init(&m.record, conf->end, conf->json != NULL);
	/* some may have come in one read with the HELLO */
	result = take_requests(&m);
	while (result == 0 &&
	    !(w->quit && !m.prog.running && mapprog_oldest(&m.prog) == NULL))
		result = turn(&m);
	if (m.prog.running) {
		(void)process_kill(&m.prog.process);
		process_close(&m.prog.process);
	}
	/* the end of the pipe must not be seen before that of the worker */
	if (worker_flush_wait(w) == -1 || result == -1)
		_exit(1);
	mapreply_clear(&m.prog.reply);
	maprecord_clear(&m.record);
	return 0;
}
