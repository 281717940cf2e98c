/*
 * test_nearest: owns the tests of cmd/nearest.  It must not know of options.
 */
#include <stdio.h>

#include "cmd/nearest.h"
#include "tests/unit/tap.h"

/* The nearest of these to what was written. */
static const char *
nearest_to(const char *written)
{
	static const char *const names[] = {
	    "jobs", "timeout", "dry-run", "tag", "trim", "line-buffer"};
	struct nearest n = {written, NULL, 0};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		nearest_try(&n, names[i]);
	return n.name;
}

int
main(void)
{
	tap_str(nearest_to("timeout"), "timeout", "itself");
	tap_str(nearest_to("timout"), "timeout", "a letter is missing");
	tap_str(
	    nearest_to("tiemout"), "timeout", "two are swapped, one is lost");
	tap_str(nearest_to("job"), "jobs", "the last is missing");
	tap_str(nearest_to("dryrun"), "dry-run", "the dash is missing");
	tap_str(nearest_to("linebufer"), "line-buffer", "two are missing");
	tap_str(nearest_to("trin"), "trim", "one is wrong");
	tap_str(nearest_to("tga"), "tag", "two are swapped");
	tap_str(nearest_to("xyzzy"), NULL, "nothing is near");
	tap_str(nearest_to("t"), NULL, "one letter is near to nothing");
	tap_str(nearest_to(""), NULL, "nor is none");
	tap_str(nearest_to("0123456789012345678901234567890123456789x"), NULL,
	    "a long name is not compared");
	return tap_done();
}
