/*
 * forkpool: runs a list of jobs in a pool of worker processes, and prints what
 * a plain loop over the list would have printed.
 */
#include <sys/resource.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/again.h"
#include "cmd/args.h"
#include "cmd/dryrun.h"
#include "cmd/foreign.h"
#include "cmd/help.h"
#include "cmd/jobs.h"
#include "cmd/log.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/pool.h"
#include "cmd/resume.h"
#include "cmd/secret.h"
#include "cmd/signals.h"
#include "cmd/source.h"
#include "cmd/surroundings.h"
#include "cmd/template.h"
#include "cmd/unknown.h"
#include "cmd/usage.h"
#include "worker/demo.h"
#include "worker/kind.h"
#include "worker/loop.h"
#include "worker/map.h"
#include "worker/module.h"
#include "worker/process.h"
#include "worker/run.h"
#include "worker/show.h"

#define STATUS_USAGE  2
#define STATUS_BROKEN 4
#define FDS_LEAST     12 /* what a worker of run needs */

/*
 * A descriptor of 0, 1, 2 that is closed would be the next file we open.  Each
 * gets a /dev/null that fails in the direction in which it would be used, so
 * that a list or an output that can't be there is an error, not silence.
 */
static void
open_standard_fds(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDWR};
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* lowest first, so what is opened becomes fd itself */
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null", modes[fd]) != fd)
			_exit(STATUS_BROKEN);
	}
}

/* The demonstration, of which demo as a kind of job is a part. */
_Noreturn static void
show_demo(void)
{
	struct sigaction by_default = {.sa_handler = SIG_DFL};
	const struct demo_calls *calls;
	const char *why;

	if ((calls = module_load("demo", "forkpool_demo", &why)) == NULL)
		errx(STATUS_BROKEN, "cannot load the demonstration: %s", why);
	sigaction(SIGCHLD, &by_default, NULL);
	exit(calls->show());
}

/* What stands where a kind should. */
static const struct kind *
find_kind(int argc, char **argv)
{
	const struct kind *kind;
	const char *why;

	if (argc < 2) {
		usage_program(stderr);
		exit(STATUS_USAGE);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		usage_program(stdout);
		options_told();
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts("forkpool " FP_VERSION);
		options_told();
	}
	if (strcmp(argv[1], "help") == 0)
		help_open(argc > 2 ? argv[2] : NULL);
	if (strcmp(argv[1], "log") == 0)
		log_main(argc - 1, argv + 1);
	if (strcmp(argv[1], "demo") == 0 && argc == 2)
		show_demo();
	if (strcmp(argv[1], "jobs") == 0) {
		jobs_find_options(argc, argv);
		return &kind_jobs;
	}
	if ((kind = kind_find(argv[1], &why)) != NULL)
		return kind;
	if (why != NULL)
		errx(
		    STATUS_BROKEN, "cannot load the kind %s: %s", argv[1], why);
	unknown_kind(argv[1]);
}

/* With fewer descriptors every job would fail, each for a reason of its own. */
static void
check_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FDS_LEAST)
		errx(STATUS_BROKEN,
		    "the limit of descriptors is %ju and must be %d at least; "
		    "raise nofile (ulimit -n)",
		    (uintmax_t)limit.rlim_cur, FDS_LEAST);
}

/* Workers cost descriptors; jobs get the limit back that we were given. */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* Before any worker is forked, so that it is the parent's alone. */
static void
open_ledger(struct ledger *ledger, const struct options *o,
    struct job_template *t, struct source *source)
{
	struct ledger_run run = {.kind = o->kind->name,
	    .module = o->module,
	    .command = o->command,
	    .argv = o->argv,
	    .argc = o->argc,
	    .options = o->options,
	    .noptions = o->noptions,
	    .words = o->words - o->nown_words,
	    .nwords = o->nown_words + o->nwords,
	    .slots = o->slots,
	    .template = t,
	    .total = source_total(source),
	    .reads_stdin = options_read_stdin(o),
	    .preview = o->dry_run};
	char why[1024];

