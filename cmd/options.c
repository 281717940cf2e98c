/*
 * options: the command line: the common options, the kind's own, and the words.
 * It owns their meaning; it must not start anything.
 */
#include "cmd/options.h"

#include <sys/resource.h>

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/template.h"
#include "worker/duration.h"
#include "worker/show.h"

#define STATUS_USAGE  2
#define STATUS_BROKEN 4

#define JOBS_MAX    100000 /* workers; the descriptors end sooner */
#define SLOT_FDS    2	   /* descriptors that a worker costs the parent */
#define OTHER_FDS   16	   /* and what it needs beside them */
#define OPTIONS_MAX 128	   /* rows of both tables */
#define ID_KIND	    0x1000 /* what getopt returns for the kind's options */
#define NS_PER_MS   1000000ULL

enum common_id {
	ID_ARG_FILE = 1,
	ID_AS_COMPLETED,
	ID_CRLF,
	ID_DRY_RUN,
	ID_GROUP,
	ID_HELP,
	ID_JOBS,
	ID_KEEP_ORDER,
	ID_LINE_BUFFER,
	ID_NULL,
	ID_QUIET,
	ID_SPOOL_MAX,
	ID_TAG,
	ID_TIMEOUT,
	ID_UNGROUP,
	ID_VERBOSE,
	ID_VERSION
};

const struct option_def options_common[] = {
    {"arg-file", 'a', ID_ARG_FILE, "FILE", "read the records from FILE"},
    {"as-completed", 0, ID_AS_COMPLETED, NULL,
	"print jobs in the order of their ends"},
    {"crlf", 0, ID_CRLF, NULL, "lines of the list end in CR LF"},
    {"dry-run", 0, ID_DRY_RUN, NULL, "print what would run"},
    {"group", 0, ID_GROUP, NULL, "print each job's output whole (default)"},
    {"help", 'h', ID_HELP, NULL, "this text"},
    {"jobs", 'j', ID_JOBS, "N", "workers: a number, N%, or 0"},
    {"keep-order", 'k', ID_KEEP_ORDER, NULL,
	"print in the order of the list (default)"},
    {"line-buffer", 0, ID_LINE_BUFFER, NULL, "print whole lines at once"},
    {"lb", 0, ID_LINE_BUFFER, NULL, "the same as --line-buffer"},
    {"null", '0', ID_NULL, NULL, "records end in NUL, not new line"},
    {"quiet", 0, ID_QUIET, NULL, "no account of what failed"},
    {"spool-max", 0, ID_SPOOL_MAX, "SIZE", "bytes of output held on disk"},
    {"tag", 0, ID_TAG, NULL, "begin each line with the record"},
    {"timeout", 0, ID_TIMEOUT, "T", "end a job that takes longer"},
    {"ungroup", 'u', ID_UNGROUP, NULL, "print output as it comes"},
    {"verbose", 't', ID_VERBOSE, NULL, "print each job on stderr"},
    {"version", 'V', ID_VERSION, NULL, "print the version"},
    {NULL, 0, 0, NULL, NULL},
};

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

static void
usage_table(const struct option_def *def)
{
	char left[64];

	for (; def->name != NULL; def++) {
		snprintf(left, sizeof(left), "%c%c%s--%s%s%s",
		    def->letter ? '-' : ' ', def->letter ? def->letter : ' ',
		    def->letter ? ", " : "  ", def->name,
		    def->argname != NULL ? " " : "",
		    def->argname != NULL ? def->argname : "");
		printf("  %-28s %s\n", left, def->help);
	}
}

void
options_usage(const struct kind *kind)
{
	printf("usage: forkpool %s [options] %s [::: argument ...]\n"
	       "%s\n",
	    kind->name, kind->synopsis, kind->summary);
	if (kind->options[0].name != NULL) {
		printf("\nOptions of %s:\n", kind->name);
		usage_table(kind->options);
	}
	printf("\nOptions of every kind:\n");
	usage_table(options_common);
	printf("\nMore: forkpool help %s\n", kind->name);
}

void
options_told(void)
{
	if (fflush(stdout) == EOF)
		err(STATUS_BROKEN, "cannot write the output");
	exit(0);
}

