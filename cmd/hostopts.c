/*
 * hostopts: the options about hosts.
 * It owns their table; it must not know how tasks wait for hosts.
 */
#include "cmd/hostopts.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/value.h"

#define PER_HOST_MAX 1000000
#define RATE_MAX     1000000 /* starts in a unit of time */
#define NS_PER_S     1000000000ULL

enum hostopts_id { ID_PER_HOST = 1, ID_RATE, ID_RATE_TOTAL };

const struct option_def hostopts_table[] = {
    {"per-host", 0, ID_PER_HOST, "N",
	"connections to one host at a time, at most"},
    {"rate", 0, ID_RATE, "N/s|m|h", "URLs begun of one host, at most"},
    {"rate-total", 0, ID_RATE_TOTAL, "N/s|m|h", "URLs begun in all, at most"},
    {NULL, 0, 0, NULL, NULL},
};

/* "10/s": the time between two starts, in nanoseconds. */
static uint64_t
parse_rate(const char *name, const char *arg)
{
	static const struct {
		const char *unit;
		uint64_t ns;
	} units[] = {
	    {"/s", NS_PER_S}, {"/m", 60 * NS_PER_S}, {"/h", 3600 * NS_PER_S}};
	size_t digits = strcspn(arg, "/"), i;
	const char *why = NULL;
	char number[16];
	uint64_t n;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(arg + digits, units[i].unit) != 0 ||
		    digits >= sizeof(number))
			continue;
		strlcpy(number, arg, digits + 1);
		n = (uint64_t)strtonum(number, 1, RATE_MAX, &why);
		if (why == NULL)
			return units[i].ns / n;
	}
	value_mistake(name, arg,
	    "not a rate; write 10/s, 30/m or 500/h, up to %d", RATE_MAX);
}

void
hostopts_option(struct options *o, int id, const char *arg)
{
	const char *why;

	switch (id) {
	case ID_PER_HOST:
		o->hosts.per_host =
		    (unsigned)strtonum(arg, 1, PER_HOST_MAX, &why);
		if (why != NULL)
			value_mistake("--per-host", arg,
			    "%s; write a number from 1 to %d", why,
			    PER_HOST_MAX);
		break;
	case ID_RATE:
		o->hosts.interval_ns = parse_rate("--rate", arg);
		break;
	case ID_RATE_TOTAL:
		o->interval_ns = parse_rate("--rate-total", arg);
	}
}
