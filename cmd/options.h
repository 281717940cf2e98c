/*
 * options: the command line: the common options, the kind's own, and the words.
 * One table of each serves getopt_long(3), --help and the tests.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/sink.h"
#include "worker/kind.h"

enum source_kind { SOURCE_STDIN, SOURCE_FILE, SOURCE_WORDS };

struct options {
	const struct kind *kind;
	unsigned long jobs; /* -j: a number, or … */
	bool jobs_percent;  /* … so many of a hundred of the CPUs */
	bool jobs_given;    /* otherwise the kind's default */
	enum sink_order order;
	bool tag;	     /* --tag */
	bool dry_run;	     /* --dry-run */
	bool verbose;	     /* --verbose: each job on stderr as it starts */
	bool quiet;	     /* --quiet: no account of what failed */
	bool crlf;	     /* --crlf: a carriage return ends a line too */
	char delimiter;	     /* of records in a file */
	uint64_t timeout_ms; /* 0: none */
	uint64_t spool_max;  /* bytes; 0: the default */

	enum source_kind source;
	const char *path; /* SOURCE_FILE */
	char **records;	  /* SOURCE_WORDS: these, */
	size_t nrecords;
	char **words; /* the template; borrowed from argv */
	size_t nwords;
};

/*
 * Reads argv, whose first is the name of the kind.  A mistake is told on stderr
 * and ends the process with status 2; --help and --version end it with 0.
 */
void options_parse(
    struct options *, const struct kind *, int argc, char **argv);

/* How many workers may live at a time, by the options and the machine. */
unsigned options_slots(const struct options *);

/* The common option table, ended by a NULL name. */
extern const struct option_def options_common[];

/* Prints the usage text of a kind on stdout. */
void options_usage(const struct kind *);

/* Ends the process: status 0, or 4 when what it printed can't be written. */
_Noreturn void options_told(void);

/* Tells a mistake in the command line, and ends the process with status 2. */
_Noreturn void options_mistake(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

#endif
