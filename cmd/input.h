/*
 * input: one list of values: words of the command line, or the lines of a file.
 * It never reads ahead of need by more than one read(2).
 */
#ifndef CMD_INPUT_H
#define CMD_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"

/* The longest value, in bytes. */
#define INPUT_VALUE_MAX (16U * 1024U * 1024U)

#define INPUT_BEGINNING 64 /* bytes kept of one that is longer */

/* What is said of what is no list of URLs. */
#define INPUT_MARKUP                                                           \
	"a page or a sitemap is not a list of URLs; take the links out of it " \
	"first"

/* How a list is cut into values; the same for all lists of a run. */
struct input_format {
	char delimiter;
	bool crlf;	 /* strip a carriage return before a new line */
	bool skip_blank; /* leave out values of white space only */
	const char *end; /* a value that ends the list, or NULL */
	bool trim_left;	 /* strip white space there */
	bool trim_right;
	bool urls;    /* of a file: trimmed, without CR, comments, blanks */
	bool columns; /* not of the whole value: it will be cut first */
};

struct input {
	const char *name; /* for messages */
	const struct input_format *format;
	int fd;	       /* -1: words, or closed */
	bool poll;     /* wait for POLLIN before each read */
	bool readable; /* and it came */
	bool begun;    /* a value was returned */
	bool ended;    /* nothing more will be read */
	bool skipping; /* the rest of a value that is too long … */
	char beginning[INPUT_BEGINNING]; /* … which begins so */
	bool warned_crlf;
	bool as_is;	/* values are taken as they stand: none is left out */
	bool holds_nul; /* some byte that came is NUL, and ends no value */
	struct buf buf;
	size_t scanned;	    /* bytes of buf known to hold no delimiter */
	size_t consumed;    /* bytes of buf that the last value used */
	uint64_t line;	    /* of the value that was returned last, from 1 */
	char *const *words; /* values that stand on the command line */
	size_t nwords;
};

enum input_result {
	INPUT_VALUE, /* here it is */
	INPUT_WAIT,  /* nothing yet: poll input->fd */
	INPUT_END,
	/* errno says why, EBADMSG as input_open_file(); the rest was whole */
	INPUT_FAILED
};

struct value {
	const char *data; /* valid until the next input_next() */
	size_t len;
	const char *why; /* it can't be used: a constant; NULL: it can */
	/* then data may be no more than its beginning, to be shown */
};

/* A list of words, which are borrowed. */
void input_open_words(
    struct input *, const struct input_format *, char *const *words, size_t n);

/*
 * The list in a file; "-" is standard input.  The format is borrowed.  -1 with
 * errno and name when it can't be read; EISDIR when it is a directory, EBADMSG
 * when it should be of URLs and is a page.
 */
int input_open_file(
    struct input *, const struct input_format *, const char *path);

/* The next value.  Reads at most once. */
enum input_result input_next(struct input *, struct value *);

/* Strips the white space that the format says from a value. */
void input_trim(const struct input_format *, struct value *);

/* True when it is known that no value is left. */
bool input_is_ended(const struct input *);

/* Closes it and frees what it holds. */
void input_close(struct input *);

#endif