	if (o->kind->flags & KIND_URLS) {
		run.argv = secret_hide_words(o->argv, o->argc, o->nwords == 0);
		run.options = secret_hide_words(o->options, o->noptions, false);
		run.words = secret_hide_words(o->words, o->nwords, false);
		if (run.argv == NULL || run.options == NULL ||
		    (run.words == NULL && o->words != NULL))
			err(STATUS_BROKEN, "cannot open the journal");
	}
	if (ledger_open(ledger, &o->ledger, &run, why, sizeof(why)) == -1)
		options_mistake("%s", why);
	if (o->ledger.resume == RESUME_RETRY)
		source_set_feed(source, resume_feed, ledger);
	if (o->ledger.resume == RESUME_NONE || o->quiet)
		return;
	if (ledger->others)
		warnx("%s has no run of this command: every job is new",
		    o->ledger.journal);
	if (template_has_number(t))
		warnx("{#} and {%%} are not what they were for jobs that are "
		      "resumed");
}

/* The run proper.  The exit status, unless it dies of a signal. */
static int
run(const struct options *o, struct job_template *t, struct source *source,
    struct ledger *ledger, int outfd)
{
	struct pool pool;
	int status;

	signals_catch();
	surroundings_set(o);
	map_set_end(o->lists.format.delimiter == '\0' ? '\0' : '\n');
	if (pool_init(&pool, o, t, source, ledger, outfd) == -1)
		err(STATUS_BROKEN, "cannot prepare %zu workers", pool.nslots);
	status = pool_run(&pool);
	ledger_close(ledger);
	if (pool.signo != 0)
		signals_die(pool.signo);
	pool_clear(&pool);
	return status;
}

/* The data that is cut into blocks. */
static void
open_blocks(struct options *o, struct source *source)
{
	const char *path = o->list[0].path, *why;

	if (source_open_blocks(source, &o->blocks, path, o->slots, &why) == 0) {
		process_set_input();
		return;
	}
	if (why != NULL)
		options_mistake("%s", why);
	err(STATUS_USAGE, "cannot read %s",
	    strcmp(path, "-") == 0 ? "standard input" : path);
}

/* The lists that the options name, opened. */
static struct source *
open_source(struct options *o)
{
	struct source *source;
	const char *why;
	uint64_t line;
	size_t i;

	if ((source = source_new(&o->lists, &why)) == NULL) {
		if (why == NULL)
			err(STATUS_BROKEN, "cannot take the lists");
		options_mistake("-C %s: %s; write a POSIX extended regular "
				"expression",
		    o->lists.colsep, why);
	}
	if (o->blocks.on) {
		open_blocks(o, source);
		return source;
	}
	/* without any, an empty one stands for those of --retry-failed */
	if (o->nlist == 0 && source_add(source, o->words, 0, NULL, false) == -1)
		err(STATUS_BROKEN, "cannot take the lists");
	for (i = 0; i < o->nlist; i++) {
		if (source_add(source, o->list[i].words, o->list[i].n,
			o->list[i].path, o->list[i].linked) == 0)
			continue;
		if (errno == EBADMSG)
			options_mistake(
			    "%s: " INPUT_MARKUP, source_place(source, &line));
		if (errno == ENOMEM)
			err(STATUS_BROKEN, "cannot take the lists");
		err(STATUS_USAGE, "cannot read the list %s",
		    source_place(source, &line));
	}
	if (source_read_header(source) == -1) {
		if (errno != EPIPE)
			err(STATUS_USAGE, "cannot read the list %s",
			    source_place(source, &line));
		errx(STATUS_USAGE, "%s has no line with the names of columns",
		    source_place(source, &line));
	}
	o->set.columns = source_columns(source, &o->set.ncolumns);
	return source;
}

