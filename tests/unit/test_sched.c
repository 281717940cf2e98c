/*
 * test_sched: owns the tests of cmd/sched: the order in which tasks start, what
 * becomes of them, and the exit status that they make.
 * It must not know of workers.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/sched.h"
#include "tests/unit/tap.h"

#define NTASKS 4

/* A policy and some tasks of it, numbered from 1. */
struct fixture {
	struct sched sched;
	struct retry_conf retry;
	struct hosts_conf hosts;
	struct task *task[NTASKS + 1];
};

static struct sched *
setup(struct fixture *f, bool repeatable)
{
	static const struct record record = {
	    .text = "word", .len = 4, .nargs = 1};
	uint64_t seq;

	memset(f, 0, sizeof(*f));
	retry_init(&f->retry);
	sched_init(&f->sched, &f->retry, &f->hosts);
	for (seq = 1; seq <= NTASKS; seq++) {
		if ((f->task[seq] = task_new(seq, &record)) == NULL)
			exit(1);
		f->task[seq]->repeatable = repeatable;
	}
	return &f->sched;
}

static void
teardown(struct fixture *f)
{
	size_t i;

	for (i = 1; i <= NTASKS; i++)
		task_free(f->task[i]);
}

static void
add(struct fixture *f, size_t first, size_t last)
{
	for (; first <= last; first++)
		sched_add(&f->sched, f->task[first]);
}

/* The number of the task that starts now; 0: none. */
static int
take(struct sched *s, bool room, const struct task *next)
{
	struct task *t = sched_take(s, room, next, 0);

	return t != NULL ? (int)t->seq : 0;
}

/* Starts the task that is first in the queue. */
static struct task *
start(struct sched *s)
{
	struct task *t = sched_take(s, true, NULL, 0);

	if (t == NULL)
		exit(1);
	sched_started(s, t, 0);
	return t;
}

/* Attempts the first one; what became of it. */
static enum verdict
run(struct sched *s, enum outcome outcome)
{
	struct task *t = start(s);

	return sched_judge(s, t, outcome, 9);
}

static void
test_order(void)
{
	struct fixture f;
	struct sched *s = setup(&f, false);

	tap_int(take(s, true, NULL), 0, "nothing to start at first");
	add(&f, 1, 3);
	tap_int(s->total, 3, "the tasks are counted");
	tap_int(take(s, true, NULL), 1, "the first starts first");
	tap_int(take(s, true, NULL), 2, "then the second");
	add(&f, 4, 4);
	tap_int(take(s, true, NULL), 3, "then the third");
	tap_int(take(s, true, NULL), 4, "then a later one");
	tap_int(take(s, true, NULL), 0, "then none");
	teardown(&f);
}

static void
test_put_back(void)
{
	struct fixture f;
	struct sched *s = setup(&f, false);

	add(&f, 1, 4);
	take(s, true, NULL);
	take(s, true, NULL);
	take(s, true, NULL);
	sched_put_back(s, f.task[2]);
	sched_put_back(s, f.task[3]);
	sched_put_back(s, f.task[1]);
	tap_ok(f.task[1]->state == STATE_READY, "what is put back waits");
	tap_int(f.task[1]->attempts, 0, "and isn't charged");
	tap_int(take(s, true, NULL), 1,
	    "in the list's order, whatever the order of return");
	tap_int(take(s, true, NULL), 2, "the second");
	tap_int(take(s, true, NULL), 3, "the third");
	tap_int(take(s, true, NULL), 4, "the one that stayed");
	sched_put_back(s, f.task[4]);
	sched_put_back(s, f.task[3]);
	tap_int(take(s, true, NULL), 3, "also into an empty queue");
	tap_int(take(s, true, NULL), 4, "and at its end");
	tap_int(s->total, 4, "none is counted twice");
	teardown(&f);
}

static void
test_room(void)
{
	struct fixture f;
	struct sched *s = setup(&f, true);

	add(&f, 2, 3);
	tap_int(take(s, false, f.task[1]), 0,
	    "without room no other starts than the next to print");
	tap_int(take(s, false, NULL), 0, "nor without such a one");
	sched_put_back(s, f.task[1]);
	tap_int(take(s, false, f.task[1]), 1, "but that one does");
	tap_int(take(s, false, f.task[1]), 0, "it alone");
	tap_int(take(s, true, f.task[1]), 2, "with room again the others");
	teardown(&f);
}

