/*
 * test_back: owns the tests of worker/back: which jobs go back to the parent,
 * and when, with a clock of its own.
 * It must not know what runs meanwhile.
 */
#include "worker/back.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/msgto.h"
#include "tests/unit/ends.h"
#include "tests/unit/tap.h"

#define BEGIN 1000000000ULL /* the clock does not begin at 0 */
#define LARGE 100000	    /* bytes of an argument: three fill a frame */

/* A worker, and the parent at the other end of its pipes. */
struct fixture {
	struct ends ends;
	struct worker w;
	struct msg_jobs jobs; /* of the frame of job 1, not begun */
	const char *arg;      /* of job 1 */
	uint64_t now;
	char told[256]; /* what came back: "NUMBERxJOBS ..." */
};

static const struct kind tiny = {.flags = KIND_TINY};
static const struct kind urls = {.flags = KIND_URLS};
static const struct kind other = {.flags = KIND_REPEATABLE};

static void
end(struct fixture *f)
{
	f->ends.worker = f->w.chan;
	ends_close(&f->ends);
	buf_clear(&f->w.kept);
}

/* What has been added to the parent's channel arrives. */
static void
deliver(struct fixture *f)
{
	chan_flush(&f->ends.parent);
}

static void
send_job(struct fixture *f, uint64_t seq)
{
	const char *args[] = {"two", "words"};

	msg_add_job(&f->ends.parent.out, seq, 1, 0, args, 2);
	deliver(f);
}

/* In one frame. */
static void
send_jobs(struct fixture *f, uint64_t first, uint64_t last)
{
	struct chan *c = &f->ends.parent;
	char word[16];
	int n;

	for (; first <= last; first++) {
		n = snprintf(word, sizeof(word), "word %d", (int)first);
		batch_add_job(&c->out, &c->batch, first, 0, word, (size_t)n);
	}
	deliver(f);
}

/* Job 1 begins, the first of a frame. */
static void
begin(struct fixture *f, const struct kind *kind, uint64_t last)
{
	struct frame frame;
	size_t len;

	memset(f, 0, sizeof(*f));
	ends_open(&f->ends, O_NONBLOCK);
	f->w.chan = f->ends.worker;
	f->w.kind = kind;
	f->w.reply.seq = 1;
	buf_init(&f->w.kept, CHAN_MAX);
	send_jobs(f, 1, last);
	if (chan_read(&f->w.chan) != CHAN_OK ||
	    chan_next(&f->w.chan, &frame) != FRAME_OK ||
	    msg_parse_jobs(&frame, &f->jobs) == -1)
		exit(1);
	f->arg = msg_next_job(&f->jobs, &len);
	f->w.rest = &f->jobs;
	f->now = BEGIN;
	back_begin(&f->w, f->now);
}

/* Notes what the worker has told. */
static void
hear(struct fixture *f)
{
	struct chan *c = &f->ends.parent;
	char text[32];
	struct frame fr;
	uint32_t n;

	chan_flush(&f->w.chan);
	chan_read(c);
	while (chan_next(c, &fr) == FRAME_OK) {
		n = 0;
		if (msg_parse_back(&fr, &n) == -1)
			n = 0;
		snprintf(text, sizeof(text), "%s%dx%u",
		    f->told[0] != '\0' ? " " : "", (int)fr.id, n);
		strlcat(f->told, text, sizeof(f->told));
	}
}

/* Job 1 goes on after so long.  What is given back, or "broken". */
static const char *
give(struct fixture *f, uint64_t ns)
{
	f->told[0] = '\0';
	f->now += ns;
	if (back_give(&f->w, f->now) == -1)
		return "broken";
	hear(f);
	return f->told;
}

