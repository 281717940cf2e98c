/*
 * common: the options that every kind has, and what each of them sets.
 * It owns their table; it must not know how a command line is cut into options.
 */
#include "cmd/common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/usage.h"
#include "cmd/value.h"
#include "worker/termseq.h"

#define NS_PER_MS  1000000ULL
#define NICE_LEAST (-20) /* see setpriority(2) */
#define NICE_MOST  19

enum common_id {
	ID_ARG_FILE = 1,
	ID_ARG_FILE_SEP,
	ID_ARG_SEP,
	ID_AS_COMPLETED,
	ID_BASENAME,
	ID_BASENAME_EXTENSION,
	ID_COLSEP,
	ID_CRASH_LIMIT,
	ID_CRLF,
	ID_DEADLINE,
	ID_DEBUG,
	ID_DELAY,
	ID_DELIMITER,
	ID_DIRNAME,
	ID_DRY_RUN,
	ID_END,
	ID_EXTENSION,
	ID_FILES,
	ID_GROUP,
	ID_HALT,
	ID_HEADER,
	ID_HELP,
	ID_JOBS,
	ID_JOBLOG,
	ID_JOURNAL,
	ID_JSON,
	ID_KEEP_ORDER,
	ID_LINE_BUFFER,
	ID_LINK,
	ID_MAX_ARGS,
	ID_MAX_CHARS,
	ID_MAX_LINES,
	ID_MAX_REPLACE,
	ID_MULTIPLE,
	ID_CONTEXT,
	ID_XARGS,
	ID_NICE,
	ID_NO_RUN_IF_EMPTY,
	ID_NULL,
	ID_QUIET,
	ID_REPLACE,
	ID_RESULTS,
	ID_RETRIES,
	ID_RETRY_DELAY,
	ID_RETRY_FAILED,
	ID_RETRY_MAX_DELAY,
	ID_RETRY_ON,
	ID_RESUME,
	ID_RESUME_FAILED,
	ID_SEQ,
	ID_SHUF,
	ID_SLOT,
	ID_SPOOL_MAX,
	ID_SUMMARY,
	ID_SYNC,
	ID_TAG,
	ID_TAGSTRING,
	ID_TERMSEQ,
	ID_TIMEOUT,
	ID_TMPDIR,
	ID_TRIM,
	ID_UNGROUP,
	ID_UNTIL,
	ID_VERBOSE,
	ID_VERSION,
	ID_WD
};

