/*
 * test_chan: owns the tests of ipc/chan over real pipes: what arrives whole,
 * by bytes, cut, flipped, poisoned.  Full and closed pipes are
 * test_chan_full's.  It must not know what the messages say.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/chan.h"
#include "ipc/msgfrom.h"
#include "ipc/msgto.h"
#include "tests/unit/ends.h"
#include "tests/unit/frames.h"
#include "tests/unit/tap.h"

#define STORAGE	  (64U * 1024U) /* bytes: one read, no more */
#define TEST_SECS 120		/* then SIGALRM ends a test that hangs */

static void
test_init(void)
{
	int rfd, wfd;
	struct ends e;

	ends_open(&e, O_NONBLOCK);
	rfd = e.parent.rfd;
	wfd = e.parent.wfd;
	tap_ok(e.parent.in.data == NULL && e.parent.out.data == NULL,
	    "a new channel holds no storage");
	tap_int(chan_flush(&e.parent), CHAN_OK, "nothing is flushed at once");
	tap_int(chan_read(&e.parent), CHAN_AGAIN, "nothing is there to read");
	tap_ok(e.parent.in.data == NULL, "and still no storage");
	buf_add(&e.parent.out, "x", 1);
	errno = EDOM;
	chan_clear(&e.parent);
	tap_int(errno, EDOM, "clear keeps errno");
	tap_ok(fcntl(rfd, F_GETFD) == -1 && fcntl(wfd, F_GETFD) == -1 &&
		e.parent.rfd == -1 && e.parent.wfd == -1,
	    "and closes both descriptors");
	chan_clear(&e.parent);
	tap_ok(e.parent.out.data == NULL, "clear twice does no harm");
	ends_close(&e);
}

/* Sends the samples of one direction; how many came out whole. */
static size_t
pass_samples(struct chan *from, struct chan *to, bool from_worker)
{
	size_t i, n = 0, sent = 0;
	struct frame f;

	for (i = 0; i < frames_nsamples(); i++)
		if (frames_sample_from_worker(i) == from_worker)
			sent += frames_add_sample(&from->out, i) == 0;
	if (chan_flush(from) != CHAN_OK || chan_read(to) != CHAN_OK)
		return 0;
	while (chan_next(to, &f) == FRAME_OK)
		n += frames_walk(&f) == 0;
	return n == sent ? n : 0;
}

static void
test_both_ways(void)
{
	struct ends e;
	size_t n;

	ends_open(&e, O_NONBLOCK);
	n = pass_samples(&e.parent, &e.worker, false);
	tap_ok(n > 0, "every message of the parent arrives");
	n += pass_samples(&e.worker, &e.parent, true);
	tap_int(n, frames_nsamples(), "every message of the worker arrives");
	tap_ok(e.worker.in.data == NULL && e.parent.in.data == NULL,
	    "when all is read, no storage is held");
	ends_close(&e);
}

/* True when the sample arrives though each read brings one byte. */
static bool
arrives_by_bytes(size_t i)
{
	struct chan *to, *from;
	struct frame f = {0};
	struct ends e;
	struct buf b;
	size_t n;
	bool good = true;

	ends_open(&e, O_NONBLOCK);
	to = frames_sample_from_worker(i) ? &e.parent : &e.worker;
	from = frames_sample_from_worker(i) ? &e.worker : &e.parent;
	buf_init(&b, CHAN_MAX);
	frames_add_sample(&b, i);
	for (n = 0; n < b.len; n++) {
		good = good && chan_next(to, &f) == FRAME_SHORT;
		ends_inject(from, buf_head(&b) + n, 1);
		good = good && chan_read(to) == CHAN_OK;
	}
	good = good && chan_next(to, &f) == FRAME_OK && frames_walk(&f) == 0;
	good = good && chan_next(to, &f) == FRAME_SHORT && to->in.data == NULL;
	buf_clear(&b);
	ends_close(&e);
	return good;
}

static void
test_by_bytes(void)
{
	size_t i;

	for (i = 0; i < frames_nsamples(); i++)
		if (!arrives_by_bytes(i))
			break;
	tap_int(i, frames_nsamples(), "every message arrives byte by byte");
}

