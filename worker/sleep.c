/*
 * sleep: waits as long as its arguments say, and does nothing else.
 * The simplest kind, and so the model for a new one.
 */
#include "worker/sleep.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "worker/back.h"
#include "worker/duration.h"

#define NS_PER_SEC 1000000000ULL

static bool verbose;

static const char *
sleep_option(int id, const char *arg)
{
	(void)arg;
	if (id == 'v')
		verbose = true;
	return NULL;
}

/* With -v: when it happened, on a clock that is the same for all workers. */
static void
sleep_tell(struct reply *reply, const char *what, const char *arg)
{
	char line[128];
	int n;

	if (!verbose)
		return;
	n = snprintf(line, sizeof(line), "%.6f %s %.64s\n",
	    (double)duration_now_ns() / 1e9, what, arg);
	reply_output(reply, 1, line, (size_t)n);
	kind_yield(reply);
}

/* A long one in pieces: what waits behind it may go to other workers. */
static void
sleep_ns(uint64_t ns, struct reply *reply)
{
	uint64_t begun = duration_now_ns(), left = ns, piece = BACK_SLOW_NS;
	struct timespec ts;

	/* the system would make it longer than nothing */
	while (left > 0) {
		if (piece > left)
			piece = left;
		ts.tv_sec = (time_t)(piece / NS_PER_SEC);
		ts.tv_nsec = (long)(piece % NS_PER_SEC);
		nanosleep(&ts, NULL);
		if (piece < left)
			kind_yield(reply);
		piece *= 2;
		left = duration_now_ns() - begun;
		left = left < ns ? ns - left : 0;
	}
}

static int
sleep_one(const char *arg, struct reply *reply)
{
	uint64_t ns;

	if (duration_parse(arg, &ns) == -1) {
		reply_fail(reply, EINVAL, "sleep: %s: " DURATION_WRONG, arg);
		return -1;
	}
	sleep_tell(reply, "before", arg);
	sleep_ns(ns, reply);
	sleep_tell(reply, "after", arg);
	return 0;
}

static int
sleep_job(const struct job *job, struct reply *reply)
{
	size_t i;

	for (i = 0; i < job->nargs; i++) {
		if (sleep_one(job->args[i], reply) == -1)
			break;
	}
	return 0;
}

static const struct option_def sleep_options[] = {
    {"timestamps", 'v', 'v', NULL, "print the clock before and after each"},
    {NULL, 0, 0, NULL, NULL},
};

const struct kind kind_sleep = {
    .abi = KIND_ABI,
    .name = "sleep",
    .summary = "sleep for so long",
    .synopsis = "[DURATION ...]",
    .options = sleep_options,
    .option = sleep_option,
    .job = sleep_job,
    .words = WORDS_RECORDS,
    .flags = KIND_REPEATABLE | KIND_TINY,
};
