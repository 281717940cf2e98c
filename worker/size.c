/*
 * size: numbers of bytes as people write them.
 * It owns the units; it must not know what is so large.
 */
#include "worker/size.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int
size_parse(const char *arg, uint64_t *bytes)
{
	static const char units[] = "kmgtp";
	size_t digits = strspn(arg, "0123456789");
	size_t unit = strcspn(units, (char[]){arg[digits], '\0'}), i;
	bool small = arg[digits] != '\0' && units[unit] != '\0';
	uint64_t n = 0, thousands = 1;

	/* expand_number() would take a sign, and ignores what it can't read */
	errno = 0;
	if (digits == 0 || strlen(arg) > digits + 1)
		errno = EINVAL;
	else if (!small)
		expand_number(arg, &n);
	else
		n = strtoull(arg, NULL, 10);
	/* small letters are of powers of 1000, as with GNU parallel */
	for (i = 0; small && i <= unit; i++)
		thousands *= 1000;
	if (errno != 0 || n == 0 || n > UINT64_MAX / thousands)
		return -1;
	*bytes = n * thousands;
	return 0;
}