static void
test_wants_record(void)
{
	struct fixture f;
	struct sched *s = setup(&f, false);

	tap_ok(sched_wants_record(s, true, NULL, 0), "a record is wanted");
	tap_ok(sched_wants_record(s, false, NULL, 0),
	    "without room too, when it will be the next to print");
	tap_ok(!sched_wants_record(s, false, f.task[1], 0),
	    "but not when another is");
	tap_ok(sched_wants_record(s, true, f.task[1], 0), "with room it is");
	add(&f, 1, 1);
	tap_ok(!sched_wants_record(s, true, NULL, 0),
	    "none while a task waits: no reading ahead");
	take(s, true, NULL);
	tap_ok(
	    sched_wants_record(s, true, NULL, 0), "one when that has started");
	s->exhausted = true;
	tap_ok(
	    !sched_wants_record(s, true, NULL, 0), "none after the list's end");
	s->exhausted = false;
	s->draining = true;
	tap_ok(!sched_wants_record(s, true, NULL, 0), "none when we drain");
	teardown(&f);
}

static const struct {
	enum outcome outcome;
	enum state state;
	const char *name;
} judged[] = {
    {OUTCOME_OK, STATE_OK, "ok: the job is ok"},
    {OUTCOME_EXIT, STATE_FAILED, "exit 1: failed"},
    {OUTCOME_SIGNAL, STATE_FAILED, "killed by a signal of its own: failed"},
    {OUTCOME_TIMEOUT, STATE_FAILED, "timed out: failed"},
    {OUTCOME_ERROR, STATE_FAILED, "could not be started: failed"},
    {OUTCOME_HTTP, STATE_FAILED, "not 2xx: failed"},
    {OUTCOME_LOST, STATE_LOST, "its worker died: lost"},
    {OUTCOME_CANCELLED, STATE_CANCELLED, "ended by us: cancelled"},
};

static void
test_judge(void)
{
	struct fixture f;
	struct sched *s = &f.sched;
	struct task *t;
	size_t i;

	for (i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
		setup(&f, false);
		add(&f, 1, 1);
		t = start(s);
		tap_ok(t->state == STATE_RUNNING && s->running == 1 &&
			t->attempts == 1,
		    "it runs");
		tap_ok(sched_judge(s, t, judged[i].outcome, 9) == VERDICT_FINAL,
		    "its first attempt is its last");
		tap_int(t->state, judged[i].state, judged[i].name);
		tap_int(t->outcome, judged[i].outcome, "the outcome is kept");
		tap_int(t->code, 9, "with its code");
		tap_int(s->count[judged[i].state], 1, "and counted");
		tap_int(s->running, 0, "and it runs no more");
		tap_ok(task_is_final(t), "the state is final");
		teardown(&f);
	}
}

static void
test_crash_limit(void)
{
	struct fixture f;
	struct sched *s = setup(&f, true);
	int i;

	add(&f, 1, 2);
	for (i = 1; i < (int)f.retry.crash_limit; i++) {
		tap_ok(run(s, OUTCOME_LOST) == VERDICT_AGAIN,
		    "a repeatable job whose worker died runs again");
		tap_ok(f.task[1]->state == STATE_READY, "meanwhile it waits");
		tap_int(f.task[1]->crashes, i, "it is charged");
		tap_int(s->running, 0, "it doesn't run");
		tap_int(s->count[STATE_LOST], 0, "it isn't lost");
		tap_int(sched_due(s, false, f.task[1]), 0, "and may start");
	}
	tap_ok(run(s, OUTCOME_LOST) == VERDICT_FINAL,
	    "after the limit it doesn't");
	tap_int(f.task[1]->state, STATE_LOST, "it is lost");
	tap_int(f.task[1]->attempts, (int)f.retry.crash_limit, "after so many");
	tap_int(take(s, true, NULL), 2, "the others go on");
	teardown(&f);
}

