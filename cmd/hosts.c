/*
 * hosts: the tasks that wait, by the host that each goes to.
 * It owns the hosts and the order of what waits; it must not know workers, nor
 * why a task is attempted again.
 */
#include "cmd/hosts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_MS   1000000ULL
#define SLACK_NS    (10 * NS_PER_MS)   /* a start may be so late, unpunished */
#define SOFT_NS	    (1000 * NS_PER_MS) /* a rate grows for so long … */
#define SOFT_FACTOR 4		       /* … from this part of it */

static int
compare_tasks(const struct task *a, const struct task *b)
{
	if (a->due_ns != b->due_ns)
		return a->due_ns < b->due_ns ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static int
compare_names(const struct host *a, const struct host *b)
{
	return strcmp(a->name, b->name);
}

static int
compare_turns(const struct host *a, const struct host *b)
{
	if (a->due_ns != b->due_ns)
		return a->due_ns < b->due_ns ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* RB_GENERATE_STATIC, whose __unused Linux hasn't; of these not all are used */
RB_GENERATE_INTERNAL(
    waiting, task, waiting, compare_tasks, __attribute__((unused)) static)
RB_GENERATE_INTERNAL(
    host_names, host, named, compare_names, __attribute__((unused)) static)
RB_GENERATE_INTERNAL(
    host_turns, host, turn, compare_turns, __attribute__((unused)) static)

static unsigned
limit_of(const struct hosts *hs)
{
	return hs->conf.per_host != 0 ? hs->conf.per_host : UINT_MAX;
}

void
hosts_init(struct hosts *hs, const struct hosts_conf *conf)
{
	memset(hs, 0, sizeof(*hs));
	hs->conf = *conf;
	hs->timed = conf->interval_ns > 0;
	hs->none.limit = UINT_MAX;
	RB_INIT(&hs->none.waiting);
	RB_INIT(&hs->names);
	RB_INIT(&hs->turns);
	TAILQ_INIT(&hs->idle);
}

static void
free_host(struct hosts *hs, struct host *h)
{
	RB_REMOVE(host_names, &hs->names, h);
	free(h);
}

void
hosts_clear(struct hosts *hs)
{
	struct host *h;

	while ((h = RB_ROOT(&hs->names)) != NULL)
		free_host(hs, h);
	TAILQ_INIT(&hs->idle);
	hs->nidle = 0;
}

/* A host without a task is kept for what is known of it, but not for ever. */
static void
make_idle(struct hosts *hs, struct host *h)
{
	TAILQ_INSERT_TAIL(&hs->idle, h, idle);
	if (++hs->nidle <= HOSTS_IDLE_MAX)
		return;
	h = TAILQ_FIRST(&hs->idle);
	TAILQ_REMOVE(&hs->idle, h, idle);
	hs->nidle--;
	free_host(hs, h);
}

/* The host of that name, idle if it is new; NULL without memory. */
static struct host *
get_host(struct hosts *hs, const char *name)
{
	size_t size = strlen(name) + 1;
	struct host key = {.name = name}, *h;

	if ((h = RB_FIND(host_names, &hs->names, &key)) != NULL)
		return h;
	if ((h = calloc(1, sizeof(*h) + size)) == NULL)
		return NULL;
	h->name = memcpy(h + 1, name, size);
	h->id = ++hs->last_id;
	h->limit = limit_of(hs);
	RB_INIT(&h->waiting);
	RB_INSERT(host_names, &hs->names, h);
	make_idle(hs, h);
	return h;
}

int
hosts_enter(struct hosts *hs, struct task *t, const char *name)
{
	struct host *h = get_host(hs, name);

	if (h == NULL)
		return -1;
	if (h->ntasks++ == 0) {
		TAILQ_REMOVE(&hs->idle, h, idle);
		hs->nidle--;
	}
	t->host = h;
	return 0;
}

void
hosts_leave(struct hosts *hs, struct task *t)
{
	struct host *h = t->host;

	t->host = NULL;
	if (h != NULL && --h->ntasks == 0 && h != &hs->none)
		make_idle(hs, h);
}

static uint64_t
due_of(const struct host *h, const struct task *t)
{
	uint64_t due = t->due_ns;

	if (h->running >= h->limit)
		return UINT64_MAX;
	if (h->next_ns > due)
		due = h->next_ns;
	return h->paused_ns > due ? h->paused_ns : due;
}

/* Something has changed: puts the host where its first task has it stand. */
static void
settle(struct hosts *hs, struct host *h)
{
	const struct task *t = RB_MIN(waiting, &h->waiting);
	uint64_t due = t != NULL ? due_of(h, t) : 0;

	if (t != NULL && h->queued && h->due_ns == due && h->seq == t->seq)
		return;
	if (h->queued)
		RB_REMOVE(host_turns, &hs->turns, h);
	h->queued = t != NULL;
	if (t == NULL)
		return;
	h->due_ns = due;
	h->seq = t->seq;
	RB_INSERT(host_turns, &hs->turns, h);
}

static void
insert(struct hosts *hs, struct task *t)
{
	RB_INSERT(waiting, &t->host->waiting, t);
	settle(hs, t->host);
}

/*
 * Usually a task is taken as soon as it has come.  Where a lone one goes to no
 * host it needs no order: it is kept beside the trees.
 */
void
hosts_add(struct hosts *hs, struct task *t)
{
	struct task *only = hs->none.only;

	if (t->host == NULL) {
		t->host = &hs->none;
		t->host->ntasks++;
	}
	if (only == NULL && t->host == &hs->none && RB_EMPTY(&hs->turns)) {
		hs->none.only = t;
		return;
	}
	if (only != NULL) {
		hs->none.only = NULL;
		insert(hs, only);
	}
	insert(hs, t);
}

void
hosts_remove(struct hosts *hs, struct task *t)
{
	if (t == hs->none.only) {
		hs->none.only = NULL;
		return;
	}
	RB_REMOVE(waiting, &t->host->waiting, t);
	settle(hs, t->host);
}

bool
hosts_has(const struct task *t)
{
	if (t->host == NULL)
		return false;
	/* the macro does not change what it is given */
	return t == t->host->only ||
	    RB_FIND(waiting, &t->host->waiting, (struct task *)t) != NULL;
}

struct task *
hosts_first(const struct hosts *hs)
{
	struct host *h;

	if (hs->none.only != NULL)
		return hs->none.only;
	/* the macro does not change what it is given */
	h = RB_MIN(host_turns, (struct host_turns *)&hs->turns);

	return h != NULL ? RB_MIN(waiting, &h->waiting) : NULL;
}

uint64_t
hosts_due(const struct task *t)
{
	return due_of(t->host, t);
}

uint64_t
hosts_pace(uint64_t next_ns, uint64_t now_ns, uint64_t interval_ns)
{
	/* what was not used is gone: no burst follows a silence */
	if (next_ns + SLACK_NS < now_ns)
		next_ns = now_ns;
	return next_ns + interval_ns;
}

/*
 * A rate begins with a part of itself.  That is for high ones: whoever asks for
 * one start a minute gets that.
 */
static uint64_t
soft_interval(const struct host *h, uint64_t now_ns, uint64_t interval_ns)
{
	uint64_t age = now_ns - h->begin_ns, wait;

	if (age >= SOFT_NS || interval_ns >= SOFT_NS - age)
		return interval_ns;
	wait = interval_ns +
	    interval_ns * (SOFT_FACTOR - 1) * (SOFT_NS - age) / SOFT_NS;
	return wait < SOFT_NS - age ? wait : SOFT_NS - age;
}

void
hosts_started(struct hosts *hs, struct task *t, uint64_t now_ns)
{
	uint64_t interval = hs->conf.interval_ns;
	struct host *h = t->host;

	h->running++;
	if (interval > 0 && h != &hs->none) {
		if (h->begin_ns == 0)
			h->begin_ns = now_ns;
		h->next_ns = hosts_pace(
		    h->next_ns, now_ns, soft_interval(h, now_ns, interval));
	}
	settle(hs, h);
}

void
hosts_ended(struct hosts *hs, struct task *t, bool answered)
{
	unsigned most = limit_of(hs);
	struct host *h = t->host;

	h->running--;
	/* what was sent before the pause says nothing of how it is now */
	if (answered && h->limit < most && t->facts.sent_ns >= h->paused_ns)
		h->limit = h->limit < most / 2 ? 2 * h->limit : most;
	settle(hs, h);
}

bool
hosts_pause(
    struct hosts *hs, const char *name, uint64_t now_ns, uint64_t until_ns)
{
	struct host *h = get_host(hs, name);
	bool begins;

	if (h == NULL)
		return false;
	begins = h->paused_ns <= now_ns;
	if (until_ns > h->paused_ns)
		h->paused_ns = until_ns;
	h->limit = 1;
	h->begin_ns = 0;
	hs->timed = true;
	settle(hs, h);
	return begins;
}
