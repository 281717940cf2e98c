/*
 * call: a kind that is a user's own, in a module of his.
 * It owns that kind, as the program knows it; what it does it must not know.
 */
#include "worker/call.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "worker/module.h"

#define ID_MAX 4095

static const struct option_def no_options[] = {
    {NULL, 0, 0, NULL, NULL},
};

/* Nothing was loaded, so there is no job to do. */
static int
call_nothing(const struct job *job, struct reply *reply)
{
	(void)job;
	reply_fail(reply, ENOEXEC, "call: no module is loaded");
	return -1;
}

struct kind kind_call = {
    .abi = KIND_ABI,
    .name = "call",
    .summary = "do what a module of your own does",
    .synopsis = "MODULE [options] [word ...]",
    .options = no_options,
    .job = call_nothing,
    .flags = KIND_LOADED,
};

/* What is wrong with a table of options; NULL: nothing. */
static const char *
judge_options(const struct kind *kind)
{
	const struct option_def *def = kind->options;

	if (def == NULL)
		return NULL;
	if (def->name != NULL && kind->option == NULL)
		return "has options, but no function that takes them";
	for (; def->name != NULL; def++) {
		if (def->id < 1 || def->id > ID_MAX)
			return "has an option whose id is not 1 to 4095";
		if (def->help == NULL)
			return "has an option without a help text";
	}
	return NULL;
}

/* What is wrong with a module's kind; NULL: nothing. */
static const char *
judge(const struct kind *kind)
{
	static char text[128];

	/* first, since nothing else is where it should be then */
	if (kind->abi != KIND_ABI) {
		snprintf(text, sizeof(text),
		    "was made with version %u of forkpool-kind.h, and this is "
		    "version %d; compile it again",
		    kind->abi, KIND_ABI);
		return text;
	}
	if (kind->job == NULL)
		return "has no function for a job";
	if ((kind->flags & ~(unsigned)KIND_USERS) != 0 ||
	    kind->words != WORDS_RECORDS || kind->inner != NULL)
		return "has flags that are for forkpool's own kinds";
	return judge_options(kind);
}

/* Fills in what a user's kind may leave out, and what is ours to say. */
static void
adopt(const struct kind *kind, const char *path)
{
	static char synopsis[PATH_MAX + 128];

	snprintf(synopsis, sizeof(synopsis), "%s [options] %s", path,
	    kind->synopsis != NULL ? kind->synopsis : "[word ...]");
	kind_call = *kind;
	kind_call.name = "call";
	kind_call.flags |= KIND_LOADED;
	kind_call.synopsis = synopsis;
	if (kind->summary == NULL)
		kind_call.summary = "a kind without a summary";
	if (kind->options == NULL)
		kind_call.options = no_options;
}

int
call_load(const char *path, const char **why)
{
	static char text[PATH_MAX + 256];
	const struct kind *kind;
	const char *wrong;

	if ((kind = module_load_file(path, "forkpool_kind", why)) == NULL)
		return -1;
	if ((wrong = judge(kind)) != NULL) {
		snprintf(text, sizeof(text), "%s: it %s", path, wrong);
		*why = text;
		return -1;
	}
	adopt(kind, path);
	return 0;
}
