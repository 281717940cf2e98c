/*
 * duration: reads a span of time without floating point, and the clock.
 * Pure but for the clock; it must not know what is being timed.
 */
#include "worker/duration.h"

#include <ctype.h>
#include <stddef.h>
#include <time.h>

#define NS_PER_SEC 1000000000ULL

/* Nanoseconds in one of the unit that *s names; moves *s behind it. */
static uint64_t
parse_unit(const char **s)
{
	switch (**s) {
	case 's':
		(*s)++;
		return NS_PER_SEC;
	case 'm':
		(*s)++;
		if (**s == 's') {
			(*s)++;
			return NS_PER_SEC / 1000;
		}
		return 60 * NS_PER_SEC;
	case 'h':
		(*s)++;
		return 3600 * NS_PER_SEC;
	case 'd':
		(*s)++;
		return 86400 * NS_PER_SEC;
	case '\0':
		return NS_PER_SEC;
	default:
		return 0;
	}
}

/* One number: whole and billionths; moves *s behind it.  -1: there is none. */
static int
parse_number(const char **s, uint64_t *whole, uint64_t *billionths)
{
	uint64_t scale = NS_PER_SEC / 10;
	const char *p = *s;

	*whole = *billionths = 0;
	for (; isdigit((unsigned char)*p); p++) {
		if (*whole > UINT64_MAX / 100)
			return -1;
		*whole = *whole * 10 + (uint64_t)(*p - '0');
	}
	if (*p == '.') {
		for (p++; isdigit((unsigned char)*p); p++, scale /= 10)
			*billionths += scale * (uint64_t)(*p - '0');
	}
	if (p == *s || (p == *s + 1 && **s == '.'))
		return -1;
	*s = p;
	return 0;
}

int
duration_parse(const char *s, uint64_t *ns)
{
	uint64_t whole, part, unit, sum = 0;

	if (*s == '\0')
		return -1;
	while (*s != '\0') {
		if (parse_number(&s, &whole, &part) == -1 ||
		    (unit = parse_unit(&s)) == 0)
			return -1;
		if (whole > (uint64_t)INT64_MAX / unit)
			return -1;
		/* part < 1e9 and unit <= 86400e9, so this can't overflow */
		whole = whole * unit + part * (unit / 1000000) / 1000;
		if (whole > (uint64_t)INT64_MAX - sum)
			return -1;
		sum += whole;
	}
	*ns = sum;
	return 0;
}

uint64_t
duration_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_SEC + (uint64_t)ts.tv_nsec;
}
