/*
 * tap: owns the count of a test program's results, and how they are printed.
 * It must not know what is tested.
 */
#include "tests/unit/tap.h"

#include <stdio.h>
#include <string.h>

static int ntests;
static int nfailed;

bool
tap_report(bool ok, const char *name, const char *file, int line)
{
	printf("%s %d - %s\n", ok ? "ok" : "not ok", ++ntests, name);
	if (!ok) {
		nfailed++;
		printf("# failed at %s:%d\n", file, line);
	}
	/* At once: a test that crashes, or forks, must not lose or repeat. */
	fflush(stdout);
	return ok;
}

bool
tap_report_int(
    long long got, long long want, const char *name, const char *file, int line)
{
	bool ok = tap_report(got == want, name, file, line);

	if (!ok)
		printf("# got %lld, want %lld\n", got, want);
	return ok;
}

bool
tap_report_str(const char *got, const char *want, const char *name,
    const char *file, int line)
{
	bool ok, equal = got == want;

	if (got != NULL && want != NULL)
		equal = strcmp(got, want) == 0;
	ok = tap_report(equal, name, file, line);
	if (!ok)
		printf("# got \"%s\", want \"%s\"\n",
		    got == NULL ? "(null)" : got,
		    want == NULL ? "(null)" : want);
	return ok;
}

void
tap_skip(const char *name, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++ntests, name, why);
	fflush(stdout);
}

int
tap_done(void)
{
	printf("1..%d\n", ntests);
	if (nfailed > 0)
		printf("# %d of %d failed\n", nfailed, ntests);
	return nfailed > 0 || fflush(stdout) == EOF ? 1 : 0;
}
