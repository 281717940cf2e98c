/*
 * test_msg_hostile: owns the tests of ipc/msg against bytes that are wrong:
 * each is refused, or understood as something else, never a fault.
 * It must not know of pipes.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/batch.h"
#include "ipc/msgfrom.h"
#include "ipc/msgto.h"
#include "tests/unit/frames.h"
#include "tests/unit/tap.h"

#define LEN(a)	      (sizeof(a) / sizeof((a)[0]))
#define BUF_MAX	      (1024U * 1024U) /* bytes */
#define GARBAGE_MAX   512	      /* bytes of one piece of it */
#define GARBAGE_TRIES 20000

/*
 * What a reader makes of n bytes, in a copy that ends where they end.
 * FRAME_OK means: a message, of which every byte was read.
 */
static enum frame_status
understand(const unsigned char *p, size_t n)
{
	unsigned char *copy = malloc(n == 0 ? 1 : n);
	enum frame_status status;
	struct frame f;

	memcpy(copy, p, n);
	status = frame_decode(copy, n, &f);
	errno = 0;
	if (status == FRAME_OK && frames_walk(&f) == -1) {
		if (errno != EBADMSG)
			abort();
		status = FRAME_BAD;
	}
	free(copy);
	return status;
}

/* Sets the length in a header, without regard to what follows. */
static void
set_length(struct buf *b, uint32_t length)
{
	wire_put_u32(b->data + b->off, length);
}

static void
test_truncated(void)
{
	size_t i, n, nwrong = 0, nclosed = 0;
	enum frame_status status;
	struct buf b;

	for (i = 0; i < frames_nsamples(); i++) {
		buf_init(&b, BUF_MAX);
		frames_add_sample(&b, i);
		for (n = 0; n < b.len; n++)
			nwrong += understand(buf_head(&b), n) != FRAME_SHORT;
		/* The same, but with a header that says that this is all. */
		for (n = FRAME_HEADER; n < b.len; n++) {
			set_length(&b, n - FRAME_HEADER);
			status = understand(buf_head(&b), n);
			nclosed +=
			    !frames_sample_is_open(i) && status != FRAME_BAD;
		}
		buf_clear(&b);
	}
	tap_int(nwrong, 0, "every truncated frame is waited for");
	tap_int(nclosed, 0, "every truncated payload is refused");
}

static void
test_left_over(void)
{
	size_t i, n, nwrong = 0;
	struct buf b;

	for (i = 0; i < frames_nsamples(); i++) {
		if (frames_sample_is_open(i))
			continue;
		buf_init(&b, BUF_MAX);
		frames_add_sample(&b, i);
		for (n = 1; n <= 64; n++) {
			buf_add(&b, "", 1);
			set_length(&b, b.len - FRAME_HEADER);
			nwrong += understand(buf_head(&b), b.len) != FRAME_BAD;
		}
		buf_clear(&b);
	}
	tap_int(nwrong, 0, "left-over bytes are refused");
}

/* Every single bit of every sample, through the sanitizers' hands. */
static void
test_flipped_bits(void)
{
	size_t i, bit, nok = 0, nflips = 0;
	char note[64];
	struct buf b;

	for (i = 0; i < frames_nsamples(); i++) {
		buf_init(&b, BUF_MAX);
		frames_add_sample(&b, i);
		for (bit = 0; bit < b.len * 8; bit++, nflips++) {
			b.data[b.off + bit / 8] ^= 1U << bit % 8;
			nok += understand(buf_head(&b), b.len) == FRAME_OK;
			b.data[b.off + bit / 8] ^= 1U << bit % 8;
		}
		if (understand(buf_head(&b), b.len) != FRAME_OK)
			abort();
		buf_clear(&b);
	}
	snprintf(note, sizeof(note), "%zu flipped bits, %zu still a message",
	    nflips, nok);
	tap_ok(nok < nflips, note);
}

