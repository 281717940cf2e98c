/*
 * back: jobs that wait in a worker behind a slow one go back to the parent.
 * It owns when that is done; it must not know what a job does, nor touch the
 * arguments of the one that runs.
 */
#include "worker/back.h"

#include "ipc/msgfrom.h"
#include "ipc/msgto.h"

void
back_begin(struct worker *w, uint64_t now_ns)
{
	/* of other kinds a worker has one job, and those have their input */
	w->back_ns = w->kind->flags & (KIND_TINY | KIND_URLS)
	    ? now_ns + BACK_SLOW_NS
	    : UINT64_MAX;
	if (w->kept.data != NULL)
		buf_clear(&w->kept);
}

void
back_now(struct worker *w)
{
	if (w->back_ns != UINT64_MAX)
		w->back_ns = 0;
}

bool
back_is_args(const struct worker *w, const struct frame *f)
{
	return f->type == MSG_ARGS && f->id != 0 && f->id == w->back_seq;
}

/* The jobs that came in one frame with the one that runs. */
static int
give_rest(struct worker *w)
{
	uint32_t n = w->rest != NULL ? w->rest->n : 0;

	if (n == 0)
		return 0;
	w->rest->n = 0;
	return msg_add_back(&w->chan.out, w->reply.seq + 1, n);
}

/* A job goes back; the rest of its arguments, if there is one, is dropped. */
static int
give_job(struct worker *w, const struct frame *f)
{
	struct msg_job job;

	if (msg_parse_job(f, &job) == -1)
		return -1;
	w->back_seq = f->id;
	return msg_add_back(&w->chan.out, f->id, 1);
}

static int
give_jobs(struct worker *w, const struct frame *f)
{
	struct msg_jobs jobs;

	if (msg_parse_jobs(f, &jobs) == -1)
		return -1;
	return msg_add_back(&w->chan.out, f->id, jobs.n);
}

static int
take_frame(struct worker *w, const struct frame *f)
{
	switch (f->type) {
	case MSG_JOB:
		return give_job(w, f);
	case MSG_JOBS:
		return give_jobs(w, f);
	case MSG_ARGS:
		return back_is_args(w, f) ? 0 : -1;
	case MSG_QUIT:
		w->quit = true;
		return 0;
	case MSG_SIGNAL: /* not for a job that runs inside the worker */
		return 0;
	default:
		return -1;
	}
}

/* All jobs that have come in. */
static int
give_all(struct worker *w)
{
	enum frame_status status;
	struct frame f;

	if (give_rest(w) == -1)
		return -1;
	do {
		while ((status = chan_next(&w->chan, &f)) == FRAME_OK) {
			if (take_frame(w, &f) == -1)
				return -1;
		}
		if (status == FRAME_BAD)
			return -1;
	} while (chan_read(&w->chan) == CHAN_OK);
	return 0;
}

int
back_give(struct worker *w, uint64_t now_ns)
{
	if (now_ns < w->back_ns)
		return 0;
	/* a parent that is late may have sent some more then */
	w->back_ns = now_ns + BACK_SLOW_NS;
	if (w->kept.data == NULL && chan_keep(&w->chan, &w->kept) == -1)
		return -1;
	if (give_all(w) == -1)
		return -1;
	if (w->chan.out.len > 0)
		worker_replied(w);
	return 0;
}
