/*
 * test_slot: owns the tests of what is kept of a worker's hosts.
 */
#include "cmd/slot.h"

#include "tests/unit/tap.h"

int
main(void)
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
	return tap_done();
}
