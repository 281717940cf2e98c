/*
 * source: yields records one at a time, and never reads ahead of need by more
 * than one read(2).
 */
#ifndef CMD_SOURCE_H
#define CMD_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/options.h"
#include "ipc/buf.h"

/* The longest record, in bytes. */
#define SOURCE_RECORD_MAX (16U * 1024U * 1024U)

struct source {
	const char *name; /* for messages */
	int fd;		  /* -1: words, or closed */
	bool poll;	  /* wait for POLLIN before each read */
	bool readable;	  /* and it came */
	bool ended;	  /* nothing more will be read */
	bool skipping;	  /* the rest of a record that is too long */
	bool crlf;	  /* strip a carriage return before a new line */
	bool warned_crlf;
	char delimiter;
	struct buf buf;
	size_t scanned;	 /* bytes of buf known to hold no delimiter */
	size_t consumed; /* bytes of buf that the last record used */
	uint64_t line;	 /* of the record that was returned last, from 1 */
	char **words;	 /* records that stand on the command line */
	size_t nwords;
};

enum source_result {
	SOURCE_RECORD, /* here it is */
	SOURCE_WAIT,   /* nothing yet: poll source_fd() */
	SOURCE_END,
	SOURCE_FAILED /* errno says why; what came before it was whole */
};

struct record {
	const char *data; /* valid until the next source_next() */
	size_t len;
	const char *why; /* it can't be a job: a constant; NULL: it can */
};

/*
 * Opens the source that the options name.  -1 with errno and s->name when it
 * can't be read, EISDIR when it is a directory.
 */
int source_open(struct source *s, const struct options *);

/* The next record.  Reads at most once. */
enum source_result source_next(struct source *s, struct record *);

/* The descriptor to poll for POLLIN after SOURCE_WAIT; -1: none. */
int source_fd(const struct source *);

/* Tells that it polled readable. */
void source_set_readable(struct source *);

/* True when it is known that no record is left. */
bool source_is_ended(const struct source *);

/* Closes it and frees what it holds. */
void source_close(struct source *);

#endif
