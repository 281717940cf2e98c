/*
 * slot: a worker's place in the pool: its process, its channel, its tasks.
 * It owns the worker's process and channel; it must not know which task is
 * next.
 */
#include "cmd/slot.h"

#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/debug.h"
#include "ipc/msgto.h"
#include "worker/back.h"
#include "worker/spawn.h"
#include "worker/tree.h"

#define NS_PER_MS      1000000ULL
#define BACKOFF_MIN_MS 100	       /* after the second death in a row … */
#define PIPE_BYTES     (1024 * 1024)   /* of requests, with input */
#define SEND_MAX       (64U * 1024U)   /* bytes of requests that wait */
#define BATCH_NS       (2 * NS_PER_MS) /* of work that a worker may hold */
#define BACKOFF_MAX_MS 5000	       /* … doubled up to this */

void
slot_init(struct slot *s, unsigned number, struct sink *debug)
{
	*s = (struct slot){.number = number,
	    .pid = -1,
	    .debug = debug,
	    .deadline_ns = SLOT_NEVER};
	TAILQ_INIT(&s->held);
}

int
slot_start(struct slot *s, const struct kind *kind)
{
	struct spawned sp;

	if (spawn_worker(kind, s->number, &sp) == -1)
		return -1;
	s->pid = sp.pid;
	s->kind = kind;
	s->ready = s->eof = s->told_last = false;
	s->credit = s->credit_most = 1;
	s->credit_fixed = false;
	s->ndone = 0;
	s->busy_ns = 0;
	s->nhosts = 0;
	s->doom = OUTCOME_OK;
	s->deadline_ns = SLOT_NEVER;
	s->told = 0;
	chan_init(&s->chan, sp.rfd, sp.wfd, true);
	if (msg_add_hello(&s->chan.out, s->number, kind->name, NULL, 0) == 0)
		return 0;
	/* a worker that is not greeted exits, and is reaped as nobody's */
	chan_clear(&s->chan);
	s->pid = -1;
	return -1;
}

enum chan_result
slot_flush(struct slot *s)
{
	enum chan_result result;

	debug_sent(s->debug, s->number, &s->chan.out, s->told);
	result = chan_flush(&s->chan);
	s->told = s->chan.out.len;
	return result;
}

/* The usual one of a kind of which a worker holds many. */
static bool
is_small(const struct slot *s, const struct task *t, const struct args *args)
{
	return s->credit_most > 1 && t->attempts == 0 && args->n == 1 &&
	    t->intake == NULL;
}

/* Adds the frames of a job. */
static int
add_job(struct slot *s, struct task *t, const struct args *args,
    uint64_t timeout_ms)
{
	struct buf *out = &s->chan.out;
	size_t n;

	if (is_small(s, t, args) && (n = strlen(args->v[0])) <= BATCH_BYTES)
		return batch_add_job(
		    out, &s->chan.batch, t->seq, timeout_ms, args->v[0], n);
	return msg_add_job(out, t->seq, t->attempts + 1, timeout_ms,
	    (const char *const *)args->v, args->n);
}

int
slot_send(struct slot *s, struct task *t, const struct args *args,
    uint64_t timeout_ms)
{
	size_t before = s->chan.out.len;

	if (add_job(s, t, args, timeout_ms) == -1)
		return -1;
	if (t->intake != NULL &&
	    intake_send(t->intake, &s->chan, t->seq) == -1) {
		buf_truncate(&s->chan.out, before);
		return -1;
	}
	TAILQ_INSERT_TAIL(&s->held, t, queue);
	s->nheld++;
	return 0;
}

bool
slot_is_open(const struct slot *s)
{
	const struct task *first = TAILQ_FIRST(&s->held);

	if (!s->ready || s->doom != OUTCOME_OK || s->chan.wfd == -1 ||
	    s->told_last)
		return false;
	if (first == NULL)
		return true;
	/* a page that has begun may be a slow one */
	if (first->alone || (s->kind->flags & KIND_URLS) != 0 ||
	    s->chan.out.len >= SEND_MAX)
		return false;
	return s->nheld <= (s->credit_fixed ? s->credit - 1 : s->credit / 2);
}

bool
slot_has_room(const struct slot *s)
{
	return s->ready && s->nheld < s->credit && s->chan.out.len < SEND_MAX;
}

/* So many tasks as take BATCH_NS, by those before; never many more at once. */
static void
set_credit(struct slot *s)
{
	uint64_t fit = BATCH_NS * s->ndone / (s->busy_ns + 1);

	s->credit *= 2;
	if (s->credit > fit)
		s->credit = (unsigned)fit;
	if (s->credit > s->credit_most)
		s->credit = s->credit_most;
	if (s->credit < 1)
		s->credit = 1;
	s->ndone = 0;
	s->busy_ns = 0;
}

