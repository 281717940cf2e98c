/*
 * test_hosts: owns the tests of cmd/hosts: when tasks may start, by the host
 * that they go to, with a clock of its own.
 * It must not know of workers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/hosts.h"
#include "tests/unit/tap.h"

#define NTASKS 20
#define MS     1000000ULL
#define S      (1000 * MS)
#define BEGIN  (500 * S) /* the clock does not begin at 0 */

struct fixture {
	struct hosts hosts;
	struct task *task[NTASKS + 1]; /* numbered from 1 */
	uint64_t now;
};

static struct fixture *
setup(struct fixture *f, unsigned per_host, uint64_t interval_ns)
{
	static const struct record record = {
	    .text = "word", .len = 4, .nargs = 1};
	size_t i;

	memset(f, 0, sizeof(*f));
	f->now = BEGIN;
	hosts_init(&f->hosts, &(struct hosts_conf){per_host, interval_ns});
	for (i = 1; i <= NTASKS; i++) {
		if ((f->task[i] = task_new(i, &record)) == NULL)
			exit(1);
	}
	return f;
}

static void
teardown(struct fixture *f)
{
	size_t i;

	for (i = 1; i <= NTASKS; i++)
		task_free(f->task[i]);
	hosts_clear(&f->hosts);
}

/* Tasks of that host wait; NULL: of none. */
static void
add(struct fixture *f, size_t first, size_t last, const char *host)
{
	for (; first <= last; first++) {
		if (host != NULL &&
		    hosts_enter(&f->hosts, f->task[first], host) == -1)
			exit(1);
		hosts_add(&f->hosts, f->task[first]);
	}
}

/* Starts the first that may start now; its number, or 0. */
static int
start(struct fixture *f)
{
	struct task *t = hosts_first(&f->hosts);

	if (t == NULL || hosts_due(t) > f->now)
		return 0;
	hosts_remove(&f->hosts, t);
	t->facts.sent_ns = f->now;
	hosts_started(&f->hosts, t, f->now);
	return (int)t->seq;
}

/* Starts all that may; how many. */
static int
start_all(struct fixture *f)
{
	int n = 0;

	while (start(f) != 0)
		n++;
	return n;
}

/* A task has ended for good. */
static void
end(struct fixture *f, size_t n, bool answered)
{
	hosts_ended(&f->hosts, f->task[n], answered);
	hosts_leave(&f->hosts, f->task[n]);
}

/* When the first that waits may start, in ms from the beginning; -1: never. */
static long long
due_ms(const struct fixture *f)
{
	const struct task *t = hosts_first(&f->hosts);
	uint64_t due = t != NULL ? hosts_due(t) : UINT64_MAX;

	return due == UINT64_MAX ? -1
	    : due <= BEGIN	 ? 0
				 : (long long)((due - BEGIN) / MS);
}

static void
test_no_hosts(void)
{
	struct fixture f;

	setup(&f, 2, S);
	tap_ok(hosts_first(&f.hosts) == NULL, "nobody waits at first");
	add(&f, 1, 4, NULL);
	tap_ok(hosts_has(f.task[3]), "who was added waits");
	tap_int(start_all(&f), 4, "tasks without a host have no limits");
	tap_ok(!hosts_has(f.task[3]), "and wait no more");
	tap_ok(hosts_first(&f.hosts) == NULL, "none is left");
	teardown(&f);
}

/* One that waits alone is in no tree, until others come. */
static void
test_lone(void)
{
	struct fixture f;

	setup(&f, 2, 0);
	add(&f, 3, 3, NULL);
	tap_ok(hosts_has(f.task[3]) && !hosts_has(f.task[2]),
	    "who is alone waits");
	add(&f, 2, 2, NULL);
	add(&f, 1, 1, "a");
	tap_ok(hosts_has(f.task[3]), "and goes on when others come");
	tap_int(start(&f), 1, "who goes to a host has the same list");
	tap_int(start(&f), 2, "who came later was before it there");
	tap_int(start(&f), 3, "then it is its turn");
	tap_int(start(&f), 0, "once");
	teardown(&f);
}

