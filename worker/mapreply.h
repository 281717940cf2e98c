/*
 * mapreply: what a program of the kind map writes, as replies to the parent:
 * answers to records, and what else there is, by name.
 */
#ifndef WORKER_MAPREPLY_H
#define WORKER_MAPREPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/msg.h"
#include "worker/answer.h"
#include "worker/pending.h"

struct worker;
struct map_json_calls;

/* How the program is spoken to: the options. */
struct map_conf {
	char end;	/* of a record and of a line of its answer */
	unsigned lines; /* of an answer; 0: it ends with an empty line */
	const struct map_json_calls *json; /* --format json; or NULL */
	unsigned credit;     /* records that it may hold; 0: as time allows */
	uint64_t recycle;    /* records that one program gets; 0: all */
	uint64_t recycle_ns; /* and how long it is kept; 0: for ever */
};

struct mapreply {
	struct worker *worker;
	const struct map_conf *conf;
	struct pending pending;
	struct answer answer;
	struct buf line;      /* json: what is no whole line yet */
	struct buf untold[2]; /* of stdout, stderr, that no record asked for */
	unsigned nuntold;     /* lines of the first of them, since the start */
	uint64_t mark_ns;     /* when the program answered last, or started */
	bool answered;	      /* it has written something */
	bool unasked;	      /* and something that nobody had asked for */
};

/* Starts with nothing pending. */
void mapreply_init(struct mapreply *, struct worker *, const struct map_conf *);
/* Frees all. */
void mapreply_clear(struct mapreply *);

/* Another program is started at that time. */
void mapreply_begin(struct mapreply *, uint64_t now_ns);

/* When the program turned to a job. */
uint64_t mapreply_begun_ns(const struct mapreply *, const struct pending_job *);

/*
 * What came from its stdout.  -1: it breaks the rules, which is told, or there
 * is no memory; it is to be stopped.
 */
int mapreply_stdout(
    struct mapreply *, const char *data, size_t n, uint64_t now_ns);

/* The same for its stderr: the first record that it holds is the reason. */
int mapreply_stderr(struct mapreply *, const char *data, size_t n);

/* Tells what is left of lines that nobody asked for; the program has ended. */
void mapreply_end(struct mapreply *);

/* How a job ended; it is not pending any more.  -1 without memory. */
int mapreply_done(struct mapreply *, struct pending_job *, enum outcome,
    int code, uint64_t wall_ns);

/* The same for one that never was: it fails, for the reason that is given. */
int mapreply_refuse(struct mapreply *, uint64_t seq, int code, const char *why);

/* A line on the job's stderr that names it. */
int mapreply_error(struct mapreply *, uint64_t seq, const char *why);

/* A line for a person, which names the worker. */
void mapreply_log(struct mapreply *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
