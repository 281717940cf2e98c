/*
 * options: the command line: the common options, the kind's own, and the words.
 * It owns their meaning; it must not start anything.
 */
#include "cmd/options.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/called.h"
#include "cmd/jobs.h"
#include "cmd/operands.h"
#include "cmd/output.h"
#include "cmd/pipe.h"
#include "cmd/sections.h"
#include "cmd/shell.h"
#include "cmd/table.h"
#include "cmd/template.h"
#include "cmd/unknown.h"
#include "cmd/value.h"
#include "cmd/workers.h"
#include "worker/show.h"

#define STATUS_USAGE  2
#define STATUS_BROKEN 4

/*
 * What getopt returns for a long option of the kind is this and its id; for one
 * of the n-th section, from 0, it is n + 2 times this and its id.
 */
#define ID_TABLE 0x1000

void
options_mistake(const char *fmt, ...)
{
	char text[1024], line[4 * sizeof(text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	errx(STATUS_USAGE, "%s", show_text(line, sizeof(line), text));
}

void
options_told(void)
{
	output_flush();
	exit(0);
}

static const char *
name_of_id(const struct option_def *def, int id)
{
	while (def->name != NULL && def->id != id)
		def++;
	return def->name;
}

void
options_note_word(struct options *o, const char *word)
{
	char *quoted, *line;

	if ((quoted = shell_quote(word)) == NULL ||
	    asprintf(&line, "%s %s", o->command, quoted) == -1)
		err(STATUS_BROKEN, "cannot take the options");
	free(quoted);
	free(o->command);
	o->command = line;
}

/* Puts an option of the kind into the line that can be pasted. */
static void
note_option(struct options *o, const char *name, const char *arg)
{
	char option[64];

	if (o->command == NULL)
		return;
	snprintf(option, sizeof(option), "--%s", name);
	options_note_word(o, option);
	if (arg != NULL)
		options_note_word(o, arg);
}

/* An option of the kind. */
static void
own_option(struct options *o, int id, const char *arg)
{
	const char *name = name_of_id(o->kind->options, id), *why;
	char option[64];

	if ((why = o->kind->option(id, arg)) != NULL) {
		snprintf(option, sizeof(option), "--%s", name);
		value_mistake(option, arg, "%s", why);
	}
	note_option(o, name, arg);
}

/* An option that is one letter. */
static void
short_option(struct options *o, int letter, const char *arg)
{
	const struct section *s;
	int id;

	for (s = sections; s->table != NULL; s++) {
		if (section_is_of(s, o->kind) &&
		    (id = table_id(s->table, letter)) != -1) {
			s->set(o, id, arg);
			return;
		}
	}
	own_option(o, table_id(o->kind->options, letter), arg);
}

/* What getopt has returned. */
static void
one_option(struct options *o, int c, const char *arg)
{
	if (c < ID_TABLE)
		short_option(o, c, arg);
	else if (c < 2 * ID_TABLE)
		own_option(o, c - ID_TABLE, arg);
	else
		sections[c / ID_TABLE - 2].set(o, c % ID_TABLE, arg);
}

void
options_add_list(struct options *o, char *const *words, size_t n,
    const char *path, bool linked)
{
	struct list *list;

	list = recallocarray(o->list, o->nlist, o->nlist + 1, sizeof(*list));
	if (list == NULL)
		err(STATUS_BROKEN, "cannot take the lists");
	list[o->nlist] = (struct list){words, n, path, linked};
	o->list = list;
	o->nlist++;
}

void
options_clear_lists(struct options *o)
{
	free(o->list);
	o->list = NULL;
	o->nlist = 0;
}

void
options_clear(struct options *o)
{
	options_clear_lists(o);
	free(o->command);
	o->command = NULL;
}

/* What options mean for the lists if others are not there. */
static void
settle_lists(struct options *o)
{
	struct input_format *format = &o->lists.format;

	format->columns = o->lists.colsep != NULL;
	if (format->columns && !o->trim_given)
		format->trim_left = format->trim_right = true;
	/* a limit alone packs nothing */
	if (o->lists.pack.max_chars > 0 && !o->lists.pack.on) {
		o->lists.pack.on = true;
		o->lists.pack.max_records = 1;
	}
}

/* What --resume goes with. */
static void
settle_ledger(struct options *o)
{
	if (o->ledger.joblog != NULL && *o->ledger.joblog == '+') {
		o->ledger.joblog++;
		o->ledger.append = true;
	}
	if (o->ledger.resume == RESUME_NONE)
		return;
	/* --retry-failed has words of its own, see again_options() */
	if (o->ledger.resume != RESUME_RETRY && o->ledger.journal == NULL &&
	    o->ledger.joblog == NULL)
		options_mistake("%s needs --journal FILE or --joblog FILE, "
				"which tells what was done",
		    o->ledger.resume == RESUME_FAILED ? "--resume-failed"
						      : "--resume");
	if (o->blocks.on)
		options_mistake("--resume does not go with --pipe: a block of "
				"input is not known again");
}

/* Each line of a mixed list is one job, and has its own words. */
static void
settle_jobs(const struct options *o)
{
	const struct source_conf *lists = &o->lists;

	if (!lists->jobs)
		return;
	if (lists->pack.on || lists->colsep != NULL || lists->header ||
	    lists->link)
		options_mistake("-n, -N, -L, -m, -X, -s, -C, --header and "
				"--link are not for a mixed list, of which "
				"each line is one job");
}

/* What the kind has to say when all options are known. */
static void
settle_kind(struct options *o)
{
	const struct kind *kind = o->kind;
	const struct kind_inner *inner = kind->inner;
	const char *why;

	if (kind->settle != NULL && (why = kind->settle()) != NULL)
		options_mistake("%s", why);
	if (inner != NULL && inner->files != NULL)
		o->save_as = inner->files();
	if (inner != NULL && inner->retry_on != NULL && o->retry.all_failures)
		(void)retry_parse_on(&o->retry, inner->retry_on);
	if (o->json || o->results != NULL)
		kind_want_facts();
	if (o->json || o->results != NULL || o->ledger.journal != NULL)
		kind_want_usage();
	/* with a template records may be anything */
	o->lists.format.urls = (kind->flags & KIND_URLS) != 0 && o->nwords == 0;
}

/* Options up to the next word, of which optind then tells. */
static void
parse_options(struct options *o, int argc, char **argv)
{
	static struct table t;
	int c, i, index = -1;

	table_init(&t);
	table_add(&t, o->kind->options, ID_TABLE);
	for (i = 0; sections[i].table != NULL; i++) {
		if (section_is_of(&sections[i], o->kind))
			table_add(&t, sections[i].table, (i + 2) * ID_TABLE);
	}
	opterr = 0;
	while ((c = getopt_long(argc, argv, t.shorts, t.longs, &index)) != -1) {
		if (c == '?' || c == ':')
			unknown_option(o->kind, c, argv);
		else if (index == -1 ||
		    !unknown_abbreviation(o->kind, t.longs[index].name, argv)) {
			unknown_meaning(o->kind, c, argv);
			one_option(o, c, optarg);
		}
		index = -1;
	}
}

/* A kind that is a module of the user's: the next word, and options of it. */
static void
parse_loaded(struct options *o, int argc, char **argv)
{
	/* the journal will tell it */
	if (o->ledger.resume == RESUME_RETRY && optind == argc)
		return;
	if (optind == argc || operands_begin_list(o, argv[optind]))
		options_mistake("%s: the module is missing; write forkpool %s "
				"./MODULE.so",
		    o->kind->name, o->kind->name);
	o->module = argv[optind++];
	called_load(o->module);
	options_note_word(o, o->module);
	parse_options(o, argc, argv);
}

void
options_parse(struct options *o, const struct kind *kind, int argc, char **argv)
{
	memset(o, 0, sizeof(*o));
	optind = 0; /* --retry-failed reads a second command line */
	o->kind = kind;
	if (strcmp(kind->name, "run") != 0 &&
	    asprintf(&o->command, "forkpool %s", kind->name) == -1)
		err(STATUS_BROKEN, "cannot take the options");
	o->lists.format.delimiter = '\n';
	retry_init(&o->retry);
	o->lists.jobs = kind == &kind_jobs;
	o->arg_sep = ":::";
	o->arg_file_sep = "::::";
	parse_options(o, argc, argv);
	if (kind->flags & KIND_LOADED)
		parse_loaded(o, argc, argv);
	o->argv = argv;
	o->argc = (size_t)argc;
	o->options = argv + 1;
	o->noptions = (size_t)optind - 1;
	operands_take(o, argv + optind, (size_t)(argc - optind));
	pipe_settle(o);
	settle_ledger(o);
	settle_lists(o);
	settle_jobs(o);
	settle_kind(o);
	if (o->nlist == 0 && o->ledger.resume != RESUME_RETRY)
		options_add_list(o, NULL, 0, "-", false);
	output_settle(o);
}

bool
options_read_stdin(const struct options *o)
{
	size_t i;

	for (i = 0; i < o->nlist; i++) {
		if (o->list[i].path != NULL &&
		    strcmp(o->list[i].path, "-") == 0)
			return true;
	}
	return false;
}

const char *
options_tag(const struct options *o)
{
	if (o->tagstring != NULL)
		return o->tagstring;
	return o->tag ? template_all(&o->set) : NULL;
}

const char *
options_tmpdir(const struct options *o)
{
	const char *env = getenv("TMPDIR");

	if (o->tmpdir != NULL)
		return o->tmpdir;
	return env != NULL && *env != '\0' ? env : "/tmp";
}

unsigned
options_slots(const struct options *o)
{
	unsigned long most = workers_by_descriptors(), n;

	n = workers_number(
	    &o->workers, workers_cpus(), (unsigned)o->kind->default_jobs, most);
	if (n > most) {
		warnx("%s%lu: the limit of descriptors allows no more than "
		      "%lu; raise nofile (ulimit -n)",
		    o->workers.form == WORKERS_DEFAULT ? "workers, by default "
						       : "-j ",
		    n, most);
		n = most;
	}
	return (unsigned)n;
}