static void
test_when(void)
{
	struct fixture f;

	begin(&f, &tiny, 1);
	send_job(&f, 2);
	tap_str(give(&f, BACK_SLOW_NS - 1), "", "a quick job keeps the others");
	tap_str(give(&f, 1), "2x1", "a slow one doesn't");
	send_job(&f, 3);
	tap_str(give(&f, BACK_SLOW_NS - 1), "", "what comes later waits a bit");
	tap_str(give(&f, 1), "3x1", "and goes back too");
	tap_str(give(&f, BACK_SLOW_NS), "", "once");
	end(&f);

	begin(&f, &urls, 1);
	send_job(&f, 2);
	tap_str(give(&f, BACK_SLOW_NS), "2x1", "so it is with pages");
	end(&f);

	begin(&f, &tiny, 1);
	send_job(&f, 2);
	back_now(&f.w);
	tap_str(give(&f, 0), "2x1", "who asks for it is slow at once");
	end(&f);

	begin(&f, &other, 1);
	send_job(&f, 2);
	back_now(&f.w);
	tap_str(give(&f, 100 * BACK_SLOW_NS), "",
	    "where there is one job at a time nothing is read");
	end(&f);
}

/* Others are behind job 1, in its frame and in more. */
static void
test_what(void)
{
	struct fixture f;

	begin(&f, &tiny, 5);
	send_job(&f, 6);
	send_jobs(&f, 7, 8);
	tap_str(give(&f, BACK_SLOW_NS), "2x4 6x1 7x2",
	    "the rest of a frame goes back, and all frames behind it");
	tap_int(f.jobs.n, 0, "the frame has no more");
	send_jobs(&f, 9, 999);
	tap_str(give(&f, BACK_SLOW_NS), "9x991", "nor has the pipe");
	tap_str(f.arg, "word 1", "who runs keeps his argument");
	end(&f);
}

static void
test_others(void)
{
	struct fixture f;

	begin(&f, &tiny, 1);
	msg_add_signal(&f.ends.parent.out, 1, SIGTERM);
	deliver(&f);
	tap_str(give(&f, BACK_SLOW_NS), "", "a signal is not for such jobs");
	tap_ok(!f.w.quit, "it goes on");
	tap_ok(!back_is_args(&f.w, &(struct frame){.type = MSG_ARGS}),
	    "arguments of no job are none of a job's that went back");
	msg_add_quit(&f.ends.parent.out);
	send_job(&f, 2);
	tap_str(give(&f, BACK_SLOW_NS), "2x1", "the end of all is no job");
	tap_ok(f.w.quit, "but noted");
	msg_add_input(&f.ends.parent.out, 1, "x", 1, false);
	deliver(&f);
	tap_str(give(&f, BACK_SLOW_NS), "broken", "nonsense is none of it");
	end(&f);
}

/* A job of several frames, of which the pipe takes a part at a time. */
static void
test_large(void)
{
	static char large[LARGE + 1];
	const char *args[] = {large, large, large, large};
	struct fixture f;
	int broken = 0;

	memset(large, 'x', LARGE);
	begin(&f, &tiny, 1);
	msg_add_job(&f.ends.parent.out, 2, 1, 0, args, 4);
	while (chan_flush(&f.ends.parent) == CHAN_AGAIN) {
		f.now += BACK_SLOW_NS;
		broken += back_give(&f.w, f.now) == -1;
	}
	broken += back_give(&f.w, f.now += BACK_SLOW_NS) == -1;
	hear(&f);
	tap_int(broken, 0, "what follows of a job goes with it");
	tap_str(f.told, "2x1", "and is not told");
	tap_ok(back_is_args(&f.w, &(struct frame){.type = MSG_ARGS, .id = 2}),
	    "it may come after job 1, too");
	tap_ok(!back_is_args(&f.w, &(struct frame){.type = MSG_ARGS, .id = 3}),
	    "but not of a job that has not come");
	end(&f);
}

int
main(void)
{
	alarm(100);
	test_when();
	test_what();
	test_others();
	test_large();
	return tap_done();
}