const struct option_def common_table[] = {
    {"arg-file", 'a', ID_ARG_FILE, "FILE", "read records from FILE"},
    {"arg-file-sep", 0, ID_ARG_FILE_SEP, "WORD", "instead of ::::"},
    {"arg-sep", 0, ID_ARG_SEP, "WORD", "instead of :::"},
    {"as-completed", 0, ID_AS_COMPLETED, NULL,
	"print jobs in the order of their ends"},
    {"basenameextensionreplace", 0, ID_BASENAME_EXTENSION, "STR",
	"instead of {/.}"},
    {"basenamereplace", 0, ID_BASENAME, "STR", "instead of {/}"},
    {"bner", 0, ID_BASENAME_EXTENSION, "STR", "instead of {/.}"},
    {"bnr", 0, ID_BASENAME, "STR", "instead of {/}"},
    {"colsep", 'C', ID_COLSEP, "REGEX", "cut records into columns there"},
    {"context-replace", 'X', ID_CONTEXT, NULL,
	"as -m, and a word around {} is repeated"},
    {"crash-limit", 0, ID_CRASH_LIMIT, "N", "workers that a job may cost (3)"},
    {"crlf", 0, ID_CRLF, NULL, "lines of the list end in CR LF"},
    {"deadline", 0, ID_DEADLINE, "T", "end the whole run after T"},
    {"debug", 0, ID_DEBUG, NULL, "tell what goes to workers and back"},
    {"delay", 0, ID_DELAY, "T", "wait for T between two starts"},
    {"delimiter", 'd', ID_DELIMITER, "C", "records end in C, not new line"},
    {"dirnamereplace", 0, ID_DIRNAME, "STR", "instead of {//}"},
    {"dnr", 0, ID_DIRNAME, "STR", "instead of {//}"},
    {"dry-run", 0, ID_DRY_RUN, NULL, "print what would run"},
    {"eof", 'E', ID_END, "STR", "a record STR ends the list"},
    {"er", 0, ID_EXTENSION, "STR", "instead of {.}"},
    {"extensionreplace", 0, ID_EXTENSION, "STR", "instead of {.}"},
    {"files", 0, ID_FILES, NULL, "print names of files with the output"},
    {"group", 0, ID_GROUP, NULL, "print each job's output whole (default)"},
    {"halt", 0, ID_HALT, "WHEN", "end the run early, as now,fail=1"},
    {"header", 0, ID_HEADER, ":", "the first record names the columns"},
    {"help", 'h', ID_HELP, NULL, "this text"},
    {"jobs", 'j', ID_JOBS, "N", "workers: a number, N%, +N, -N, or 0"},
    {"joblog", 0, ID_JOBLOG, "FILE",
	"a line in FILE for each job that has ended"},
    {"journal", 0, ID_JOURNAL, "FILE",
	"write into FILE what becomes of each job"},
    {"json", 0, ID_JSON, NULL, "print a JSON object for each job"},
    {"keep-order", 'k', ID_KEEP_ORDER, NULL,
	"print in the order of the list (default)"},
    {"lb", 0, ID_LINE_BUFFER, NULL, "the same as --line-buffer"},
    {"line-buffer", 0, ID_LINE_BUFFER, NULL, "print whole lines at once"},
    {"link", 0, ID_LINK, NULL, "take one from each list, not all pairs"},
    {"max-args", 'n', ID_MAX_ARGS, "N", "at most N records for a job"},
    {"max-chars", 's', ID_MAX_CHARS, "N", "bytes of a job's line (128K)"},
    {"max-lines", 'L', ID_MAX_LINES, "N", "N lines for a job"},
    {"max-procs", 'P', ID_JOBS, "N", "the same as --jobs"},
    {"max-replace-args", 'N', ID_MAX_REPLACE, "N",
	"N records for a job; 0: one, unused"},
    {"multiple", 'm', ID_MULTIPLE, NULL,
	"as many records for a job as fit, spread evenly"},
    {"nice", 0, ID_NICE, "N", "run jobs at this niceness"},
    {"no-run-if-empty", 'r', ID_NO_RUN_IF_EMPTY, NULL,
	"leave out records of white space"},
    {"null", '0', ID_NULL, NULL, "records end in NUL, not new line"},
    {"quiet", 0, ID_QUIET, NULL, "no account of what failed"},
    {"replace", 'I', ID_REPLACE, "STR", "instead of {}"},
    {"resume", 0, ID_RESUME, NULL, "leave out jobs that were finished before"},
    {"resume-failed", 0, ID_RESUME_FAILED, NULL,
	"leave out jobs that were ok before"},
    {"results", 0, ID_RESULTS, "NAME", "keep output in files"},
    {"retries", 0, ID_RETRIES, "N", "attempts in all; 0: no limit (1)"},
    {"retry-delay", 0, ID_RETRY_DELAY, "T",
	"before the second attempt, at most (0.5s)"},
    {"retry-failed", 0, ID_RETRY_FAILED, NULL,
	"run what failed again, as the journal tells"},
    {"retry-max-delay", 0, ID_RETRY_MAX_DELAY, "T",
	"before any attempt, at most (60s)"},
    {"retry-on", 0, ID_RETRY_ON, "LIST",
	"retry only these exits, signals, timeout ..."},
    {"seqreplace", 0, ID_SEQ, "STR", "instead of {#}"},
    {"shuf", 0, ID_SHUF, NULL, "run the records in random order"},
    {"slotreplace", 0, ID_SLOT, "STR", "instead of {%}"},
    {"spool-max", 0, ID_SPOOL_MAX, "SIZE",
	"output held on disk (90% of what is free)"},
    {"summary", 0, ID_SUMMARY, NULL, "at the end, count and measure the jobs"},
    {"sync", 0, ID_SYNC, "each|batch|off",
	"how soon the journal is on the disk (batch)"},
    {"tag", 0, ID_TAG, NULL, "begin each line with the record"},
    {"tagstring", 0, ID_TAGSTRING, "STR", "begin each line with STR"},
    {"termseq", 0, ID_TERMSEQ, "LIST",
	"signals that end a job, as TERM,200,KILL"},
    {"timeout", 0, ID_TIMEOUT, "T",
	"end a job that takes longer; N% of the median"},
    {"tmpdir", 0, ID_TMPDIR, "DIR", "hold output there, not in $TMPDIR"},
    {"trim", 0, ID_TRIM, "n|l|r|lr", "strip white space from records"},
    {"ungroup", 'u', ID_UNGROUP, NULL, "print output as it comes"},
    {"until", 0, ID_UNTIL, "WHAT", "end at: all, first, first-error"},
    {"verbose", 't', ID_VERBOSE, NULL, "print each job on stderr"},
    {"version", 'V', ID_VERSION, NULL, "print the version"},
    {"wd", 0, ID_WD, "DIR", "run jobs in DIR, made when missing"},
    {"workdir", 0, ID_WD, "DIR", "the same as --wd"},
    {"xargs", 0, ID_XARGS, NULL, "as many records for a job as fit"},
    {NULL, 0, 0, NULL, NULL},
};

