/*
 * test_slot: owns the tests of what is kept of a worker: its hosts, and whether
 * it may be sent a task.
 */
#include "cmd/slot.h"

#include <unistd.h>

#include "tests/unit/tap.h"
#include "worker/map.h"

#define LONG (64U * 1024U) /* bytes of requests that are enough */

static void
test_open(void)
{
	static char bytes[LONG];
	struct task t = {.seq = 1};
	struct slot s;

	slot_init(&s, 1, NULL);
	s.kind = &kind_map;
	s.ready = true;
	s.credit_most = 100;
	slot_fix_credit(&s, 3);
	chan_init(&s.chan, -1, dup(STDERR_FILENO), true);
	TAILQ_INIT(&s.held);
	tap_ok(slot_is_open(&s), "who has nothing may have a task");
	TAILQ_INSERT_TAIL(&s.held, &t, queue);
	s.nheld = 1;
	tap_ok(slot_is_open(&s), "a fixed credit is used up");
	buf_add(&s.chan.out, bytes, LONG);
	tap_ok(!slot_is_open(&s), "but not while much waits for its pipe");
	buf_consume(&s.chan.out, 1);
	s.nheld = 3;
	tap_ok(!slot_is_open(&s), "nor beyond it");
	chan_clear(&s.chan);
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
	test_hosts();
	test_open();
	return tap_done();
}
