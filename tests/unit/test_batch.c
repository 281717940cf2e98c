/*
 * test_batch: when a frame of many jobs grows, and when another is begun.
 * It must not know how a frame's bytes are laid out: test_msg_layout does.
 */
#include <errno.h>
#include <unistd.h>

#include "ipc/batch.h"
#include "ipc/chan.h"
#include "ipc/msgfrom.h"
#include "ipc/msgto.h"
#include "tests/unit/tap.h"

#define BUF_MAX (1024U * 1024U) /* bytes */

/* How many frames there are, and jobs in all of them; -1: one is wrong. */
static int
count(struct buf *b, unsigned *njobs)
{
	struct msg_jobs jobs;
	struct msg_oks oks;
	struct frame f;
	int n;

	*njobs = 0;
	for (n = 0; b->len > 0; n++) {
		if (frame_decode(buf_head(b), b->len, &f) != FRAME_OK)
			return -1;
		if (msg_parse_jobs(&f, &jobs) == 0)
			*njobs += jobs.n;
		else if (msg_parse_oks(&f, &oks) == 0)
			*njobs += oks.n;
		buf_consume(b, FRAME_HEADER + f.length);
	}
	return n;
}

static void
check(struct buf *b, int nframes, unsigned njobs, const char *name)
{
	unsigned n;
	int got = count(b, &n);

	tap_ok(got == nframes && n == njobs, name);
	buf_clear(b);
}

/* After job 1: the end of a job, or a job with a timeout. */
static void
next(bool is_end, uint64_t id, uint64_t timeout_ms, const char *name)
{
	struct batch t = {0};
	struct buf b;

	buf_init(&b, BUF_MAX);
	batch_add_job(&b, &t, 1, 0, "x", 1);
	if (is_end)
		batch_add_ok(&b, &t, id, 0, "x", 1);
	else
		batch_add_job(&b, &t, id, timeout_ms, "x", 1);
	check(&b, 2, 2, name);
}

static void
test_growth(void)
{
	struct batch t = {0};
	struct buf b;
	uint64_t i;

	buf_init(&b, BUF_MAX);
	for (i = 1; i <= 3; i++)
		batch_add_job(&b, &t, i, 0, "x", 1);
	check(&b, 1, 3, "jobs that follow each other share a frame");

	next(false, 3, 0, "those that don't have one each");
	next(false, 2, 7, "nor do those of another timeout share one");
	next(true, 2, 0, "nor those of two types");

	t = (struct batch){0};
	batch_add_ok(&b, &t, 1, 0, "x", 1);
	msg_add_quit(&b);
	batch_add_ok(&b, &t, 2, 0, "x", 1);
	check(&b, 3, 2, "nor those with something else between them");
}

static void
test_limits(void)
{
	static const char data[BATCH_BYTES + 1];
	struct batch t = {0};
	struct buf b;
	uint64_t i;

	buf_init(&b, BUF_MAX);
	for (i = 1; i <= 8; i++)
		batch_add_ok(&b, &t, i, 0, data, BATCH_BYTES);
	check(&b, 3, 8, "a frame is full some time");

	t = (struct batch){0};
	tap_ok(batch_add_ok(&b, &t, 1, 0, data, BATCH_BYTES + 1) == -1 &&
		errno == EMSGSIZE && b.len == 0,
	    "what is too long is refused");
	tap_ok(batch_add_job(&b, &t, 0, 0, "", 0) == -1 && errno == EINVAL &&
		b.len == 0,
	    "and so is a job without a number");

	b.max = 64;
	batch_add_job(&b, &t, 1, 0, "x", 1);
	tap_ok(batch_add_job(&b, &t, 2, 0, data, 64) == -1 && errno == ENOBUFS,
	    "what the buffer can't hold is refused");
	tap_ok(batch_add_job(&b, &t, 2, 1, data, 10) == -1 && t.n == 1,
	    "and so is a frame that would get no job");
	tap_int(batch_add_job(&b, &t, 2, 0, "x", 1), 0, "the old one grows on");
	check(&b, 1, 2, "both leave it as it was");
	t = (struct batch){0};
	tap_ok(batch_add_job(&b, &t, 2, 0, data, 64) == -1 && b.len == 0,
	    "nor is one begun for it");
	batch_add_job(&b, &t, 3, 0, "x", 1);
	check(&b, 1, 1, "and the next job finds none");
}

/* What goes out can't grow, wherever the next bytes stand. */
static void
test_flushed(void)
{
	struct chan c;
	size_t len;
	int fds[2];

	if (pipe(fds) == -1)
		return;
	chan_init(&c, fds[0], fds[1], true);
	batch_add_job(&c.out, &c.batch, 1, 0, "x", 1);
	len = c.out.len;
	chan_flush(&c);
	/* where it ended another one ends now */
	msg_add_output(&c.out, 9, STDOUT_FILENO, "as many bytes as it had",
	    len - FRAME_HEADER - sizeof(uint32_t));
	tap_int((long long)c.out.len, (long long)len, "a frame as long");
	batch_add_job(&c.out, &c.batch, 2, 0, "x", 1);
	check(&c.out, 2, 1, "a frame that is written grows no more");
	chan_clear(&c);
}

int
main(void)
{
	test_growth();
	test_limits();
	test_flushed();
	return tap_done();
}
