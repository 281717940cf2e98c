/*
 * test_taken: owns the tests of a set of hashes, and of counting what is equal.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/taken.h"
#include "tests/unit/tap.h"

#define MANY 100000U

static uint64_t
hash(unsigned n)
{
	return taken_hash('t', &n, sizeof(n));
}

static void
test_set(void)
{
	struct taken t = {.n = 0};
	unsigned i, there = 0, others = 0;

	tap_ok(!taken_has(&t, hash(1)), "an empty set has nothing");
	for (i = 0; i < MANY; i++)
		taken_add(&t, hash(i));
	taken_add(&t, hash(0));
	for (i = 0; i < MANY; i++) {
		there += taken_has(&t, hash(i));
		others += taken_has(&t, hash(MANY + i));
	}
	tap_ok(there == MANY && t.n == MANY, "what was added is there, once");
	tap_ok(others == 0, "and nothing else");
	tap_ok(t.size * sizeof(*t.hash) <= MANY * 22, "in 22 bytes for each");
	tap_ok(hash(1) != taken_hash('u', &(unsigned){1}, sizeof(unsigned)),
	    "sorts are told apart");
	taken_clear(&t);
	tap_ok(!taken_has(&t, hash(1)), "a cleared set is empty");
}

static void
test_count(void)
{
	struct taken t = {.n = 0};
	unsigned i, wrong = 0;

	/* equals of one among others of which there are two */
	for (i = 1; i <= MANY; i++) {
		wrong += taken_count(&t, hash(0)) != i;
		wrong += taken_count(&t, hash(i / 2 + 1)) !=
		    (i > 1 && i % 2 == 1 ? 2U : 1U);
	}
	tap_ok(wrong == 0, "equals are counted");
	taken_clear(&t);
}

int
main(void)
{
	test_set();
	test_count();
	return tap_done();
}