static void
test_per_host(void)
{
	struct fixture f;

	setup(&f, 2, 0);
	add(&f, 1, 5, "a");
	add(&f, 6, 8, "b");
	tap_int(start(&f), 1, "the first of the list starts first");
	tap_int(start(&f), 2, "a host may have two");
	tap_int(start(&f), 6, "then another host has its turn");
	tap_int(start(&f), 7, "with as many");
	tap_int(start(&f), 0, "then all have to wait");
	tap_int(due_ms(&f), -1, "until something ends");
	tap_ok(hosts_due(f.task[3]) == UINT64_MAX, "so it is with each task");
	end(&f, 7, true);
	tap_int(start(&f), 8, "who waits for that host goes on");
	end(&f, 2, false);
	end(&f, 1, true);
	tap_int(start(&f), 3, "a failure makes room too");
	tap_int(start(&f), 4, "in the list's order");
	tap_int(start(&f), 0, "never more than the limit");
	tap_ok(!f.hosts.timed, "no clock is needed for all that");
	teardown(&f);
}

static void
test_put_off(void)
{
	struct fixture f;

	setup(&f, 1, 0);
	f.task[1]->due_ns = BEGIN + 5 * S;
	add(&f, 1, 2, "a");
	tap_int(start(&f), 2, "one that is put off lets others pass");
	tap_int(start(&f), 0, "and waits");
	f.now += 6 * S;
	tap_int(start(&f), 0, "for its host too, when its time has come");
	end(&f, 2, true);
	tap_int(start(&f), 1, "then it starts");
	teardown(&f);
}

static void
test_pause(void)
{
	struct fixture f;

	setup(&f, 0, 0);
	add(&f, 1, 12, "a");
	add(&f, 13, 14, "b");
	tap_int(start(&f), 1, "one is sent");
	tap_int(start(&f), 2, "and another");
	tap_ok(
	    hosts_pause(&f.hosts, "a", f.now, f.now + 2 * S), "a pause begins");
	tap_ok(!hosts_pause(&f.hosts, "a", f.now, f.now + S),
	    "a second wish is not another one");
	tap_ok(f.hosts.timed, "now time matters");
	tap_int(start(&f), 13, "another host goes on");
	tap_int(due_ms(&f), 0, "with what it has");
	tap_int(start(&f), 14, "all of it");
	tap_int(start(&f), 0, "the host that pauses gets nothing");
	end(&f, 1, false);
	end(&f, 2, true);
	tap_int(due_ms(&f), 2000, "until the later of both times");
	f.now += 2 * S;
	tap_int(start_all(&f), 1, "then one task tries, whatever came before");
	tap_int(due_ms(&f), -1, "the others wait for its answer");
	end(&f, 3, true);
	tap_int(start_all(&f), 2, "it was answered: two");
	end(&f, 4, true);
	end(&f, 5, false);
	tap_int(start_all(&f), 4, "four, whom an error does not stop");
	hosts_pause(&f.hosts, "a", f.now, f.now + S);
	f.now += S;
	end(&f, 6, false);
	tap_int(start_all(&f), 0, "others run yet after the next pause");
	teardown(&f);
}

static void
test_pause_elsewhere(void)
{
	struct fixture f;

	setup(&f, 0, 0);
	tap_ok(hosts_pause(&f.hosts, "b", f.now, f.now + S),
	    "a host may pause that no task goes to so far");
	add(&f, 1, 1, "a");
	add(&f, 2, 2, "b");
	tap_int(start_all(&f), 1, "the others do not");
	tap_int(due_ms(&f), 1000, "who goes there waits");
	f.now += S;
	tap_int(start(&f), 2, "for so long");
	teardown(&f);
}