static void
test_again_and_ok(void)
{
	struct fixture f;
	struct sched *s = setup(&f, true);
	struct task *t;

	add(&f, 1, 1);
	s->exhausted = true;
	run(s, OUTCOME_LOST);
	tap_ok(!sched_is_done(s), "a job that is to be repeated is awaited");
	t = start(s);
	tap_int(t->attempts, 2, "its second attempt");
	sched_judge(s, t, OUTCOME_OK, 0);
	tap_int(t->state, STATE_OK, "may be ok");
	tap_ok(sched_is_done(s), "then all is done");
	tap_int(sched_status(s), 0, "and the status is 0");
	teardown(&f);
}

static void
test_not_again(void)
{
	struct fixture f;
	struct sched *s = setup(&f, true);

	add(&f, 1, 3);
	f.task[1]->printed = true;
	tap_ok(run(s, OUTCOME_LOST) == VERDICT_PRINTED,
	    "a job that is printed in part is not repeated");
	tap_int(f.task[1]->state, STATE_LOST, "it is lost");
	run(s, OUTCOME_EXIT);
	tap_int(f.task[2]->state, STATE_FAILED,
	    "one that failed is not repeated either");
	start(s);
	s->draining = true;
	tap_ok(sched_judge(s, f.task[3], OUTCOME_LOST, 9) == VERDICT_FINAL,
	    "none is repeated while we drain");
	tap_int(f.task[3]->state, STATE_LOST, "it is lost");
	teardown(&f);
}

static void
test_refuse(void)
{
	struct fixture f;
	struct sched *s = setup(&f, true);

	add(&f, 1, 1);
	take(s, true, NULL);
	sched_refuse(s, f.task[1]);
	tap_int(f.task[1]->state, STATE_FAILED,
	    "a task that can't be attempted has failed");
	tap_int(f.task[1]->outcome, OUTCOME_ERROR, "by an error");
	tap_int(f.task[1]->attempts, 0, "without an attempt");
	tap_int(s->running, 0, "and never ran");
	s->exhausted = true;
	tap_ok(sched_is_done(s), "nothing is left to wait for");
	tap_int(sched_status(s), 1, "the status is 1");
	teardown(&f);
}

static void
test_drain(void)
{
	struct fixture f;
	struct sched *s = setup(&f, true);
	struct task *t;

	add(&f, 1, 4);
	run(s, OUTCOME_LOST);
	t = start(s);
	tap_int(t->seq, 1, "the first runs again");
	s->draining = true;
	tap_int(take(s, true, NULL), 0, "draining, none starts");
	tap_int(take(s, true, f.task[2]), 0, "not even the next to print");
	sched_judge(s, t, OUTCOME_LOST, 9);
	tap_int(t->state, STATE_LOST, "but not a third time");
	f.task[2]->attempts = 1;
	f.task[2]->outcome = OUTCOME_EXIT;
	tap_ok(sched_skip(s) == f.task[2], "what waits ends, in order");
	tap_int(f.task[2]->state, STATE_FAILED,
	    "as its last attempt, when there was one");
	tap_ok(sched_skip(s) == f.task[3], "the next one");
	tap_int(f.task[3]->state, STATE_SKIPPED, "as skipped, when not");
	tap_ok(!sched_is_done(s), "until none waits we aren't done");
	sched_skip(s);
	tap_ok(sched_skip(s) == NULL, "then there is none");
	tap_ok(sched_is_done(s), "and all is done, the list unread or not");
	tap_int(s->count[STATE_SKIPPED], 2, "skipped ones counted");
	tap_int(s->count[STATE_FAILED], 1, "failed ones too");
	teardown(&f);
}

static void
test_is_done(void)
{
	struct fixture f;
	struct sched *s = setup(&f, false);

	tap_ok(!sched_is_done(s), "not done while the list may go on");
	s->exhausted = true;
	tap_ok(sched_is_done(s), "done with an empty list");
	add(&f, 1, 1);
	tap_ok(!sched_is_done(s), "not while a task waits");
	start(s);
	tap_ok(!sched_is_done(s), "nor while it runs");
	sched_judge(s, f.task[1], OUTCOME_OK, 0);
	tap_ok(sched_is_done(s), "but when it has ended");
	s->exhausted = false;
	s->draining = true;
	tap_ok(sched_is_done(s), "or when we drain and none runs");
	teardown(&f);
}

