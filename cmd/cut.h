/*
 * cut: where data may be cut into records: between what ends a record and what
 * begins the next one.  Pure.
 */
#ifndef CMD_CUT_H
#define CMD_CUT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

/* What is asked for on the command line. */
struct cut_conf {
	const char *recend;   /* NULL: a new line, or nothing with recstart */
	const char *recstart; /* NULL: anything */
	bool regexp;	      /* both are extended regular expressions */
	size_t lines;	      /* a record is so many lines; 0: as above */
};

struct cut {
	char *end; /* what ends a record; its text, escapes resolved */
	size_t endlen;
	char *start; /* what begins one */
	size_t startlen;
	bool regexp;
	regex_t regex; /* both, each a group */
	size_t begin;  /* the group of recstart, after those inside recend */
	size_t lines;
};

/*
 * Reads \n, \t, \r, \0 and \\ in both strings.  0: the caller frees with
 * cut_clear().  -1: without memory, or *why, a string that stays valid, says
 * what is wrong.
 */
int cut_init(struct cut *, const struct cut_conf *, const char **why);

/* Frees what cut_init() made. */
void cut_clear(struct cut *);

/*
 * The first place in n bytes of data, behind from, where a record ends; 0:
 * none.  whole: nothing comes behind them.  But for a NUL: regexec(3) may look
 * for one, here and below.
 */
size_t cut_next(
    const struct cut *, const char *data, size_t from, size_t n, bool whole);

/* The last such place. */
size_t cut_last(const struct cut *, const char *data, size_t n, bool whole);

/* The place behind so many records; 0: there are not so many. */
size_t cut_after(
    const struct cut *, const char *data, size_t n, size_t records, bool whole);

/* Takes what separates records out of n bytes of data.  What is left of n. */
size_t cut_strip(const struct cut *, char *data, size_t n);

#endif
