/*
 * joblog: a file with a line for each job that has ended.
 * It owns the file and its columns; it must not know what a task is.
 */
#include "cmd/joblog.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER                                                                 \
	"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\t"   \
	"Command\n"
#define COLUMNS	 9
#define EXITVAL	 6 /* columns, from 0 */
#define SIGNAL	 7
#define COMMAND	 8
#define DIGEST	 16	    /* bytes of a SHA-256 that are kept */
#define NEW_LINE "'$'\\n''" /* one between quotes, as shells read it */
#define MODE	 (S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH)

/* A job in the file.  Not its command, as there may be a million of them. */
struct entry {
	unsigned char digest[DIGEST];
	uint64_t seq;
	uint32_t line; /* the later one counts */
	uint32_t used; /* of those with its command, in the first of them */
	bool ok;
};

struct joblog {
	int fd;
	struct entry *entries; /* n of them, those of one command together */
	size_t n;
	size_t nunclaimed;
	uint64_t last_seq; /* the greatest */
	FILE *reader;	   /* what is gone through for those that failed */
	uint32_t nread;	   /* lines of it */
	uint32_t nlines;   /* that were there at first */
};

static int
refuse(char *why, size_t size, const char *text)
{
	snprintf(why, size, "%s", text);
	return -1;
}

static void
digest_of(const char *command, unsigned char *digest)
{
	unsigned char whole[SHA256_DIGEST_LENGTH];
	SHA2_CTX ctx;

	SHA256Init(&ctx);
	SHA256Update(&ctx, (const unsigned char *)command, strlen(command));
	SHA256Final(whole, &ctx);
	memcpy(digest, whole, DIGEST);
}

static int
add_entry(struct joblog *jl, const struct entry *e)
{
	struct entry *grown;

	/* grows by powers of two: at each of them */
	if ((jl->n & (jl->n - 1)) == 0) {
		grown = reallocarray(
		    jl->entries, jl->n == 0 ? 1 : 2 * jl->n, sizeof(*grown));
		if (grown == NULL)
			return -1;
		jl->entries = grown;
	}
	jl->entries[jl->n++] = *e;
	if (e->seq > jl->last_seq)
		jl->last_seq = e->seq;
	return 0;
}

/* Reads a line without its end.  -1 with errno; EINVAL: it is none. */
static int
read_line(struct joblog *jl, char *line, uint32_t number)
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
	return add_entry(jl, &e);
}

