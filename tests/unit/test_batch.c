/*
 * test_batch: when a frame of many jobs grows, and when another is begun.
 * It must not know how a frame's bytes are laid out: test_msg_layout does.
 */
#include <errno.h>
#include <unistd.h>

#include "ipc/batch.h"
#include "ipc/chan.h"
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

	t = (struct batch){0};
	batch_add_job(&b, &t, 1, 0, "x", 1);
	batch_add_job(&b, &t, 3, 0, "x", 1);
	check(&b, 2, 2, "those that don't have one each");

	t = (struct batch){0};
	batch_add_job(&b, &t, 1, 0, "x", 1);
	batch_add_job(&b, &t, 2, 7, "x", 1);
	check(&b, 2, 2, "nor do those of another timeout share one");

	t = (struct batch){0};
	batch_add_ok(&b, &t, 1, 0, "x", 1);
	msg_add_quit(&b);
	batch_add_ok(&b, &t, 2, 0, "x", 1);
	check(&b, 3, 2, "nor those with something else between them");

	t = (struct batch){0};
	batch_add_job(&b, &t, 1, 0, "x", 1);
	batch_add_ok(&b, &t, 2, 0, "x", 1);
	check(&b, 2, 2, "nor those of two types");
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
	check(&b, 1, 1, "and leaves the frame as it was");
}

/* What goes out in part can't grow, wherever the next bytes stand. */
static void
test_flushed(void)
{
	struct chan c;
	int fds[2];

	if (pipe(fds) == -1)
		return;
	chan_init(&c, fds[0], fds[1], true);
	batch_add_job(&c.out, &c.batch, 1, 0, "x", 1);
	chan_flush(&c);
	batch_add_job(&c.out, &c.batch, 2, 0, "x", 1);
	check(&c.out, 1, 1, "a frame that is written grows no more");
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
