/*
 * blocks: data cut into blocks of whole records, each the input of a job.
 * It owns the data's descriptor and what is read ahead; it must not know which
 * job a block goes to.
 */
#include "cmd/blocks.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE (1024U * 1024U)	   /* bytes, by default */
#define BLOCK_MAX  (1024U * 1024U * 1024U) /* a record may be so long */
#define READ_MIN   (64U * 1024U)	   /* bytes asked for at a time */
#define HEADER_MAX (1024U * 1024U)	   /* bytes in which it must end */

struct blocks {
	const struct blocks_conf *conf;
	struct cut cut;
	struct cut header_end; /* --header with an expression */
	struct buf header;
	const char *path;
	int fd;
	bool poll;	  /* wait for POLLIN before a read */
	bool readable;	  /* and it came */
	bool ended;	  /* all is read */
	bool headed;	  /* the header was taken */
	size_t size;	  /* of a block, at least */
	struct buf buf;	  /* read, and not given out */
	size_t scanned;	  /* bytes of it that hold no whole block */
	struct buf block; /* given out last */
	uint64_t offset;  /* where the next one begins */
	uint64_t file_size;
};

/* A header is the first line, or what an expression matches at the start. */
static int
header_init(struct blocks *b, const char **why)
{
	struct cut_conf header = {.recend = NULL};
	char *anchored = NULL;
	int result;

	if (b->conf->header != NULL && strcmp(b->conf->header, ":") != 0) {
		if (asprintf(&anchored, "\\`(%s)", b->conf->header) == -1)
			return -1;
		header = (struct cut_conf){.recend = anchored, .regexp = true};
	}
	result = cut_init(&b->header_end, &header, why);
	if (*why != NULL)
		*why = "--header: neither a colon nor a regular expression";
	free(anchored);
	return result;
}

