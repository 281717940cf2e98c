/*
 * kind: what a worker does with a job.  A kind is one file in worker/ and one
 * row in the table of kind.c; inside it the code is plain and blocking.
 */
#ifndef WORKER_KIND_H
#define WORKER_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/msg.h"

/* One job, as a kind sees it.  Valid until the kind returns. */
struct job {
	uint64_t seq;	     /* from 1 */
	uint32_t attempt;    /* from 1 */
	uint64_t timeout_ms; /* 0: none */
	char *const *args;   /* nargs strings, then NULL */
	size_t nargs;
};

struct reply;

/* Says that the job wrote n bytes; stream is 1 or 2, as the descriptor. */
void reply_output(struct reply *, unsigned stream, const void *data, size_t n);

/*
 * reply_output() to stderr of one formatted line, "forkpool: " before it, with
 * what is not fit for a terminal escaped.
 */
void reply_error(struct reply *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Says that the job failed, and why, as reply_error(); code is an errno, or 0.
 */
void reply_fail(struct reply *, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Says how the job ended; without it, it ended ok.  The last one counts. */
void reply_outcome(struct reply *, enum outcome, int code);

/* Adds a key and a value to what is told of the job's end.  Both are copied. */
void reply_fact(struct reply *, const char *key, const char *value);

/* The same with a value that is a number, true or false. */
void reply_number(struct reply *, const char *key, const char *value);

/* What went to stdout, also in the job's attempts before, shall not count. */
void reply_forget(struct reply *);

/*
 * Somebody wants to know more of each job than whether it failed: said before
 * any worker is forked, asked in the worker.
 */
void kind_want_facts(void);
bool kind_wants_facts(void);

/* To be called now and then in a long job: writes what is buffered. */
void kind_yield(struct reply *);

/* One row of an option table. */
struct option_def {
	const char *name;    /* long, without dashes; NULL ends a table */
	int letter;	     /* the short one, or 0 */
	int id;		     /* what option() is told */
	const char *argname; /* of its argument in a usage text; NULL: none */
	const char *help;    /* a few words */
};

enum words {
	WORDS_TEMPLATE, /* words after the options are a template */
	WORDS_RECORDS	/* they are records, unless another source is given */
};

#define KIND_REPEATABLE 0x01 /* may run again after its worker died */
#define KIND_TINY	0x02 /* jobs may be of microseconds: credit adapts */
#define KIND_PROCESSES                                                         \
	0x04		/* has processes of its own, and ends them itself      \
			 */
#define KIND_WHOLE 0x08 /* what a failed job wrote on stdout is dropped */
#define KIND_INPUT 0x10 /* jobs have a standard input, with --pipe */
/*
 * Records are URLs, and may have secrets in them.  Each job gets two arguments
 * before those of its record: the file to write in the place of stdout, and
 * where to go on with a body that broke off ("BYTES TAG"); "" for none.
 */
#define KIND_URLS 0x20

/* Of struct kind and of what a module exports; raised with every change. */
#define KIND_ABI 4

struct kind {
	unsigned abi; /* KIND_ABI */
	const char *name;
	const char *summary;		  /* one line, for the usage text */
	const char *synopsis;		  /* the words, for the usage text */
	const struct option_def *options; /* its own, beside the common ones */
	/* takes one; NULL, or why it can't be arg and what to write instead */
	const char *(*option)(int id, const char *arg);
	/*
	 * Takes words of its own from the beginning of those after the options:
	 * how many it took, or -1 and *why.  NULL: it has none.
	 */
	int (*own_words)(char *const *words, size_t n, const char **why);
	/* after all options; NULL, or what is wrong with them together */
	const char *(*settle)(void);
	/* after that: a template of the names of jobs' files; NULL: none */
	const char *(*files)(void);
	/* in the parent: no job will finish the file of that name */
	void (*discard)(const char *name);
	const char *retry_on; /* what is worth a retry; NULL: any failure */
	int (*open)(void);    /* once per worker, after the fork */
	int (*job)(
	    const struct job *, struct reply *); /* one; 0, or -1: stop */
	void (*close)(void);
	int default_jobs; /* 0: the usable CPUs */
	enum words words;
	unsigned flags;
};

/*
 * The kind of that name, or NULL.  A kind that lives in a module is loaded, so
 * this is called before any worker is forked; when that fails, *why says why in
 * a string that stays valid, otherwise *why is NULL.
 */
const struct kind *kind_find(const char *name, const char **why);

/* The name and summary of the n-th kind, from 0; NULL after the last. */
const char *kind_name(size_t n, const char **summary);

#endif
