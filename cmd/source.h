/*
 * source: the records of a run, out of one or more lists: all combinations of
 * their values, or values that belong together; read lazily.
 */
#ifndef CMD_SOURCE_H
#define CMD_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/blocks.h"
#include "cmd/input.h"
#include "cmd/pack.h"
#include "cmd/record.h"

/* What is asked for on the command line. */
struct source_conf {
	struct input_format format;
	bool link;    /* --link: values of all lists belong together */
	bool shuffle; /* --shuf: all records first, then in any order */
	bool whole;   /* all records first, so that their number is known */
	bool header;  /* the first value of each list names its column */
	const char *colsep; /* a value is cut into columns here: a regex */

	bool jobs;	       /* each line is a kind and its words */
	struct pack_conf pack; /* how many records make a job */
};

struct source;

/*
 * An empty source; the conf is borrowed.  NULL: without memory, or *why says
 * what is wrong with colsep.
 */
struct source *source_new(const struct source_conf *, const char **why);

/*
 * Adds a list: the n words, or the file path when words is NULL ("-": standard
 * input).  linked: its values belong to those of the list before.  -1 with
 * errno when it can't be read.
 */
int source_add(struct source *, char *const *words, size_t n, const char *path,
    bool linked);

/*
 * Reads the names of the columns, when the conf says that there are some; it
 * waits for them.  0, or -1 with errno, EPIPE when a list has none.
 */
int source_read_header(struct source *);

/* The names of the columns, *n of them; NULL: there is no header. */
char *const *source_columns(const struct source *, size_t *n);

/*
 * Blocks of a file are the records, in the place of lists; as blocks_open().
 * -1 with errno, or *why.
 */
int source_open_blocks(struct source *, const struct blocks_conf *,
    const char *path, unsigned slots, const char **why);

/*
 * Several records are to become one, as conf->pack says, of a size that the
 * template allows; the last ones are spread over so many slots.
 */
void source_pack(struct source *, const struct job_template *, size_t slots);

/* Where records come from that are neither in lists nor blocks. */
typedef enum source_result source_feed(void *ctx, struct record *);

/* Has the records of a source come from there, not from its lists. */
void source_set_feed(struct source *, source_feed *, void *ctx);

/* The next record, valid until the next call. */
enum source_result source_next(struct source *, struct record *);

/*
 * How many records there are, when that is known before they are read: the
 * lists are words, and nothing in them can be left out; or since they are, with
 * conf->whole.  0: it isn't.
 */
uint64_t source_total(const struct source *);

/* After SOURCE_WAIT: the descriptor to poll for POLLIN; -1: none. */
int source_fd(const struct source *);

/* Tells that it polled readable. */
void source_set_readable(struct source *);

/* After SOURCE_FAILED: the list's name, and how far it was read … */
const char *source_place(const struct source *, uint64_t *place);

/* … in these units: "line" or "byte". */
const char *source_unit(const struct source *);

/* True when it is known that no record is left. */
bool source_is_ended(const struct source *);

/* Closes and frees everything.  Keeps errno. */
void source_free(struct source *);

#endif