/* Options that do no more than to say yes. */
static const struct {
	int id;
	size_t place; /* of a bool in struct options */
} flags[] = {
    {ID_CRLF, offsetof(struct options, lists.format.crlf)},
    {ID_DEBUG, offsetof(struct options, debug)},
    {ID_DRY_RUN, offsetof(struct options, dry_run)},
    {ID_FILES, offsetof(struct options, files)},
    {ID_JSON, offsetof(struct options, json)},
    {ID_LINK, offsetof(struct options, lists.link)},
    {ID_NO_RUN_IF_EMPTY, offsetof(struct options, lists.format.skip_blank)},
    {ID_QUIET, offsetof(struct options, quiet)},
    {ID_SHUF, offsetof(struct options, lists.shuffle)},
    {ID_SUMMARY, offsetof(struct options, summary)},
    {ID_TAG, offsetof(struct options, tag)},
    {ID_VERBOSE, offsetof(struct options, verbose)},
};

/* Those that are followed by a string, which is taken as it is. */
static const struct {
	int id;
	size_t place; /* of a pointer in struct options */
} strings[] = {
    {ID_ARG_FILE_SEP, offsetof(struct options, arg_file_sep)},
    {ID_ARG_SEP, offsetof(struct options, arg_sep)},
    {ID_WD, offsetof(struct options, directory)},
    {ID_COLSEP, offsetof(struct options, lists.colsep)},
    {ID_END, offsetof(struct options, lists.format.end)},
    {ID_HEADER, offsetof(struct options, header)},
    {ID_REPLACE, offsetof(struct options, set.names[NAME_ARGS])},
    {ID_RESULTS, offsetof(struct options, results)},
    {ID_EXTENSION, offsetof(struct options, set.names[NAME_STEM])},
    {ID_BASENAME, offsetof(struct options, set.names[NAME_BASE])},
    {ID_BASENAME_EXTENSION,
	offsetof(struct options, set.names[NAME_BASE_STEM])},
    {ID_DIRNAME, offsetof(struct options, set.names[NAME_DIR])},
    {ID_SEQ, offsetof(struct options, set.names[NAME_SEQ])},
    {ID_SLOT, offsetof(struct options, set.names[NAME_SLOT])},
    {ID_JOBLOG, offsetof(struct options, ledger.joblog)},
    {ID_JOURNAL, offsetof(struct options, ledger.journal)},
};

