/*
 * demokind: the jobs of the demonstration as a kind of job, so that forkpool
 * runs them as it runs any.
 * It owns what the module exports as that; it must not know of the other ways.
 */
#include <errno.h>
#include <string.h>

#include "worker/demojob.h"
#include "worker/kind.h"

/* What a module exports: see worker/kind.h. */
extern const struct kind forkpool_kind;

/* At once: of a job that crashes it is all that comes. */
static void
tell_reply(void *ctx, const char *line, size_t n)
{
	reply_output(ctx, 1, line, n);
	kind_yield(ctx);
}

static int
demo_job(const struct job *job, struct reply *reply)
{
	struct demojob_teller teller = {tell_reply, reply};
	struct demojob demojob;
	const char *why;
	size_t i;

	for (i = 0; i < job->nargs; i++) {
		if (demojob_parse(&demojob, job->seq, job->args[i]) == -1)
			reply_fail(reply, EINVAL,
			    "%.64s: no job of the demonstration; write wait:T, "
			    "compute:N, query:N, fetch:URL, crash:T or hang:T",
			    job->args[i]);
		else if (demojob_run(&demojob, &teller, &why) == -1)
			reply_fail(reply, 0, "%.256s: %s", job->args[i], why);
	}
	return 0;
}

static const struct option_def demo_options[] = {
    {NULL, 0, 0, NULL, NULL},
};

const struct kind forkpool_kind = {
    .abi = KIND_ABI,
    .name = "demo",
    .summary = "show what workers are good for",
    .synopsis = "[JOB ...]",
    .options = demo_options,
    .job = demo_job,
    .words = WORDS_RECORDS,
};
