/*
 * test_duration: owns the tests of worker/duration: what is a span of time and
 * how long it is.  It must not know who waits for it.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/tap.h"
#include "worker/duration.h"

#define SEC  1000000000ULL
#define MIN  (60 * SEC)
#define HOUR (60 * MIN)
#define DAY  (24 * HOUR)

#define UNTOUCHED 77ULL

static const struct {
	const char *text;
	uint64_t ns;
} good[] = {
    {"0", 0},
    {"0.0", 0},
    {"00", 0},
    {"1", SEC},
    {"007", 7 * SEC},
    {"0.5", SEC / 2},
    {".5", SEC / 2},
    {"5.", 5 * SEC},
    {"1.5", 3 * SEC / 2},
    {"0.000000001", 1},
    {"0.123456789", 123456789},
    {"0.9999999999", 999999999},
    {"0.0000000009", 0},
    {"90s", 90 * SEC},
    {"0.25s", SEC / 4},
    {"250ms", SEC / 4},
    {"0.5ms", SEC / 2000},
    {"1m", MIN},
    {"5m", 5 * MIN},
    {"0.5m", 30 * SEC},
    {"1h", HOUR},
    {"1.5h", 90 * MIN},
    {"1d", DAY},
    {"0.5d", 12 * HOUR},
    {"1h30m", 90 * MIN},
    {"1d2h3m4s5ms", DAY + 2 * HOUR + 3 * MIN + 4 * SEC + SEC / 200},
    {"1m30", 90 * SEC},
    {"1m1m", 2 * MIN},
    {"30m1h", 90 * MIN},
    {"106751d", 106751 * DAY},
    {"9223372036", 9223372036 * SEC},
    {"9223372036.854775807", INT64_MAX},
};

static const char *const bad[] = {
    "",
    " ",
    "s",
    "m",
    ".",
    ".s",
    "-1",
    "+1",
    " 1",
    "1 ",
    "1 s",
    "1 1",
    "1y",
    "1S",
    "1H",
    "1ns",
    "1us",
    "1mm",
    "1hh",
    "1..5",
    "1.2.3",
    "1,5",
    "0x10",
    "1e3",
    "inf",
    "nan",
    "infinity",
    "1h-30m",
    "ten",
    "1\n",
    "\xd9\xa1",
    /* longer than fits */
    "106752d",
    "9223372037",
    "9223372036.854775808",
    "9223372036s1s",
    "106751d1d",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999999999",
    "18446744073709551616h",
};

static void
test_good(void)
{
	char name[80];
	uint64_t ns;
	size_t i;
	int got;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ns = UNTOUCHED;
		got = duration_parse(good[i].text, &ns);
		snprintf(
		    name, sizeof(name), "\"%s\" is a duration", good[i].text);
		tap_int(got, 0, name);
		snprintf(name, sizeof(name), "\"%s\" is as long as it says",
		    good[i].text);
		tap_int((long long)ns, (long long)good[i].ns, name);
	}
}

static void
test_bad(void)
{
	char name[80];
	uint64_t ns;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ns = UNTOUCHED;
		/* the text of one holds a new line, and TAP doesn't */
		snprintf(name, sizeof(name), "no duration: \"%.*s\"",
		    (int)strcspn(bad[i], "\n"), bad[i]);
		tap_ok(
		    duration_parse(bad[i], &ns) == -1 && ns == UNTOUCHED, name);
	}
}

static void
test_clock(void)
{
	uint64_t before = duration_now_ns(), now;
	int i;

	for (i = 0; i < 1000; i++) {
		now = duration_now_ns();
		if (now < before)
			break;
		before = now;
	}
	tap_int(i, 1000, "the clock does not go back");
}

int
main(void)
{
	test_good();
	test_bad();
	test_clock();
	return tap_done();
}
