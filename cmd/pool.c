/*
 * pool: the workers, and the one loop that polls for all of them.
 * It owns the slots; it must not know in which order tasks start or are
 * printed.
 */
#include "cmd/pool.h"

#include <sys/prctl.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/account.h"
#include "cmd/deaths.h"
#include "cmd/dispatch.h"
#include "cmd/ending.h"
#include "cmd/judge.h"
#include "cmd/output.h"
#include "cmd/overdue.h"
#include "cmd/pollset.h"
#include "cmd/running.h"
#include "cmd/signals.h"
#include "cmd/suspend.h"
#include "cmd/urls.h"
#include "cmd/workers.h"
#include "worker/duration.h"
#include "worker/tree.h"

#define STATUS_USAGE  2
#define STATUS_BROKEN 4
#define INHERITED_MAX 1024 /* children that are not ours */

/* The sink has done with a final task. */
static void
take_task(struct task *t, bool written, void *ctx)
{
	ledger_take(ctx, t, written);
}

/* The next to print may be printed while it runs. */
static bool
streams(const struct pool *p)
{
	const struct options *o = p->options;

	if (o->whole)
		return false;
	return (o->keep_order && o->line_buffer) || !retry_is_on(&o->retry);
}

static void
init_sink(struct pool *p, int outfd)
{
	const struct options *o = p->options;
	struct row_conf row = {o->row, o->command, p->template, p->total};

	sink_init(&p->sink,
	    &(struct sink_conf){.order = o->order,
		.stream = streams(p),
		.whole = o->whole,
		.stream_all = o->keep_order && o->line_buffer,
		.tag = p->tag.word != NULL ? &p->tag : NULL,
		.row = &row,
		.outfd = outfd,
		.dir = options_tmpdir(o),
		.spool_max = o->spool_max});
}

/*
 * What counts is how soon all pages are there, not each: a page that has come
 * is no reason to interrupt whoever runs, who may be the server itself.
 */
static void
ask_for_long_turns(void)
{
	const struct sched_param param = {0};

	/* what the user has chosen stays; else there is nothing to lose */
	if (sched_getscheduler(0) == SCHED_OTHER)
		(void)sched_setscheduler(0, SCHED_BATCH, &param);
}

int
pool_init(struct pool *p, const struct options *o, struct job_template *t,
    struct source *source, struct ledger *ledger, int outfd)
{
	memset(p, 0, sizeof(*p));
	p->options = o;
	p->kind = o->kind;
	p->template = t;
	p->source = source;
	p->ledger = ledger;
	p->total = source_total(source);
	p->nslots = o->slots;
	p->ncpus = workers_cpus();
	stop_init(&p->stop);
	TAILQ_INIT(&p->open);
	if (o->timeout_percent != 0 && (p->median = median_new()) == NULL)
		return -1;
	sched_init(&p->sched, &o->retry, &o->hosts);
	if (tag_init(&p->tag, options_tag(o), &o->set, p->total) == -1)
		return -1;
	if (results_init(&p->results, o->results, options_tmpdir(o),
		o->ledger.journal != NULL && o->ledger.sync != JOURNAL_OFF,
		&o->set, p->total) == -1)
		return -1;
	if (o->save_as != NULL &&
	    (save_init(&p->save, o->save_as, &o->set, p->total) == -1 ||
		urls_recall(p) == -1))
		return -1;
	init_sink(p, outfd);
	p->unwatched = !ledger_is_kept(ledger) && !o->files &&
	    o->results == NULL && o->halt.when == HALT_NEVER;
	if (ledger_is_kept(ledger))
		sink_set_taker(&p->sink, take_task, ledger);
	p->slots = calloc(p->nslots, sizeof(*p->slots));
	p->inherited = calloc(INHERITED_MAX, sizeof(*p->inherited));
	if (p->slots == NULL || p->inherited == NULL || pollset_init(p) == -1)
		return -1;

	p->ninherited = tree_children(getpid(), p->inherited, INHERITED_MAX);
	/* what a dead worker leaves of its jobs becomes ours, to be ended */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (p->kind->flags & KIND_URLS)
		ask_for_long_turns();
	return 0;
}

void
pool_clear(struct pool *p)
{
	sched_clear(&p->sched);
	sink_clear(&p->sink);
	tag_clear(&p->tag);
	results_clear(&p->results);
	save_clear(&p->save);
	report_clear(&p->report);
	median_free(p->median);
	free(p->slots);
	pollset_clear(p);
	free(p->inherited);
}

void
pool_check_ledger(struct pool *p)
{
	const char *why = ledger_error(p->ledger);

	if (why != NULL)
		pool_fail(p, 0, "%s", why);
}

void
pool_drain(struct pool *p)
{
	p->sched.draining = true;
	if (source_is_ended(p->source))
		p->sched.exhausted = true;
	judge_skip_waiting(p);
}

void
pool_fail(struct pool *p, int error, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (p->failed)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sink_tell(&p->sink, "forkpool: %s%s%s", text, error != 0 ? ": " : "",
	    error != 0 ? strerror(error) : "");
	p->failed = true;
	if (p->stop.signo == 0)
		ending_interrupt(p, SIGTERM);
}

void
pool_slot_settle(struct pool *p, struct slot *slot)
{
	if (slot->is_open)
		TAILQ_REMOVE(&p->open, slot, open);
	slot->is_open = slot_is_open(slot);
	if (!slot->is_open)
		return;
	/* the one used last is the one whose memory is still warm */
	if (slot->nheld == 0)
		TAILQ_INSERT_HEAD(&p->open, slot, open);
	else
		TAILQ_INSERT_TAIL(&p->open, slot, open);
}