static void
test_rate(void)
{
	struct fixture f;
	int n;

	setup(&f, 0, S);
	add(&f, 1, 4, "a");
	add(&f, 5, 6, "b");
	tap_ok(f.hosts.timed, "with a rate time matters");
	tap_int(start(&f), 1, "the first starts at once");
	tap_int(start(&f), 5, "and so does that of another host");
	tap_int(start(&f), 0, "no second");
	tap_int(due_ms(&f), 1000, "before a second is over");
	f.now += S + 5 * MS;
	tap_int(start(&f), 2, "then it does");
	f.now = BEGIN + 2 * S;
	tap_int(start_all(&f), 2, "being a little late is caught up with");
	f.now = BEGIN + 100 * S;
	tap_int(start_all(&f), 1, "after a silence there is no burst");
	teardown(&f);

	setup(&f, 0, 10 * MS);
	add(&f, 1, NTASKS, "a");
	for (n = 0; f.now < BEGIN + 200 * MS; f.now += MS)
		n += start_all(&f);
	tap_ok(n >= 4 && n <= 7, "a high rate begins with a part of it");
	teardown(&f);

	setup(&f, 0, 50 * MS);
	add(&f, 1, NTASKS, "a");
	hosts_started(&f.hosts, f.task[NTASKS], f.now);
	f.now += 2 * S;
	for (n = 0; f.now < BEGIN + 2500 * MS; f.now += MS)
		n += start_all(&f);
	tap_ok(n >= 10 && n <= 11, "and is whole after a second");
	teardown(&f);
}

/* After a pause a rate begins as it did at first. */
static void
test_rate_paused(void)
{
	struct fixture f;
	int n = 0, t;

	setup(&f, 0, 10 * MS);
	add(&f, 1, NTASKS, "a");
	end(&f, (size_t)start(&f), true);
	f.now += 2 * S;
	hosts_pause(&f.hosts, "a", f.now, f.now + 100 * MS);
	for (f.now += 100 * MS; f.now < BEGIN + 2300 * MS; f.now += MS) {
		if ((t = start(&f)) == 0)
			continue;
		end(&f, (size_t)t, true);
		n++;
	}
	tap_ok(n >= 4 && n <= 7, "after a pause it begins with a part again");
	teardown(&f);
}

static void
test_pace(void)
{
	uint64_t next;

	next = hosts_pace(0, BEGIN, 100 * MS);
	tap_ok(next == BEGIN + 100 * MS, "the next comes an interval later");
	next = hosts_pace(next, BEGIN + 103 * MS, 100 * MS);
	tap_ok(next == BEGIN + 200 * MS, "3 ms late: made good");
	next = hosts_pace(next, BEGIN + 250 * MS, 100 * MS);
	tap_ok(next == BEGIN + 350 * MS, "50 ms late: they are gone");
}

/* Hosts without a task are remembered, but not all of them. */
static void
test_memory(void)
{
	struct task *t;
	struct fixture f;
	char name[32];
	uint64_t id;
	size_t i;

	setup(&f, 0, 0);
	t = f.task[1];
	hosts_enter(&f.hosts, t, "a");
	id = t->host->id;
	hosts_leave(&f.hosts, t);
	tap_ok(t->host == NULL, "who left has no host");
	hosts_enter(&f.hosts, t, "a");
	tap_ok(t->host->id == id && id != 0, "a host is known again");
	for (i = 0; i < HOSTS_IDLE_MAX + 10; i++) {
		snprintf(name, sizeof(name), "host%zu", i);
		hosts_enter(&f.hosts, f.task[2], name);
		hosts_leave(&f.hosts, f.task[2]);
	}
	tap_int(f.hosts.nidle, HOSTS_IDLE_MAX, "so many without a task");
	tap_ok(t->host->id == id, "one with a task stays");
	hosts_leave(&f.hosts, t);
	hosts_enter(&f.hosts, t, "a");
	tap_ok(t->host->id == id, "that left last is not the first to go");
	teardown(&f);
}

int
main(void)
{
	test_no_hosts();
	test_lone();
	test_per_host();
	test_put_off();
	test_pause();
	test_pause_elsewhere();
	test_rate();
	test_rate_paused();
	test_pace();
	test_memory();
	return tap_done();
}
