/* A kind whose jobs do nothing: what is measured with it is forkpool. */
#include <forkpool-kind.h>

static int
nothing(const struct job *job, struct reply *reply)
{
	(void)job;
	(void)reply;
	return 0;
}

const struct kind forkpool_kind = {
    .abi = KIND_ABI,
    .summary = "do nothing",
    .job = nothing,
    .flags = KIND_REPEATABLE | KIND_TINY,
};
