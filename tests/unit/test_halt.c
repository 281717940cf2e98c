/*
 * test_halt: owns the tests of cmd/halt: what --halt and --until mean.
 * It must not know how a run is ended.
 */
#include "cmd/halt.h"
#include "tests/unit/tap.h"

static void
test_parse(void)
{
	struct halt h;

	tap_int(halt_parse(&h, "never"), 0, "never");
	tap_int(h.when, HALT_NEVER, "is never");
	tap_int(halt_parse(&h, "never,fail=1"), 0, "GNU takes a reason, too");
	tap_int(h.when, HALT_NEVER, "and it is never all the same");
	tap_int(halt_parse(&h, "soon,success=12"), 0, "soon,success=12");
	tap_ok(h.when == HALT_SOON && h.why == HALT_SUCCESS && h.n == 12 &&
		!h.percent,
	    "is what it says");
	tap_int(halt_parse(&h, "now,done=100%"), 0, "now,done=100%");
	tap_ok(
	    h.when == HALT_NOW && h.why == HALT_DONE && h.n == 100 && h.percent,
	    "is a share");
	tap_int(halt_parse(&h, "2"), 0, "2, as of old");
	tap_ok(h.when == HALT_NOW && h.why == HALT_FAIL && h.n == 1, "fail=1");
	tap_int(halt_parse(&h, "-1"), 0, "-1, as of old");
	tap_ok(h.when == HALT_SOON && h.why == HALT_SUCCESS, "soon,success=1");
	tap_int(halt_parse_until(&h, "all"), 0, "until all");
	tap_int(h.when, HALT_NEVER, "is never");
	tap_int(halt_parse_until(&h, "first"), 0, "until first");
	tap_ok(h.when == HALT_NOW && h.why == HALT_DONE && h.n == 1, "done=1");
	tap_int(halt_parse_until(&h, "first-error"), 0, "until first-error");
	tap_ok(h.when == HALT_NOW && h.why == HALT_FAIL && h.n == 1, "fail=1");
}

static void
test_mistakes(void)
{
	static const char *const texts[] = {"", "now", "soon", "now,",
	    "now,fail", "now,fail=", "now,fail=0", "now,fail=-1", "now,fail=0%",
	    "now,fail=101%", "now,fail=1x", "now,fails=1", "later,fail=1",
	    "never,x", "now,fail=1,2", "3", "all", "now,fail=%"};
	struct halt h;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		tap_int(halt_parse(&h, texts[i]), -1, texts[i]);
	tap_int(halt_parse_until(&h, "never"), -1, "until never");
	tap_int(halt_parse_until(&h, ""), -1, "until nothing");
}

/* When what is asked for is reached, by what became of the jobs. */
static const struct {
	const char *text;
	unsigned ok, failed, lost, cancelled;
	uint64_t total;
	bool reached;
} cases[] = {
    {"now,fail=2", 9, 1, 0, 9, 0, false},
    {"now,fail=2", 0, 2, 0, 0, 0, true},
    {"now,fail=2", 0, 1, 1, 0, 0, true},
    {"now,success=1", 0, 9, 9, 9, 0, false},
    {"now,success=1", 1, 0, 0, 0, 0, true},
    {"now,done=3", 1, 1, 0, 1, 0, false},
    {"now,done=3", 1, 1, 1, 0, 0, true},
    {"never", 100, 100, 0, 0, 200, false},
    {"soon,fail=30%", 0, 2, 0, 0, 10, false},
    {"soon,fail=30%", 0, 3, 0, 0, 10, true},
    {"soon,fail=30%", 0, 3, 0, 0, 11, false},
    {"soon,fail=30%", 0, 4, 0, 0, 11, true},
    {"soon,fail=1%", 0, 1, 0, 0, 3, true},
    {"soon,fail=1%", 0, 0, 0, 0, 3, false},
    {"soon,fail=1%", 9, 9, 0, 0, 0, false},
    {"soon,done=100%", 2, 0, 0, 0, 3, false},
    {"soon,done=100%", 2, 1, 0, 0, 3, true},
};

static void
test_reached(void)
{
	uint64_t count[STATE_N] = {0};
	struct halt h;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		halt_parse(&h, cases[i].text);
		count[STATE_OK] = cases[i].ok;
		count[STATE_FAILED] = cases[i].failed;
		count[STATE_LOST] = cases[i].lost;
		count[STATE_CANCELLED] = cases[i].cancelled;
		tap_ok(halt_is_reached(&h, count, cases[i].total) ==
			cases[i].reached,
		    cases[i].text);
	}
	halt_parse(&h, "now,fail=50%");
	count[STATE_LOST] = 0;
	count[STATE_FAILED] = UINT64_MAX / 2;
	tap_ok(!halt_is_reached(&h, count, UINT64_MAX), "nothing overflows");
	count[STATE_FAILED]++;
	tap_ok(halt_is_reached(&h, count, UINT64_MAX), "on either side");
}

int
main(void)
{
	test_parse();
	test_mistakes();
	test_reached();
	return tap_done();
}
