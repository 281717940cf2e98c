/*
 * test_ramp: owns the tests of cmd/ramp: how many workers there are, and when.
 * It must not know of processes, nor look at a clock.
 */
#include "cmd/ramp.h"
#include "tests/unit/tap.h"

#define NS_PER_MS 1000000ULL
#define START	  (1000 * NS_PER_MS)
#define NSLOTS	  100

static struct slot slots[NSLOTS];
static const struct kind pages = {.flags = KIND_URLS};
static const struct kind others = {.flags = 0};

/* A pool of two processors with n workers that were ready at START. */
static struct pool
make_pool(const struct kind *kind, size_t n)
{
	struct pool p = {.kind = kind, .slots = slots, .nslots = NSLOTS};
	size_t i;

	p.ncpus = 2;
	p.nused = p.nlive = n;
	for (i = 0; i < n; i++)
		slots[i] = (struct slot){
		    .pid = 1000, .ready = true, .begun_ns = START};
	return p;
}

static void
test_at_once(void)
{
	struct pool p = make_pool(&pages, 5);

	tap_ok(ramp_due(&p, START) == 0, "three for a processor start at once");
	p = make_pool(&others, NSLOTS - 1);
	tap_ok(ramp_due(&p, START) == 0, "as do all of another kind");
}

static void
test_waiting(void)
{
	struct pool p = make_pool(&pages, 6);

	tap_ok(ramp_due(&p, START) == START + 10 * NS_PER_MS,
	    "the next one starts when they wait for 10 ms");
	slots[2].begun_ns = START - 4 * NS_PER_MS;
	tap_ok(ramp_due(&p, START) == START + 6 * NS_PER_MS,
	    "or the first of them does");
	tap_ok(ramp_due(&p, START + 6 * NS_PER_MS) == 0, "so it does then");
	p = make_pool(&pages, 9);
	slots[2].begun_ns = START - 10 * NS_PER_MS;
	tap_ok(ramp_due(&p, START) == START + 10 * NS_PER_MS,
	    "one that waits is worth three");
	slots[3].begun_ns = slots[4].begun_ns = 0;
	tap_ok(ramp_due(&p, START) == 0, "three are worth nine");
}

/* Each time that all wait there are some more, up to the last. */
static void
test_slow(void)
{
	uint64_t now = START;
	size_t n, turns = 0;
	struct pool p;

	for (n = 6; n < NSLOTS; turns++) {
		p = make_pool(&pages, n);
		now = START + 10 * NS_PER_MS;
		while (p.nlive < NSLOTS && ramp_due(&p, now) == 0)
			p.nlive++;
		n = p.nlive;
	}
	tap_int((int)turns, 3, "a hundred are there after three times");
}

static void
test_starting(void)
{
	struct pool p = make_pool(&pages, 6);
	size_t i;

	for (i = 0; i < p.nused; i++)
		slots[i].ready = false;
	tap_ok(ramp_due(&p, START + 60000 * NS_PER_MS) == SLOT_NEVER,
	    "who is not ready is not waiting for a page");
	slots[5].pid = -1;
	p.nlive--;
	tap_ok(ramp_due(&p, START) == 0, "a worker that died is replaced");
}

int
main(void)
{
	test_at_once();
	test_waiting();
	test_slow();
	test_starting();
	return tap_done();
}
