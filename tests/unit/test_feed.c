/*
 * test_feed: owns the tests of worker/feed: the standard input of a job, with
 * real pipes.  It must not know how a job runs.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/msgto.h"
#include "tests/unit/tap.h"
#include "worker/feed.h"

#define LONG (300U * 1024U) /* more than a pipe holds */

/* A feed, and the job's end of its pipe. */
struct job {
	struct feed feed;
	int in;	 /* the feed's end */
	int out; /* the job's end */
	unsigned char *got;
	size_t len; /* bytes of got */
};

static unsigned char data[LONG];

static void
job_open(struct job *j)
{
	int fds[2];

	if (pipe2(fds, O_NONBLOCK | O_CLOEXEC) == -1)
		err(1, "pipe2");
	j->out = fds[0];
	j->in = fds[1];
	j->got = malloc(2 * LONG);
	j->len = 0;
	feed_init(&j->feed, &j->in);
}

static void
job_close(struct job *j)
{
	feed_clear(&j->feed);
	close(j->out);
	if (j->in != -1)
		close(j->in);
	free(j->got);
}

/* The job reads up to n bytes.  0: it sees the end; -1: nothing is there. */
static ssize_t
job_read(struct job *j, size_t n)
{
	ssize_t got = read(j->out, j->got + j->len, n);

	if (got > 0)
		j->len += (size_t)got;
	return got;
}

/* It reads all, and the feed goes on meanwhile.  True when it saw the end. */
static bool
job_drain(struct job *j)
{
	ssize_t n;

	while ((n = job_read(j, 10000)) > 0 || feed_waits(&j->feed)) {
		if (feed_write(&j->feed) == -1)
			return false;
	}
	return n == 0;
}

static int
send_input(struct job *j, size_t from, size_t n, bool more)
{
	struct msg_input m = {.more = more, .data = data + from, .len = n};

	return feed_input(&j->feed, &m);
}

static void
test_small(void)
{
	struct job j;

	job_open(&j);
	tap_ok(!feed_waits(&j.feed), "nothing waits at first");
	tap_int(send_input(&j, 0, 10, true), 0, "what fits is written at once");
	tap_ok(!feed_waits(&j.feed), "nothing waits");
	tap_int((long long)j.feed.fed, 10, "and that is told");
	tap_ok(j.in != -1, "more may come");
	send_input(&j, 10, 5, false);
	tap_int(j.in, -1, "it is closed at the end");
	tap_ok(job_drain(&j) && j.len == 15 && memcmp(j.got, data, 15) == 0,
	    "the job gets it all");
	job_close(&j);
}

static void
test_slow_reader(void)
{
	struct job j;
	uint64_t fed;

	job_open(&j);
	send_input(&j, 0, LONG / 2, true);
	send_input(&j, LONG / 2, LONG - LONG / 2, false);
	tap_ok(feed_waits(&j.feed), "what does not fit waits");
	fed = j.feed.fed;
	tap_ok(fed > 0 && fed < LONG, "and is not told to be used");
	tap_int(feed_write(&j.feed), 0, "a full pipe is no error");
	tap_int((long long)j.feed.fed, (long long)fed, "nor is it room");
	tap_ok(job_drain(&j), "at the end it is closed");
	tap_ok(j.len == LONG && memcmp(j.got, data, LONG) == 0,
	    "the bytes come in their order");
	tap_int((long long)j.feed.fed, LONG, "all are told");
	job_close(&j);
}

static void
test_early_close(void)
{
	struct job j;

	job_open(&j);
	send_input(&j, 0, LONG, true);
	close(j.out);
	tap_int(feed_write(&j.feed), 0, "a job that reads no more is no error");
	tap_int(j.in, -1, "the pipe is closed");
	tap_ok(!feed_waits(&j.feed), "nothing waits for it");
	tap_int(
	    (long long)j.feed.fed, LONG, "what it was sent is as good as used");
	tap_int(send_input(&j, 0, 1000, true), 0, "more may come");
	tap_int((long long)j.feed.fed, LONG + 1000, "and is used as well");
	tap_int(send_input(&j, 0, 0, false), 0, "so may the end");
	j.out = open("/dev/null", O_RDONLY | O_CLOEXEC);
	job_close(&j);
}

static void
test_no_input(void)
{
	struct job j;

	job_open(&j);
	tap_int(send_input(&j, 0, 0, false), 0, "no input at all");
	tap_int((long long)job_read(&j, 1), 0, "is seen as the end at once");
	job_close(&j);
}

/* A file that has no name any more; its path. */
static int
file_of(size_t n, char *path, size_t size)
{
	char name[] = "/tmp/forkpool-feed.XXXXXX";
	int fd = mkstemp(name);

	if (fd == -1 || unlink(name) == -1 || write(fd, data, n) != (ssize_t)n)
		err(1, "cannot write %s", name);
	snprintf(path, size, "/proc/self/fd/%d", fd);
	return fd;
}

static void
test_part(void)
{
	char path[64];
	int fd = file_of(LONG, path, sizeof(path));
	struct msg_part m = {.offset = 10, .len = LONG - 20, .path = path};
	struct job j;

	job_open(&j);
	send_input(&j, 0, 10, true);
	tap_int(feed_part(&j.feed, &m), 0, "a part of a file, behind a header");
	tap_ok(feed_waits(&j.feed), "waits when it is long");
	tap_ok(job_drain(&j), "the job sees its end");
	tap_ok(j.len == LONG - 10 && memcmp(j.got, data, LONG - 10) == 0,
	    "and has those bytes");
	tap_int((long long)j.feed.fed, 10, "those of the file are not told");
	tap_int(j.feed.file, -1, "the file is closed");
	job_close(&j);

	job_open(&j);
	m.len = 0;
	tap_int(feed_part(&j.feed, &m), 0, "a part of no bytes");
	tap_int((long long)job_read(&j, 1), 0, "is the end");
	job_close(&j);

	job_open(&j);
	m.len = LONG - 10;
	feed_part(&j.feed, &m);
	close(j.out);
	tap_int(feed_write(&j.feed), 0, "the job may close its end");
	tap_ok(j.in == -1 && j.feed.file == -1, "then the file is closed too");
	j.out = open("/dev/null", O_RDONLY | O_CLOEXEC);
	job_close(&j);
	close(fd);
}

/* The file's part is sent, until it can't be: errno. */
static int
part_fails(const struct msg_part *m)
{
	struct job j;
	int error = 0;

	job_open(&j);
	errno = 0;
	if (feed_part(&j.feed, m) == -1)
		error = errno;
	while (error == 0 && feed_waits(&j.feed)) {
		(void)job_read(&j, 10000);
		if (feed_write(&j.feed) == -1)
			error = errno;
	}
	job_close(&j);
	return error;
}

static void
test_bad_files(void)
{
	char path[64];
	int fd = file_of(LONG, path, sizeof(path));
	struct msg_part m = {.offset = 100, .len = LONG, .path = path};

	tap_int(part_fails(&m), ENODATA, "a file that ends too early");
	m.offset = 2UL * LONG;
	tap_int(part_fails(&m), ENODATA, "or before the part begins");
	m.path = "/nonexistent";
	tap_int(part_fails(&m), ENOENT, "one that is gone");
	close(fd);
}

int
main(void)
{
	size_t i;

	if (sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN},
		NULL) == -1)
		err(1, "sigaction");
	for (i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i % 251);
	test_small();
	test_slow_reader();
	test_early_close();
	test_no_input();
	test_part();
	test_bad_files();
	return tap_done();
}
