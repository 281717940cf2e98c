/*
 * loop: the life of a worker: read jobs, do them one after the other, reply.
 * It owns the worker's end of the channel; it must use no global of the parent.
 */
#include "worker/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ipc/msgfrom.h"
#include "ipc/msgto.h"
#include "worker/back.h"
#include "worker/duration.h"

#define FLUSH_BYTES (32U * 1024U) /* replies are written at this size … */
#define FLUSH_NS    1000000ULL	  /* … or this age of the oldest */
#define ARGS_MAX    CHAN_MAX	  /* bytes of one job's arguments */
#define ARGS_KEEP   (64U * 1024U) /* bytes of storage for those of the next */
#define CREDIT_TINY 1024	  /* jobs that a worker of tiny ones may hold */
#define CREDIT_URLS 64		  /* … and one that fetches pages */

/* The time; between jobs that follow each other the clock is read once. */
static uint64_t
worker_now(const struct worker *w)
{
	return w->now_ns != 0 ? w->now_ns : duration_now_ns();
}

static bool own_words_first; /* see worker_take_own_words() */

void
worker_replied(struct worker *w)
{
	if (w->unsent_ns == 0)
		w->unsent_ns = duration_now_ns();
}

int
worker_flush(struct worker *w)
{
	switch (chan_flush(&w->chan)) {
	case CHAN_OK:
		w->unsent_ns = 0;
		return 0;
	case CHAN_AGAIN:
		return 1;
	default:
		return -1;
	}
}

int
worker_flush_wait(struct worker *w)
{
	struct pollfd pfd = {.fd = w->chan.wfd, .events = POLLOUT};
	int left;

	while ((left = worker_flush(w)) == 1) {
		if (poll(&pfd, 1, -1) == -1 && errno != EINTR)
			return -1;
	}
	return left;
}

int
worker_flush_many(struct worker *w)
{
	if (w->chan.out.len < FLUSH_BYTES)
		return 0;
	w->now_ns = 0;
	return worker_flush_wait(w);
}

int
worker_read(struct worker *w)
{
	switch (chan_read(&w->chan)) {
	case CHAN_OK:
	case CHAN_AGAIN:
		return 0;
	default:
		return -1;
	}
}

int
worker_request(struct worker *w, uint64_t seq, struct frame *f)
{
	for (;;) {
		switch (chan_next(&w->chan, f)) {
		case FRAME_SHORT:
			return 0;
		case FRAME_BAD:
			return -1;
		case FRAME_OK:
			break;
		}
		switch (f->type) {
		case MSG_QUIT:
			w->quit = true;
			break;
		case MSG_SIGNAL:
		case MSG_INPUT:
		case MSG_PART:
			/* for a job that has just ended it is no error */
			if (f->id == 0 || f->id == seq)
				return 1;
			break;
		default:
			return -1;
		}
	}
}

/*
 * The next frame, waiting for it; replies go out before it waits.
 * 1: *f is one; 0: the parent closed the pipe; -1: broken.
 */
static int
worker_wait_frame(struct worker *w, struct frame *f)
{
	struct pollfd pfd = {.fd = w->chan.rfd, .events = POLLIN};
	enum frame_status status;

	while ((status = chan_next(&w->chan, f)) == FRAME_SHORT) {
		w->now_ns = 0;
		if (worker_flush_wait(w) == -1)
			return -1;
		if (poll(&pfd, 1, -1) == -1 && errno != EINTR)
			return -1;
		switch (chan_read(&w->chan)) {
		case CHAN_OK:
		case CHAN_AGAIN:
			break;
		case CHAN_END:
			return w->chan.in.len == 0 ? 0 : -1;
		case CHAN_ERROR:
			return -1;
		}
	}
	return status == FRAME_OK ? 1 : -1;
}

/* Copies strings out of a frame, whose bytes do not stay. */
static int
worker_keep_args(struct worker *w, struct msg_strings *strings)
{
	const char *s;
	size_t len;

	while ((s = msg_next_string(strings, &len)) != NULL) {
		if (buf_add(&w->args, s, len + 1) == -1)
			return -1;
		w->nargs++;
	}
	return 0;
}

