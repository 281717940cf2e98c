/*
 * test_msg_layout: owns the bytes of every message as they must always be; a
 * change here is a new version of the protocol.
 * It must not know how they are made.
 */
#include <stdio.h>
#include <string.h>

#include "ipc/msg.h"
#include "tests/unit/frames.h"
#include "tests/unit/tap.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))
#define BUF_MAX (1024U * 1024U) /* bytes */

/* Payload only; the header is test_frame's. */
#define BYTES(s) s, sizeof(s) - 1
#define ZERO4	 "\0\0\0\0"
#define ZERO8	 ZERO4 ZERO4

static const struct {
	const char *sample;
	uint16_t type;
	uint16_t flags;
	uint64_t id;
	const char *bytes;
	size_t n;
} layouts[] = {
    {"HELLO", 0x0001, 0, 0,
	BYTES("pool"
	      "\3\0"
	      "\7\0\0\0"
	      "\0\0\4\0"
	      "\5\0\0\0fetch\0"
	      "\4\0\0\0"
	      "\2\0\0\0-j\0" ZERO4 "\0"
	      "\11\0\0\0two words\0"
	      "\2\0\0\0\xff\n\0")},
    {"JOB", 0x0002, 0, 0x123456789abc,
	BYTES("\3\0\0\0"
	      "\x90\x5f\1\0\0\0\0\0"
	      "\4\0\0\0"
	      "\2\0\0\0-j\0" ZERO4 "\0"
	      "\11\0\0\0two words\0"
	      "\2\0\0\0\xff\n\0")},
    {"ARGS", 0x0003, 1, 2, BYTES("\2\0\0\0" ZERO4 "\0\3\0\0\0abc\0")},
    {"INPUT", 0x0004, 1, 3, BYTES("a\0b\n")},
    {"SIGNAL", 0x0005, 0, 0, BYTES("\17\0\0\0")},
    {"QUIT", 0x0006, 0, 0, BYTES("")},
    {"PART", 0x0007, 0, 3,
	BYTES("\0\1\0\0" ZERO4 "\2\0\0\0" ZERO4 "\2\0\0\0/f\0")},
    {"READY", 0x0101, 0, 0, BYTES("pool\3\0\10\0\0\0\x67\x12\0\0")},
    {"START", 0x0102, 0, 5, BYTES("\x68\x12\0\0")},
    {"OUTPUT", 0x0103, 0, 5, BYTES("\2\0\0\0hello, world\n")},
    {"DONE", 0x0104, 0, 5,
	BYTES("\1\0"
	      "\xfe\xff\xff\xff"
	      "\1\0\0\0" ZERO4 "\2\0\0\0" ZERO4 "\3\0\0\0" ZERO4
	      "\4\0\0\0" ZERO4 "\4\0\0\0"
	      "\3\0\0\0url\0"
	      "\11\0\0\0http://a/\0"
	      "\5\0\0\0bytes\0" ZERO4 "\0")},
    {"FED", 0x0106, 0, 3, BYTES("\0\0\4\0" ZERO4)},
    {"FORGET", 0x0107, 0, 3, BYTES("")},
    {"BACK", 0x0109, 0, 3, BYTES("\7\0\0\0")},
    {"JOBS", 0x0008, 0, 7,
	BYTES("\2\0\0\0"
	      "\x90\x5f\1\0\0\0\0\0"
	      "\3\0\0\0a b\0"
	      "\1\0\0\0\xff\0")},
    {"OK", 0x0108, 0, 7,
	BYTES("\2\0\0\0"
	      "\2\1\0\0" ZERO4 "\3\0\0\0a\0\n"
	      "\3\0\0\0" ZERO4 ZERO4)},
    {"LOG", 0x0105, 0, 9, BYTES("\3\0cannot start: no such file")},
};

static void
add_named_sample(struct buf *b, const char *name)
{
	size_t i;

	for (i = 0; i < frames_nsamples(); i++)
		if (strcmp(frames_sample_name(i), name) == 0)
			frames_add_sample(b, i);
}

static void
test_layout(void)
{
	struct frame f;
	struct buf b;
	char name[64];
	size_t i;

	for (i = 0; i < LEN(layouts); i++) {
		buf_init(&b, BUF_MAX);
		add_named_sample(&b, layouts[i].sample);
		if (frame_decode(buf_head(&b), b.len, &f) != FRAME_OK)
			f.length = UINT32_MAX;
		snprintf(name, sizeof(name), "%s is in these very bytes",
		    layouts[i].sample);
		tap_ok(f.type == layouts[i].type && f.id == layouts[i].id &&
			f.flags == layouts[i].flags &&
			f.length == layouts[i].n &&
			memcmp(f.payload, layouts[i].bytes, f.length) == 0,
		    name);
		buf_clear(&b);
	}
}

int
main(void)
{
	test_layout();
	return tap_done();
}
