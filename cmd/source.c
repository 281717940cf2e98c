/*
 * source: yields records one at a time, and never reads ahead of need by more
 * than one read(2).
 * It owns the list's descriptor; it must not know what becomes of a record.
 */
#include "cmd/source.h"

#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE (64U * 1024U) /* bytes asked for at a time */

int
source_open(struct source *s, const struct options *o)
{
	struct stat st;

	memset(s, 0, sizeof(*s));
	s->fd = -1;
	s->delimiter = o->delimiter;
	s->crlf = o->crlf;
	buf_init(&s->buf, SOURCE_RECORD_MAX + READ_SIZE);
	if (o->source == SOURCE_WORDS) {
		s->name = "the command line";
		s->words = o->records;
		s->nwords = o->nrecords;
		return 0;
	}
	if (o->source == SOURCE_STDIN || strcmp(o->path, "-") == 0) {
		s->name = "standard input";
		s->fd = STDIN_FILENO;
	} else {
		s->name = o->path;
		s->fd = open(o->path, O_RDONLY | O_CLOEXEC);
	}
	if (s->fd == -1 || fstat(s->fd, &st) == -1)
		return -1;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	/* so it is too where standard input was closed */
	if ((fcntl(s->fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
		errno = EBADF;
		return -1;
	}
	/* a file never makes us wait; all else may */
	s->poll = !S_ISREG(st.st_mode);
	return 0;
}

int
source_fd(const struct source *s)
{
	return s->ended ? -1 : s->fd;
}

void
source_set_readable(struct source *s)
{
	s->readable = true;
}

bool
source_is_ended(const struct source *s)
{
	if (s->words != NULL)
		return s->line == s->nwords;
	return s->ended && s->buf.len == s->consumed && !s->skipping;
}

void
source_close(struct source *s)
{
	if (s->fd > STDERR_FILENO)
		close(s->fd);
	s->fd = -1;
	s->ended = true;
	buf_clear(&s->buf);
}

static enum source_result
next_word(struct source *s, struct record *r)
{
	if (s->line == s->nwords)
		return SOURCE_END;
	r->data = s->words[s->line++];
	r->len = strlen(r->data);
	r->why = NULL;
	return SOURCE_RECORD;
}

/* One read.  SOURCE_RECORD: some bytes came, or the end is known now. */
static enum source_result
fill(struct source *s)
{
	unsigned char *room;
	ssize_t n;

	if (s->poll && !s->readable)
		return SOURCE_WAIT;
	s->readable = false;
	if ((room = buf_reserve(&s->buf, READ_SIZE)) == NULL)
		return SOURCE_FAILED;
	n = read(s->fd, room, READ_SIZE);
	if (n == -1)
		return errno == EINTR || errno == EAGAIN ? SOURCE_WAIT
							 : SOURCE_FAILED;
	if (n == 0)
		s->ended = true;
	buf_commit(&s->buf, (size_t)n);
	return SOURCE_RECORD;
}

/* The carriage return before a new line: stripped on request, else told. */
static void
check_crlf(struct source *s, struct record *r)
{
	if (s->delimiter != '\n' || r->len == 0 || r->data[r->len - 1] != '\r')
		return;
	if (s->crlf) {
		r->len--;
		return;
	}
	if (!s->warned_crlf)
		warnx("%s: line %ju ends in CR LF, and the CR is kept; "
		      "--crlf strips it",
		    s->name, (uintmax_t)s->line);
	s->warned_crlf = true;
}

/* A record of len bytes at the head of the buffer; extra: its delimiter. */
static enum source_result
take(struct source *s, struct record *r, size_t len, size_t extra)
{
	s->consumed = len + extra;
	s->scanned = 0;
	s->line++;
	r->data = (const char *)buf_head(&s->buf);
	r->len = len;
	r->why = NULL;
	check_crlf(s, r);
	if (s->skipping || len > SOURCE_RECORD_MAX)
		r->why = "the record is longer than 16 MiB";
	else if (s->delimiter != '\0' && memchr(r->data, '\0', len) != NULL)
		r->why = "the record holds a NUL byte; -0 reads records that "
			 "end in NUL";
	s->skipping = false;
	return SOURCE_RECORD;
}

/* A record that is already too long: its bytes go, its end is looked for. */
static void
skip(struct source *s)
{
	s->skipping = true;
	buf_consume(&s->buf, s->buf.len);
	s->scanned = 0;
}

static enum source_result
next_line(struct source *s, struct record *r)
{
	const unsigned char *head, *end;
	enum source_result got;

	buf_consume(&s->buf, s->consumed);
	s->consumed = 0;
	for (;;) {
		head = buf_head(&s->buf);
		end = NULL;
		if (s->buf.len > s->scanned)
			end = memchr(head + s->scanned, s->delimiter,
			    s->buf.len - s->scanned);
		if (end != NULL)
			return take(s, r, (size_t)(end - head), 1);
		s->scanned = s->buf.len;
		if (s->ended && (s->buf.len > 0 || s->skipping))
			return take(s, r, s->buf.len, 0);
		if (s->ended)
			return SOURCE_END;
		if (s->buf.len > SOURCE_RECORD_MAX)
			skip(s);
		if ((got = fill(s)) != SOURCE_RECORD)
			return got;
	}
}

enum source_result
source_next(struct source *s, struct record *r)
{
	return s->words != NULL || s->fd == -1 ? next_word(s, r)
					       : next_line(s, r);
}