/* Makes the vector that points to the strings kept. */
static int
worker_point_args(struct worker *w)
{
	char *p;
	size_t i;

	if (w->nargs + 1 > w->argvcap) {
		free(w->argv);
		w->argvcap = w->nargs + 1;
		w->argv = calloc(w->argvcap, sizeof(*w->argv));
		if (w->argv == NULL) {
			w->argvcap = 0;
			return -1;
		}
	}
	p = (char *)(uintptr_t)buf_head(&w->args);
	for (i = 0; i < w->nargs; i++) {
		w->argv[i] = p;
		p += strlen(p) + 1;
	}
	w->argv[w->nargs] = NULL;
	return 0;
}

/* Reads one job whose first frame is f, and the ARGS that follow it. */
static int
worker_take_job(struct worker *w, struct frame *f, struct job *job)
{
	struct msg_job head;
	struct msg_args rest;
	uint64_t id = f->id;
	bool more;

	if (msg_parse_job(f, &head) == -1)
		return -1;
	job->seq = id;
	job->attempt = head.attempt;
	job->timeout_ms = head.timeout_ms;
	buf_empty(&w->args, ARGS_KEEP);
	w->nargs = 0;
	if (worker_keep_args(w, &head.args) == -1)
		return -1;
	for (more = head.more; more; more = rest.more) {
		if (worker_wait_frame(w, f) != 1 || f->type != MSG_ARGS ||
		    f->id != id || msg_parse_args(f, &rest) == -1 ||
		    worker_keep_args(w, &rest.args) == -1)
			return -1;
	}
	if (worker_point_args(w) == -1)
		return -1;
	job->args = w->argv;
	job->nargs = w->nargs;
	return 0;
}

/*
 * The time of this process since its last job: that of a job which runs inside
 * it, and of reading the request.
 */
static void
worker_count_cpu(struct worker *w, struct msg_done *done)
{
	struct rusage ru;
	uint64_t user_us, sys_us;

	getrusage(RUSAGE_SELF, &ru);
	user_us = (uint64_t)ru.ru_utime.tv_sec * 1000000 +
	    (uint64_t)ru.ru_utime.tv_usec;
	sys_us = (uint64_t)ru.ru_stime.tv_sec * 1000000 +
	    (uint64_t)ru.ru_stime.tv_usec;
	done->user_us = user_us - w->user_us;
	done->sys_us = sys_us - w->sys_us;
	done->maxrss_kb = (uint64_t)ru.ru_maxrss;
	w->user_us = user_us;
	w->sys_us = sys_us;
}

void
worker_take_own_words(void)
{
	own_words_first = true;
}

/* What stands before the job's arguments.  False: the job can't be done. */
static bool
worker_own_words(struct worker *w, struct job *job)
{
	const struct kind *kind = w->kind;
	const char *why = NULL;
	int n = 0;

	if (!own_words_first || kind->own_words == NULL)
		return true;
	n = kind->own_words(job->args, job->nargs, &why);
	if (n != -1 && kind->settle != NULL)
		why = kind->settle();
	if (why != NULL) {
		reply_error(&w->reply, "job %ju: %s", (uintmax_t)job->seq, why);
		reply_outcome(&w->reply, OUTCOME_ERROR, EINVAL);
		return false;
	}
	job->args += n;
	job->nargs -= (size_t)n;
	return true;
}

/* Does one job and puts its end into the buffer. */
static int
worker_do_job(struct worker *w, struct job *job)
{
	struct reply *r = &w->reply;
	struct msg_done *done = &r->done;
	uint64_t start;

	reply_begin(w, job);
	start = worker_now(w);
	back_begin(w, start);
	if (worker_own_words(w, job) && w->kind->job(job, r) == -1)
		return -1;
	w->now_ns = duration_now_ns();
	done->wall_ns = w->now_ns - start;
	if (kind_wants_usage() &&
	    (w->kind->flags & (KIND_PROCESSES | KIND_TINY)) == 0)
		worker_count_cpu(w, done);
	if (reply_end(r) == -1)
		return -1;
	if (w->unsent_ns == 0)
		w->unsent_ns = w->now_ns;
	if (w->broken || back_give(w, w->now_ns) == -1)
		return -1;
	return worker_flush_many(w);
}

/* Replies that are waiting go before a job that may take its time. */
static int
worker_flush_old(struct worker *w)
{
	if (w->unsent_ns == 0 || worker_now(w) - w->unsent_ns < FLUSH_NS)
		return 0;
	w->now_ns = 0;
	return worker_flush_wait(w);
}

