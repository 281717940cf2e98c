/*
 * output: what the options that tell where output goes mean together.
 * It owns no more than that; it must not know how a job's output gets there.
 */
#include "cmd/output.h"

#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/signals.h"
#include "cmd/template.h"

#define STATUS_USAGE  2
#define STATUS_BROKEN 4
#define BROKEN	      "cannot write the output"

/* --results names a file of rows, not files for each job. */
static void
settle_rows(struct options *o)
{
	const char *name = o->results;

	if (o->json || o->files)
		options_mistake("--results %s: %s does not go with it; give a "
				"directory or a template",
		    name, o->json ? "--json" : "--files");
	/* as with GNU parallel, "-.csv" is CSV on stdout */
	if (strncmp(name, "-.", 2) != 0 || strchr(name + 2, '.') != NULL)
		o->rowfile = name;
	o->row = row_format_of(name);
	o->results = NULL;
}

/* --results names a directory, which need not be there. */
static void
check_directory(const char *name)
{
	struct stat st;

	if (stat(name, &st) == 0 ? S_ISDIR(st.st_mode) : errno != ENOTDIR)
		return;
	options_mistake("--results %s: %s; write another name, one with a "
			"replacement string, or one that ends in .jsonl, .csv "
			"or .tsv",
	    name, strerror(ENOTDIR));
}

void
output_settle(struct options *o)
{
	bool mixed = o->order == SINK_LINES || o->order == SINK_LIVE;

	if (o->json && o->files)
		options_mistake("--json: --files does not go with it");
	if (o->json)
		o->row = ROW_JSON;
	if (o->results != NULL && row_format_of(o->results) != ROW_NONE)
		settle_rows(o);
	else if (o->results != NULL && o->blocks.on &&
	    !replace_is_in(&o->set, o->results))
		options_mistake("--results %s: jobs of --pipe have no values "
				"that make names; write %s/{#}/",
		    o->results, o->results);
	else if (o->results != NULL && !replace_is_in(&o->set, o->results))
		check_directory(o->results);
	o->whole = o->row != ROW_NONE || o->files || o->results != NULL;
	/* what is printed of a job is there when it has ended */
	if (o->whole && mixed)
		o->order = SINK_COMPLETED;
	/* and where nothing is printed no job waits for its turn */
	o->silent = o->results != NULL && o->row == ROW_NONE && !o->files;
	if (o->silent)
		o->order = SINK_COMPLETED;
}

/* True when the list is the regular file that st is of. */
static bool
is_list(const struct list *list, const struct stat *st)
{
	struct stat in;
	int result;

	if (list->words != NULL || !S_ISREG(st->st_mode))
		return false;
	result = strcmp(list->path, "-") == 0 ? fstat(STDIN_FILENO, &in)
					      : stat(list->path, &in);
	return result == 0 && in.st_dev == st->st_dev &&
	    in.st_ino == st->st_ino;
}

/* What is written there would be read as records, without an end. */
static void
refuse_list(const struct options *o, int fd)
{
	struct stat st;
	size_t i;

	if (fstat(fd, &st) == -1)
		return;
	for (i = 0; i < o->nlist; i++) {
		if (is_list(&o->list[i], &st))
			options_mistake("%s: %s is the same file as this list",
			    strcmp(o->list[i].path, "-") == 0 ? "standard input"
							      : o->list[i].path,
			    output_name(o));
	}
}

const char *
output_name(const struct options *o)
{
	return o->rowfile != NULL ? o->rowfile : "the output";
}

int
output_open(const struct options *o)
{
	struct stat st;
	int fd = STDOUT_FILENO;

	/* nothing of it is touched before it is known to be no list */
	if (o->rowfile != NULL && !o->dry_run)
		fd = open(o->rowfile, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd == -1)
		err(STATUS_USAGE, "cannot write %s", o->rowfile);
	refuse_list(o, fd);
	if (fd != STDOUT_FILENO && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    ftruncate(fd, 0) == -1)
		err(STATUS_USAGE, "cannot write %s", o->rowfile);
	return fd;
}

void
output_broken(void)
{
	if (errno == EPIPE)
		signals_die(SIGPIPE);
	err(STATUS_BROKEN, BROKEN);
}

void
output_flush(void)
{
	if (fflush(stdout) == EOF)
		output_broken();
	/* what was refused before is not kept to be tried again */
	if (ferror(stdout))
		errx(STATUS_BROKEN, BROKEN);
}
