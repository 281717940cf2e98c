/*
 * log: the subcommand that tells what a journal holds.
 * It owns its options; it must not know how a journal is shown, nor change
 * anything in it.
 */
#include "cmd/log.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/logrows.h"
#include "cmd/logtext.h"
#include "cmd/options.h"
#include "cmd/table.h"
#include "cmd/usage.h"

#define STATUS_USAGE 2
#define ID_LONG	     0x100 /* of a long option: this and its id */

enum log_id { ID_ARGS = 1, ID_FAILED, ID_HELP, ID_JSON, ID_NULL, ID_TSV };

const struct option_def log_table[] = {
    {"args", 0, ID_ARGS, NULL, "the arguments of what failed, one job a line"},
    {"failed", 0, ID_FAILED, NULL, "only jobs that failed"},
    {"help", 'h', ID_HELP, NULL, "this text"},
    {"json", 0, ID_JSON, NULL, "a JSON object for each job"},
    {"null", '0', ID_NULL, NULL, "--args: end each job in NUL"},
    {"tsv", 0, ID_TSV, NULL, "a line of columns for each job"},
    {NULL, 0, 0, NULL, NULL},
};

static _Noreturn void
usage(void)
{
	printf("usage: forkpool log [options] FILE\n"
	       "tells what a journal holds\n\n");
	usage_table(log_table);
	printf("\nMore: forkpool help log\n");
	options_told();
}

static void
one_option(struct log *log, int id)
{
	switch (id) {
	case ID_HELP:
		usage();
	case ID_NULL:
		log->end = '\0';
		break;
	case ID_FAILED:
		log->failed = true;
		break;
	case ID_ARGS:
		log->print = logrows_arguments;
		break;
	case ID_JSON:
		log->print = logrows_json;
		break;
	case ID_TSV:
		log->print = logrows_tsv;
		break;
	}
}

/* The options, in log; and the file. */
static void
parse(struct log *log, int argc, char **argv)
{
	struct table t;
	int c;

	table_init(&t);
	table_add(&t, log_table, ID_LONG);
	opterr = 0;
	while ((c = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			options_mistake("%s: no such option; see forkpool log "
					"--help",
			    argv[optind - 1]);
		one_option(
		    log, c >= ID_LONG ? c - ID_LONG : table_id(log_table, c));
	}
	if (log->print == NULL)
		log->print = log->failed ? logtext_failures : logtext_summary;
	log->summary = log->print == logtext_summary;
	if (argc - optind != 1)
		options_mistake("log needs the name of one journal; see "
				"forkpool log --help");
	log->path = argv[optind];
}

void
log_ask(struct log *log, const char *sql, journal_row *row)
{
	log->n = 0;
	if (log->calls->select(log->journal, sql, &log->first,
		strchr(sql, '?') != NULL ? 1 : 0, row, log) == -1)
		errx(STATUS_USAGE, "cannot read the journal %s: %s", log->path,
		    log->calls->error(log->journal));
}

static int
row_newest(void *ctx, size_t n, const char *const *c)
{
	struct log *log = ctx;

	(void)n;
	log->first = (int64_t)strtoll(c[0], NULL, 10);
	return 0;
}

static void
open_journal(struct log *log)
{
	char why[512];

	log->calls = journal_load();
	log->journal = log->calls->open_to_read(log->path, why, sizeof(why));
	if (log->journal == NULL)
		options_mistake(
		    "cannot read the journal %s: %s", log->path, why);
	log_ask(
	    log, "SELECT first FROM run ORDER BY id DESC LIMIT 1", row_newest);
	if (log->first == 0)
		options_mistake("the journal %s holds no run: none was begun, "
				"or its begin could not be written",
		    log->path);
}

void
log_main(int argc, char **argv)
{
	struct log log = {.end = '\n'};

	parse(&log, argc, argv);
	open_journal(&log);
	log.print(&log);
	log.calls->close(log.journal);
	options_told();
}