/* The count of strings, wrong by any number, small or absurd. */
static void
test_wrong_count(void)
{
	static const unsigned char args[] = "\1\0\0\0a\0\1\0\0\0b";
	unsigned char payload[4 + sizeof(args)];
	uint32_t count, nwrong = 0;
	struct buf b;

	memcpy(payload + 4, args, sizeof(args));
	for (count = 0; count < 1000; count++) {
		wire_put_u32(payload, count < 500 ? count : UINT32_MAX - count);
		buf_init(&b, BUF_MAX);
		frames_add_raw(&b, MSG_ARGS, 0, 1, payload, sizeof(payload));
		nwrong += (understand(buf_head(&b), b.len) == FRAME_OK) !=
		    (count == 2);
		buf_clear(&b);
	}
	tap_int(nwrong, 0, "only the right count of strings is accepted");
}

#define BYTES(s)    s, sizeof(s) - 1
#define ZERO4	    "\0\0\0\0"
#define ZERO8	    ZERO4 ZERO4
#define ZERO32	    ZERO8 ZERO8 ZERO8 ZERO8
#define HELLO_REST  "\0\0\4\0" ZERO4 "\0" ZERO4
#define HELLO	    "pool\1\0\1\0\0\0" HELLO_REST
#define READY	    "pool\1\0\1\0\0\0\2\0\0\0"
#define JOB	    "\1\0\0\0" ZERO8 ZERO4
#define DONE	    "\0\0" ZERO4 ZERO32 ZERO4
#define DONE_REST   ZERO4 ZERO32 ZERO4
#define JOB_WITH(s) "\1\0\0\0" ZERO8 "\1\0\0\0" s