/* -j N, N% or 0. */
static void
parse_jobs(struct options *o, const char *arg)
{
	char digits[16];
	const char *why;
	size_t n = strlen(arg);

	o->jobs_given = true;
	o->jobs_percent = n > 0 && arg[n - 1] == '%';
	if (o->jobs_percent)
		n--;
	if (n >= sizeof(digits))
		n = sizeof(digits) - 1;
	memcpy(digits, arg, n);
	digits[n] = '\0';
	o->jobs = (unsigned long)strtonum(
	    digits, o->jobs_percent ? 1 : 0, JOBS_MAX, &why);
	if (why != NULL)
		options_mistake("-j %s: %s; write a number of workers, a "
				"percentage of the CPUs, or 0",
		    arg, why);
}

static uint64_t
parse_timeout(const char *arg)
{
	uint64_t ns;

	if (duration_parse(arg, &ns) == -1)
		options_mistake(
		    "--timeout %s: not a duration; write 0.5, 90s, 5m or 1h",
		    arg);
	/* less than a millisecond is not nothing */
	return (ns + NS_PER_MS - 1) / NS_PER_MS;
}

static uint64_t
parse_size(const char *name, const char *arg)
{
	size_t digits = strspn(arg, "0123456789");
	uint64_t n;

	/* expand_number() would take a sign, and ignores what it can't read */
	errno = 0;
	if (digits == 0 || strlen(arg) > digits + 1 ||
	    expand_number(arg, &n) == -1 || errno != 0 || n == 0)
		options_mistake(
		    "%s %s: not a size; write 1000000, 64M or 2G", name, arg);
	return n;
}

static void
common_option(struct options *o, int id, const char *arg)
{
	switch (id) {
	case ID_ARG_FILE:
		if (o->source != SOURCE_STDIN)
			options_mistake(
			    "only one list can be read, and -a %s is another",
			    arg);
		o->source = SOURCE_FILE;
		o->path = arg;
		break;
	case ID_AS_COMPLETED:
		o->order = SINK_COMPLETED;
		break;
	case ID_CRLF:
		o->crlf = true;
		break;
	case ID_DRY_RUN:
		o->dry_run = true;
		break;
	case ID_HELP:
		options_usage(o->kind);
		options_told();
	case ID_JOBS:
		parse_jobs(o, arg);
		break;
	case ID_GROUP:
	case ID_KEEP_ORDER:
		o->order = SINK_INPUT;
		break;
	case ID_LINE_BUFFER:
		o->order = SINK_LINES;
		break;
	case ID_NULL:
		o->delimiter = '\0';
		break;
	case ID_QUIET:
		o->quiet = true;
		break;
	case ID_SPOOL_MAX:
		o->spool_max = parse_size("--spool-max", arg);
		break;
	case ID_TAG:
		o->tag = true;
		break;
	case ID_TIMEOUT:
		o->timeout_ms = parse_timeout(arg);
		break;
	case ID_UNGROUP:
		o->order = SINK_LIVE;
		break;
	case ID_VERBOSE:
		o->verbose = true;
		break;
	case ID_VERSION:
		puts("forkpool " FP_VERSION);
		options_told();
	}
}

/* Both tables as getopt_long(3) wants them. */
struct getopt_tables {
	struct option longs[OPTIONS_MAX + 1];
	char shorts[3 * OPTIONS_MAX + 3];
	size_t nlongs;
	size_t nshorts;
};

static void
getopt_add(struct getopt_tables *t, const struct option_def *def, int base)
{
	for (; def->name != NULL && t->nlongs < OPTIONS_MAX; def++) {
		t->longs[t->nlongs++] = (struct option){def->name,
		    def->argname != NULL ? required_argument : no_argument,
		    NULL, base + def->id};
		if (def->letter == 0)
			continue;
		t->shorts[t->nshorts++] = (char)def->letter;
		if (def->argname != NULL)
			t->shorts[t->nshorts++] = ':';
	}
}

/* getopt gives a letter for a short option: the id that it stands for. */
static int
id_of_letter(const struct option_def *def, int letter)
{
	for (; def->name != NULL; def++) {
		if (def->letter == letter)
			return def->id;
	}
	return -1;
}

static void
one_option(struct options *o, int c, const char *arg)
{
	int id;

	if (c >= 2 * ID_KIND) {
		id = c - 2 * ID_KIND;
	} else if (c >= ID_KIND) {
		common_option(o, c - ID_KIND, arg);
		return;
	} else if ((id = id_of_letter(options_common, c)) != -1) {
		common_option(o, id, arg);
		return;
	} else {
		id = id_of_letter(o->kind->options, c);
	}
	if (o->kind->option(id, arg) == -1)
		options_mistake("%s: wrong value: %s; see forkpool help %s",
		    o->kind->name, arg != NULL ? arg : "", o->kind->name);
}

