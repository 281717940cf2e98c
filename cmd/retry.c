/*
 * retry: which failures are worth another attempt, and when that is made.
 * It owns these rules; it must not know which jobs there are.
 */
#include "cmd/retry.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "worker/signame.h"

#define NS_PER_MS   1000000ULL
#define DELAY_NS    (500 * NS_PER_MS)
#define DELAY_MAX   (60000 * NS_PER_MS)
#define CRASH_LIMIT 3

void
retry_init(struct retry_conf *c)
{
	memset(c, 0, sizeof(*c));
	c->attempts = 1;
	c->crash_limit = CRASH_LIMIT;
	c->delay_ns = DELAY_NS;
	c->delay_max_ns = DELAY_MAX;
	c->all_failures = true;
}

/* "4" or "4-8". */
static int
add_codes(struct retry_conf *c, char *first)
{
	char *last = strchr(first, '-');
	const char *why;
	int from, to;

	/* "5xx" is 500 to 599 */
	if (strlen(first) == 3 && strcmp(first + 1, "xx") == 0 &&
	    *first >= '1') {
		from = (*first - '0') * 100;
		bit_nset(c->codes, from, from + 99);
		return 0;
	}
	if (last != NULL)
		*last++ = '\0';
	from = (int)strtonum(first, 1, RETRY_CODE_MAX, &why);
	if (why != NULL)
		return -1;
	to = from;
	if (last != NULL)
		to = (int)strtonum(last, from, RETRY_CODE_MAX, &why);
	if (why != NULL)
		return -1;
	bit_nset(c->codes, from, to);
	return 0;
}

static const struct {
	const char *word;
	size_t place; /* of a bool in struct retry_conf */
} classes[] = {
    {"connect", offsetof(struct retry_conf, connect)},
    {"error", offsetof(struct retry_conf, error)},
    {"lost", offsetof(struct retry_conf, lost)},
    {"partial", offsetof(struct retry_conf, partial)},
    {"timeout", offsetof(struct retry_conf, timeout)},
};

static int
add_word(struct retry_conf *c, char *word)
{
	int signo;
	size_t i;

	if (*word >= '0' && *word <= '9')
		return add_codes(c, word);
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (strcmp(word, classes[i].word) != 0)
			continue;
		*(bool *)(void *)((char *)c + classes[i].place) = true;
		return 0;
	}
	/* a number with a blank in front is none of a signal, either */
	if (!isalpha((unsigned char)*word) ||
	    (signo = signame_parse(word)) == -1)
		return -1;
	bit_set(c->signals, signo);
	return 0;
}

int
retry_parse_on(struct retry_conf *c, const char *list)
{
	char *copy, *rest, *word;
	int result = 0;
	size_t i;

	c->all_failures = false;
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		*(bool *)(void *)((char *)c + classes[i].place) = false;
	memset(c->codes, 0, sizeof(c->codes));
	memset(c->signals, 0, sizeof(c->signals));
	if ((rest = copy = strdup(list)) == NULL)
		return -1;
	while (result == 0 && (word = strsep(&rest, ",")) != NULL)
		result = add_word(c, word);
	free(copy);
	return result;
}

bool
retry_is_on(const struct retry_conf *c)
{
	return c->attempts != 1;
}

/* --retry-on */
static bool
is_chosen(const struct retry_conf *c, enum outcome outcome, int code)
{
	if (c->all_failures)
		return true;
	switch (outcome) {
	case OUTCOME_EXIT:
	case OUTCOME_HTTP:
		return code >= 0 && code <= RETRY_CODE_MAX &&
		    bit_test(c->codes, code);
	case OUTCOME_SIGNAL:
		return code > 0 && code < NSIG && bit_test(c->signals, code);
	case OUTCOME_TIMEOUT:
		return c->timeout;
	case OUTCOME_LOST:
		return c->lost;
	case OUTCOME_ERROR:
		return c->error || (c->connect && code == FAILURE_CONNECT) ||
		    (c->partial && code == FAILURE_PARTIAL);
	default:
		return false;
	}
}

bool
retry_is_wanted(
    const struct retry_conf *c, uint32_t n, enum outcome outcome, int code)
{
	return (c->attempts == 0 || n < c->attempts) &&
	    is_chosen(c, outcome, code);
}

uint64_t
retry_delay_ns(const struct retry_conf *c, uint32_t n, uint32_t random)
{
	uint64_t most = c->delay_ns;

	for (; n > 1 && most != 0 && most < c->delay_max_ns; n--)
		most = most > c->delay_max_ns / 2 ? c->delay_max_ns : 2 * most;
	if (most > c->delay_max_ns)
		most = c->delay_max_ns;
	/* random / 2^32 of it, in two halves that can't overflow */
	return (most >> 32) * random + ((most & UINT32_MAX) * random >> 32);
}