/* Reads all whole lines; *end is where they end. */
static int
read_lines(struct joblog *jl, FILE *f, off_t *end)
{
	char *line = NULL;
	uint32_t number = 0;
	size_t size = 0;
	int result = 0;
	ssize_t n;

	*end = 0;
	jl->nlines = 0;
	while (result == 0 && (n = getline(&line, &size, f)) > 0 &&
	    line[n - 1] == '\n') {
		if (number++ == 0) {
			if (strcmp(line, HEADER) != 0) {
				errno = EINVAL;
				result = -1;
			}
		} else {
			line[n - 1] = '\0';
			result = read_line(jl, line, number);
		}
		*end += n;
		jl->nlines = number;
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
	int order = memcmp(x->digest, y->digest, DIGEST);

	if (order != 0)
		return order;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return x->line < y->line ? -1 : 1;
}

/* Sorts, and keeps the last line of each job, which may have run again. */
static void
settle(struct joblog *jl)
{
	struct entry *e = jl->entries;
	size_t i, kept = 0;

	if (jl->n > 0)
		qsort(e, jl->n, sizeof(*e), compare);
	for (i = 0; i < jl->n; i++) {
		if (kept > 0 && e[kept - 1].seq == e[i].seq &&
		    memcmp(e[kept - 1].digest, e[i].digest, DIGEST) == 0)
			kept--;
		e[kept++] = e[i];
	}
	jl->n = jl->nunclaimed = kept;
}

/* Takes over what is there, less a line that is not whole. */
static int
take_over(struct joblog *jl)
{
	int fd = dup(jl->fd), result;
	FILE *f;
	off_t end;

	if (fd == -1 || (f = fdopen(fd, "r")) == NULL)
		return -1;
	result = read_lines(jl, f, &end);
	fclose(f);
	if (result == -1)
		return -1;
	settle(jl);
	return ftruncate(jl->fd, end);
}

/* True when a file that would be begun anew is empty or one of ours. */
static bool
is_joblog(int fd)
{
	char begin[sizeof(HEADER) - 1];
	ssize_t n = pread(fd, begin, sizeof(begin), 0);

	return n == 0 ||
	    (n == (ssize_t)sizeof(begin) && memcmp(begin, HEADER, n) == 0);
}

static int
write_all(int fd, const char *p, size_t n)
{
	ssize_t done;

	for (; n > 0; p += done, n -= (size_t)done) {
		if ((done = write(fd, p, n)) == -1) {
			if (errno != EINTR)
				return -1;
			done = 0;
		}
	}
	return 0;
}

static int
open_file(
    struct joblog *jl, const char *path, bool resume, char *why, size_t size)
{
	struct stat st;

	jl->fd = open(path,
	    O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	    MODE);
	if (jl->fd == -1 || fstat(jl->fd, &st) == -1)
		return refuse(why, size, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return resume ? refuse(why, size, "not a regular file") : 0;
	if (flock(jl->fd, LOCK_EX | LOCK_NB) == -1)
		return refuse(why, size,
		    errno == EWOULDBLOCK ? "another run holds it"
					 : strerror(errno));
	if (!is_joblog(jl->fd))
		return refuse(why, size, "not a job log, and left as it is");
	/* a descriptor of its own, whose place no other write moves */
	if (resume && (jl->reader = fopen(path, "re")) == NULL)
		return refuse(why, size, strerror(errno));
	if ((resume ? take_over(jl) : ftruncate(jl->fd, 0)) == -1)
		return refuse(why, size,
		    errno == EINVAL ? "not a job log, and left as it is"
				    : strerror(errno));
	return 0;
}

struct joblog *
joblog_open(const char *path, bool resume, char *why, size_t size)
{
	struct joblog *jl = calloc(1, sizeof(*jl));
	struct stat st;

	if (jl == NULL) {
		refuse(why, size, strerror(errno));
		return NULL;
	}
	if (open_file(jl, path, resume, why, size) == 0) {
		if (fstat(jl->fd, &st) == 0 &&
		    (st.st_size > 0 ||
			write_all(jl->fd, HEADER, strlen(HEADER)) == 0))
			return jl;
		refuse(why, size, strerror(errno));
	}
	joblog_close(jl);
	return NULL;
}

/* The command as it stands in the file, on one line.  Caller frees. */
static char *
one_line(const char *command)
{
	char *text = NULL;
	size_t size;
	FILE *f;

	if ((f = open_memstream(&text, &size)) == NULL)
		return NULL;
	for (; *command != '\0'; command++) {
		if (*command == '\n')
			fputs(NEW_LINE, f);
		else
			fputc(*command, f);
	}
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

/* The first entry that is not before a command's: of it, if it has one. */
static size_t
find(const struct joblog *jl, const unsigned char *digest)
{
	size_t low = 0, high = jl->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (memcmp(jl->entries[middle].digest, digest, DIGEST) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum joblog_state
joblog_claim(struct joblog *jl, const char *command, uint64_t *seq)
{
	char *line = one_line(command);
	unsigned char digest[DIGEST] = {0};
	const struct entry *e;
	size_t first = 0, i = jl->n;

	if (line != NULL) {
		digest_of(line, digest);
		first = find(jl, digest);
		i = first < jl->n ? first + jl->entries[first].used : jl->n;
	}
	free(line);
	if (i >= jl->n || memcmp(jl->entries[i].digest, digest, DIGEST) != 0) {
		*seq = ++jl->last_seq;
		return JOBLOG_NEW;
	}
	e = &jl->entries[i];
	jl->entries[first].used++;
	jl->nunclaimed--;
	*seq = e->seq;
	return e->ok ? JOBLOG_OK : JOBLOG_FAILED;
}

/* A command as it was, before it was put on one line. */
static void
several_lines(char *command)
{
	char *to = command;

	while (*command != '\0') {
		if (strncmp(command, NEW_LINE, strlen(NEW_LINE)) == 0) {
			*to++ = '\n';
			command += strlen(NEW_LINE);
		} else {
			*to++ = *command++;
		}
	}
	*to = '\0';
}

/* The command of a line, if its job failed and has no later line; or NULL. */
static char *
failed_command(const struct joblog *jl, char *line, uint64_t *seq)
{
	unsigned char digest[DIGEST];
	char *rest = line;
	size_t i;

	for (i = 0; i < COMMAND && rest != NULL; i++)
		strsep(&rest, "\t");
	if (rest == NULL)
		return NULL;
	digest_of(rest, digest);
	for (i = find(jl, digest);
	     i < jl->n && memcmp(jl->entries[i].digest, digest, DIGEST) == 0;
	     i++) {
		if (jl->entries[i].line != jl->nread)
			continue;
		*seq = jl->entries[i].seq;
		return jl->entries[i].ok ? NULL : rest;
	}
	return NULL;
}

char *
joblog_next_failed(struct joblog *jl, uint64_t *seq)
{
	char *line = NULL, *command = NULL;
	size_t size = 0;
	ssize_t n;

	while (command == NULL && jl->nread < jl->nlines &&
	    (n = getline(&line, &size, jl->reader)) > 0) {
		line[n - 1] = '\0';
		if (++jl->nread > 1)
			command = failed_command(jl, line, seq);
	}
	if (command != NULL && (command = strdup(command)) != NULL)
		several_lines(command);
	free(line);
	return command;
}

int
joblog_add(struct joblog *jl, const struct joblog_line *line)
{
	char *command = one_line(line->command), *text;
	int n, result;

	if (command == NULL)
		return -1;
	n = asprintf(&text, "%ju\t:\t%.3f\t%10.3f\t0\t%ju\t%d\t%d\t%s\n",
	    (uintmax_t)line->seq, line->started, line->wall,
	    (uintmax_t)line->received, line->exitval, line->signal, command);
	free(command);
	if (n == -1)
		return -1;
	result = write_all(jl->fd, text, (size_t)n);
	free(text);
	return result;
}

uint64_t
joblog_unclaimed(const struct joblog *jl)
{
	return jl->nunclaimed;
}

void
joblog_close(struct joblog *jl)
{
	if (jl == NULL)
		return;
	if (jl->fd != -1)
		close(jl->fd);
	if (jl->reader != NULL)
		fclose(jl->reader);
	free(jl->entries);
	free(jl);
}