static void
test_retries(void)
{
	struct fixture f;
	struct sched *s = setup(&f, false);
	struct task *t;

	f.retry.attempts = 3;
	add(&f, 1, 2);
	tap_ok(run(s, OUTCOME_EXIT) == VERDICT_RETRY, "what fails is retried");
	sched_put_off(s, f.task[1], 500);
	tap_int(f.task[1]->state, STATE_READY, "it waits");
	tap_int(s->count[STATE_FAILED], 0, "and has not failed so far");
	tap_int(sched_due(s, true, NULL), 0, "another may start at once");
	t = start(s);
	tap_int(t->seq, 2, "and does");
	tap_int(sched_due(s, true, NULL), 500, "then none before its time");
	tap_int(sched_due(s, false, f.task[1]), 500, "without room neither");
	tap_ok(sched_due(s, false, f.task[2]) == UINT64_MAX,
	    "when it isn't the next to print, not at all");
	tap_ok(sched_wants_record(s, true, NULL, 499),
	    "so there is time for the next record");
	tap_ok(!sched_wants_record(s, true, NULL, 500), "until then");
	tap_ok(
	    sched_take(s, true, NULL, 499) == NULL, "too early, none starts");
	tap_ok(sched_take(s, false, f.task[1], 500) == f.task[1],
	    "on time, it starts");
	sched_started(s, f.task[1], 0);
	tap_ok(sched_judge(s, f.task[1], OUTCOME_LOST, 9) == VERDICT_RETRY,
	    "an attempt that is lost is one of them");
	sched_put_back(s, f.task[1]);
	tap_ok(
	    run(s, OUTCOME_SIGNAL) == VERDICT_FINAL, "the third is the last");
	tap_int(f.task[1]->state, STATE_FAILED, "then it has failed");
	tap_int(s->retries, 2, "after two retries");
	tap_int(s->nput_off, 0, "nobody waits for his time");
	teardown(&f);
}

/* The order of those whose time has come, and who goes before a new one. */
static void
test_put_off(void)
{
	struct fixture f;
	struct sched *s = setup(&f, false);

	sched_put_off(s, f.task[2], 30);
	sched_put_off(s, f.task[1], 40);
	sched_put_off(s, f.task[3], 30);
	tap_int(s->nput_off, 3, "three wait");
	tap_ok(sched_take(s, true, NULL, 50) == f.task[2], "first who is due");
	tap_ok(sched_take(s, false, f.task[1], 50) == f.task[1],
	    "but without room the next to print, due later or not");
	sched_put_back(s, f.task[4]);
	tap_ok(sched_take(s, true, NULL, 50) == f.task[4],
	    "and before them who waits for nothing");
	s->draining = true;
	tap_ok(sched_due(s, true, NULL) == UINT64_MAX, "draining, none is due");
	f.task[3]->attempts = 1;
	f.task[3]->outcome = OUTCOME_EXIT;
	tap_ok(sched_skip(s) == f.task[3], "who waits for his time ends too");
	tap_int(f.task[3]->state, STATE_FAILED, "and failed");
	tap_int(s->nput_off, 0, "none is left");
	teardown(&f);
}

/* Crashes of a job that may be repeated are no attempts. */
static void
test_crashes_apart(void)
{
	struct fixture f;
	struct sched *s = setup(&f, true);

	f.retry.attempts = 2;
	add(&f, 1, 1);
	tap_ok(run(s, OUTCOME_LOST) == VERDICT_AGAIN, "a crash");
	tap_ok(run(s, OUTCOME_LOST) == VERDICT_AGAIN, "and another");
	tap_ok(run(s, OUTCOME_HTTP) == VERDICT_RETRY, "then its first failure");
	sched_put_back(s, f.task[1]);
	tap_ok(run(s, OUTCOME_HTTP) == VERDICT_FINAL, "and its last");
	tap_int(f.task[1]->attempts, 4, "four attempts in all");
	f.task[2]->crashes = f.retry.crash_limit - 1;
	add(&f, 2, 2);
	tap_ok(run(s, OUTCOME_LOST) == VERDICT_FINAL, "the limit is kept");
	teardown(&f);
}

