/*
 * test_chan_full: owns the tests of ipc/chan at its limits: pipes that are
 * full, closed or interrupted, the maximum, and the storage it holds.
 * It must not know what the messages say.
 */
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/chan.h"
#include "ipc/msgfrom.h"
#include "ipc/msgto.h"
#include "tests/unit/ends.h"
#include "tests/unit/frames.h"
#include "tests/unit/tap.h"

#define PIECE	  1000		/* bytes of the frames sent here */
#define STORAGE	  (64U * 1024U) /* bytes an idle out may keep */
#define PIPE	  (1U << 20)	/* bytes that anybody's pipe may hold */
#define TICK_US	  1000
#define FLOOD	  "one of many messages, and not the shortest of them"
#define TEST_SECS 120 /* then SIGALRM ends a test that hangs */

/* Appends frames of a running number until the pipe takes no more. */
static uint64_t
fill(struct chan *c, bool worker)
{
	unsigned char data[PIECE];
	uint64_t id = 1;

	do {
		memset(data, id % 251, sizeof(data));
		if (worker)
			msg_add_output(&c->out, id++, 1, data, sizeof(data));
		else
			msg_add_input(&c->out, id++, data, sizeof(data), true);
	} while (chan_flush(c) == CHAN_OK);
	return id - 1;
}

/* Takes what is there; true while the numbers and bytes are as sent. */
static bool
drain(struct chan *c, uint64_t *last)
{
	const unsigned char *data;
	struct frame f;
	size_t i;

	if (chan_read(c) == CHAN_ERROR)
		return false;
	while (chan_next(c, &f) == FRAME_OK) {
		if (frames_walk(&f) == -1 || f.id != ++*last)
			return false;
		data = f.payload + f.length - PIECE;
		for (i = 0; i < PIECE; i++)
			if (data[i] != f.id % 251)
				return false;
	}
	return !c->poisoned;
}

/* C13: nobody reads; both must go on, and lose nothing once somebody does. */
static void
test_both_full(void)
{
	uint64_t sent_down, sent_up, got_down = 0, got_up = 0;
	bool good = true;
	struct ends e;
	int i;

	ends_open(&e, O_NONBLOCK);
	sent_down = fill(&e.parent, false);
	sent_up = fill(&e.worker, true);
	tap_ok(sent_down > 0 && e.parent.out.len > 0 && e.worker.out.len > 0,
	    "both pipes are full, and nobody blocks");
	tap_int(chan_flush(&e.parent), CHAN_AGAIN, "full stays full");
	for (i = 0; i < 100 && good; i++) {
		good = drain(&e.worker, &got_down) &&
		    drain(&e.parent, &got_up) &&
		    chan_flush(&e.parent) != CHAN_ERROR &&
		    chan_flush(&e.worker) != CHAN_ERROR;
	}
	tap_ok(good && got_down == sent_down && got_up == sent_up,
	    "all of it arrives, in order, both ways");
	ends_close(&e);
}

static void
test_output_maximum(void)
{
	static const unsigned char data[FRAME_PAYLOAD_MAX];
	enum chan_result result = CHAN_AGAIN;
	uint64_t got = 0, sent = 0;
	bool freed = false;
	struct frame f;
	struct ends e;
	size_t len;

	ends_open(&e, O_NONBLOCK);
	fcntl(e.parent.wfd, F_SETPIPE_SZ, PIPE);
	while (msg_add_input(
		   &e.parent.out, sent + 1, data, sizeof(data), true) == 0)
		sent++;
	len = e.parent.out.len;
	tap_ok(errno == ENOBUFS && len <= CHAN_MAX && len > CHAN_MAX / 2,
	    "at its maximum no more is added");
	/* Few writes: valgrind looks at all that one offers, each time. */
	while (result == CHAN_AGAIN) {
		if (e.parent.wfd != -1 && chan_flush(&e.parent) == CHAN_OK) {
			freed = e.parent.out.data == NULL;
			chan_close_write(&e.parent);
		}
		while ((result = chan_read(&e.worker)) == CHAN_OK)
			while (chan_next(&e.worker, &f) == FRAME_OK)
				got += f.id == got + 1 && frames_walk(&f) == 0;
	}
	tap_int(got, sent, "what was added arrives");
	tap_ok(freed, "and its storage is freed");
	ends_close(&e);
}

static void
test_input_maximum(void)
{
	enum chan_result result = CHAN_OK;
	size_t n = 0;
	struct frame f;
	struct ends e;

	ends_open(&e, O_NONBLOCK);
	/* One frame first, so that the maximum falls amid a read. */
	msg_add_log(&e.worker.out, 1, 1, FLOOD);
	chan_flush(&e.worker);
	chan_read(&e.parent);
	while (result == CHAN_OK) {
		while (e.worker.out.len < STORAGE)
			msg_add_log(&e.worker.out, 1, 1, FLOOD);
		chan_flush(&e.worker);
		result = chan_read(&e.parent);
	}
	tap_ok(result == CHAN_ERROR && errno == ENOBUFS, "a flood is refused");
	tap_int(e.parent.in.len, CHAN_MAX, "at the maximum exactly");
	while (chan_next(&e.parent, &f) == FRAME_OK)
		n += frames_walk(&f) == 0;
	tap_int(n, CHAN_MAX / (FRAME_HEADER + 2 + strlen(FLOOD)),
	    "and what came is good");
	tap_int(chan_read(&e.parent), CHAN_OK, "then there is room again");
	ends_close(&e);
}