static const struct {
	const char *name;
	bool good;
	uint16_t type;
	uint16_t flags;
	uint64_t id;
	const char *bytes;
	size_t n;
} cases[] = {
    {"HELLO", true, MSG_HELLO, 0, 0, BYTES(HELLO)},
    {"HELLO, another version", true, MSG_HELLO, 0, 0,
	BYTES("pool\2\1\1\0\0\0" HELLO_REST)},
    {"HELLO, wrong magic", false, MSG_HELLO, 0, 0,
	BYTES("poo1\1\0\1\0\0\0" HELLO_REST)},
    {"HELLO, slot 0", false, MSG_HELLO, 0, 0,
	BYTES("pool\1\0\0\0\0\0" HELLO_REST)},
    {"HELLO, an id", false, MSG_HELLO, 0, 1, BYTES(HELLO)},
    {"HELLO, MORE", false, MSG_HELLO, FRAME_MORE, 0, BYTES(HELLO)},
    {"JOB", true, MSG_JOB, 0, 1, BYTES(JOB)},
    {"JOB, MORE", true, MSG_JOB, FRAME_MORE, 1, BYTES(JOB)},
    {"JOB, id 0", false, MSG_JOB, 0, 0, BYTES(JOB)},
    {"JOB, attempt 0", false, MSG_JOB, 0, 1, BYTES(ZERO4 ZERO8 ZERO4)},
    {"JOB, an argument", true, MSG_JOB, 0, 1, BYTES(JOB_WITH("\1\0\0\0a\0"))},
    {"JOB, NUL inside", false, MSG_JOB, 0, 1, BYTES(JOB_WITH("\1\0\0\0\0\0"))},
    {"JOB, no NUL", false, MSG_JOB, 0, 1, BYTES(JOB_WITH("\1\0\0\0ab"))},
    {"ARGS", true, MSG_ARGS, 0, 1, BYTES("\1\0\0\0\1\0\0\0a\0")},
    {"ARGS, id 0", false, MSG_ARGS, 0, 0, BYTES("\1\0\0\0\1\0\0\0a\0")},
    {"ARGS, empty", false, MSG_ARGS, 0, 1, BYTES("")},
    {"INPUT, id 0", false, MSG_INPUT, 0, 0, BYTES("x")},
    {"SIGNAL 1", true, MSG_SIGNAL, 0, 0, BYTES("\1\0\0\0")},
    {"SIGNAL 64", true, MSG_SIGNAL, 0, 1, BYTES("\100\0\0\0")},
    {"SIGNAL 0", false, MSG_SIGNAL, 0, 1, BYTES("\0\0\0\0")},
    {"SIGNAL 65", false, MSG_SIGNAL, 0, 1, BYTES("\101\0\0\0")},
    {"SIGNAL -1", false, MSG_SIGNAL, 0, 1, BYTES("\377\377\377\377")},
    {"SIGNAL, MORE", false, MSG_SIGNAL, FRAME_MORE, 1, BYTES("\1\0\0\0")},
    {"QUIT, an id", false, MSG_QUIT, 0, 1, BYTES("")},
    {"QUIT, MORE", false, MSG_QUIT, FRAME_MORE, 0, BYTES("")},
    {"READY", true, MSG_READY, 0, 0, BYTES(READY)},
    {"READY, another version", true, MSG_READY, 0, 0,
	BYTES("pool\377\377\1\0\0\0\2\0\0\0")},
    {"READY, wrong magic", false, MSG_READY, 0, 0,
	BYTES("loop\1\0\1\0\0\0\2\0\0\0")},
    {"READY, credit 0", false, MSG_READY, 0, 0,
	BYTES("pool\1\0\0\0\0\0\2\0\0\0")},
    {"READY, pid 1", false, MSG_READY, 0, 0, BYTES("pool\1\0\1\0\0\0\1\0\0\0")},
    {"READY, an id", false, MSG_READY, 0, 1, BYTES(READY)},
    {"START, pid 2", true, MSG_START, 0, 1, BYTES("\2\0\0\0")},
    {"START, pid 1", false, MSG_START, 0, 1, BYTES("\1\0\0\0")},
    {"START, pid 0", false, MSG_START, 0, 1, BYTES("\0\0\0\0")},
    {"START, pid -1", false, MSG_START, 0, 1, BYTES("\377\377\377\377")},
    {"START, id 0", false, MSG_START, 0, 0, BYTES("\2\0\0\0")},
    {"OUTPUT", true, MSG_OUTPUT, 0, 1, BYTES("\1\0\0\0x")},
    {"OUTPUT, stream 0", false, MSG_OUTPUT, 0, 1, BYTES("\0\0\0\0x")},
    {"OUTPUT, stream 3", false, MSG_OUTPUT, 0, 1, BYTES("\3\0\0\0x")},
    {"OUTPUT, no bytes", false, MSG_OUTPUT, 0, 1, BYTES("\1\0\0\0")},
    {"OUTPUT, id 0", false, MSG_OUTPUT, 0, 0, BYTES("\1\0\0\0x")},
    {"OUTPUT, MORE", false, MSG_OUTPUT, FRAME_MORE, 1, BYTES("\1\0\0\0x")},
    {"DONE", true, MSG_DONE, 0, 1, BYTES(DONE)},
    {"DONE, outcome 7", true, MSG_DONE, 0, 1, BYTES("\7\0" DONE_REST)},
    {"DONE, outcome 8", false, MSG_DONE, 0, 1, BYTES("\10\0" DONE_REST)},
    {"DONE, outcome 256", false, MSG_DONE, 0, 1, BYTES("\0\1" DONE_REST)},
    {"DONE, lost", false, MSG_DONE, 0, 1, BYTES("\4\0" DONE_REST)},
    {"DONE, id 0", false, MSG_DONE, 0, 0, BYTES(DONE)},
    {"DONE, half a fact", false, MSG_DONE, 0, 1,
	BYTES("\0\0" ZERO4 ZERO32 "\1\0\0\0\1\0\0\0k\0")},
    {"DONE, MORE", false, MSG_DONE, FRAME_MORE, 1, BYTES(DONE)},
    {"JOBS", true, MSG_JOBS, 0, 1, BYTES("\1\0\0\0" ZERO8 "\1\0\0\0a\0")},
    {"JOBS, none", false, MSG_JOBS, 0, 1, BYTES(ZERO4 ZERO8)},
    {"JOBS, one too few", false, MSG_JOBS, 0, 1,
	BYTES("\2\0\0\0" ZERO8 "\1\0\0\0a\0")},
    {"JOBS, one too many", false, MSG_JOBS, 0, 1,
	BYTES("\1\0\0\0" ZERO8 "\1\0\0\0a\0\1\0\0\0a\0")},
    {"JOBS, id 0", false, MSG_JOBS, 0, 0,
	BYTES("\1\0\0\0" ZERO8 "\1\0\0\0a\0")},
    {"JOBS, the last id", false, MSG_JOBS, 0, UINT64_MAX,
	BYTES("\1\0\0\0" ZERO8 "\1\0\0\0a\0")},
    {"JOBS, MORE", false, MSG_JOBS, FRAME_MORE, 1,
	BYTES("\1\0\0\0" ZERO8 "\1\0\0\0a\0")},
    {"OK", true, MSG_OK, 0, 1, BYTES("\1\0\0\0" ZERO8 "\1\0\0\0a")},
    {"OK, none", false, MSG_OK, 0, 1, BYTES(ZERO4)},
    {"OK, one too few", false, MSG_OK, 0, 1,
	BYTES("\2\0\0\0" ZERO8 "\1\0\0\0a")},
    {"OK, one too many", false, MSG_OK, 0, 1,
	BYTES("\1\0\0\0" ZERO8 "\1\0\0\0a" ZERO8 ZERO4)},
    {"OK, longer than it is", false, MSG_OK, 0, 1,
	BYTES("\1\0\0\0" ZERO8 "\2\0\0\0a")},
    {"OK, an absurd count", false, MSG_OK, 0, 1,
	BYTES("\xff\xff\xff\xff" ZERO8 "\1\0\0\0a")},
    {"OK, id 0", false, MSG_OK, 0, 0, BYTES("\1\0\0\0" ZERO8 "\1\0\0\0a")},
    {"BACK", true, MSG_BACK, 0, 1, BYTES("\2\0\0\0")},
    {"BACK, none", false, MSG_BACK, 0, 1, BYTES(ZERO4)},
    {"BACK, behind the last id", false, MSG_BACK, 0, UINT64_MAX,
	BYTES("\1\0\0\0")},
    {"BACK, id 0", false, MSG_BACK, 0, 0, BYTES("\1\0\0\0")},
    {"BACK, MORE", false, MSG_BACK, FRAME_MORE, 1, BYTES("\1\0\0\0")},
    {"LOG, no level", false, MSG_LOG, 0, 0, BYTES("\1")},
    {"LOG, empty", true, MSG_LOG, 0, 0, BYTES("\1\0")},
    {"LOG, MORE", false, MSG_LOG, FRAME_MORE, 0, BYTES("\1\0")},
};