/* A3: the peer dies after n bytes; the whole frames count, the rest doesn't. */
static bool
survives_death_after(const struct buf *b, size_t n)
{
	struct frame f;
	struct ends e;
	bool good;

	ends_open(&e, O_NONBLOCK);
	ends_inject(&e.worker, buf_head(b), b->len);
	ends_inject(&e.worker, buf_head(b), n);
	chan_clear(&e.worker);
	good = chan_read(&e.parent) == CHAN_OK &&
	    chan_next(&e.parent, &f) == FRAME_OK && frames_walk(&f) == 0 &&
	    chan_next(&e.parent, &f) == FRAME_SHORT &&
	    chan_read(&e.parent) == CHAN_END &&
	    chan_next(&e.parent, &f) == FRAME_SHORT;
	ends_close(&e);
	return good;
}

static void
test_death_in_mid_frame(void)
{
	struct buf b;
	size_t n;

	buf_init(&b, CHAN_MAX);
	msg_add_output(&b, 1, 1, "some output of a job", 20);
	for (n = 0; n < b.len; n++)
		if (!survives_death_after(&b, n))
			break;
	tap_int(n, b.len, "death after every byte of a frame");
	buf_clear(&b);
}

static void
test_flipped_bits(void)
{
	size_t i, bit, n = 0;
	struct frame f;
	struct ends e;
	struct buf b;

	ends_open(&e, O_NONBLOCK);
	buf_init(&b, CHAN_MAX);
	for (i = 0; i < frames_nsamples(); i++) {
		buf_clear(&b);
		frames_add_sample(&b, i);
		e.parent.from_worker = frames_sample_from_worker(i);
		for (bit = 0; bit < b.len * 8; bit++, n++) {
			b.data[b.off + bit / 8] ^= 1U << bit % 8;
			ends_inject(&e.worker, buf_head(&b), b.len);
			b.data[b.off + bit / 8] ^= 1U << bit % 8;
			if (chan_read(&e.parent) != CHAN_OK)
				abort();
			while (chan_next(&e.parent, &f) == FRAME_OK)
				(void)frames_walk(&f);
			buf_clear(&e.parent.in);
			e.parent.poisoned = false;
		}
	}
	tap_ok(n > 0, "every flipped bit of every message");
	buf_clear(&b);
	ends_close(&e);
}

static void
check_poison(const char *name, unsigned type, unsigned flags, uint32_t length)
{
	unsigned char header[FRAME_HEADER] = {0};
	struct frame f;
	struct ends e;
	int n = 0;

	wire_put_u32(header, length);
	wire_put_u16(header + 4, type);
	wire_put_u16(header + 6, flags);
	header[8] = 1;
	ends_open(&e, O_NONBLOCK);
	msg_add_start(&e.worker.out, 1, 2);
	ends_inject(&e.worker, header, sizeof(header));
	chan_read(&e.parent);
	n += chan_next(&e.parent, &f) == FRAME_OK;
	n += chan_next(&e.parent, &f) == FRAME_BAD;
	n += e.parent.poisoned && e.parent.in.cap <= STORAGE;
	n += memcmp(buf_head(&e.parent.in), header, sizeof(header)) == 0;
	/* What follows is good, and must not be believed. */
	msg_add_start(&e.worker.out, 1, 2);
	n += chan_read(&e.parent) == CHAN_ERROR && errno == EBADMSG;
	n += chan_next(&e.parent, &f) == FRAME_BAD;
	buf_swap(&e.parent.in, &e.worker.out);
	n += chan_next(&e.parent, &f) == FRAME_BAD;
	tap_int(n, 7, name);
	ends_close(&e);
}

static void
test_poison(void)
{
	check_poison("oversize poisons", MSG_LOG, 0, FRAME_PAYLOAD_MAX + 1);
	check_poison("4 GiB poisons", MSG_LOG, 0, UINT32_MAX);
	check_poison("an unknown flag poisons", MSG_LOG, 2, 0);
	check_poison("an unknown type poisons", 0x01ff, 0, 0);
	check_poison("type 0 poisons", 0, 0, 0);
	check_poison("the parent's type from a worker poisons", MSG_JOB, 0, 0);
	check_poison("all without waiting for the payload", 0x7777, 0, 1000);
}

static void
test_errors(void)
{
	struct chan c;

	chan_init(&c, -1, -1, true);
	errno = 0;
	tap_ok(chan_read(&c) == CHAN_ERROR && errno == EBADF,
	    "reading a closed channel is an error");
	msg_add_quit(&c.out);
	errno = 0;
	tap_ok(chan_flush(&c) == CHAN_ERROR && errno == EBADF,
	    "so is writing to one");
	chan_clear(&c);
}

int
main(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &ignore, NULL);
	alarm(TEST_SECS);
	test_init();
	test_both_ways();
	test_by_bytes();
	test_death_in_mid_frame();
	test_flipped_bits();
	test_poison();
	test_errors();
	return tap_done();
}