static void
test_storage(void)
{
	static const unsigned char data[MSG_OUTPUT_MAX];
	struct frame f;
	struct ends e;

	ends_open(&e, O_NONBLOCK);
	msg_add_start(&e.worker.out, 1, 2);
	chan_flush(&e.worker);
	tap_ok(e.worker.out.data != NULL && e.worker.out.cap <= STORAGE,
	    "a little storage is kept for output");
	msg_add_output(&e.worker.out, 1, 1, data, sizeof(data));
	chan_flush(&e.worker);
	chan_read(&e.parent);
	tap_int(chan_next(&e.parent, &f), FRAME_OK, "a frame came");
	tap_ok(e.parent.in.data != NULL && frames_walk(&f) == 0,
	    "and is there until the next call");
	chan_next(&e.parent, &f);
	tap_ok(frames_walk(&f) == 0, "so is the second");
	tap_int(chan_next(&e.parent, &f), FRAME_SHORT, "then nothing is left");
	tap_ok(e.parent.in.data == NULL, "not even storage");
	ends_close(&e);
}

static void
test_reader_gone(void)
{
	struct ends e;

	ends_open(&e, O_NONBLOCK);
	fill(&e.parent, false);
	chan_clear(&e.worker);
	tap_int(chan_flush(&e.parent), CHAN_END, "a reader that is gone");
	tap_int(chan_flush(&e.parent), CHAN_END, "stays gone");
	tap_int(chan_read(&e.parent), CHAN_END, "as a writer does");
	chan_close_write(&e.parent);
	tap_ok(e.parent.wfd == -1 && e.parent.out.len == 0,
	    "closing the way out drops what waits");
	ends_close(&e);
}

/*
 * EINTR: the call blocks, and a timer interrupts it.  At the third tick the
 * handler itself does what the call waits for, so that no time matters.
 */
static volatile sig_atomic_t nticks;
static int tick_rfd, tick_wfd;

static void
on_tick(int signo)
{
	static char room[4096];
	struct pollfd p = {.fd = tick_rfd, .events = POLLIN};
	int saved = errno;

	(void)signo;
	nticks = nticks + 1;
	if (tick_wfd != -1 && nticks == 3)
		(void)!write(tick_wfd, "x", 1);
	if (tick_rfd != -1 && nticks >= 3 && poll(&p, 1, 0) == 1)
		(void)!read(tick_rfd, room, sizeof(room));
	errno = saved;
}

static void
tick(int rfd, int wfd)
{
	struct itimerval every = {{0, TICK_US}, {0, TICK_US}};
	struct sigaction sa = {.sa_handler = on_tick}; /* no SA_RESTART */

	nticks = 0;
	tick_rfd = rfd;
	tick_wfd = wfd;
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

static void
tick_stop(void)
{
	struct itimerval never = {{0, 0}, {0, 0}};
	struct sigaction sa = {.sa_handler = SIG_IGN};

	setitimer(ITIMER_REAL, &never, NULL);
	/* A last tick may be pending: ignoring it drops it. */
	sigaction(SIGALRM, &sa, NULL);
	sa.sa_handler = SIG_DFL;
	sigaction(SIGALRM, &sa, NULL);
}

static void
test_interrupted(void)
{
	struct ends e;
	size_t len;

	ends_open(&e, 0);
	tick(-1, e.worker.wfd);
	tap_int(chan_read(&e.parent), CHAN_OK, "an interrupted read goes on");
	tick_stop();
	tap_ok(nticks >= 3 && e.parent.in.len == 1, "until a byte comes");
	ends_close(&e);

	ends_open(&e, 0);
	/* More than the pipe holds, and little enough for it to end soon. */
	len = fcntl(e.parent.wfd, F_GETPIPE_SZ) + 20000;
	memset(buf_reserve(&e.parent.out, len), 'x', len);
	buf_commit(&e.parent.out, len);
	tick(e.worker.rfd, -1);
	tap_int(chan_flush(&e.parent), CHAN_OK, "an interrupted write goes on");
	tick_stop();
	tap_ok(nticks >= 3 && e.parent.out.len == 0, "until all is written");
	ends_close(&e);
}

int
main(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &ignore, NULL);
	test_interrupted();
	alarm(TEST_SECS);
	test_both_full();
	test_output_maximum();
	test_input_maximum();
	test_storage();
	test_reader_gone();
	return tap_done();
}