/* Those that are followed by a number. */
static const struct {
	int id;
	size_t place; /* of a uint32_t in struct options */
	uint32_t least;
} numbers[] = {
    {ID_CRASH_LIMIT, offsetof(struct options, retry.crash_limit), 1},
    {ID_RETRIES, offsetof(struct options, retry.attempts), 0},
};

/* Those that are followed by a span of time. */
static const struct {
	int id;
	size_t place; /* of a uint64_t, nanoseconds, in struct options */
} durations[] = {
    {ID_DEADLINE, offsetof(struct options, deadline_ns)},
    {ID_DELAY, offsetof(struct options, delay_ns)},
    {ID_RETRY_DELAY, offsetof(struct options, retry.delay_ns)},
    {ID_RETRY_MAX_DELAY, offsetof(struct options, retry.delay_max_ns)},
};

static const struct {
	int id;
	enum sink_order order;
} orders[] = {
    {ID_AS_COMPLETED, SINK_COMPLETED},
    {ID_GROUP, SINK_INPUT},
    {ID_KEEP_ORDER, SINK_INPUT},
    {ID_LINE_BUFFER, SINK_LINES},
    {ID_UNGROUP, SINK_LIVE},
};

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* The option as it is called, "--delay"; valid until the next call. */
static const char *
name_of_common(int id)
{
	const struct option_def *def = common_table;
	static char name[64];

	while (def->name != NULL && def->id != id)
		def++;
	snprintf(name, sizeof(name), "--%s", def->name);
	return name;
}

static void
set_workers(struct options *o, const char *arg)
{
	const char *why;

	if (workers_parse(&o->workers, arg, &why) == -1)
		value_mistake("-j", arg,
		    "%s; write a number of workers, N%% of the CPUs, +N or -N "
		    "for more or fewer than CPUs, or 0",
		    why);
}

/* --timeout T or N% */
static void
set_timeout(struct options *o, const char *arg)
{
	size_t len = strlen(arg);
	const char *why;
	char digits[16];

	o->timeout_ms = o->timeout_percent = 0;
	if (len > 0 && arg[len - 1] == '%' && len <= sizeof(digits)) {
		strlcpy(digits, arg, len);
		o->timeout_percent =
		    (uint32_t)strtonum(digits, 1, UINT32_MAX, &why);
		if (why != NULL)
			value_mistake("--timeout", arg,
			    "%s; write N%% with a number from 1", why);
		return;
	}
	/* less than a millisecond is not nothing */
	o->timeout_ms =
	    (value_duration("--timeout", arg) + NS_PER_MS - 1) / NS_PER_MS;
}

static void
set_niceness(struct options *o, const char *arg)
{
	const char *why;

	o->renice = true;
	o->niceness = (int)strtonum(arg, NICE_LEAST, NICE_MOST, &why);
	if (why != NULL)
		value_mistake("--nice", arg, "%s; write a number from %d to %d",
		    why, NICE_LEAST, NICE_MOST);
}

static void
set_trim(struct options *o, const char *arg)
{
	if (strcmp(arg, "n") != 0 && strcmp(arg, "l") != 0 &&
	    strcmp(arg, "r") != 0 && strcmp(arg, "lr") != 0 &&
	    strcmp(arg, "rl") != 0)
		value_mistake("--trim", arg, "write n, l, r or lr");
	o->trim_given = true;
	o->lists.format.trim_left = strchr(arg, 'l') != NULL;
	o->lists.format.trim_right = strchr(arg, 'r') != NULL;
}

/* What --halt or --until asked for, to be named at the end. */
static void
note_halt(struct options *o, const char *option, const char *arg)
{
	static char text[64];

	/* a share can be told only of a list that is known to its end */
	o->lists.whole = o->halt.percent;
	snprintf(text, sizeof(text), "%s %s", option, arg);
	o->halt_text = text;
}

