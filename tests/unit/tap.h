/*
 * tap: results of a unit test, in the Test Anything Protocol.
 * A program of tests calls tap_ok() and its kin, then ends main() with
 * "return tap_done();".
 */
#ifndef TESTS_UNIT_TAP_H
#define TESTS_UNIT_TAP_H

#include <stdbool.h>

/* One result.  A failure is printed with its file and line.  Returns cond. */
#define tap_ok(cond, name) tap_report((cond), (name), __FILE__, __LINE__)

/* The same for two integers, or two strings (NULL too); both are shown. */
#define tap_int(got, want, name)                                               \
	tap_report_int((got), (want), (name), __FILE__, __LINE__)
#define tap_str(got, want, name)                                               \
	tap_report_str((got), (want), (name), __FILE__, __LINE__)

/* Counts a test that can't be done here as passed, and says why. */
void tap_skip(const char *name, const char *why);

/* Prints how many there were.  Returns the exit status: 1 after a failure. */
int tap_done(void);

/* Behind the macros. */
bool tap_report(bool ok, const char *name, const char *file, int line);
bool tap_report_int(long long got, long long want, const char *name,
    const char *file, int line);
bool tap_report_str(const char *got, const char *want, const char *name,
    const char *file, int line);

#endif
