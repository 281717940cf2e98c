/*
 * test_retry: owns the tests of cmd/retry: what --retry-on means, and how long
 * is waited.  It must not know of tasks.
 */
#include <errno.h>

#include "cmd/retry.h"
#include "tests/unit/tap.h"

#define MS 1000000ULL

static void
test_default(void)
{
	struct retry_conf c;

	retry_init(&c);
	tap_ok(!retry_is_on(&c), "by default nothing is retried");
	tap_ok(!retry_is_wanted(&c, 1, OUTCOME_EXIT, 1), "no failure");
	tap_int(c.crash_limit, 3, "three crashes are the limit");
	c.attempts = 3;
	tap_ok(retry_is_on(&c), "with three attempts it is");
	tap_ok(retry_is_wanted(&c, 1, OUTCOME_EXIT, 1), "after the first");
	tap_ok(retry_is_wanted(&c, 2, OUTCOME_ERROR, ENOENT), "and second");
	tap_ok(!retry_is_wanted(&c, 3, OUTCOME_EXIT, 1), "not the third");
	c.attempts = 0;
	tap_ok(retry_is_on(&c) && retry_is_wanted(&c, 1000, OUTCOME_LOST, 9),
	    "0 is without limit");
}

/* What a list of words chooses. */
static const struct {
	const char *list;
	enum outcome outcome;
	int code;
	bool wanted;
} chosen[] = {
    {"1", OUTCOME_EXIT, 1, true},
    {"1", OUTCOME_EXIT, 2, false},
    {"1", OUTCOME_SIGNAL, 1, false},
    {"1", OUTCOME_TIMEOUT, 0, false},
    {"1", OUTCOME_LOST, 9, false},
    {"3-5", OUTCOME_EXIT, 2, false},
    {"3-5", OUTCOME_EXIT, 3, true},
    {"3-5", OUTCOME_EXIT, 5, true},
    {"3-5", OUTCOME_EXIT, 6, false},
    {"1,75-80,255", OUTCOME_EXIT, 255, true},
    {"429,500-599", OUTCOME_HTTP, 503, true},
    {"429,500-599", OUTCOME_HTTP, 404, false},
    {"KILL,sigterm", OUTCOME_SIGNAL, 9, true},
    {"KILL,sigterm", OUTCOME_SIGNAL, 15, true},
    {"KILL,sigterm", OUTCOME_EXIT, 9, false},
    {"timeout", OUTCOME_TIMEOUT, 0, true},
    {"timeout,lost", OUTCOME_LOST, 9, true},
    {"error", OUTCOME_ERROR, 2, true},
    {"lost", OUTCOME_ERROR, 2, false},
    {"999", OUTCOME_HTTP, 5000, false},
    {"429,5xx", OUTCOME_HTTP, 500, true},
    {"429,5xx", OUTCOME_HTTP, 599, true},
    {"429,5xx", OUTCOME_HTTP, 499, false},
    {"9xx", OUTCOME_HTTP, 999, true},
    {"connect", OUTCOME_ERROR, FAILURE_CONNECT, true},
    {"connect", OUTCOME_ERROR, FAILURE_PARTIAL, false},
    {"connect,partial", OUTCOME_ERROR, FAILURE_PARTIAL, true},
    {"connect,partial,timeout,5xx", OUTCOME_ERROR, FAILURE_TLS, false},
    {"connect,partial", OUTCOME_ERROR, FAILURE_REFUSED, false},
    {"connect,partial", OUTCOME_ERROR, 2, false},
    {"error", OUTCOME_ERROR, FAILURE_TLS, true},
};

static void
test_chosen(void)
{
	struct retry_conf c;
	size_t i;

	retry_init(&c);
	c.attempts = 2;
	for (i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
		tap_int(retry_parse_on(&c, chosen[i].list), 0, chosen[i].list);
		tap_ok(retry_is_wanted(&c, 1, chosen[i].outcome,
			   chosen[i].code) == chosen[i].wanted,
		    "and what it chooses");
	}
}

static void
test_mistakes(void)
{
	static const char *const lists[] = {"", ",", "1,", "0", "1000", "5-3",
	    "1-", "-1", "1x", "0xx", "xxx", "5xxx", "5x", "nonsense",
	    "TIMEOUT ", "1;2"};
	struct retry_conf c;
	size_t i;

	retry_init(&c);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		tap_int(retry_parse_on(&c, lists[i]), -1, lists[i]);
}

static void
test_delay(void)
{
	struct retry_conf c;

	retry_init(&c);
	tap_int(retry_delay_ns(&c, 1, 0), 0, "the least is nothing");
	tap_int(retry_delay_ns(&c, 1, 1U << 31), 250 * MS, "half of 0.5 s");
	tap_int(retry_delay_ns(&c, 2, 1U << 31), 500 * MS, "then of 1 s");
	tap_int(retry_delay_ns(&c, 5, 1U << 31), 4000 * MS, "then of 8 s");
	tap_int(retry_delay_ns(&c, 8, 1U << 31), 30000 * MS, "of 60 s");
	tap_int(retry_delay_ns(&c, 4000000000U, 1U << 31), 30000 * MS,
	    "and never of more");
	tap_ok(retry_delay_ns(&c, 1, UINT32_MAX) < 500 * MS, "nor all of it");
	c.delay_ns = 0;
	tap_int(retry_delay_ns(&c, 4000000000U, UINT32_MAX), 0, "0 is at once");
	c.delay_ns = 90000 * MS;
	tap_int(retry_delay_ns(&c, 1, 1U << 31), 30000 * MS,
	    "the most holds for the first too");
	c.delay_ns = c.delay_max_ns = INT64_MAX;
	tap_ok(retry_delay_ns(&c, 9, 1U << 31) == INT64_MAX / 2,
	    "nothing overflows");
}

int
main(void)
{
	test_default();
	test_chosen();
	test_mistakes();
	test_delay();
	return tap_done();
}
