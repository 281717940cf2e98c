/*
 * forkpool-kind: what a kind of job is made of: a function that does one job,
 * run in worker processes, and what it may call.  forkpool's own kinds are made
 * of it, and so is a user's: see forkpool-call(1).
 */
#ifndef FORKPOOL_KIND_H
#define FORKPOOL_KIND_H

#include <stddef.h>
#include <stdint.h>

/* Raised with every change of what is below. */
#define KIND_ABI 5

/* One job, as a kind sees it.  Valid until the kind returns. */
struct job {
	uint64_t seq;	     /* from 1 */
	uint32_t attempt;    /* from 1 */
	uint64_t timeout_ms; /* 0: none */
	char *const *args;   /* nargs strings, then NULL; they may be changed */
	size_t nargs;
};

struct reply;
struct kind_inner;

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

/* Adds a key and a value to what is told of the job's end.  Both are copied. */
void reply_fact(struct reply *, const char *key, const char *value);

/* The same with a value that is a number, true or false. */
void reply_number(struct reply *, const char *key, const char *value);

/*
 * To be called now and then in a long job: writes what is buffered, and lets
 * other workers have the jobs that wait behind it.
 */
void kind_yield(struct reply *);

/* One row of an option table. */
struct option_def {
	const char *name;    /* long, without dashes; NULL ends a table */
	int letter;	     /* the short one, or 0 */
	int id;		     /* what option() is told: 1 … 4095 */
	const char *argname; /* of its argument in a usage text; NULL: none */
	const char *help;    /* a few words */
};

/* What the words after the options, and after those of the kind, are. */
enum words {
	WORDS_RECORDS,	/* records, unless another source is given */
	WORDS_TEMPLATE, /* a template: for forkpool's own kinds only */
	WORDS_LISTS	/* files, each a list: likewise */
};

/* Flags; other bits are for forkpool's own kinds only. */
#define KIND_REPEATABLE 0x01 /* may run again after its worker died */
#define KIND_TINY	0x02 /* jobs may be of microseconds: credit adapts */
#define KIND_WHOLE	0x08 /* what a failed job wrote on stdout is dropped */

/*
 * A kind.  What is 0 or NULL it does without; a user's has to have abi and job,
 * and is named by its file.
 */
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
	 * how many it took, or -1 and *why.
	 */
	int (*own_words)(char *const *words, size_t n, const char **why);
	/* after all options; NULL, or what is wrong with them together */
	const char *(*settle)(void);
	int (*open)(void); /* once per worker, after the fork; 0, or -1 */
	int (*job)(
	    const struct job *, struct reply *); /* one; 0, or -1: stop */
	void (*close)(void);
	int default_jobs; /* 0: the usable CPUs */
	enum words words;
	unsigned flags;
	const struct kind_inner *inner; /* of forkpool's own kinds */
};

/* What a module defines. */
extern const struct kind forkpool_kind;

#endif
