/*
 * test_writer: owns the tests of cmd/writer: that it never waits, never changes
 * the description it writes to, and loses nothing but after an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/writer.h"
#include "tests/unit/tap.h"

static int reader, target; /* the two ends of a pipe */

static void
open_pipe(int flags)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC | flags) == -1) {
		perror("pipe2");
		exit(1);
	}
	reader = fd[0];
	target = fd[1];
}

static void
close_pipe(void)
{
	if (reader != -1)
		close(reader);
	close(target);
}

/* Adds n bytes that count from first. */
static void
add_bytes(struct writer *w, size_t first, size_t n)
{
	unsigned char byte;

	for (; n > 0; n--) {
		byte = first++ % 251;
		buf_add(&w->buf, &byte, 1);
	}
}

/* Reads at most n bytes; how many of them were as expected. */
static size_t
read_bytes(size_t first, size_t n)
{
	unsigned char data[4096];
	size_t good = 0;
	ssize_t got, i;

	while (good < n) {
		got = read(reader, data,
		    n - good < sizeof(data) ? n - good : sizeof(data));
		if (got <= 0)
			return good;
		for (i = 0; i < got; i++, good++) {
			if (data[i] != (first + good) % 251)
				return good;
		}
	}
	return good;
}

static void
test_pipe(void)
{
	struct writer w;

	open_pipe(0);
	writer_init(&w, target);
	tap_ok(!w.file, "a pipe may make us wait");
	tap_int(writer_flush(&w), WRITER_DONE, "nothing is written at once");
	add_bytes(&w, 0, 10000);
	tap_int(writer_flush(&w), WRITER_DONE, "what fits goes");
	tap_int((long long)w.buf.len, 0, "and waits no longer");
	tap_int((long long)read_bytes(0, 10000), 10000, "it arrives in order");
	writer_clear(&w);
	close_pipe();
}

/* It would hang if it waited, and the test would run into its limit. */
static void
test_full_pipe(void)
{
	const size_t total = 300 * 1000;
	size_t got = 0, turns = 0;
	struct writer w;

	open_pipe(0);
	writer_init(&w, target);
	add_bytes(&w, 0, total);
	tap_ok(writer_is_full(&w), "much waits: better add no more");
	tap_int(writer_flush(&w), WRITER_WAIT, "a full pipe is not waited for");
	tap_ok(w.buf.len > 0 && w.buf.len < total, "what doesn't fit stays");
	tap_int(writer_flush(&w), WRITER_WAIT, "nor the second time");
	tap_ok((fcntl(target, F_GETFL) & O_NONBLOCK) == 0,
	    "though the description is a blocking one still");
	while (got < total && turns++ < total) {
		got += read_bytes(got, total - got < 5000 ? total - got : 5000);
		if (w.buf.len > 0)
			writer_flush(&w);
	}
	tap_int((long long)got, (long long)total, "all arrives, in order");
	tap_ok(!writer_is_full(&w), "then more may be added");
	writer_clear(&w);
	close_pipe();
}

/* POLLOUT promises a page of a pipe; a byte more could make us wait. */
static void
test_page_of_room(void)
{
	struct pollfd pfd;
	struct writer w;
	char page[4096] = "";
	size_t n = 0;

	open_pipe(O_NONBLOCK);
	while (write(target, page, sizeof(page)) > 0)
		n++;
	fcntl(target, F_SETFL, 0);
	writer_init(&w, target);
	add_bytes(&w, 0, 8192);
	(void)!read(reader, page, sizeof(page));
	pfd = (struct pollfd){target, POLLOUT, 0};
	tap_ok(poll(&pfd, 1, 0) == 1, "a pipe with a page of room");
	tap_int(writer_flush(&w), WRITER_WAIT, "takes a page");
	tap_int((long long)w.buf.len, 4096, "and not a byte more");
	for (; n > 1; n--)
		(void)!read(reader, page, sizeof(page));
	tap_int((long long)read_bytes(0, 4096), 4096, "which arrives");
	writer_clear(&w);
	close_pipe();
}

/* A shell or a terminal's other program may have made it so. */
static void
test_nonblocking(void)
{
	const size_t total = 300 * 1000;
	struct writer w;
	size_t got = 0;

	open_pipe(O_NONBLOCK);
	writer_init(&w, target);
	add_bytes(&w, 0, total);
	tap_int(writer_flush(&w), WRITER_WAIT,
	    "a non-blocking pipe that is full is no error");
	while (w.buf.len > 0 && got < total) {
		got += read_bytes(got, 4096);
		writer_flush(&w);
	}
	got += read_bytes(got, total - got);
	tap_int((long long)got, (long long)total, "and gets everything");
	writer_clear(&w);
	close_pipe();
}

static void
test_no_reader(void)
{
	struct writer w;

	open_pipe(0);
	writer_init(&w, target);
	add_bytes(&w, 0, 10);
	close(reader);
	reader = -1;
	tap_int(writer_flush(&w), WRITER_FAILED, "a reader that is gone");
	tap_int(w.error, EPIPE, "is noted");
	tap_int((long long)w.buf.len, 0, "nothing waits for him");
	add_bytes(&w, 0, 10);
	tap_int(writer_flush(&w), WRITER_FAILED, "later bytes fail too");
	tap_int((long long)w.buf.len, 0, "and don't wait");
	writer_clear(&w);
	close_pipe();
}

static void
test_full_disk(void)
{
	struct writer w;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	if (fd == -1) {
		tap_skip("a full disk", "there is no /dev/full");
		return;
	}
	writer_init(&w, fd);
	tap_ok(w.file, "a device that is no terminal doesn't make us wait");
	add_bytes(&w, 0, 10);
	tap_int(writer_flush(&w), WRITER_FAILED, "a full disk");
	tap_int(w.error, ENOSPC, "is noted");
	writer_clear(&w);
	close(fd);
}

static void
test_file(void)
{
	struct writer w;
	FILE *f = tmpfile();

	if (f == NULL) {
		tap_skip("a file", "no temporary file can be made");
		return;
	}
	writer_init(&w, fileno(f));
	tap_ok(w.file, "a file never makes us wait");
	add_bytes(&w, 0, 300 * 1000);
	tap_int(writer_flush(&w), WRITER_DONE, "it takes all at once");
	lseek(fileno(f), 0, SEEK_SET);
	reader = fileno(f);
	tap_int(
	    (long long)read_bytes(0, 300 * 1000), 300 * 1000, "which is there");
	writer_clear(&w);
	fclose(f);
}

int
main(void)
{
	struct sigaction sa = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &sa, NULL);
	alarm(60);
	test_pipe();
	test_full_pipe();
	test_page_of_room();
	test_nonblocking();
	test_no_reader();
	test_full_disk();
	test_file();
	return tap_done();
}
