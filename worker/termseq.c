/*
 * termseq: the signals that a job gets which is to end, and the time between.
 * It owns the sequence; it must not know who sends it to whom.
 */
#include "worker/termseq.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "worker/signame.h"

#define MS_MAX 86400000 /* a day */

static struct termseq chosen = {
    4, {{SIGTERM, 200}, {SIGTERM, 100}, {SIGTERM, 50}, {SIGKILL, 25}}};

/* A signal, and the time after it: 0 when the list ends there. */
static int
add_step(struct termseq *seq, char **rest)
{
	char *name = strsep(rest, ","), *ms = strsep(rest, ",");
	const char *why = NULL;
	int signo = signame_parse(name);

	if (signo == -1 || seq->n == TERMSEQ_MAX)
		return -1;
	seq->step[seq->n].signo = signo;
	seq->step[seq->n].ms =
	    ms != NULL ? (uint32_t)strtonum(ms, 0, MS_MAX, &why) : 0;
	seq->n++;
	return why == NULL ? 0 : -1;
}

int
termseq_parse(struct termseq *seq, const char *text)
{
	char copy[256], *rest = copy;

	if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy))
		return -1;
	seq->n = 0;
	do {
		if (add_step(seq, &rest) == -1)
			return -1;
	} while (rest != NULL);
	if (seq->step[seq->n - 1].signo == SIGKILL)
		return 0;
	if (seq->n == TERMSEQ_MAX)
		return -1;
	seq->step[seq->n].signo = SIGKILL;
	seq->step[seq->n++].ms = 0;
	return 0;
}

uint64_t
termseq_ms(const struct termseq *seq)
{
	uint64_t ms = 0;
	size_t i;

	for (i = 0; i < seq->n; i++)
		ms += seq->step[i].ms;
	return ms;
}

void
termseq_set(const struct termseq *seq)
{
	chosen = *seq;
}

const struct termseq *
termseq_get(void)
{
	return &chosen;
}