static void
test_cases(void)
{
	enum frame_status want;
	struct buf b;
	size_t i;

	for (i = 0; i < LEN(cases); i++) {
		buf_init(&b, BUF_MAX);
		frames_add_raw(&b, cases[i].type, cases[i].flags, cases[i].id,
		    cases[i].bytes, cases[i].n);
		want = cases[i].good ? FRAME_OK : FRAME_BAD;
		tap_int(understand(buf_head(&b), b.len), want, cases[i].name);
		buf_clear(&b);
	}
}

static enum frame_status
understand_long(uint16_t type, size_t n)
{
	unsigned char *payload = calloc(1, n);
	enum frame_status status;
	struct buf b;

	payload[0] = 1; /* stream of OUTPUT, level of LOG */
	buf_init(&b, BUF_MAX);
	frames_add_raw(&b, type, 0, 1, payload, n);
	status = understand(buf_head(&b), b.len);
	buf_clear(&b);
	free(payload);
	return status;
}

/* JOBS with a time of 0, or OK with one of 0: of one job with n bytes. */
static enum frame_status
understand_job(uint16_t type, size_t n)
{
	unsigned char *payload = calloc(1, 16 + n + 1);
	enum frame_status status;
	struct buf b;

	payload[0] = 1;
	wire_put_u32(payload + 12, n);
	memset(payload + 16, 'x', n);
	buf_init(&b, BUF_MAX);
	frames_add_raw(&b, type, 0, 1, payload, 16 + n + (type == MSG_JOBS));
	status = understand(buf_head(&b), b.len);
	buf_clear(&b);
	free(payload);
	return status;
}

