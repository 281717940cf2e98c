/*
 * test_workers: owns the tests of what -j may be, and of the number it makes.
 */
#include <string.h>

#include "cmd/workers.h"
#include "tests/unit/tap.h"

#define CPUS 4
#define MOST 50

static void
test_number(const char *arg, unsigned long want)
{
	struct workers_wanted w = {WORKERS_DEFAULT, 0};
	const char *why;
	int got = workers_parse(&w, arg, &why);

	tap_int(got == 0 && why == NULL
		? (long long)workers_number(&w, CPUS, 16, MOST)
		: -1,
	    (long long)want, arg);
}

static void
test_wrong(const char *arg)
{
	struct workers_wanted w;
	const char *why = NULL;

	tap_ok(workers_parse(&w, arg, &why) == -1 && why != NULL, arg);
}

int
main(void)
{
	static const char *const wrong[] = {"", "+", "-", "%", "0%", "+1%", "x",
	    "1x", " 1", "1 ", "++1", "-+1", "100001", "1.5", "0x1",
	    "111111111111111111111111111111111111111111", "1%%"};
	struct workers_wanted w = {WORKERS_DEFAULT, 0};
	size_t i;

	tap_int((long long)workers_number(&w, CPUS, 16, MOST), 16,
	    "the default of a kind");
	tap_int((long long)workers_number(&w, CPUS, 0, MOST), CPUS, "the CPUs");
	test_number("1", 1);
	test_number("007", 7);
	test_number("100000", WORKERS_MAX);
	test_number("0", MOST);
	test_number("100%", CPUS);
	test_number("1%", 1);
	test_number("26%", 2);
	test_number("300%", 3 * CPUS);
	test_number("+0", CPUS);
	test_number("+3", CPUS + 3);
	test_number("-0", CPUS);
	test_number("-3", 1);
	test_number("-4", 1);
	test_number("-100000", 1);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		test_wrong(wrong[i]);
	tap_ok(workers_cpus() >= 1, "there is a CPU");
	tap_ok(workers_by_descriptors() >= 1, "there is room for a worker");
	return tap_done();
}