/* Does jobs of one argument each, which they may change in place. */
static int
worker_do_jobs(struct worker *w, const struct frame *f)
{
	char *argv[] = {NULL, NULL};
	struct msg_jobs jobs;
	struct job job = {.seq = f->id, .attempt = 1, .args = argv, .nargs = 1};
	size_t len;

	if (msg_parse_jobs(f, &jobs) == -1)
		return -1;
	job.timeout_ms = jobs.timeout_ms;
	w->rest = &jobs;
	for (; jobs.n > 0; job.seq++) {
		/* the channel's bytes are ours until the next read */
		argv[0] = (char *)(uintptr_t)msg_next_job(&jobs, &len);
		job.args = argv;
		job.nargs = 1;
		if (worker_flush_old(w) == -1 || worker_do_job(w, &job) == -1)
			return -1;
	}
	w->rest = NULL;
	return 0;
}

/*
 * The most jobs that a worker may hold: enough to keep it busy, few enough for
 * what the parent keeps of them to stay in a processor's cache.
 */
static unsigned
most_credit(const struct kind *kind)
{
	unsigned asked = 0;

	if (kind->inner != NULL && kind->inner->credit != NULL)
		asked = kind->inner->credit();
	if (asked > 0)
		return asked;
	if (kind->flags & KIND_TINY)
		return CREDIT_TINY;
	return kind->flags & KIND_URLS ? CREDIT_URLS : 1;
}

/* Reads HELLO, opens the kind, and answers READY. */
static int
worker_greet(struct worker *w)
{
	struct msg_hello hello;
	const char *why;
	struct frame f;

	if (worker_wait_frame(w, &f) != 1 || f.type != MSG_HELLO ||
	    msg_parse_hello(&f, &hello) == -1 || hello.version != MSG_VERSION)
		return -1;
	w->slot = hello.slot;
	w->kind = kind_find(hello.kind, &why);
	if (w->kind == NULL)
		return -1;
	if (w->kind->open != NULL && w->kind->open() == -1)
		return -1;
	if (msg_add_ready(
		&w->chan.out, most_credit(w->kind), (uint32_t)getpid()) == -1)
		return -1;
	return worker_flush_wait(w);
}

/* Jobs, until there are no more: 0, or -1 when the channel broke. */
static int
worker_serve(struct worker *w)
{
	struct frame f;
	struct job job;
	int n;

	while (!w->quit) {
		if ((n = worker_wait_frame(w, &f)) != 1)
			return n;
		switch (f.type) {
		case MSG_JOB:
			if (worker_flush_old(w) == -1 ||
			    worker_take_job(w, &f, &job) == -1 ||
			    worker_do_job(w, &job) == -1)
				return -1;
			break;
		case MSG_JOBS:
			if (worker_do_jobs(w, &f) == -1)
				return -1;
			break;
		case MSG_SIGNAL: /* for a job that has just ended */
		case MSG_INPUT:
		case MSG_PART:
			break;
		case MSG_QUIT:
			w->quit = true;
			break;
		default:
			if (!back_is_args(w, &f))
				return -1;
			break;
		}
	}
	return worker_flush_wait(w);
}

int
worker_main(int rfd, int wfd)
{
	struct worker w;
	int status;

	memset(&w, 0, sizeof(w));
	chan_init(&w.chan, rfd, wfd, false);
	buf_init(&w.args, ARGS_MAX);
	buf_init(&w.reply.out, BATCH_BYTES);
	buf_init(&w.kept, CHAN_MAX);
	status = worker_greet(&w);
	if (status == 0) {
		if (w.kind->flags & KIND_KEEPS)
			status = w.kind->inner->serve(&w);
		else
			status = worker_serve(&w);
		if (w.kind->close != NULL)
			w.kind->close();
	}
	/* its ends are closed by the exit: before it they would look like a
	 * fault, and the parent would kill us */
	w.chan.rfd = w.chan.wfd = -1;
	chan_clear(&w.chan);
	buf_clear(&w.args);
	buf_clear(&w.reply.out);
	buf_clear(&w.kept);
	free(w.argv);
	return status == 0 ? 0 : 1;
}
