/*
 * run: a kind that runs a program, and tells its output and its end.
 * It owns its options; it must not know the parent's pool.
 */
#include "worker/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/attend.h"
#include "worker/duration.h"
#include "worker/loop.h"
#include "worker/process.h"

#define LINGER_NS      1000000000ULL /* after a job's end, by default */
#define ARGUMENT_PAGES 32 /* that Linux takes of one argument, with its NUL */
#define ARGUMENT_SHOWN 60 /* bytes of one that is longer */

static bool shell;
static struct attend_conf attend_conf = {.linger_ns = LINGER_NS};
static const char *slot_variable; /* --process-slot-var; NULL: none */
static bool quote;
static const char *shell_program;

bool
run_wants_shell(void)
{
	return shell && !quote;
}

const char *
run_shell_program(void)
{
	const char *env = getenv("FORKPOOL_SHELL");

	if (quote)
		return NULL;
	if (shell_program != NULL)
		return shell_program;
	return env != NULL && *env != '\0' ? env : "/bin/sh";
}

static const char *
run_option(int id, const char *arg)
{
	switch (id) {
	case 'k':
		attend_conf.kill_stragglers = true;
		break;
	case 'v':
		slot_variable = arg;
		if (*arg == '\0' || strchr(arg, '=') != NULL)
			return "no name of a variable; write one as SLOT";
		break;
	case 'c':
		shell = true;
		break;
	case 'l':
		if (duration_parse(arg, &attend_conf.linger_ns) == -1)
			return DURATION_WRONG;
		break;
	case 'q':
		quote = true;
		break;
	case 's':
		shell_program = arg;
		if (*arg == '\0')
			return "empty; write the path of a shell";
		break;
	}
	return NULL;
}

/* True when bash has passed on a function of that name: no program is meant. */
static bool
is_function(const char *name)
{
	char variable[256];

	if (snprintf(variable, sizeof(variable), "BASH_FUNC_%s%%%%", name) >=
	    (int)sizeof(variable))
		return false;
	return getenv(variable) != NULL;
}

/* What errno does not tell of a program that can't be started. */
static const char *
hint_of(const char *name, int error)
{
	if (error != ENOENT)
		return "";
	if (is_function(name))
		return "; for the function of bash, --shell-program bash -c";
	if (strchr(name, '/') != NULL && access(name, F_OK) == 0)
		return "; the file is there, the interpreter that it names is "
		       "not";
	return "";
}

/* The job can't be started. */
static int
run_refuse(const struct job *job, struct reply *reply, int error)
{
	const char *name = job->nargs == 0 ? "nothing" : job->args[0];
	size_t most = ARGUMENT_PAGES * (size_t)sysconf(_SC_PAGESIZE) - 1;
	size_t i = 0;

	while (i < job->nargs && strlen(job->args[i]) <= most)
		i++;
	if (error == E2BIG && i < job->nargs)
		reply_error(reply,
		    "job %ju (%.*s...): too long for one argument: %zu bytes, "
		    "and %zu are the most",
		    (uintmax_t)job->seq, ARGUMENT_SHOWN, job->args[i],
		    strlen(job->args[i]), most);
	else
		reply_error(reply, "job %ju: cannot run %s: %s%s",
		    (uintmax_t)job->seq, *name != '\0' ? name : "''",
		    strerror(error), hint_of(name, error));
	reply_outcome(reply, OUTCOME_ERROR, error);
	return 0;
}

/* --process-slot-var: as xargs counts, from 0; the same for all our jobs. */
static void
run_set_slot(unsigned slot)
{
	static bool done;
	char number[16];

	if (done || slot_variable == NULL)
		return;
	done = true;
	snprintf(number, sizeof(number), "%u", slot - 1);
	setenv(slot_variable, number, 1);
}

static int
run_job(const struct job *job, struct reply *reply)
{
	struct process process;
	int error;

	run_set_slot(reply->worker->slot);
	error = job->nargs == 0
	    ? ENOENT
	    : process_start(&process, job, reply->worker->slot);
	if (error != 0)
		return run_refuse(job, reply, error);
	attend_conf.timeout_ms = job->timeout_ms;
	return attend(reply->worker, reply, &process, &attend_conf);
}

static const struct option_def run_options[] = {
    {"shell", 'c', 'c', NULL, "the words are a script for a shell"},
    {"kill-stragglers", 0, 'k', NULL, "end what a job leaves behind"},
    {"linger", 0, 'l', "T", "read on for T after a job's end (1s)"},
    {"process-slot-var", 0, 'v', "NAME", "set NAME to the worker, from 0"},
    {"quote", 'q', 'q', NULL, "the words are no script, whatever is in them"},
    {"shell-program", 0, 's', "PATH", "the shell for scripts (/bin/sh)"},
    {NULL, 0, 0, NULL, NULL},
};

const struct kind kind_run = {
    .abi = KIND_ABI,
    .name = "run",
    .summary = "run a command for each record",
    .synopsis = "[COMMAND [word ...]]",
    .options = run_options,
    .option = run_option,
    .job = run_job,
    .words = WORDS_TEMPLATE,
    .flags = KIND_PROCESSES | KIND_INPUT,
};