static void
test_long(void)
{
	tap_int(understand_long(MSG_OUTPUT, 4 + MSG_OUTPUT_MAX), FRAME_OK,
	    "OUTPUT of 32 KiB");
	tap_int(understand_long(MSG_OUTPUT, 5 + MSG_OUTPUT_MAX), FRAME_BAD,
	    "OUTPUT of a byte more");
	tap_int(understand_long(MSG_LOG, 2 + MSG_LOG_MAX), FRAME_OK,
	    "LOG of 4 KiB");
	tap_int(understand_long(MSG_LOG, 3 + MSG_LOG_MAX), FRAME_BAD,
	    "LOG of a byte more");
	tap_int(understand_job(MSG_JOBS, BATCH_BYTES), FRAME_OK,
	    "JOBS with an argument of 4 KiB");
	tap_int(understand_job(MSG_JOBS, BATCH_BYTES + 1), FRAME_BAD,
	    "JOBS with one of a byte more");
	tap_int(understand_job(MSG_OK, BATCH_BYTES), FRAME_OK,
	    "OK with output of 4 KiB");
	tap_int(understand_job(MSG_OK, BATCH_BYTES + 1), FRAME_BAD,
	    "OK with that of a byte more");
}

/* A parser that is handed another type's frame must not take it. */
static void
test_wrong_parser(void)
{
	struct msg_done done;
	struct msg_job job;
	struct frame f;
	struct buf b;
	uint32_t pid;
	int signo;

	buf_init(&b, BUF_MAX);
	msg_add_signal(&b, 1, 2);
	frame_decode(buf_head(&b), b.len, &f);
	tap_ok(msg_parse_signal(&f, &signo) == 0 &&
		msg_parse_start(&f, &pid) == -1 &&
		msg_parse_job(&f, &job) == -1 &&
		msg_parse_done(&f, &done) == -1 && msg_parse_quit(&f) == -1,
	    "a frame is only what its type says");
	buf_clear(&b);
}

/* The same numbers on every run: a failure can be repeated. */
static uint32_t
next_random(void)
{
	static uint32_t x = 2463534242U;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

/* Pure noise is refused by its header; most of it therefore gets a good one. */
static void
test_garbage(void)
{
	unsigned char p[GARBAGE_MAX];
	size_t i, n, tries, nok = 0;
	char note[64];

	for (tries = 0; tries < GARBAGE_TRIES; tries++) {
		n = next_random() % sizeof(p);
		for (i = 0; i < n; i++)
			p[i] = next_random() % (tries % 3 == 0 ? 256 : 5);
		if (tries % 8 != 0 && n >= FRAME_HEADER) {
			wire_put_u32(p, n - FRAME_HEADER);
			wire_put_u16(p + 4,
			    1 + next_random() % 6 +
				(next_random() % 2) * MSG_FROM_WORKER);
			wire_put_u16(p + 6, next_random() % 2);
		}
		nok += understand(p, n) == FRAME_OK;
	}
	snprintf(note, sizeof(note), "%d pieces of garbage, %zu a message",
	    GARBAGE_TRIES, nok);
	tap_ok(true, note);
}

int
main(void)
{
	test_truncated();
	test_left_over();
	test_flipped_bits();
	test_wrong_count();
	test_cases();
	test_long();
	test_wrong_parser();
	test_garbage();
	return tap_done();
}