/* A value in the text of a shell that we don't start is run by it. */
static void
warn_of_second_shell(const struct job_template *t)
{
	char name[4 * SECOND_NAME];
	struct second found;

	if (template_feeds_second(t, &found))
		warnx("warning: the value becomes a part of the text that %s "
		      "runs, and so does what is in it; %s",
		    show_text(name, sizeof(name), found.program),
		    found.instead);
}

/* GNU parallel would replace it; we leave it, but not without a word. */
static void
warn_of_perl(const struct options *o)
{
	size_t i;

	for (i = 0; i < o->nwords; i++) {
		if (!foreign_is_perl(o->words[i]))
			continue;
		warnx("warning: {= ... =} is left as it stands, Perl is not "
		      "run; a script can use ${1%%.*}, sed and so on");
		return;
	}
}

/* Makes room for titles.  An environment that was empty is NULL behind it. */
static void
init_title(int argc, char **argv)
{
	static char *nothing[] = {NULL};

	setproctitle_init(argc, argv, environ);
	if (environ == NULL)
		environ = nothing;
}

/* What ps(1) is to show: the command line without its secrets. */
static void
hide_secrets(const struct options *o, char **argv, int argc)
{
	char *const *words =
	    secret_hide_words(argv, (size_t)argc, o->nwords == 0);
	char *line = words != NULL ? args_join(words, (size_t)argc) : NULL;

	if (line == NULL)
		err(STATUS_BROKEN, "cannot hide what is secret");
	setproctitle("-%s", line);
	free(line);
}

/* Who has forgotten ":::" would wait, and not know what for. */
static void
tell_of_terminal(const struct options *o)
{
	size_t i;

	if (o->quiet || o->blocks.on || !isatty(STDIN_FILENO) ||
	    !isatty(STDERR_FILENO))
		return;
	for (i = 0; i < o->nlist; i++) {
		if (o->list[i].path == NULL ||
		    strcmp(o->list[i].path, "-") != 0)
			continue;
		warnx("the list is read from the terminal, and ^D ends it; "
		      "arguments stand behind %s",
		    o->arg_sep);
		break;
	}
}

int
main(int argc, char **argv)
{
	struct template_conf conf;
	const struct kind *kind;
	struct job_template template;
	struct ledger ledger;
	struct options options;
	struct source *source;
	char why[512];
	int outfd, status;

	open_standard_fds();
	init_title(argc, argv);
	kind = find_kind(argc, argv);
	options_parse(&options, kind, argc - 1, argv + 1);
	if (kind->flags & KIND_URLS)
		hide_secrets(&options, argv, argc);
	if (options.ledger.resume == RESUME_RETRY)
		again_options(&options);
	check_descriptor_limit();
	signals_init();
	raise_descriptor_limit();
	options.slots = options_slots(&options);
	tell_of_terminal(&options);
	source = open_source(&options);
	if (options.lists.jobs) {
		jobs_check(&options);
		worker_take_own_words();
	}
	conf = (struct template_conf){options.words, options.nwords,
	    run_wants_shell(),
	    kind->words == WORDS_RECORDS ? NULL : run_shell_program(),
	    options.context, options.set, options.lists.jobs,
	    (kind->flags & KIND_URLS) != 0};
	if (template_make(&template, &conf, why, sizeof(why)) == -1)
		options_mistake("%s", why);
	if (!options.quiet) {
		warn_of_second_shell(&template);
		warn_of_perl(&options);
	}
	if (source_total(source) == 0 && template_needs_total(&template))
		options_mistake(
		    "{##} and {0#} need the number of jobs, which is "
		    "known only where all lists are on the "
		    "command line");
	source_pack(source, &template, options.slots);
	outfd = output_open(&options);
	open_ledger(&ledger, &options, &template, source);
	if (options.dry_run)
		status = dryrun(&options, &template, source, &ledger);
	else
		status = run(&options, &template, source, &ledger, outfd);
	source_free(source);
	template_clear(&template);
	options_clear(&options);
	return status;
}