/* An option that getopt did not take: argv[optind - 1], or a letter of it. */
static void
unknown_option(const struct options *o, int c, char **argv)
{
	const char *word = argv[optind - 1];

	if (c == ':')
		options_mistake("%s: an argument is missing; see forkpool %s "
				"--help",
		    word, o->kind->name);
	if (optopt != 0 && optopt < ID_KIND)
		options_mistake("-%c: no such option; see forkpool %s --help",
		    optopt, o->kind->name);
	if (optopt != 0)
		options_mistake("%s: the option takes no argument; see "
				"forkpool %s --help",
		    word, o->kind->name);
	options_mistake(
	    "%s: no such option; see forkpool %s --help", word, o->kind->name);
}

/* The place of ::: or :::: among the words, or the number of words. */
static size_t
find_source(char **words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(words[i], ":::") == 0 ||
		    strcmp(words[i], "::::") == 0)
			break;
	}
	return i;
}

/* What stands after the words: "::: a b c" or ":::: FILE". */
static void
parse_source(struct options *o, char **after, size_t n)
{
	if (n == 0)
		return;
	if (o->source != SOURCE_STDIN)
		options_mistake(
		    "only one list can be read, and %s is another", after[0]);
	if (find_source(after + 1, n - 1) != n - 1)
		options_mistake("only one list can be read, and %s is another",
		    after[1 + find_source(after + 1, n - 1)]);
	if (strcmp(after[0], ":::") == 0) {
		o->source = SOURCE_WORDS;
		o->records = after + 1;
		o->nrecords = n - 1;
		return;
	}
	if (n != 2)
		options_mistake("what follows :::: is the name of one file");
	o->source = SOURCE_FILE;
	o->path = after[1];
}

/* Words of a kind that takes them as records: unless they are a template. */
static void
words_as_records(struct options *o)
{
	size_t i;

	if (o->kind->words != WORDS_RECORDS || o->source != SOURCE_STDIN)
		return;
	for (i = 0; i < o->nwords; i++) {
		if (template_has_replacement(o->words[i]))
			return;
	}
	if (o->nwords == 0)
		return;
	o->source = SOURCE_WORDS;
	o->records = o->words;
	o->nrecords = o->nwords;
	o->nwords = 0;
}

void
options_parse(struct options *o, const struct kind *kind, int argc, char **argv)
{
	static struct getopt_tables t;
	size_t n;
	int c;

	memset(o, 0, sizeof(*o));
	o->kind = kind;
	o->delimiter = '\n';
	/* stop at the first word; tell a missing argument apart */
	t.nshorts = strlcpy(t.shorts, "+:", sizeof(t.shorts));
	getopt_add(&t, options_common, ID_KIND);
	getopt_add(&t, kind->options, 2 * ID_KIND);
	opterr = 0;
	while ((c = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			unknown_option(o, c, argv);
		one_option(o, c, optarg);
	}
	o->words = argv + optind;
	n = (size_t)(argc - optind);
	o->nwords = find_source(o->words, n);
	parse_source(o, o->words + o->nwords, n - o->nwords);
	words_as_records(o);
}

/* The CPUs that we may use, not those that the machine has. */
static unsigned
usable_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

/* How many workers the limit of descriptors has room for. */
static unsigned long
slots_by_descriptors(void)
{
	struct rlimit limit;
	unsigned long n;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return 1;
	if (limit.rlim_cur < OTHER_FDS + SLOT_FDS)
		return 1;
	n = (unsigned long)((limit.rlim_cur - OTHER_FDS) / SLOT_FDS);
	return n < JOBS_MAX ? n : JOBS_MAX;
}

unsigned
options_slots(const struct options *o)
{
	unsigned long n, most = slots_by_descriptors();

	if (!o->jobs_given)
		n = o->kind->default_jobs > 0 ? (unsigned)o->kind->default_jobs
					      : usable_cpus();
	else if (o->jobs_percent)
		n = (usable_cpus() * o->jobs + 99) / 100;
	else
		n = o->jobs == 0 ? most : o->jobs;
	if (n > most) {
		warnx("-j %lu: the limit of descriptors allows %lu workers; "
		      "raise nofile (ulimit -n)",
		    n, most);
		n = most;
	}
	return (unsigned)n;
}