static void
set_halt(struct options *o, const char *arg)
{
	if (halt_parse(&o->halt, arg) == -1)
		value_mistake("--halt", arg,
		    "write never, or soon or now, then ,fail= ,success= or "
		    ",done= and a number from 1 or N%%, as in now,fail=1");
	note_halt(o, "--halt", arg);
}

static void
set_until(struct options *o, const char *arg)
{
	if (halt_parse_until(&o->halt, arg) == -1)
		value_mistake(
		    "--until", arg, "write all, first or first-error");
	note_halt(o, "--until", arg);
}

static void
set_termseq(struct options *o, const char *arg)
{
	struct termseq seq;

	(void)o;
	if (termseq_parse(&seq, arg) == -1)
		value_mistake("--termseq", arg,
		    "write signals, each with the milliseconds after it, as in "
		    "TERM,200,KILL,25");
	termseq_set(&seq);
}

/* True when the option is in the tables of numbers or durations; done then. */
static bool
number_option(struct options *o, int id, const char *arg)
{
	char *base = (char *)o;
	size_t i;

	for (i = 0; i < NELEM(numbers); i++) {
		if (numbers[i].id != id)
			continue;
		*(uint32_t *)(void *)(base + numbers[i].place) =
		    value_number(name_of_common(id), arg, numbers[i].least);
		return true;
	}
	for (i = 0; i < NELEM(durations); i++) {
		if (durations[i].id != id)
			continue;
		*(uint64_t *)(void *)(base + durations[i].place) =
		    value_duration(name_of_common(id), arg);
		return true;
	}
	return false;
}

/* The last one counts, but -k and --line-buffer go together. */
static bool
order_option(struct options *o, int id)
{
	size_t i;

	for (i = 0; i < NELEM(orders) && orders[i].id != id; i++)
		continue;
	if (i == NELEM(orders))
		return false;
	o->keep_order =
	    id == ID_KEEP_ORDER || (id == ID_LINE_BUFFER && o->keep_order);
	o->line_buffer =
	    id == ID_LINE_BUFFER || (id == ID_KEEP_ORDER && o->line_buffer);
	o->order = o->keep_order ? SINK_INPUT : orders[i].order;
	return true;
}

static void
set_sync(struct options *o, const char *arg)
{
	static const char *const names[] = {[JOURNAL_BATCH] = "batch",
	    [JOURNAL_EACH] = "each",
	    [JOURNAL_OFF] = "off"};
	size_t i;

	for (i = 0; i < NELEM(names); i++) {
		if (strcmp(arg, names[i]) == 0) {
			o->ledger.sync = (enum journal_sync)i;
			return;
		}
	}
	value_mistake("--sync", arg, "write each, batch or off");
}

/* True when the option is in one of the tables above, and was done. */
static bool
table_option(struct options *o, int id, const char *arg)
{
	char *base = (char *)o;
	size_t i;

	for (i = 0; i < NELEM(flags); i++) {
		if (flags[i].id == id)
			return *(bool *)(base + flags[i].place) = true;
	}
	for (i = 0; i < NELEM(strings); i++) {
		if (strings[i].id != id)
			continue;
		if (*arg == '\0')
			options_mistake(
			    "%s '': empty; write a string", name_of_common(id));
		*(const char **)(void *)(base + strings[i].place) = arg;
		return true;
	}
	return order_option(o, id) || number_option(o, id, arg);
}

static void
add_file(struct options *o, const char *arg)
{
	options_add_list(o, NULL, 0, arg, false);
}

static void
set_delimiter(struct options *o, const char *arg)
{
	o->lists.format.delimiter = value_delimiter("-d", arg);
}

static void
set_null(struct options *o, const char *arg)
{
	(void)arg;
	o->lists.format.delimiter = '\0';
}

static void
set_max_args(struct options *o, const char *arg)
{
	o->lists.pack.on = true;
	o->lists.pack.max_records = value_number("-n", arg, 1);
}