void
slot_fix_credit(struct slot *s, unsigned n)
{
	s->credit_fixed = n > 0;
	if (s->credit_fixed)
		s->credit = s->credit_most < n ? s->credit_most : n;
}

void
slot_narrow(struct slot *s)
{
	if (!s->credit_fixed)
		s->credit = 1;
}

void
slot_done(struct slot *s, struct task *t, uint64_t wall_ns)
{
	slot_drop(s, t);
	s->crashes = 0;
	if (s->credit_fixed)
		return;
	s->ndone++;
	s->busy_ns += wall_ns;
	if (wall_ns > BACK_SLOW_NS)
		s->credit = 1;
	if (s->nheld <= s->credit / 2)
		set_credit(s);
}

void
slot_widen(struct slot *s)
{
	/* without the room, or the right to it, smaller writes do too */
	(void)fcntl(s->chan.wfd, F_SETPIPE_SZ, PIPE_BYTES);
}

int
slot_feed(struct slot *s, struct task *t)
{
	int result = intake_send(t->intake, &s->chan, t->seq);

	slot_flush(s);
	return result;
}

void
slot_drop(struct slot *s, struct task *t)
{
	TAILQ_REMOVE(&s->held, t, queue);
	s->nheld--;
}

void
slot_next(struct slot *s)
{
	said_clear(&s->said);
	s->nsignals = 0;
	s->grace_ns = s->held_ns = 0;
}

struct task *
slot_find(const struct slot *s, uint64_t seq)
{
	struct task *t;

	TAILQ_FOREACH(t, &s->held, queue) {
		if (t->seq == seq)
			return t;
	}
	return NULL;
}

void
slot_signal(struct slot *s, uint64_t seq, int signo)
{
	if (msg_add_signal(&s->chan.out, seq, signo) == 0)
		slot_flush(s);
}

void
slot_tell_last(struct slot *s)
{
	if (s->pid == -1 || s->chan.wfd == -1)
		return;
	s->told_last = true;
	if (msg_add_quit(&s->chan.out) == 0)
		slot_flush(s);
}

void
slot_quit(struct slot *s, uint64_t due_ns)
{
	if (s->pid == -1 || s->chan.wfd == -1)
		return;
	if (msg_add_quit(&s->chan.out) == 0)
		slot_flush(s);
	chan_close_write(&s->chan);
	s->deadline_ns = due_ns;
}

void
slot_kill(struct slot *s, enum outcome doom, int code)
{
	if (s->pid == -1 || s->doom != OUTCOME_OK)
		return;
	s->doom = doom;
	s->doom_code = code;
	s->deadline_ns = SLOT_NEVER;
	tree_send(s->pid, false, SIGKILL);
}

bool
slot_is_unread(const struct slot *s)
{
	int unread = 0;

	/* our end of the pipe still knows what nobody took out of it */
	if (s->chan.out.len > 0)
		return true;
	return ioctl(s->chan.wfd, FIONREAD, &unread) == 0 && unread > 0;
}

/* How long to wait before the next worker, with some jitter. */
static uint64_t
backoff_ns(unsigned crashes)
{
	uint64_t ms = BACKOFF_MIN_MS;

	if (crashes < 2)
		return 0;
	for (; crashes > 2 && ms < BACKOFF_MAX_MS; crashes--)
		ms *= 2;
	if (ms > BACKOFF_MAX_MS)
		ms = BACKOFF_MAX_MS;
	return (ms - arc4random_uniform((uint32_t)ms / 4)) * NS_PER_MS;
}

void
slot_close(struct slot *s, bool crashed, uint64_t now_ns)
{
	chan_clear(&s->chan);
	s->pid = -1;
	s->ready = false;
	s->deadline_ns = SLOT_NEVER;
	if (crashed)
		s->crashes++;
	s->spawn_at_ns = now_ns + (crashed ? backoff_ns(s->crashes) : 0);
}

bool
slot_was_at(const struct slot *s, uint64_t id)
{
	size_t i, n = s->nhosts < SLOT_HOSTS ? s->nhosts : SLOT_HOSTS;

	/* the last one first: mostly it is that */
	for (i = 1; i <= n; i++) {
		if (s->host[(s->nhosts - i) % SLOT_HOSTS] == id)
			return true;
	}
	return false;
}

void
slot_note_host(struct slot *s, uint64_t id)
{
	if (!slot_was_at(s, id))
		s->host[s->nhosts++ % SLOT_HOSTS] = id;
}
