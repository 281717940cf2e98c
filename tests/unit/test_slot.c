/*
 * test_slot: owns the tests of what is known of a worker: where it was, and how
 * much it may hold.
 * It must not know of processes.
 */
#include "cmd/slot.h"

#include <stdlib.h>

#include "tests/unit/tap.h"
#include "worker/map.h"

#define MOST   1024 /* tasks, as READY says */
#define NTASKS 5
#define US     1000ULL	     /* in nanoseconds */
#define MUCH   (64U * 1024U) /* bytes of requests that are enough */

static const struct kind tiny = {.flags = KIND_TINY};
static const struct kind urls = {.flags = KIND_URLS};

/* A worker that is ready, without a process. */
static void
begin(struct slot *s, const struct kind *kind)
{
	slot_init(s, 1, NULL);
	chan_init(&s->chan, -1, 0, true);
	s->kind = kind;
	s->ready = true;
	s->credit = 1;
	s->credit_most = MOST;
}

static void
end(struct slot *s)
{
	s->chan.wfd = -1;
	chan_clear(&s->chan);
}

/* It is sent a task. */
static void
hold(struct slot *s, struct task *t)
{
	TAILQ_INSERT_TAIL(&s->held, t, queue);
	s->nheld++;
}

/* Its credit after n tasks, one after the other. */
static unsigned
credit_after(struct slot *s, unsigned n, uint64_t wall_ns)
{
	static struct task t = {.seq = 1};

	for (; n > 0; n--) {
		hold(s, &t);
		slot_done(s, &t, wall_ns);
	}
	return s->credit;
}

static void
test_credit(void)
{
	struct slot s;

	begin(&s, &tiny);
	tap_int(credit_after(&s, 1, 1 * US), 2, "a short task: two at a time");
	tap_int(credit_after(&s, 2, 1 * US), 8, "then it doubles");
	tap_int(credit_after(&s, 20, 1 * US), MOST, "up to what it may hold");
	tap_int(credit_after(&s, 1, 100 * US), 19, "or takes in 2 ms");
	s.nheld = MOST;
	tap_int(credit_after(&s, 1, 6000 * US), 1,
	    "a slow one is the last for now, whatever is held");
	s.nheld = 0;
	tap_int(credit_after(&s, 1, 6000 * US), 1, "and alone");
	tap_int(credit_after(&s, 20, 900 * US), 2, "others nearly so");
	credit_after(&s, 9, 1 * US);
	slot_narrow(&s);
	tap_int(s.credit, 1, "where another has a slow one it begins anew");
	slot_fix_credit(&s, 7);
	slot_narrow(&s);
	tap_int(credit_after(&s, 9, 6000 * US), 7, "a user's word holds");
	slot_fix_credit(&s, MOST + 1);
	tap_int(s.credit, MOST, "as far as the worker's");
	end(&s);
}

static void
test_open(void)
{
	static const struct record record = {
	    .text = "word", .len = 4, .nargs = 1};
	struct task *t[NTASKS];
	struct slot s;
	size_t i;

	begin(&s, &tiny);
	s.credit = 8;
	tap_ok(slot_is_open(&s), "who holds nothing takes tasks");
	for (i = 0; i < NTASKS; i++) {
		if ((t[i] = task_new(i + 1, &record)) == NULL)
			exit(1);
		hold(&s, t[i]);
	}
	tap_ok(!slot_is_open(&s) && slot_has_room(&s),
	    "who holds more than half is not sent any, but with others");
	slot_drop(&s, t[NTASKS - 1]);
	tap_ok(slot_is_open(&s), "who holds half is");
	t[0]->alone = true;
	tap_ok(!slot_is_open(&s), "not behind one that may kill it");
	t[0]->alone = false;
	s.kind = &urls;
	tap_ok(!slot_is_open(&s), "nor behind a page that has begun");
	s.kind = &tiny;
	buf_reserve(&s.chan.out, MUCH);
	buf_commit(&s.chan.out, MUCH);
	tap_ok(!slot_has_room(&s), "nor when many bytes wait for it");
	s.ready = false;
	tap_ok(!slot_is_open(&s), "nor before it is ready");
	s.ready = true;
	s.doom = OUTCOME_LOST;
	tap_ok(!slot_is_open(&s), "nor when it is being ended");
	for (i = 0; i < NTASKS; i++)
		task_free(t[i]);
	end(&s);
}

/* A program that may have so many records. */
static void
test_open_fixed(void)
{
	static char bytes[MUCH];
	struct task t = {.seq = 1};
	struct slot s;

	begin(&s, &kind_map);
	slot_fix_credit(&s, 3);
	tap_ok(slot_is_open(&s), "who has nothing may have a task");
	hold(&s, &t);
	tap_ok(slot_is_open(&s), "a fixed credit is used up");
	buf_add(&s.chan.out, bytes, MUCH);
	tap_ok(!slot_is_open(&s), "but not while much waits for its pipe");
	buf_consume(&s.chan.out, 1);
	s.nheld = 3;
	tap_ok(!slot_is_open(&s), "nor beyond it");
	end(&s);
}

static void
test_hosts(void)
{
	struct slot s = {.nhosts = 0};
	uint64_t id;

	tap_ok(!slot_was_at(&s, 1), "a new worker was nowhere");
	for (id = 1; id <= SLOT_HOSTS; id++)
		slot_note_host(&s, id);
	slot_note_host(&s, 1);
	tap_ok(slot_was_at(&s, 1) && slot_was_at(&s, SLOT_HOSTS),
	    "it was at some hosts, at one twice");
	slot_note_host(&s, SLOT_HOSTS + 1);
	tap_ok(!slot_was_at(&s, 1) && slot_was_at(&s, 2) &&
		slot_was_at(&s, SLOT_HOSTS + 1),
	    "the one that it was at first is forgotten first");
}

int
main(void)
{
	test_credit();
	test_open();
	test_open_fixed();
	test_hosts();
	return tap_done();
}
