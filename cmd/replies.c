/*
 * replies: what follows from each message that a worker sends.
 * It owns nothing; it must not send anything, nor decide which task is next.
 */
#include "cmd/replies.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <vis.h>

#include "cmd/deal.h"
#include "cmd/debug.h"
#include "cmd/dispatch.h"
#include "cmd/judge.h"
#include "cmd/overdue.h"
#include "cmd/polite.h"
#include "cmd/told.h"
#include "ipc/msgfrom.h"
#include "worker/duration.h"
#include "worker/show.h"

#define BYTES_SHOWN 16 /* of a frame that is wrong */

static int
on_ready(struct pool *p, struct slot *slot, const struct frame *f)
{
	struct msg_ready ready;

	if (slot->ready || msg_parse_ready(f, &ready) == -1 ||
	    ready.version != MSG_VERSION || (pid_t)ready.pid != slot->pid)
		return -1;
	slot->ready = true;
	slot->begun_ns = duration_now_ns();
	/* what is lost with a worker that held several can't be told apart */
	slot->credit_most =
	    slot->kind->flags & KIND_REPEATABLE ? ready.credit : 1;
	if (slot->kind->inner != NULL && slot->kind->inner->credit != NULL)
		slot_fix_credit(slot, slot->kind->inner->credit());
	/* a job that is told to begin begins */
	if (p->options->verbose && !slot->credit_fixed)
		slot_fix_credit(slot, 1);
	p->started = true;
	slot->deadline_ns =
	    slot->nheld > 0 ? overdue_deadline(p, slot) : SLOT_NEVER;
	if (slot->nheld > 0)
		dispatch_started(p); /* it waited for us */
	pool_slot_settle(p, slot);
	return 0;
}

static int
on_start(struct pool *p, struct slot *slot, const struct frame *f)
{
	struct task *t = slot_find(slot, f->id);
	uint32_t pid;

	(void)p;
	if (t == NULL || msg_parse_start(f, &pid) == -1)
		return -1;
	t->facts.process = (pid_t)pid;
	return 0;
}

static int
on_output(struct pool *p, struct slot *slot, const struct frame *f)
{
	struct task *t = slot_find(slot, f->id);
	struct msg_output m;

	if (t == NULL || msg_parse_output(f, &m) == -1)
		return -1;
	if (m.stream == STDERR_FILENO)
		said_add(&slot->said, (const char *)m.data, m.len);
	if (m.stream == STDOUT_FILENO)
		t->nout += m.len;
	if (sink_output(&p->sink, t, m.stream, m.data, m.len) == -1)
		pool_fail(p, errno, "cannot hold the output of job %ju",
		    (uintmax_t)t->seq);
	return 0;
}

/* The job has used some of its input, so it may be sent more. */
static int
on_fed(struct pool *p, struct slot *slot, const struct frame *f)
{
	struct task *t = slot_find(slot, f->id);
	uint64_t bytes;

	if (t == NULL || t->intake == NULL || msg_parse_fed(f, &bytes) == -1 ||
	    intake_fed(t->intake, bytes) == -1)
		return -1;
	deal_feed(p, slot, t);
	return 0;
}

/* The job begins its stdout anew. */
static int
on_forget(struct pool *p, struct slot *slot, const struct frame *f)
{
	struct task *t = slot_find(slot, f->id);

	if (t == NULL || msg_parse_forget(f) == -1 || t->printed)
		return -1;
	sink_drop_stdout(&p->sink, t);
	return 0;
}

/* The first n of the slot's jobs have ended: the time of the next begins. */
static void
time_next(struct pool *p, struct slot *slot, unsigned n)
{
	slot->deadline_ns =
	    slot->nheld > n ? overdue_deadline(p, slot) : SLOT_NEVER;
}

static int
on_done(struct pool *p, struct slot *slot, const struct frame *f)
{
	struct task *t = slot_find(slot, f->id);
	struct msg_done m;

	if (t == NULL || msg_parse_done(f, &m) == -1)
		return -1;
	t->facts.wall_ns = m.wall_ns;
	t->facts.user_us = m.user_us;
	t->facts.sys_us = m.sys_us;
	t->facts.maxrss_kb = m.maxrss_kb;
	polite_heed(p, t, &m);
	if (told_take(t, &m.facts) == -1)
		pool_fail(p, errno, "cannot keep what is told of job %ju",
		    (uintmax_t)t->seq);
	slot_done(slot, t, m.wall_ns);
	time_next(p, slot, 0);
	overdue_learn(p, slot, m.outcome == OUTCOME_OK, m.wall_ns);
	/* what we had ended for its time was cancelled for the worker */
	if (m.outcome == OUTCOME_CANCELLED && slot->nsignals > 0)
		judge_ended(p, t, OUTCOME_TIMEOUT, 0, slot->said.text);
	else
		judge_ended(p, t, m.outcome, m.code, slot->said.text);
	slot_next(slot);
	pool_slot_settle(p, slot);
	return 0;
}

