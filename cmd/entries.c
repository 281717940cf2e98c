/*
 * entries: what the lines of a joblog tell of earlier runs.
 * It owns the columns and who was met again; it must not know of the file.
 */
#include "cmd/entries.h"

#include <errno.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 9
#define EXITVAL 6 /* columns, from 0 */
#define SIGNAL	7
#define COMMAND 8

static void
digest_of(const char *command, unsigned char *digest)
{
	unsigned char whole[SHA256_DIGEST_LENGTH];
	SHA2_CTX ctx;

	SHA256Init(&ctx);
	SHA256Update(&ctx, (const unsigned char *)command, strlen(command));
	SHA256Final(whole, &ctx);
	memcpy(digest, whole, ENTRIES_DIGEST);
}

static int
add_entry(struct entries *es, const struct entry *e)
{
	struct entry *grown;

	/* grows by powers of two: at each of them */
	if ((es->n & (es->n - 1)) == 0) {
		grown = reallocarray(
		    es->entry, es->n == 0 ? 1 : 2 * es->n, sizeof(*grown));
		if (grown == NULL)
			return -1;
		es->entry = grown;
	}
	es->entry[es->n++] = *e;
	if (e->seq > es->last_seq)
		es->last_seq = e->seq;
	return 0;
}

/* Reads a line without its end.  -1 with errno; EINVAL: it is none. */
static int
read_line(struct entries *es, char *line, uint32_t number)
{
	struct entry e = {.line = number};
	char *columns[COLUMNS];
	const char *error;
	size_t i;

	for (i = 0; i < COLUMNS && line != NULL; i++)
		columns[i] = i < COMMAND ? strsep(&line, "\t") : line;
	if (i == COLUMNS) {
		e.seq = (uint64_t)strtonum(columns[0], 1, INT64_MAX, &error);
		if (error != NULL)
			i = 0;
	}
	if (i < COLUMNS) {
		errno = EINVAL;
		return -1;
	}
	e.ok = strcmp(columns[EXITVAL], "0") == 0 &&
	    strcmp(columns[SIGNAL], "0") == 0;
	digest_of(columns[COMMAND], e.digest);
	return add_entry(es, &e);
}

/* Reads all whole lines. */
static int
read_lines(struct entries *es, FILE *f, off_t *end)
{
	char *line = NULL;
	uint32_t number = 0;
	size_t size = 0;
	int result = 0;
	ssize_t n;

	*end = 0;
	es->nlines = 0;
	while (result == 0 && (n = getline(&line, &size, f)) > 0 &&
	    line[n - 1] == '\n') {
		if (number++ == 0) {
			if (strcmp(line, ENTRIES_HEADER) != 0) {
				errno = EINVAL;
				result = -1;
			}
		} else {
			line[n - 1] = '\0';
			result = read_line(es, line, number);
		}
		*end += n;
		es->nlines = number;
	}
	if (ferror(f))
		result = -1;
	free(line);
	return result;
}

static int
compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = memcmp(x->digest, y->digest, ENTRIES_DIGEST);

	if (order != 0)
		return order;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return x->line < y->line ? -1 : 1;
}

/* Sorts, and keeps the last line of each job, which may have run again. */
static void
settle(struct entries *es)
{
	struct entry *e = es->entry;
	size_t i, kept = 0;

	if (es->n > 0)
		qsort(e, es->n, sizeof(*e), compare);
	for (i = 0; i < es->n; i++) {
		if (kept > 0 && e[kept - 1].seq == e[i].seq &&
		    memcmp(e[kept - 1].digest, e[i].digest, ENTRIES_DIGEST) ==
			0)
			kept--;
		e[kept++] = e[i];
	}
	es->n = es->nunclaimed = kept;
}

int
entries_read(struct entries *es, FILE *f, off_t *end)
{
	if (read_lines(es, f, end) == -1)
		return -1;
	settle(es);
	return 0;
}

/* The first entry that is not before a command's: of it, if it has one. */
static size_t
find(const struct entries *es, const unsigned char *digest)
{
	size_t low = 0, high = es->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (memcmp(es->entry[middle].digest, digest, ENTRIES_DIGEST) <
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum joblog_state
entries_claim(struct entries *es, const char *line, uint64_t *seq)
{
	unsigned char digest[ENTRIES_DIGEST];
	const struct entry *e;
	size_t first, i;

	digest_of(line, digest);
	first = find(es, digest);
	i = first < es->n ? first + es->entry[first].used : es->n;
	if (i >= es->n ||
	    memcmp(es->entry[i].digest, digest, ENTRIES_DIGEST) != 0) {
		*seq = ++es->last_seq;
		return JOBLOG_NEW;
	}
	e = &es->entry[i];
	es->entry[first].used++;
	es->nunclaimed--;
	*seq = e->seq;
	return e->ok ? JOBLOG_OK : JOBLOG_FAILED;
}

char *
entries_failed(
    const struct entries *es, char *line, uint32_t number, uint64_t *seq)
{
	unsigned char digest[ENTRIES_DIGEST];
	char *rest = line;
	size_t i;

	for (i = 0; i < COMMAND && rest != NULL; i++)
		strsep(&rest, "\t");
	if (rest == NULL)
		return NULL;
	digest_of(rest, digest);
	for (i = find(es, digest); i < es->n &&
	     memcmp(es->entry[i].digest, digest, ENTRIES_DIGEST) == 0;
	     i++) {
		if (es->entry[i].line != number)
			continue;
		*seq = es->entry[i].seq;
		return es->entry[i].ok ? NULL : rest;
	}
	return NULL;
}

void
entries_clear(struct entries *es)
{
	free(es->entry);
	es->entry = NULL;
	es->n = 0;
}
