/*
 * map: a kind that keeps one program of the user's own in each worker.
 * It owns its options and the words of the program; it must not know what
 * becomes of a record.
 */
#include "worker/map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "worker/duration.h"
#include "worker/mapjson.h"
#include "worker/mapserve.h"
#include "worker/module.h"
#include "worker/process.h"
#include "worker/run.h"

#define LINES_MAX   1000000 /* of one answer */
#define CREDIT_MAX  4096    /* records in the hands of one program */
#define RECYCLE_MAX INT64_MAX

/* What makes a script of one word, where sh would see more than a name. */
#define SCRIPT_CHARS " \t\n\v\f\r|&;<>()$`"

static struct map_conf conf = {.end = '\n', .lines = 1};
static struct job program;   /* its words are the arguments */
static char *shell_words[4]; /* these, for a script */

void
map_set_end(char end)
{
	/* JSON says itself where a string ends */
	if (conf.json == NULL)
		conf.end = end;
}

static const char *
set_format(const char *arg)
{
	const char *why;

	if (strcmp(arg, "lines") == 0) {
		conf.json = NULL;
		return NULL;
	}
	if (strcmp(arg, "json") != 0)
		return "no such format; write lines or json";
	conf.json = module_load("mapjson", "forkpool_map_json", &why);
	return conf.json != NULL ? NULL : why;
}

static const char *
set_lines(const char *arg)
{
	const char *why;

	if (strcmp(arg, "block") == 0) {
		conf.lines = 0;
		return NULL;
	}
	conf.lines = (unsigned)strtonum(arg, 1, LINES_MAX, &why);
	return why == NULL
	    ? NULL
	    : "no number of lines; write one from 1 to 1000000, or block";
}

/* A bare number counts records; with a unit it is an age. */
static const char *
set_recycle(const char *arg)
{
	const char *why;
	long long n = strtonum(arg, 1, RECYCLE_MAX, &why);

	if (why == NULL)
		conf.recycle = (uint64_t)n;
	else if (arg[strspn(arg, "0123456789")] == '\0' ||
	    duration_parse(arg, &conf.recycle_ns) == -1 || conf.recycle_ns == 0)
		return "neither a number of records nor an age; write 1000 or "
		       "10m";
	return NULL;
}

static const char *
map_option(int id, const char *arg)
{
	const char *why = NULL;

	switch (id) {
	case 'c':
		conf.credit = (unsigned)strtonum(arg, 1, CREDIT_MAX, &why);
		return why == NULL ? NULL
				   : "no number of records; write one from 1 "
				     "to 4096";
	case 'f':
		return set_format(arg);
	case 'l':
		return set_lines(arg);
	case 'r':
		return set_recycle(arg);
	}
	return why;
}

/* All the words are the program; as for run, one may be a script. */
static int
map_own_words(char *const *words, size_t n, const char **why)
{
	const char *shell = run_shell_program();

	if (n == 0) {
		*why = "the program is missing; write forkpool map PROGRAM, "
		       "as in forkpool map sed -u s/a/b/";
		return -1;
	}
	program.args = words;
	program.nargs = n;
	if (n == 1 && shell != NULL &&
	    strpbrk(words[0], SCRIPT_CHARS) != NULL) {
		shell_words[0] = (char *)(uintptr_t)shell;
		shell_words[1] = (char *)(uintptr_t) "-c";
		shell_words[2] = words[0];
		program.args = shell_words;
		program.nargs = 3;
	}
	process_set_input();
	return (int)n;
}

/*
 * The words, ended by the NULL that execve(2) needs: on the command line ":::"
 * may have its place.
 */
static int
map_open(void)
{
	char **args = calloc(program.nargs + 1, sizeof(*args));

	if (args == NULL)
		return -1;
	memcpy(args, program.args, program.nargs * sizeof(*args));
	program.args = args;
	return 0;
}

static int
map_serve(struct worker *w)
{
	return mapserve(w, &conf, &program);
}

static unsigned
map_credit(void)
{
	return conf.credit;
}

static const struct option_def map_options[] = {
    {"credit", 0, 'c', "N", "records that a program may hold at a time"},
    {"format", 0, 'f', "NAME", "how it is spoken to: lines (default), json"},
    {"lines", 0, 'l', "N", "of an answer (1), or block: to an empty one"},
    {"recycle", 0, 'r', "N|T", "start it anew after N records, or T of time"},
    {NULL, 0, 0, NULL, NULL},
};

static const struct kind_inner map_inner = {
    .serve = map_serve,
    .credit = map_credit,
};

const struct kind kind_map = {
    .abi = KIND_ABI,
    .name = "map",
    .summary = "let a program that is kept answer each record",
    .synopsis = "PROGRAM [word ...]",
    .options = map_options,
    .option = map_option,
    .own_words = map_own_words,
    .open = map_open,
    .words = WORDS_RECORDS,
    .flags =
	KIND_PROCESSES | KIND_KEEPS | KIND_TINY | KIND_REPEATABLE | KIND_WHOLE,
    .inner = &map_inner,
};