static void
set_max_chars(struct options *o, const char *arg)
{
	o->lists.pack.max_chars = value_size("-s", arg);
}

static void
set_max_lines(struct options *o, const char *arg)
{
	o->lists.pack.on = o->context = true;
	o->lists.pack.max_lines = value_number("-L", arg, 1);
}

static void
set_max_replace(struct options *o, const char *arg)
{
	uint32_t n = value_number("-N", arg, 0);

	o->lists.pack.on = o->context = true;
	o->lists.pack.nothing = n == 0;
	o->lists.pack.max_records = n > 0 ? n : 1;
}

static void
set_xargs(struct options *o, const char *arg)
{
	(void)arg;
	o->lists.pack.on = true;
}

static void
set_multiple(struct options *o, const char *arg)
{
	set_xargs(o, arg);
	o->lists.pack.spread = true;
}

static void
set_context(struct options *o, const char *arg)
{
	set_multiple(o, arg);
	o->context = true;
}

static void
set_retry_on(struct options *o, const char *arg)
{
	if (retry_parse_on(&o->retry, arg) == -1)
		value_mistake("--retry-on", arg,
		    "write exit codes or statuses, ranges as 1-3, 5xx, names "
		    "of signals, timeout, lost, connect, partial or error, "
		    "with commas");
}

static void
set_resume(struct options *o, const char *arg)
{
	(void)arg;
	o->ledger.resume = RESUME_REST;
}

static void
set_resume_failed(struct options *o, const char *arg)
{
	(void)arg;
	o->ledger.resume = RESUME_FAILED;
}

static void
set_retry_failed(struct options *o, const char *arg)
{
	(void)arg;
	o->ledger.resume = RESUME_RETRY;
}

static void
set_spool_max(struct options *o, const char *arg)
{
	o->spool_max = value_size("--spool-max", arg);
}

static void
set_tagstring(struct options *o, const char *arg)
{
	o->tagstring = arg;
}

static void
set_tmpdir(struct options *o, const char *arg)
{
	o->tmpdir = value_dir("--tmpdir", arg);
}

static void
tell_help(struct options *o, const char *arg)
{
	(void)arg;
	usage_kind(o->kind);
	options_told();
}

static void
tell_version(struct options *o, const char *arg)
{
	(void)o;
	(void)arg;
	puts("forkpool " FP_VERSION);
	options_told();
}

/* All others. */
static const struct {
	int id;
	void (*set)(struct options *, const char *arg);
} setters[] = {
    {ID_ARG_FILE, add_file},
    {ID_CONTEXT, set_context},
    {ID_DELIMITER, set_delimiter},
    {ID_HALT, set_halt},
    {ID_HELP, tell_help},
    {ID_JOBS, set_workers},
    {ID_MAX_ARGS, set_max_args},
    {ID_MAX_CHARS, set_max_chars},
    {ID_MAX_LINES, set_max_lines},
    {ID_MAX_REPLACE, set_max_replace},
    {ID_MULTIPLE, set_multiple},
    {ID_NICE, set_niceness},
    {ID_NULL, set_null},
    {ID_RESUME, set_resume},
    {ID_RESUME_FAILED, set_resume_failed},
    {ID_RETRY_FAILED, set_retry_failed},
    {ID_RETRY_ON, set_retry_on},
    {ID_SPOOL_MAX, set_spool_max},
    {ID_SYNC, set_sync},
    {ID_TAGSTRING, set_tagstring},
    {ID_TERMSEQ, set_termseq},
    {ID_TIMEOUT, set_timeout},
    {ID_TMPDIR, set_tmpdir},
    {ID_TRIM, set_trim},
    {ID_UNTIL, set_until},
    {ID_VERSION, tell_version},
    {ID_XARGS, set_xargs},
};

void
common_option(struct options *o, int id, const char *arg)
{
	size_t i;

	if (table_option(o, id, arg))
		return;
	for (i = 0; i < NELEM(setters); i++) {
		if (setters[i].id == id)
			setters[i].set(o, arg);
	}
}
