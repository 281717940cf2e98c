/*
 * test_blocks: owns the tests of cmd/blocks: what is read of files and pipes,
 * and the blocks that come of it.  It must not know where records end: see
 * test_cut.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/blocks.h"
#include "tests/unit/tap.h"

#define LONG (300U * 1024U) /* more than one read takes */

/* A file that has no name any more. */
static int
file_of(const char *data, size_t n)
{
	char path[] = "/tmp/forkpool-blocks.XXXXXX";
	int fd = mkstemp(path);

	if (fd == -1 || unlink(path) == -1 ||
	    write(fd, data, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0)
		err(1, "cannot write %s", path);
	return fd;
}

/* The path of an open descriptor. */
static const char *
path_of(int fd)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

static struct blocks *
open_or_die(const struct blocks_conf *conf, const char *path)
{
	const char *why;
	struct blocks *b = blocks_open(conf, path, 2, &why);

	if (b == NULL)
		errx(1, "%s: %s", path, why != NULL ? why : strerror(errno));
	return b;
}

/* Adds a block to what is shown: its bytes and a |, or the part it names. */
static void
show_block(const struct record *r, char *shown, size_t size)
{
	char part[64];

	if (r->input != NULL) {
		strlcat(shown, "", size);
		strncat(shown, (const char *)buf_head(r->input), r->input->len);
	}
	if (r->part.path != NULL) {
		snprintf(part, sizeof(part), "%ju+%ju",
		    (uintmax_t)r->part.offset, (uintmax_t)r->part.len);
		strlcat(shown, part, size);
	}
	strlcat(shown, "|", size);
}

/* All blocks that there are now, and what comes behind them. */
static const char *
drain(struct blocks *b)
{
	static char shown[1024];
	enum source_result got;
	struct record r;

	shown[0] = '\0';
	while ((got = blocks_next(b, &r)) == SOURCE_RECORD)
		show_block(&r, shown, sizeof(shown));
	if (got == SOURCE_WAIT)
		strlcat(shown, " waits", sizeof(shown));
	if (got == SOURCE_FAILED)
		strlcat(shown, strerror(errno), sizeof(shown));
	if ((got == SOURCE_END) != blocks_is_ended(b))
		strlcat(shown, " not ended", sizeof(shown));
	return shown;
}

static void
becomes(const struct blocks_conf *conf, const char *data, const char *want,
    const char *name)
{
	int fd = file_of(data, strlen(data));
	struct blocks *b = open_or_die(conf, path_of(fd));

	tap_str(drain(b), want, name);
	blocks_free(b);
	close(fd);
}

static void
test_size(void)
{
	becomes(&(struct blocks_conf){.size = 4}, "a\nb\nc\nd\ne\n",
	    "a\nb\n|c\nd\n|e\n|", "so many bytes, and the rest");
	becomes(&(struct blocks_conf){.size = 5}, "a\nb\nc\nd\ne\n",
	    "a\nb\n|c\nd\n|e\n|", "no record is cut");
	becomes(&(struct blocks_conf){.size = 3}, "a\nbbbbbbbb\nc\nd\n",
	    "a\n|bbbbbbbb\n|c\n|d\n|", "a longer record is a block");
	becomes(&(struct blocks_conf){.size = 2}, "abcdef", "abcdef|",
	    "so is one that has no end");
	becomes(&(struct blocks_conf){.size = 0}, "a\nb\n", "a\nb\n|",
	    "there is a default");
	becomes(&(struct blocks_conf){.size = 4}, "", "", "of nothing nothing");
}

static void
test_records(void)
{
	becomes(&(struct blocks_conf){.records = 2}, "a\nb\nc\nd\ne",
	    "a\nb\n|c\nd\n|e|", "so many records, and the rest");
	becomes(&(struct blocks_conf){.records = 2, .cut = {.lines = 2}},
	    "a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nd\n|e\nf\ng|",
	    "records of two lines");
	becomes(&(struct blocks_conf){.size = 5, .cut = {.lines = 2}},
	    "a\nb\nc\nd\ne\n", "a\nb\n|c\nd\n|e\n|", "those by size");
	becomes(&(struct blocks_conf){.records = 2, .strip = true}, "a\nb\nc",
	    "ab|c|", "without what separates them");
}

static void
test_header(void)
{
	becomes(&(struct blocks_conf){.records = 1, .header = ":"}, "h\na\nb\n",
	    "h\na\n|h\nb\n|", "the first line");
	becomes(&(struct blocks_conf){.records = 1, .header = "(#.*\n)+"},
	    "#1\n#2\na\nb\n", "#1\n#2\na\n|#1\n#2\nb\n|", "an expression");
	becomes(&(struct blocks_conf){.records = 1, .header = "#.*\n"},
	    "a\n#1\n", "a\n|#1\n|", "that does not match at the beginning");
	becomes(&(struct blocks_conf){.records = 1, .header = ":"}, "h\n", "",
	    "nothing but a header");
	becomes(
	    &(struct blocks_conf){.records = 1, .header = ":", .strip = true},
	    "h\na\nb\n", "h\na|h\nb|", "whose end is no separator");
	becomes(&(struct blocks_conf){.records = 1, .header = ":"}, "h", "h|",
	    "a line that does not end is none");
	becomes(&(struct blocks_conf){.size = 3, .header = ":", .part = true},
	    "h\na\nb\nc\nd\n", "h\n2+4|h\n6+4|", "with parts of a file");
}

static void
test_parts(void)
{
	becomes(&(struct blocks_conf){.size = 3, .part = true}, "a\nb\nc\nd\n",
	    "0+4|4+4|", "a part ends where a record does");
	becomes(&(struct blocks_conf){.size = 1, .part = true}, "aaaa\nb\n",
	    "0+5|5+2|", "a record longer than a part");
	becomes(&(struct blocks_conf){.size = 3, .part = true}, "abcdef",
	    "0+6|", "one without an end");
	becomes(&(struct blocks_conf){.size = 3, .part = true}, "", "",
	    "of nothing nothing");
	becomes(&(struct blocks_conf){.shares = 2, .part = true},
	    "a\nb\nc\nd\ne\nf\ng\nh\n", "0+6|6+6|12+4|",
	    "so many for each slot, at most");
	becomes(
	    &(struct blocks_conf){
		.size = 2, .part = true, .cut = {.recstart = ">"}},
	    ">a>b>c", "0+2|2+2|4+2|", "records that begin with something");
	becomes(&(struct blocks_conf){.size = 3,
		    .part = true,
		    .cut = {.recend = "[0-9]", .regexp = true}},
	    "a1b2c3", "0+4|4+2|", "an expression");
}

/* Long enough for several reads: nothing is lost, and no line is cut. */
static void
test_long(void)
{
	static const struct blocks_conf confs[] = {{.size = 1},
	    {.size = 100000}, {.size = 10000000}, {.records = 7},
	    {.records = 100000}};
	char *data = malloc(LONG);
	struct record r;
	struct blocks *b;
	size_t i, at, bad = 0;
	int fd;

	for (i = 0; i < LONG; i++)
		data[i] = i % 11 == 0 ? '\n' : (char)('a' + i % 23);
	fd = file_of(data, LONG);
	for (i = 0; i < sizeof(confs) / sizeof(confs[0]); i++) {
		b = open_or_die(&confs[i], path_of(fd));
		for (at = 0; blocks_next(b, &r) == SOURCE_RECORD;
		     at += r.input->len) {
			bad += at + r.input->len > LONG ||
			    memcmp(buf_head(r.input), data + at,
				r.input->len) != 0;
			bad += at + r.input->len < LONG &&
			    buf_head(r.input)[r.input->len - 1] != '\n';
		}
		bad += at != LONG;
		blocks_free(b);
	}
	tap_int(
	    (long long)bad, 0, "much data is the blocks, one after another");
	close(fd);
	free(data);
}

static void
put(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err(1, "write");
}

static void
test_pipe(void)
{
	static const struct blocks_conf conf = {.records = 2, .header = ":"};
	uint64_t place;
	int fds[2];
	struct blocks *b;

	if (pipe(fds) == -1)
		err(1, "pipe");
	b = open_or_die(&conf, path_of(fds[0]));
	tap_str(drain(b), " waits", "a pipe with nothing in it is waited for");
	tap_ok(blocks_fd(b) > STDERR_FILENO, "at a descriptor");
	put(fds[1], "h");
	tap_str(drain(b), " waits", "half a header");
	put(fds[1], "\na\nb");
	tap_str(drain(b), " waits", "a record, and a half");
	put(fds[1], "\nc\n");
	tap_str(
	    drain(b), "h\na\nb\n| waits", "two come as soon as they are there");
	(void)blocks_place(b, &place);
	tap_int((long long)place, 6, "so far it was given out");
	put(fds[1], "d\ne\nf\ng\n");
	blocks_set_readable(b);
	tap_str(drain(b), "h\nc\nd\n|h\ne\nf\n| waits", "two blocks at once");
	put(fds[1], "long long\n");
	tap_str(drain(b), "h\ng\nlong long\n| waits", "a longer one");
	put(fds[1], "long long\n");
	tap_str(drain(b), " waits", "and one that is half a block");
	put(fds[1], "i\nj");
	tap_str(drain(b), "h\nlong long\ni\n| waits", "until it is one");
	close(fds[1]);
	tap_str(drain(b), "h\nj|", "and what is left at the end");
	tap_int(blocks_fd(b), -1, "nothing is to be waited for then");
	blocks_free(b);
	close(fds[0]);
}

static void
is_refused(const struct blocks_conf *conf, const char *path, const char *want,
    const char *name)
{
	const char *why = "untouched";
	struct blocks *b;

	errno = 0;
	b = blocks_open(conf, path, 1, &why);
	tap_ok(b == NULL, name);
	tap_str(
	    why != NULL ? why : strerror(errno), want, "and it is told why");
	blocks_free(b);
}

static void
test_mistakes(void)
{
	static const struct blocks_conf plain = {.size = 1};
	static const struct blocks_conf part = {.part = true};
	static const struct blocks_conf header = {.header = "("};
	static const struct blocks_conf empty = {.cut = {.recend = ""}};
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	is_refused(&plain, "/nonexistent", strerror(ENOENT), "no file");
	is_refused(&plain, "/", strerror(EISDIR), "a directory");
	is_refused(&part, "/dev/null",
	    "--pipe-part: not a regular file; write --pipe", "no file's part");
	is_refused(&header, "/dev/null",
	    "--header: neither a colon nor a regular expression",
	    "a header that is no expression");
	is_refused(&empty, "/dev/null",
	    "--recend: empty, and no --recstart: there is nothing to cut at",
	    "nothing to cut at");
	if (dup2(fd, STDIN_FILENO) == -1)
		err(1, "dup2");
	is_refused(&plain, "-", strerror(EBADF), "a descriptor to write to");
	close(fd);
}

int
main(void)
{
	test_size();
	test_records();
	test_header();
	test_parts();
	test_long();
	test_pipe();
	test_mistakes();
	return tap_done();
}