/* One of many small jobs ended well. */
static void
end_well(
    struct pool *p, struct slot *slot, struct task *t, const struct msg_ok *ok)
{
	t->facts.wall_ns = ok->wall_ns;
	t->nout += ok->len;
	if (ok->len > 0 &&
	    sink_last_output(&p->sink, t, ok->data, ok->len) == -1)
		pool_fail(p, errno, "cannot hold the output of job %ju",
		    (uintmax_t)t->seq);
	slot_done(slot, t, ok->wall_ns);
	overdue_learn(p, slot, true, ok->wall_ns);
	judge_ended_well(p, t, slot->said.text);
	slot_next(slot);
}

static int
on_ok(struct pool *p, struct slot *slot, const struct frame *f)
{
	uint64_t seq = f->id;
	struct msg_oks oks;
	struct msg_ok ok;
	struct task *t;

	if (msg_parse_oks(f, &oks) == -1)
		return -1;
	time_next(p, slot, oks.n);
	for (; msg_next_ok(&oks, &ok); seq++) {
		if ((t = slot_find(slot, seq)) == NULL)
			return -1;
		end_well(p, slot, t, &ok);
	}
	pool_slot_settle(p, slot);
	return 0;
}

/* Jobs are slow now: no worker is to have one waiting behind another. */
static void
narrow_all(struct pool *p, const struct kind *kind)
{
	size_t i;

	for (i = 0; i < p->nused; i++) {
		if (p->slots[i].kind != kind)
			continue;
		slot_narrow(&p->slots[i]);
		pool_slot_settle(p, &p->slots[i]);
	}
}

/* Jobs wait behind a slow one: they may be another worker's. */
static int
on_back(struct pool *p, struct slot *slot, const struct frame *f)
{
	uint64_t seq = f->id;
	struct task *t;
	uint32_t n;

	if (msg_parse_back(f, &n) == -1)
		return -1;
	for (; n > 0; n--, seq++) {
		t = slot_find(slot, seq);
		if (t == NULL || t->intake != NULL || t->printed)
			return -1;
		slot_drop(slot, t);
		judge_not_begun(p, t);
	}
	if (p->sched.draining)
		judge_skip_waiting(p);
	if (slot->nheld == 0)
		slot->deadline_ns = SLOT_NEVER;
	narrow_all(p, slot->kind);
	return 0;
}

static int
on_log(struct pool *p, struct slot *slot, const struct frame *f)
{
	char text[MSG_LOG_MAX + 1], shown[4 * sizeof(text)];
	struct msg_log m;

	(void)slot;
	if (msg_parse_log(f, &m) == -1 || m.len >= sizeof(text))
		return -1;
	memcpy(text, m.text, m.len);
	text[m.len] = '\0';
	sink_tell(
	    &p->sink, "forkpool: %s", show_text(shown, sizeof(shown), text));
	return 0;
}

typedef int handler(struct pool *, struct slot *, const struct frame *);

static const struct {
	uint16_t type;
	bool before_ready;
	handler *handle;
} handlers[] = {
    {MSG_READY, true, on_ready},
    {MSG_START, false, on_start},
    {MSG_OUTPUT, false, on_output},
    {MSG_DONE, false, on_done},
    {MSG_OK, false, on_ok},
    {MSG_LOG, true, on_log},
    {MSG_FED, false, on_fed},
    {MSG_FORGET, false, on_forget},
    {MSG_BACK, false, on_back},
};

static int
handle_frame(struct pool *p, struct slot *slot, const struct frame *f)
{
	size_t i;

	debug_came(slot->debug, slot->number, f);
	for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		if (handlers[i].type != f->type)
			continue;
		if (!slot->ready && !handlers[i].before_ready)
			return -1;
		return handlers[i].handle(p, slot, f);
	}
	return -1;
}

/* No resynchronisation: the worker goes, its task is judged as a crash's. */
static void
condemn(struct pool *p, struct slot *slot, const void *data, size_t n)
{
	char shown[4 * BYTES_SHOWN + 1];

	if (slot->doom != OUTCOME_OK)
		return;
	strvisx(shown, data, n < BYTES_SHOWN ? n : BYTES_SHOWN,
	    VIS_CSTYLE | VIS_NL | VIS_TAB);
	sink_tell(&p->sink,
	    "forkpool: worker %u sent what is no message, and is ended: %s",
	    slot->number, shown);
	slot_kill(slot, OUTCOME_LOST, 0);
}

static void
handle_frames(struct pool *p, struct slot *slot)
{
	struct chan *c = &slot->chan;
	enum frame_status status;
	struct frame f;

	while ((status = chan_next(c, &f)) == FRAME_OK) {
		if (handle_frame(p, slot, &f) == 0)
			continue;
		c->poisoned = true;
		condemn(p, slot, f.payload, f.length);
		return;
	}
	if (status == FRAME_BAD)
		condemn(p, slot, buf_head(&c->in), c->in.len);
}

bool
replies_read(struct pool *p, struct slot *slot)
{
	switch (chan_read(&slot->chan)) {
	case CHAN_OK:
		handle_frames(p, slot);
		return true;
	case CHAN_AGAIN:
		return false;
	case CHAN_END:
	case CHAN_ERROR:
		/* its death is told by the system; should it live, it goes */
		slot->eof = true;
		slot_kill(slot, OUTCOME_LOST, 0);
		return false;
	}
	return false;
}
