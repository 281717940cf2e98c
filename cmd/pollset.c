/*
 * pollset: what the pool waits for: the list, stdout and stderr, the pipes of
 * each worker, signals, and a time.
 * It owns where each of them is in the set; it must not know why the pool
 * waits.
 */
#include "cmd/pollset.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/dispatch.h"
#include "cmd/ending.h"
#include "cmd/overdue.h"
#include "cmd/replies.h"
#include "cmd/signals.h"
#include "worker/duration.h"

#define NS_PER_MS 1000000ULL
#define LIST	  0 /* the first of the set … */
#define STDOUT	  1
#define STDERR	  2
#define FIXED	  3 /* … and so many there are of them */
#define PER_SLOT  2 /* replies, requests */

int
pollset_init(struct pool *p)
{
	size_t n = FIXED + PER_SLOT * p->nslots;

	p->fds = calloc(n, sizeof(*p->fds));
	p->polled = calloc(n, sizeof(*p->polled));
	return p->fds != NULL && p->polled != NULL ? 0 : -1;
}

void
pollset_clear(struct pool *p)
{
	free(p->fds);
	free(p->polled);
}

/* A worker's part of the poll set, at index n; returns its end. */
static size_t
arm_slot(struct pool *p, struct slot *slot, size_t n)
{
	const struct task *t = TAILQ_FIRST(&slot->held);
	bool takes = t == NULL || sink_takes(&p->sink, t);

	overdue_hold(p, slot, !takes);
	p->polled[n] = slot;
	p->fds[n++] = (struct pollfd){takes ? slot->chan.rfd : -1, POLLIN, 0};
	if (slot->chan.out.len > 0) {
		p->polled[n] = slot;
		p->fds[n++] = (struct pollfd){slot->chan.wfd, POLLOUT, 0};
	}
	return n;
}

size_t
pollset_arm(struct pool *p)
{
	short out = sink_waits_for(&p->sink, STDOUT_FILENO) ? POLLOUT : 0;
	short err = sink_waits_for(&p->sink, STDERR_FILENO) ? POLLOUT : 0;
	size_t i, n = FIXED;
	uint64_t due;

	p->fds[LIST] = (struct pollfd){
	    p->want_input ? source_fd(p->source) : -1, POLLIN, 0};
	/* even with nothing to write now: its reader may go away */
	if (p->sink.out.error == 0 && !p->options->silent)
		p->fds[STDOUT] = (struct pollfd){p->sink.out.fd, out, 0};
	else
		p->fds[STDOUT].fd = -1;
	p->fds[STDERR] = (struct pollfd){err != 0 ? STDERR_FILENO : -1, err, 0};
	p->due_ns = dispatch_due(p);
	if ((due = ending_due(p)) < p->due_ns)
		p->due_ns = due;
	if (p->ledger->commit_ns < p->due_ns)
		p->due_ns = p->ledger->commit_ns;
	if (p->pulling)
		p->due_ns = 0;
	for (i = 0; i < p->nused; i++) {
		if (p->slots[i].pid == -1)
			continue;
		if (!p->slots[i].eof)
			n = arm_slot(p, &p->slots[i], n);
		if ((due = overdue_at(p, &p->slots[i])) < p->due_ns)
			p->due_ns = due;
	}
	return n;
}

int
pollset_wait(struct pool *p, size_t nfds)
{
	struct timespec ts, *wait = NULL;
	uint64_t now, left;
	int n;

	if (p->due_ns != SLOT_NEVER) {
		now = duration_now_ns();
		left = p->due_ns > now ? p->due_ns - now : 0;
		ts.tv_sec = (time_t)(left / (1000 * NS_PER_MS));
		ts.tv_nsec = (long)(left % (1000 * NS_PER_MS));
		wait = &ts;
	}
	n = ppoll(p->fds, nfds, wait, signals_wait_mask());
	/* with a descriptor ready it lets no signal in */
	if (n > 0) {
		ts = (struct timespec){0};
		ppoll(NULL, 0, &ts, signals_wait_mask());
	}
	return n;
}

/* What came from workers, and what can go to them. */
static void
slot_events(struct pool *p, size_t nfds)
{
	enum chan_result result;
	struct slot *slot;
	size_t i;

	for (i = FIXED; i < nfds; i++) {
		if (p->fds[i].revents == 0)
			continue;
		slot = p->polled[i];
		if (p->fds[i].fd != slot->chan.wfd) {
			replies_read(p, slot);
			continue;
		}
		/* one that takes no more requests is as good as dead */
		result = slot_flush(slot);
		if (result == CHAN_END || result == CHAN_ERROR)
			slot_kill(slot, OUTCOME_LOST, 0);
		pool_slot_settle(p, slot);
	}
}

/* The reader of stdout may be gone though there is nothing to write. */
static void
check_reader(struct pool *p)
{
	if (p->fds[STDOUT].revents & (POLLERR | POLLHUP | POLLNVAL))
		p->sink.out.error =
		    p->fds[STDOUT].revents & POLLNVAL ? EBADF : EPIPE;
}

void
pollset_take(struct pool *p, size_t nfds)
{
	check_reader(p);
	if (p->fds[LIST].revents != 0)
		source_set_readable(p->source);
	slot_events(p, nfds);
}

void
pollset_wait_for_stderr(struct pool *p)
{
	pollset_arm(p);
	p->fds[LIST].fd = p->fds[STDOUT].fd = -1;
	pollset_wait(p, FIXED);
}
