/*
 * replace: replacement strings: what they look like, and what they stand for.
 * Pure.
 */
#ifndef CMD_REPLACE_H
#define CMD_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which values a replacement string takes. */
enum replace_what {
	REPLACE_ALL,	  /* every argument of the record */
	REPLACE_POSITION, /* one of them */
	REPLACE_SEQ,	  /* the job's number */
	REPLACE_SLOT,	  /* the number of its worker's slot */
	REPLACE_TOTAL,	  /* how many jobs there are */
	REPLACE_URL	  /* a part of the job's URL: its position says which */
};

/* Which part of a value. */
enum replace_part {
	PART_WHOLE,
	PART_STEM,	/* {.}: without the extension */
	PART_STEM2,	/* {..}: without two */
	PART_BASE,	/* {/}: without the directory */
	PART_BASE_STEM, /* {/.}: without both */
	PART_DIR,	/* {//}: the directory, "." when there is none */
	PART_PARENT,	/* {+/}: what {/} leaves, nothing when there is none */
	PART_EXT	/* {+.}: what {.} leaves, without the dot */
};

/* Parts of a URL: {host} {path} {name} {ext} {hash}. */
enum replace_url {
	URL_HOST,
	URL_PATH, /* with its query, without the first slash */
	URL_NAME, /* the last component */
	URL_EXT,  /* what stands behind its last dot */
	URL_HASH, /* of the whole URL */
	URL_PARTS
};

struct replacement {
	enum replace_what what;
	enum replace_part part;
	int position; /* from 1; from the end: -1 is the last; or: */
	/* REPLACE_URL: of enum replace_url */
	bool padded; /* {0#}: with zeros, as wide as the total */
};

/* The strings that can be renamed by options; the others are fixed. */
enum replace_name {
	NAME_ARGS,	/* {} */
	NAME_STEM,	/* {.} */
	NAME_BASE,	/* {/} */
	NAME_BASE_STEM, /* {/.} */
	NAME_DIR,	/* {//} */
	NAME_SEQ,	/* {#} */
	NAME_SLOT,	/* {%} */
	NAME_N
};

struct replace_set {
	const char *names[NAME_N]; /* NULL: as above */
	char *const *columns;	   /* --header: {NAME} for each position */
	size_t ncolumns;
	bool url; /* there are strings for parts of a URL */
};

/*
 * Reads the replacement string at the beginning of s.  Its length in bytes; 0
 * when none of the set begins there.
 */
size_t replace_parse(
    const struct replace_set *, const char *s, struct replacement *);

/* True when a replacement string of the set stands in word. */
bool replace_is_in(const struct replace_set *, const char *word);

/* True when one for all arguments stands in the first len bytes of word. */
bool replace_all_is_in(
    const struct replace_set *, const char *word, size_t len);

/*
 * Writes the replacement string for the same part of one argument, as "{3/.}"
 * for "{/.}", to dst of size bytes.
 */
void replace_at(
    const struct replacement *, int position, char *dst, size_t size);

/* What a job offers for replacement. */
struct replace_values {
	char *const *args;
	size_t nargs;
	uint64_t seq;
	unsigned slot;
	uint64_t total;	  /* 0: not known */
	char *const *url; /* parts of the URL, by enum replace_url; or NULL */
};

/*
 * How many values a replacement string has for a job, each of them a word where
 * it stands alone: none for an argument that the record has not got.
 */
size_t replace_count(const struct replacement *, const struct replace_values *);

/*
 * Puts value n (from 0) of a replacement string into dst of size bytes, as
 * snprintf(3) does: the length it has is returned, whether or not it fits.
 */
size_t replace_value(const struct replacement *, const struct replace_values *,
    size_t n, char *dst, size_t size);

#endif