/* The status after tasks that end so. */
static void
test_status(const enum outcome *outcomes, size_t n, int want, const char *name)
{
	struct fixture f;
	size_t i;

	setup(&f, false);
	add(&f, 1, n);
	f.sched.exhausted = true;
	for (i = 0; i < n; i++)
		run(&f.sched, outcomes[i]);
	tap_int(sched_status(&f.sched), want, name);
	teardown(&f);
}

static void
test_statuses(void)
{
	static const enum outcome ok[] = {OUTCOME_OK, OUTCOME_OK};
	static const enum outcome failed[] = {
	    OUTCOME_OK, OUTCOME_EXIT, OUTCOME_OK};
	static const enum outcome lost[] = {
	    OUTCOME_EXIT, OUTCOME_LOST, OUTCOME_OK};
	static const enum outcome cancelled[] = {
	    OUTCOME_CANCELLED, OUTCOME_EXIT};

	test_status(ok, 0, 0, "status 0 of an empty list");
	test_status(ok, 2, 0, "status 0 when every job is ok");
	test_status(failed, 3, 1, "status 1 when one failed");
	test_status(lost, 3, 3, "status 3 when one is lost, failed or not");
	test_status(cancelled, 2, 3, "status 3 when one is cancelled");
}

static void
test_status_unread(void)
{
	struct fixture f;
	struct sched *s = setup(&f, false);

	add(&f, 1, 1);
	run(s, OUTCOME_OK);
	s->draining = true;
	tap_int(sched_status(s), 3, "status 3 when the list was not read out");
	s->exhausted = true;
	tap_int(sched_status(s), 0, "status 0 when we drained at its end");
	add(&f, 2, 2);
	sched_skip(s);
	tap_int(sched_status(s), 3, "status 3 when one was skipped");
	s->satisfied = true;
	tap_int(sched_status(s), 0, "but 0 when what was wanted is done");
	teardown(&f);
}

/* How many more tasks of that host are taken on, until no record is wanted. */
static int
look_ahead(struct sched *s, const char *host, int most)
{
	static const struct record record = {
	    .text = "word", .len = 4, .nargs = 1};
	struct task *t;
	int n;

	for (n = 0; n < most && sched_wants_record(s, true, NULL, 0); n++) {
		if ((t = task_new(100 + (uint64_t)n, &record)) == NULL ||
		    hosts_enter(&s->hosts, t, host) == -1)
			exit(1);
		sched_add(s, t);
	}
	return n;
}

/* While a host lets no task start, records are read for another one. */
static void
test_hosts(void)
{
	struct fixture f;
	struct sched *s = setup(&f, true);
	struct task *t;
	int n;

	s->hosts.conf.per_host = 1;
	hosts_enter(&s->hosts, f.task[1], "a");
	hosts_enter(&s->hosts, f.task[2], "a");
	add(&f, 1, 2);
	start(s);
	tap_ok(sched_due(s, true, NULL) == UINT64_MAX, "its host is busy");
	tap_int(take(s, false, f.task[2]), 0, "also for the next to print");
	hosts_enter(&s->hosts, f.task[3], "b");
	tap_ok(sched_wants_record(s, true, NULL, 0), "another record is read");
	add(&f, 3, 3);
	tap_ok(!sched_wants_record(s, true, NULL, 0), "none if one may start");
	tap_int(take(s, true, NULL), 3, "for another host, which starts");
	tap_int(look_ahead(s, "a", 20000), SCHED_AHEAD_MAX - 1,
	    "so many are read, then no more");
	sched_undo(s, f.task[1]);
	tap_int(f.task[1]->attempts, 0, "an attempt that was none");
	tap_int(take(s, true, NULL), 2, "holds its host up no longer");
	s->draining = true;
	for (n = 0; (t = sched_skip(s)) != NULL; n++)
		task_free(t);
	tap_int(n, SCHED_AHEAD_MAX - 1, "those that wait can be skipped");
	teardown(&f);
	sched_clear(s);
}

int
main(void)
{
	test_order();
	test_put_back();
	test_room();
	test_wants_record();
	test_judge();
	test_crash_limit();
	test_again_and_ok();
	test_not_again();
	test_retries();
	test_put_off();
	test_crashes_apart();
	test_refuse();
	test_drain();
	test_is_done();
	test_statuses();
	test_status_unread();
	test_hosts();
	return tap_done();
}