/* Workers that were too long about something. */
static void
end_overdue(struct pool *p)
{
	uint64_t now;
	size_t i;

	if (p->due_ns == SLOT_NEVER || (now = duration_now_ns()) < p->due_ns)
		return;
	ending_step(p, now);
	for (i = 0; i < p->nused; i++)
		overdue_end(p, &p->slots[i], now);
}

static void
signal_events(struct pool *p)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	size_t i;

	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		if (!signals_take(ending[i]))
			continue;
		if (p->signo == 0)
			p->signo = ending[i];
		ending_interrupt(p, ending[i]);
	}
	if (signals_take(SIGUSR1))
		ending_finish(p);
	if (signals_take(SIGUSR2))
		running_tell(p);
	if (signals_take(SIGTSTP))
		suspend(p);
	if (signals_take(SIGCHLD))
		deaths_reap(p);
}

/* Prints what may be printed. */
static void
print(struct pool *p)
{
	switch (sink_print(&p->sink)) {
	case SINK_OK:
		if (sink_is_stuck(&p->sink))
			pool_fail(p, errno,
			    "cannot hold more output in %s (--spool-max)",
			    p->sink.store.spool.dir);
		break;
	case SINK_GONE:
		/* nobody reads it: the end that a plain loop would have */
		if (p->stop.signo == 0) {
			p->signo = SIGPIPE;
			ending_interrupt(p, SIGPIPE);
		}
		break;
	case SINK_ERROR:
		if (p->sink.unreadable)
			pool_fail(p, errno,
			    "cannot read back output held in %s",
			    p->sink.store.spool.dir);
		else
			pool_fail(p, errno, "cannot write %s",
			    output_name(p->options));
		break;
	}
}

static bool
is_over(const struct pool *p)
{
	if (!sched_is_done(&p->sched))
		return false;
	/* asked twice to stop, we don't wait for a reader that is slow */
	return sink_is_empty(&p->sink) || stop_is_last(&p->stop) ||
	    p->sink.out.error != 0;
}

/* Whether a worker holds a task that another one may come to do. */
static bool
is_any_behind(const struct pool *p)
{
	size_t i;

	for (i = 0; i < p->nused; i++) {
		if (p->slots[i].nheld > 1)
			return true;
	}
	return false;
}

/*
 * A program that is kept may hold answers back until its input ends, which it
 * does when nothing follows.  A job that fails is rather tried again in the
 * same one.
 */
static void
tell_last(struct pool *p)
{
	struct slot *slot;
	size_t i;

	if (retry_is_on(&p->options->retry))
		return;
	for (i = 0; i < p->nused; i++) {
		slot = &p->slots[i];
		if (slot->nheld > 0 && !slot->told_last)
			slot_tell_last(slot);
		else if (slot->nheld == 0 && slot->told_last)
			slot_quit(slot, duration_now_ns() + SLOT_QUIT_NS);
		else
			continue;
		pool_slot_settle(p, slot);
	}
}

/* Workers for which nothing is left need not wait for the last job. */
static void
retire_idle(struct pool *p)
{
	struct slot *slot;

	if (sched_needs_workers(&p->sched))
		return;
	if (p->kind->flags & KIND_KEEPS)
		tell_last(p);
	if (is_any_behind(p))
		return;
	while ((slot = TAILQ_FIRST(&p->open)) != NULL && slot->nheld == 0) {
		slot_quit(slot, duration_now_ns() + SLOT_QUIT_NS);
		pool_slot_settle(p, slot);
	}
}

/* Lets the workers end: those that don't in time are killed. */
static void
quit_workers(struct pool *p)
{
	size_t i;

	p->due_ns = duration_now_ns() + SLOT_QUIT_NS;
	for (i = 0; i < p->nused; i++)
		slot_quit(&p->slots[i], p->due_ns);
	while (p->nlive > 0) {
		pollset_wait(p, 0);
		signals_take(SIGCHLD);
		deaths_reap(p);
		end_overdue(p);
	}
}

/* Starts and prints what may be; what is printed may let more be started. */
static void
advance(struct pool *p)
{
	const struct task *next;
	bool room;

	do {
		dispatch(p);
		room = sink_has_room(&p->sink);
		next = sink_next(&p->sink);
		print(p);
	} while (
	    !room && (sink_has_room(&p->sink) || sink_next(&p->sink) != next));
}

/*
 * Tells what became of the run.  A reader of stderr who is stuck is waited for,
 * but not any longer than jobs would be when we are to stop.
 */
static void
give_account(struct pool *p, int status)
{
	account_tell(p, status);
	for (;;) {
		sink_print(&p->sink);
		if (!sink_waits_for(&p->sink, STDERR_FILENO) ||
		    stop_is_last(&p->stop))
			return;
		pollset_wait_for_stderr(p);
		signal_events(p);
		end_overdue(p);
	}
}

static int
exit_status(const struct pool *p)
{
	if (p->failed || p->sink.out.error != 0 || p->sink.err.error != 0)
		return STATUS_BROKEN;
	return p->refused ? STATUS_USAGE : sched_status(&p->sched);
}

int
pool_run(struct pool *p)
{
	size_t nfds;
	int n, status;

	ending_init(p);
	for (;;) {
		advance(p);
		retire_idle(p);
		if (is_over(p))
			break;
		nfds = pollset_arm(p);
		n = pollset_wait(p, nfds);
		signal_events(p);
		if (n > 0)
			pollset_take(p, nfds);
		end_overdue(p);
		ledger_tick(p->ledger);
		pool_check_ledger(p);
	}
	quit_workers(p);
	status = exit_status(p);
	ledger_end(p->ledger, status, p->signo);
	pool_check_ledger(p);
	status = exit_status(p);
	if (p->signo != SIGPIPE)
		give_account(p, status);
	return status;
}
