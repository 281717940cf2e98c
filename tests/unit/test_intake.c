/*
 * test_intake: owns the tests of cmd/intake: how much of a job's input is sent
 * ahead, and in which frames.  It must not know what a worker does with it.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/intake.h"
#include "ipc/msgto.h"
#include "tests/unit/ends.h"
#include "tests/unit/tap.h"

#define WINDOW (1024U * 1024U) /* bytes that a worker may have */
#define BLOCK  (3U * WINDOW)
#define SEQ    7

/* The bytes that a block has. */
static unsigned char
byte_at(size_t i)
{
	return (unsigned char)(i % 251);
}

static void
fill_block(struct buf *block, size_t n)
{
	unsigned char *room;
	size_t i;

	buf_init(block, BLOCK);
	room = buf_reserve(block, n > 0 ? n : 1);
	for (i = 0; i < n; i++)
		room[i] = byte_at(i);
	buf_commit(block, n);
}

/* What came out of a channel, frame by frame. */
struct got {
	size_t inputs; /* frames */
	size_t bytes;
	size_t wrong; /* bytes that are not the next ones, frames of others */
	bool ended;   /* the last one had no MORE */
	bool part;
	uint64_t offset, len;
};

/* Takes all frames that wait in the channel; adds to g. */
static void
take_frames(struct chan *c, struct got *g)
{
	struct msg_input input;
	struct msg_part part;
	struct frame f;
	size_t i;

	buf_swap(&c->in, &c->out);
	while (chan_next(c, &f) == FRAME_OK) {
		g->wrong += f.id != SEQ || g->ended;
		if (f.type == MSG_PART) {
			g->wrong += msg_parse_part(&f, &part) == -1;
			g->part = g->ended = true;
			g->offset = part.offset;
			g->len = part.len;
			continue;
		}
		g->wrong += msg_parse_input(&f, &input) == -1;
		g->inputs++;
		for (i = 0; i < input.len; i++)
			g->wrong += input.data[i] != byte_at(g->bytes + i);
		g->bytes += input.len;
		g->ended = !input.more;
	}
	buf_truncate(&c->in, 0);
}

static void
test_window(void)
{
	struct got g = {0};
	struct buf block;
	struct record r = {.input = &block};
	struct intake *in;
	struct ends e;

	ends_open(&e, O_NONBLOCK);
	/* the parent's frames are read as its worker would */
	fill_block(&block, BLOCK);
	in = intake_new(&r, true);
	tap_int((long long)block.len, 0, "the block is taken");
	tap_int(intake_send(in, &e.worker, SEQ), 0, "some is sent");
	take_frames(&e.worker, &g);
	tap_ok(g.bytes >= WINDOW && g.bytes < 2 * WINDOW, "so much ahead");
	tap_ok(!g.ended, "that is not all");
	tap_int(intake_send(in, &e.worker, SEQ), 0, "and no more");
	take_frames(&e.worker, &g);
	tap_ok(g.bytes < 2 * WINDOW, "before some is used");
	tap_int(
	    intake_fed(in, g.bytes + 1), -1, "more can't be used than sent");
	while (!g.ended && g.wrong == 0) {
		tap_int(intake_fed(in, in->unfed), 0, "all of it is used");
		intake_send(in, &e.worker, SEQ);
		take_frames(&e.worker, &g);
	}
	tap_int((long long)g.bytes, BLOCK, "all bytes come");
	tap_int((long long)g.wrong, 0, "and each in its place");
	tap_ok(in->sent && in->data.data == NULL, "nothing is kept then");
	tap_ok(!intake_is_hungry(in), "nor is more wanted");
	intake_free(in);
	buf_clear(&block);
	ends_close(&e);
}

static void
test_empty(void)
{
	struct got g = {0};
	struct buf block;
	struct record r = {.input = &block};
	struct intake *in;
	struct ends e;

	ends_open(&e, O_NONBLOCK);
	fill_block(&block, 0);
	in = intake_new(&r, true);
	intake_send(in, &e.worker, SEQ);
	intake_send(in, &e.worker, SEQ);
	take_frames(&e.worker, &g);
	tap_int((long long)g.inputs, 1, "an empty block is one frame");
	tap_ok(g.ended && g.bytes == 0, "that says the end");
	intake_free(in);
	buf_clear(&block);
	ends_close(&e);
}

static void
test_part(void)
{
	struct got g = {0};
	struct buf block;
	struct record r = {.input = &block, .part = {"/x", 100, 5000}};
	struct intake *in;
	struct ends e;

	ends_open(&e, O_NONBLOCK);
	fill_block(&block, 10);
	in = intake_new(&r, true);
	intake_send(in, &e.worker, SEQ);
	intake_send(in, &e.worker, SEQ);
	take_frames(&e.worker, &g);
	tap_ok(g.part && g.offset == 100 && g.len == 5000, "a part of a file");
	tap_ok(g.inputs == 1 && g.bytes == 10, "comes behind the header");
	tap_int((long long)g.wrong, 0, "once");
	intake_free(in);
	buf_clear(&block);
	ends_close(&e);
}

static void
test_hungry(void)
{
	struct got g = {0};
	struct buf block;
	struct record r = {.input = &block};
	struct intake *in;
	struct ends e;

	ends_open(&e, O_NONBLOCK);
	fill_block(&block, 10);
	in = intake_new(&r, false);
	tap_ok(!intake_is_hungry(in), "not before the first block is sent");
	intake_send(in, &e.worker, SEQ);
	tap_ok(!intake_is_hungry(in), "not before it is used");
	intake_fed(in, 9);
	tap_ok(!intake_is_hungry(in), "all of it");
	intake_fed(in, 1);
	tap_ok(intake_is_hungry(in), "but then");
	take_frames(&e.worker, &g);
	tap_ok(g.bytes == 10 && !g.ended, "the end is not sent");
	fill_block(&block, 10);
	intake_add(in, &block);
	in->whole = true;
	intake_send(in, &e.worker, SEQ);
	g.bytes = 0;
	take_frames(&e.worker, &g);
	tap_ok(g.bytes == 10 && g.ended, "before the last block");
	tap_int((long long)g.wrong, 0, "both are whole");
	intake_free(in);
	buf_clear(&block);
	ends_close(&e);
}

int
main(void)
{
	test_window();
	test_empty();
	test_part();
	test_hungry();
	intake_free(NULL);
	return tap_done();
}
