/*
 * test_msg_job: owns the tests of jobs that need more than one frame: JOB, then
 * ARGS.  It must not know of pipes, nor of the other messages.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/msgto.h"
#include "tests/unit/tap.h"

#define BUF_MAX	 (4U * 1024U * 1024U) /* bytes */
#define MEGABYTE (1024U * 1024U)

/* A string of n times c; the caller frees it. */
static char *
long_string(size_t n, char c)
{
	char *s = malloc(n + 1);

	memset(s, c, n);
	s[n] = '\0';
	return s;
}

/* Reads JOB and ARGS frames back; the number of arguments that are right. */
static size_t
count_args(struct buf *b, const char *const *want, size_t n, size_t *nframes)
{
	struct msg_args m;
	struct msg_job job;
	struct frame f;
	const char *s;
	size_t len, i = 0;
	bool more = true;

	for (*nframes = 0; more; (*nframes)++) {
		if (frame_decode(buf_head(b), b->len, &f) != FRAME_OK)
			return 0;
		if (*nframes == 0 && msg_parse_job(&f, &job) == 0)
			m = (struct msg_args){job.more, job.args};
		else if (*nframes == 0 || msg_parse_args(&f, &m) == -1)
			return 0;
		while ((s = msg_next_string(&m.args, &len)) != NULL)
			if (i >= n || strcmp(s, want[i++]) != 0)
				return 0;
		more = m.more;
		buf_consume(b, FRAME_HEADER + f.length);
	}
	return b->len == 0 ? i : 0;
}

static void
test_job_in_frames(void)
{
	const size_t n = MEGABYTE / 64;
	char **args = calloc(n, sizeof(*args));
	size_t i, nframes;
	struct buf b;

	for (i = 0; i < n; i++) {
		args[i] = long_string(64, 'a' + i % 26);
		snprintf(args[i], 64, "%zu", i);
	}
	buf_init(&b, BUF_MAX);
	tap_int(msg_add_job(&b, 1, 1, 0, (const char *const *)args, n), 0,
	    "16,384 arguments");
	tap_int(count_args(&b, (const char *const *)args, n, &nframes), n,
	    "come back from JOB and ARGS");
	for (i = 0; i < n; i++)
		memset(args[i], 'b', 64);
	buf_clear(&b);
	msg_add_job(&b, 1, 1, 0, (const char *const *)args, n);
	tap_int(count_args(&b, (const char *const *)args, n, &nframes), n,
	    "so does 1 MB of arguments");
	tap_int(nframes, 5, "in five frames");
	buf_clear(&b);
	buf_init(&b, MEGABYTE);
	buf_add(&b, "before", 6);
	errno = 0;
	tap_ok(msg_add_job(&b, 1, 1, 0, (const char *const *)args, n) == -1 &&
		errno == ENOBUFS,
	    "without room for all of them");
	tap_ok(b.len == 6 && memcmp(buf_head(&b), "before", 6) == 0,
	    "none is added");
	for (i = 0; i < n; i++)
		free(args[i]);
	free(args);
	buf_clear(&b);
}

/* One argument of every length around what one frame, JOB or ARGS, holds. */
static void
test_job_at_the_edge(void)
{
	const size_t most = FRAME_PAYLOAD_MAX - 4 - 5;
	const char *args[2];
	size_t len, nframes, nwrong = 0;
	struct buf b;
	char *s;

	buf_init(&b, BUF_MAX);
	for (len = most - 40; len <= most; len++) {
		s = long_string(len, 'x');
		args[0] = s;
		args[1] = "last";
		if (msg_add_job(&b, 1, 1, 0, args, 2) == -1 ||
		    count_args(&b, args, 2, &nframes) != 2)
			break;
		msg_add_job(&b, 1, 1, 0, args, 1);
		nwrong += count_args(&b, args, 1, &nframes) != 1 ||
		    nframes != (len <= most - 12 ? 1 : 2);
		free(s);
	}
	tap_int(len, most + 1, "arguments up to the longest come back");
	tap_int(nwrong, 0, "in one frame as long as they fit");
	s = long_string(most + 1, 'x');
	args[0] = "first";
	args[1] = s;
	errno = 0;
	tap_ok(msg_add_job(&b, 1, 1, 0, args, 2) == -1 && errno == EMSGSIZE &&
		b.len == 0,
	    "a byte more is refused, and with it the job");
	free(s);
	buf_clear(&b);
}

int
main(void)
{
	test_job_in_frames();
	test_job_at_the_edge();
	return tap_done();
}
