/*
 * options: the command line: the common options, the kind's own, and the words.
 * One table of each serves getopt_long(3), --help and the tests.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/halt.h"
#include "cmd/hosts.h"
#include "cmd/ledger.h"
#include "cmd/replace.h"
#include "cmd/row.h"
#include "cmd/retry.h"
#include "cmd/sink.h"
#include "cmd/source.h"
#include "cmd/workers.h"
#include "worker/kind.h"

/* A list, as it was given. */
struct list {
	char *const *words; /* n of them, or … */
	size_t n;
	const char *path; /* … a file, when words is NULL */
	bool linked;	  /* to the list before */
};

struct options {
	const struct kind *kind;
	char *command; /* how a job's line begins that can be pasted, as in
			  "forkpool sleep -v"; NULL: it is a command itself */
	struct workers_wanted workers; /* -j */
	unsigned slots; /* the workers that come of it: options_slots() */
	enum sink_order order;
	bool keep_order;       /* -k, not undone by an option after it */
	bool line_buffer;      /* --line-buffer, likewise */
	bool tag;	       /* --tag */
	const char *tagstring; /* --tagstring */
	bool json;	       /* --json */
	bool files;	       /* --files */
	const char *save_as;   /* files for jobs' output; NULL: none */
	const char *results;   /* --results, but for … */
	const char *rowfile;   /* … a file of rows; NULL: they go to stdout */
	enum row_format row;   /* what is printed of a job */
	bool whole;	       /* its output is needed whole, so it is held */
	bool silent;	       /* nothing is printed on stdout */
	const char *tmpdir;    /* --tmpdir; NULL: $TMPDIR, or /tmp */
	bool debug;	       /* --debug: each frame on stderr */
	bool dry_run;	       /* --dry-run */
	bool verbose;	       /* --verbose: each job on stderr as it starts */
	bool quiet;	       /* --quiet: no account of what failed */
	bool summary;	       /* --summary: the counts in any case */
	uint64_t timeout_ms;   /* 0: none */
	uint32_t timeout_percent; /* of the median; 0: none */
	uint64_t spool_max;	  /* bytes; 0: the default */
	struct ledger_conf ledger;
	char **argv;	/* borrowed: the kind, the options, … */
	size_t argc;	/* … and all the rest */
	char **options; /* … of which noptions are options */
	size_t noptions;
	struct retry_conf retry;
	struct halt halt;
	const char *halt_text;	 /* as it was given, for the account */
	uint64_t deadline_ns;	 /* for the whole run; 0: none */
	uint64_t delay_ns;	 /* --delay: between two starts, at least */
	uint64_t interval_ns;	 /* --rate-total: likewise, on average */
	struct hosts_conf hosts; /* --per-host, --rate */
	const char *directory;	 /* --wd: of the jobs; NULL: ours */
	bool renice;		 /* --nice: jobs run at … */
	int niceness;		 /* … that, not at ours */

	struct blocks_conf blocks; /* --pipe: the input is data, not a list */
	struct source_conf lists;  /* how lists are read */
	bool trim_given;	   /* --trim: otherwise columns are trimmed */
	struct list *list;	   /* nlist of them; standard input, if none */
	size_t nlist;
	struct replace_set set;
	const char *header;	  /* --header; NULL: none */
	bool context;		  /* -X, -N, -L: a word around {} is repeated */
	const char *arg_sep;	  /* ::: */
	const char *arg_file_sep; /* :::: */
	char **words;		  /* the template; borrowed from argv */
	size_t nwords;
	const char *module; /* that the kind is in, when a word says so */
	size_t nown_words;  /* before them: those of the kind */
};

/*
 * Reads argv, whose first is the name of the kind.  A mistake is told on stderr
 * and ends the process with status 2; --help and --version end it with 0.
 */
void options_parse(
    struct options *, const struct kind *, int argc, char **argv);

/* How many workers may live at a time, by the options and the machine. */
unsigned options_slots(const struct options *);

/* What lines are to begin with: a word, with replacement strings, or NULL. */
const char *options_tag(const struct options *);

/* Where output is held that is too much for memory. */
const char *options_tmpdir(const struct options *);

/*
 * Adds a list: n words, or a file when words is NULL; linked to the list
 * before. What is given is borrowed.
 */
void options_add_list(struct options *, char *const *words, size_t n,
    const char *path, bool linked);

/* Puts a word behind o->command, quoted for a shell. */
void options_note_word(struct options *, const char *word);

/* Forgets the lists. */
void options_clear_lists(struct options *);

/* Frees what options_parse() made. */
void options_clear(struct options *);

/* True when a list is the standard input. */
bool options_read_stdin(const struct options *);

/* Ends the process: status 0, or 4 when what it printed can't be written. */
_Noreturn void options_told(void);

/* Tells a mistake in the command line, and ends the process with status 2. */
_Noreturn void options_mistake(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

#endif
