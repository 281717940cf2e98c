/*
 * halt: when a run is to end before its list does, by what became of its jobs.
 * It owns the rule; it must not know how a run is ended.
 */
#include "cmd/halt.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	enum halt_when when;
} whens[] = {
    {"never", HALT_NEVER},
    {"soon", HALT_SOON},
    {"now", HALT_NOW},
};

static const struct {
	const char *name;
	enum halt_why why;
} whys[] = {
    {"fail", HALT_FAIL},
    {"success", HALT_SUCCESS},
    {"done", HALT_DONE},
};

/* One word for what is asked for often. */
struct alias {
	const char *name, *means;
};

/* --until: as pools of workers call it */
static const struct alias untils[] = {
    {"all", "never"},
    {"first", "now,done=1"},
    {"first-error", "now,fail=1"},
};

/* what GNU parallel keeps of old */
static const struct alias olds[] = {
    {"0", "never"},
    {"1", "soon,fail=1"},
    {"2", "now,fail=1"},
    {"-1", "soon,success=1"},
    {"-2", "now,success=1"},
};

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* "1" or "10%". */
static int
parse_amount(struct halt *h, char *text)
{
	size_t len = strlen(text);
	const char *error;

	h->percent = len > 0 && text[len - 1] == '%';
	if (h->percent)
		text[len - 1] = '\0';
	h->n =
	    (uint64_t)strtonum(text, 1, h->percent ? 100 : INT64_MAX, &error);
	return error == NULL ? 0 : -1;
}

/* "fail=1". */
static int
parse_why(struct halt *h, char *text)
{
	char *amount = strchr(text, '=');
	size_t i;

	if (amount == NULL)
		return -1;
	*amount++ = '\0';
	for (i = 0; i < NELEM(whys); i++) {
		if (strcmp(whys[i].name, text) != 0)
			continue;
		h->why = whys[i].why;
		return parse_amount(h, amount);
	}
	return -1;
}

int
halt_parse(struct halt *h, const char *text)
{
	char copy[64], *why;
	size_t i;

	for (i = 0; i < NELEM(olds); i++) {
		if (strcmp(olds[i].name, text) == 0)
			text = olds[i].means;
	}
	if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy))
		return -1;
	if ((why = strchr(copy, ',')) != NULL)
		*why++ = '\0';
	*h = (struct halt){.when = HALT_NEVER};
	for (i = 0; i < NELEM(whens); i++) {
		if (strcmp(whens[i].name, copy) != 0)
			continue;
		h->when = whens[i].when;
		if (why == NULL)
			return h->when == HALT_NEVER ? 0 : -1;
		return parse_why(h, why);
	}
	return -1;
}

int
halt_parse_until(struct halt *h, const char *text)
{
	size_t i;

	for (i = 0; i < NELEM(untils); i++) {
		if (strcmp(untils[i].name, text) == 0)
			return halt_parse(h, untils[i].means);
	}
	return -1;
}

bool
halt_is_reached(
    const struct halt *h, const uint64_t count[STATE_N], uint64_t total)
{
	uint64_t n = 0;

	if (h->when == HALT_NEVER)
		return false;
	if (h->why != HALT_SUCCESS)
		n += count[STATE_FAILED] + count[STATE_LOST];
	if (h->why != HALT_FAIL)
		n += count[STATE_OK];
	if (!h->percent)
		return n >= h->n;
	/* n / total >= h->n / 100, without a quotient to round */
	return total != 0 && n > 0 && n >= (total / 100) * h->n &&
	    (n - (total / 100) * h->n) * 100 >= (total % 100) * h->n;
}