static int
open_path(struct blocks *b, const char **why)
{
	struct stat st;

	b->fd = STDIN_FILENO;
	if (strcmp(b->path, "-") != 0)
		b->fd = open(b->path, O_RDONLY | O_CLOEXEC);
	if (b->fd == -1 || fstat(b->fd, &st) == -1)
		return -1;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	/* so it is too where standard input was closed */
	if ((fcntl(b->fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
		errno = EBADF;
		return -1;
	}
	if (b->conf->part && !S_ISREG(st.st_mode)) {
		*why = "--pipe-part: not a regular file; write --pipe";
		return -1;
	}
	b->poll = !S_ISREG(st.st_mode);
	b->file_size = (uint64_t)st.st_size;
	return 0;
}

struct blocks *
blocks_open(const struct blocks_conf *conf, const char *path, unsigned slots,
    const char **why)
{
	struct blocks *b = calloc(1, sizeof(*b));

	*why = NULL;
	if (b == NULL)
		return NULL;
	b->conf = conf;
	b->path = path;
	b->fd = -1;
	buf_init(&b->buf, BLOCK_MAX);
	buf_init(&b->block, BLOCK_MAX);
	buf_init(&b->header, HEADER_MAX);
	if (header_init(b, why) == -1 ||
	    cut_init(&b->cut, &conf->cut, why) == -1 ||
	    open_path(b, why) == -1) {
		blocks_free(b);
		return NULL;
	}
	b->size = conf->size > 0 ? conf->size : BLOCK_SIZE;
	if (conf->shares > 0)
		b->size =
		    (size_t)(b->file_size / ((uint64_t)slots * conf->shares)) +
		    1;
	return b;
}

void
blocks_free(struct blocks *b)
{
	int saved = errno;

	if (b == NULL)
		return;
	if (b->fd > STDERR_FILENO)
		close(b->fd);
	cut_clear(&b->cut);
	cut_clear(&b->header_end);
	buf_clear(&b->buf);
	buf_clear(&b->block);
	buf_clear(&b->header);
	free(b);
	errno = saved;
}

int
blocks_fd(const struct blocks *b)
{
	return b->ended ? -1 : b->fd;
}

void
blocks_set_readable(struct blocks *b)
{
	b->readable = true;
}

bool
blocks_is_ended(const struct blocks *b)
{
	if (b->conf->part)
		return b->offset >= b->file_size;
	return b->ended && b->buf.len == 0;
}

const char *
blocks_place(const struct blocks *b, uint64_t *place)
{
	*place = b->offset;
	return strcmp(b->path, "-") == 0 ? "standard input" : b->path;
}

/* One read.  SOURCE_RECORD: some bytes came, or the end is known now. */
static enum source_result
fill(struct blocks *b)
{
	struct pollfd pfd = {.fd = b->fd, .events = POLLIN};
	size_t want = READ_MIN;
	unsigned char *room;
	ssize_t n;

	if (b->poll && !b->readable && poll(&pfd, 1, 0) != 1)
		return SOURCE_WAIT;
	b->readable = false;
	if (b->buf.len < b->size && b->size - b->buf.len > want)
		want = b->size - b->buf.len;
	if ((room = buf_reserve(&b->buf, want)) == NULL)
		return SOURCE_FAILED;
	n = read(b->fd, room, want);
	if (n == -1)
		return errno == EINTR || errno == EAGAIN ? SOURCE_WAIT
							 : SOURCE_FAILED;
	b->ended = n == 0;
	buf_commit(&b->buf, (size_t)n);
	return SOURCE_RECORD;
}

/* What is in it, with a NUL behind: regexec(3) may look for one. */
static char *
head_of(struct buf *buf)
{
	unsigned char *end = buf_reserve(buf, 1);

	if (end != NULL)
		*end = '\0';
	return (char *)(uintptr_t)buf_head(buf);
}

/* Length of the block at the head of what was read; 0: more must be read. */
static size_t
block_length(struct blocks *b)
{
	const char *data = head_of(&b->buf);
	size_t n = b->buf.len, place;

	if (b->conf->records > 0) {
		place = cut_after(&b->cut, data, n, b->conf->records, b->ended);
		if (place == 0 && b->ended)
			place = n;
		return place;
	}
	if (b->ended && n <= b->size) {
		/* lines that are too few for a record make a block alone */
		place = b->conf->cut.lines > 0
		    ? cut_last(&b->cut, data, n, true)
		    : 0;
		return place > 0 ? place : n;
	}
	/* a record that is longer than a block makes that block longer */
	for (n = b->size; n <= b->buf.len; n += n / 3 + 1) {
		place = cut_last(&b->cut, data, n, false);
		if (place > 0)
			return place;
	}
	return b->ended ? b->buf.len : 0;
}

/* Time to look again: much more is there, or nothing comes just now. */
static bool
is_worth_a_look(const struct blocks *b, bool waits)
{
	bool much = b->buf.len >= b->scanned + b->scanned / 4;

	if (b->ended)
		return true;
	if (b->conf->records > 0)
		return b->buf.len > b->scanned && (waits || much);
	return b->buf.len >= b->size && much;
}

/* Moves len bytes from what was read into the block, behind the header. */
static int
take_block(struct blocks *b, size_t len)
{
	buf_truncate(&b->block, 0);
	if (b->header.len == 0 && len > b->buf.len / 2) {
		/* most of it: so only the rest is copied */
		if (buf_add(&b->block, buf_head(&b->buf) + len,
			b->buf.len - len) == -1)
			return -1;
		buf_swap(&b->block, &b->buf);
		buf_truncate(&b->block, len);
	} else {
		if (buf_add(&b->block, buf_head(&b->header), b->header.len) ||
		    buf_add(&b->block, buf_head(&b->buf), len))
			return -1;
		buf_consume(&b->buf, len);
	}
	b->offset += len;
	b->scanned = 0;
	return 0;
}

/* Takes separators out, but not those of the header. */
static void
strip_block(struct blocks *b)
{
	size_t from = b->header.len;
	char *data = head_of(&b->block) + from;

	buf_truncate(
	    &b->block, from + cut_strip(&b->cut, data, b->block.len - from));
}

static enum source_result
next_block(struct blocks *b, struct record *r)
{
	enum source_result got = SOURCE_RECORD;
	size_t len = 0;

	for (;;) {
		if (is_worth_a_look(b, got == SOURCE_WAIT)) {
			len = block_length(b);
			b->scanned = b->buf.len;
		}
		if (len > 0)
			break;
		if (b->ended)
			return SOURCE_END;
		if (got != SOURCE_RECORD)
			return got;
		if ((got = fill(b)) == SOURCE_FAILED)
			return got;
	}
	if (take_block(b, len) == -1)
		return SOURCE_FAILED;
	if (b->conf->strip)
		strip_block(b);
	*r = (struct record){.text = "", .input = &b->block};
	return SOURCE_RECORD;
}

/* Reads the header, once. */
static enum source_result
take_header(struct blocks *b)
{
	enum source_result got = SOURCE_RECORD;
	size_t len;

	if (b->headed || b->conf->header == NULL)
		return SOURCE_RECORD;
	while ((len = cut_next(&b->header_end, head_of(&b->buf), 0, b->buf.len,
		    b->ended)) == 0 &&
	    !b->ended && b->buf.len < HEADER_MAX) {
		if ((got = fill(b)) != SOURCE_RECORD)
			return got;
	}
	b->headed = true;
	if (len > 0 && buf_add(&b->header, buf_head(&b->buf), len) == -1)
		return SOURCE_FAILED;
	buf_consume(&b->buf, len);
	b->offset += len;
	return SOURCE_RECORD;
}

/* The place behind end where a record of the file ends; 0 with errno. */
static uint64_t
part_end(struct blocks *b, uint64_t end)
{
	/* where nothing ends a record the next one may begin right there */
	uint64_t base = b->cut.endlen == 0 ? end - 1 : end;
	size_t len = 0, place, want = READ_MIN;
	ssize_t n = 1;

	for (buf_truncate(&b->buf, 0); base + len < b->file_size; want *= 2) {
		if (buf_reserve(&b->buf, want) == NULL)
			return 0;
		n = pread(b->fd, buf_reserve(&b->buf, want), want,
		    (off_t)(base + len));
		if (n <= 0)
			break;
		buf_commit(&b->buf, (size_t)n);
		len += (size_t)n;
		place = cut_next(&b->cut, head_of(&b->buf), 0, len, false);
		if (place > 0)
			return base + place;
	}
	return n == -1 ? 0 : b->file_size;
}

static enum source_result
next_part(struct blocks *b, struct record *r)
{
	uint64_t end = b->offset + b->size;

	b->ended = b->offset >= b->file_size;
	if (b->ended)
		return SOURCE_END;
	if (end >= b->file_size)
		end = b->file_size;
	else if ((end = part_end(b, end)) == 0)
		return SOURCE_FAILED;
	*r = (struct record){
	    .text = "", .part = {b->path, b->offset, end - b->offset}};
	buf_truncate(&b->block, 0);
	if (buf_add(&b->block, buf_head(&b->header), b->header.len) == -1)
		return SOURCE_FAILED;
	r->input = &b->block;
	b->offset = end;
	return SOURCE_RECORD;
}

enum source_result
blocks_next(struct blocks *b, struct record *r)
{
	enum source_result got = take_header(b);

	if (got != SOURCE_RECORD)
		return got;
	return b->conf->part ? next_part(b, r) : next_block(b, r);
}
