/*
 * test_msg: owns the tests that ipc/msg reads back what it writes, and of what
 * it won't write.  The bytes themselves are test_msg_layout's, bad ones
 * test_msg_hostile's.  It must not know of pipes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/msgfrom.h"
#include "ipc/msgto.h"
#include "tests/unit/frames.h"
#include "tests/unit/tap.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))
#define BUF_MAX (4U * 1024U * 1024U) /* bytes */

/* The one frame in b, which lives as long as b does. */
static struct frame
only_frame(const struct buf *b)
{
	struct frame f = {0};

	if (frame_decode(buf_head(b), b->len, &f) != FRAME_OK ||
	    f.length != b->len - FRAME_HEADER) {
		printf("# not exactly one frame\n");
		exit(1);
	}
	return f;
}

/* A string of n times c; the caller frees it. */
static char *
long_string(size_t n, char c)
{
	char *s = malloc(n + 1);

	memset(s, c, n);
	s[n] = '\0';
	return s;
}

/* True when the list is exactly these. */
static bool
strings_are(struct msg_strings *s, const char *const *want, size_t n)
{
	const char *got;
	size_t i, len;

	if (s->n != n)
		return false;
	for (i = 0; i < n; i++) {
		got = msg_next_string(s, &len);
		if (got == NULL || strcmp(got, want[i]) != 0 ||
		    len != strlen(want[i]))
			return false;
	}
	return msg_next_string(s, &len) == NULL && len == 0;
}

static void
test_names(void)
{
	unsigned type, nknown = 0;

	tap_str(msg_name(MSG_HELLO), "HELLO", "a name for the parent's types");
	tap_str(msg_name(MSG_LOG), "LOG", "a name for the worker's types");
	tap_str(msg_name(0x0201), "unknown", "no name for other types");
	tap_ok(msg_is_known(MSG_QUIT, false) && !msg_is_known(MSG_QUIT, true),
	    "QUIT is the parent's only");
	tap_ok(msg_is_known(MSG_DONE, true) && !msg_is_known(MSG_DONE, false),
	    "DONE is the worker's only");
	for (type = 0; type <= UINT16_MAX; type++) {
		if (msg_is_known(type, false) || msg_is_known(type, true))
			nknown++;
		else if (strcmp(msg_name(type), "unknown") != 0)
			break;
	}
	tap_int(type, UINT16_MAX + 1, "what has a name is known");
	tap_int(nknown, 17, "of 65,536 types seventeen are");
}

static void
test_samples(void)
{
	struct frame f;
	struct buf b;
	size_t i;

	for (i = 0; i < frames_nsamples(); i++) {
		buf_init(&b, BUF_MAX);
		frames_add_sample(&b, i);
		f = only_frame(&b);
		tap_ok(msg_is_known(f.type, frames_sample_from_worker(i)) &&
			frames_walk(&f) == 0,
		    frames_sample_name(i));
		buf_clear(&b);
	}
}

static const char *const words[] = {"", "-j", "a b", "\x01\xff"};

static void
test_hello(void)
{
	struct msg_hello m;
	struct frame f;
	struct buf b;
	char *fill;

	buf_init(&b, BUF_MAX);
	msg_add_hello(&b, UINT32_MAX, "query", words, LEN(words));
	f = only_frame(&b);
	tap_ok(msg_parse_hello(&f, &m) == 0 && m.version == MSG_VERSION &&
		m.slot == UINT32_MAX && m.payload_max == FRAME_PAYLOAD_MAX &&
		strcmp(m.kind, "query") == 0,
	    "HELLO comes back");
	tap_ok(strings_are(&m.words, words, LEN(words)), "with its words");
	buf_clear(&b);

	/* 14 bytes, an empty kind, a count, and a string make a full frame. */
	fill = long_string(FRAME_PAYLOAD_MAX - 14 - 5 - 4 - 5, 'w');
	tap_int(msg_add_hello(&b, 1, "", (const char *const *)&fill, 1), 0,
	    "the longest HELLO");
	f = only_frame(&b);
	tap_ok(msg_parse_hello(&f, &m) == 0 &&
		strings_are(&m.words, (const char *const *)&fill, 1),
	    "comes back");
	buf_clear(&b);
	errno = 0;
	tap_ok(msg_add_hello(&b, 1, "k", (const char *const *)&fill, 1) == -1 &&
		errno == EMSGSIZE && b.len == 0,
	    "a byte more is refused");
	free(fill);
	buf_clear(&b);
}

static void
test_job(void)
{
	struct msg_job m;
	struct frame f;
	struct buf b;

	buf_init(&b, BUF_MAX);
	msg_add_job(&b, UINT64_MAX, UINT32_MAX, UINT64_MAX, words, LEN(words));
	f = only_frame(&b);
	tap_ok(msg_parse_job(&f, &m) == 0 && f.id == UINT64_MAX &&
		m.attempt == UINT32_MAX && m.timeout_ms == UINT64_MAX &&
		!m.more,
	    "JOB comes back");
	tap_ok(strings_are(&m.args, words, LEN(words)), "with its arguments");
	buf_clear(&b);
}

static void
test_input(void)
{
	char *data = long_string(FRAME_PAYLOAD_MAX, 'i');
	struct msg_input m;
	struct frame f;
	struct buf b;

	buf_init(&b, BUF_MAX);
	msg_add_input(&b, 1, data, FRAME_PAYLOAD_MAX, true);
	f = only_frame(&b);
	tap_ok(msg_parse_input(&f, &m) == 0 && m.more &&
		m.len == FRAME_PAYLOAD_MAX && memcmp(m.data, data, m.len) == 0,
	    "the longest INPUT comes back");
	buf_clear(&b);
	errno = 0;
	tap_ok(msg_add_input(&b, 1, data, FRAME_PAYLOAD_MAX + 1, true) == -1 &&
		errno == EMSGSIZE && b.data == NULL,
	    "a byte more is refused before it is copied");
	msg_add_input(&b, 1, NULL, 0, false);
	f = only_frame(&b);
	tap_ok(msg_parse_input(&f, &m) == 0 && !m.more && m.len == 0,
	    "the end of the input comes back");
	free(data);
	buf_clear(&b);
}

static void
test_small_ones(void)
{
	struct msg_ready ready;
	int signo, n = 0;
	struct frame f;
	uint32_t pid;
	struct buf b;

	buf_init(&b, BUF_MAX);
	for (signo = 1; signo <= 64; signo++) {
		int got;

		msg_add_signal(&b, 3, signo);
		f = only_frame(&b);
		n += msg_parse_signal(&f, &got) == 0 && got == signo;
		buf_consume(&b, b.len);
	}
	tap_int(n, 64, "every SIGNAL comes back");
	msg_add_ready(&b, UINT32_MAX, INT32_MAX);
	f = only_frame(&b);
	tap_ok(msg_parse_ready(&f, &ready) == 0 &&
		ready.version == MSG_VERSION && ready.credit == UINT32_MAX &&
		ready.pid == INT32_MAX,
	    "the largest READY comes back");
	buf_consume(&b, b.len);
	msg_add_start(&b, 1, 2);
	f = only_frame(&b);
	tap_ok(msg_parse_start(&f, &pid) == 0 && pid == 2,
	    "the least START comes back");
	buf_clear(&b);
}

static void
test_output(void)
{
	struct msg_output m;
	unsigned char *room;
	struct frame f;
	struct buf b;
	size_t mark;

	buf_init(&b, BUF_MAX);
	room = msg_output_begin(&b, 4, 2, &mark);
	memset(room, 'o', MSG_OUTPUT_MAX);
	msg_output_end(&b, mark, MSG_OUTPUT_MAX);
	f = only_frame(&b);
	tap_ok(msg_parse_output(&f, &m) == 0 && m.stream == 2 &&
		m.len == MSG_OUTPUT_MAX && m.data[m.len - 1] == 'o',
	    "OUTPUT read into its place comes back");
	msg_output_begin(&b, 4, 2, &mark);
	msg_output_end(&b, mark, 0);
	tap_int(b.len, FRAME_HEADER + 4 + MSG_OUTPUT_MAX,
	    "without output there is no frame");
	errno = 0;
	tap_ok(msg_add_output(&b, 4, 1, room, MSG_OUTPUT_MAX + 1) == -1 &&
		errno == EMSGSIZE,
	    "a byte too much is refused");
	buf_clear(&b);
	buf_init(&b, FRAME_HEADER + 4 + MSG_OUTPUT_MAX - 1);
	errno = 0;
	tap_ok(msg_output_begin(&b, 4, 1, &mark) == NULL && errno == ENOBUFS &&
		b.len == 0,
	    "OUTPUT without room leaves nothing");
	buf_clear(&b);
}

static bool
done_comes_back(struct buf *b, int32_t code, uint64_t v, const char *fact)
{
	const char *facts[] = {"", fact};
	struct msg_done m, in = {.outcome = OUTCOME_HTTP};
	struct frame f;
	bool same;

	in.code = code;
	in.wall_ns = in.user_us = in.sys_us = in.maxrss_kb = v;
	if (msg_add_done(b, 1, &in, facts, 2) == -1)
		return false;
	f = only_frame(b);
	same = msg_parse_done(&f, &m) == 0 && m.outcome == OUTCOME_HTTP &&
	    m.code == code && m.wall_ns == v && m.user_us == v &&
	    m.sys_us == v && m.maxrss_kb == v &&
	    strings_are(&m.facts, facts, 2);
	buf_consume(b, b->len);
	return same;
}

static void
test_done(void)
{
	char *fact = long_string(FRAME_PAYLOAD_MAX - 42 - 5 - 5, 'f');
	struct buf b;

	buf_init(&b, BUF_MAX);
	tap_ok(done_comes_back(&b, INT32_MAX, UINT64_MAX, ""),
	    "the largest numbers of DONE");
	tap_ok(done_comes_back(&b, INT32_MIN, 0, "") &&
		done_comes_back(&b, -1, 1, "x"),
	    "a negative code");
	tap_ok(done_comes_back(&b, 0, 0, fact), "the longest DONE");
	buf_clear(&b);
	free(fact);
}

static void
test_log(void)
{
	char *text = long_string(MSG_LOG_MAX + 1, 't');
	struct msg_log m;
	struct frame f;
	struct buf b;

	buf_init(&b, BUF_MAX);
	tap_int(msg_add_log(&b, 0, UINT16_MAX, text), 0, "a LOG too long");
	f = only_frame(&b);
	tap_ok(msg_parse_log(&f, &m) == 0 && m.level == UINT16_MAX &&
		m.len == MSG_LOG_MAX && memcmp(m.text, text, m.len) == 0,
	    "is cut");
	free(text);
	buf_clear(&b);
}

/* What the peer would refuse must not get out; nor may half a frame stay. */
static void
test_refused_to_add(void)
{
	const struct msg_part beyond = {
	    .offset = INT64_MAX, .len = 1, .path = "/f"};
	const struct msg_done lost = {.outcome = OUTCOME_LOST};
	const struct msg_done good = {.outcome = OUTCOME_OK};
	int n = 0;
	struct buf b;

	buf_init(&b, BUF_MAX);
	errno = 0;
	n += msg_add_hello(&b, 0, "run", NULL, 0);
	n += msg_add_job(&b, 0, 1, 0, NULL, 0);
	n += msg_add_job(&b, 1, 0, 0, NULL, 0);
	n += msg_add_input(&b, 0, "x", 1, false);
	n += msg_add_signal(&b, 1, 0);
	n += msg_add_signal(&b, 1, 65);
	n += msg_add_signal(&b, 1, -1);
	n += msg_add_part(&b, 1, &beyond);
	n += msg_add_fed(&b, 1, 0);
	n += msg_add_back(&b, 1, 0);
	n += msg_add_back(&b, UINT64_MAX, 1);
	n += msg_add_ready(&b, 0, 2);
	n += msg_add_ready(&b, 1, 1);
	n += msg_add_start(&b, 0, 2);
	n += msg_add_start(&b, 1, UINT32_MAX);
	n += msg_add_output(&b, 1, 3, "x", 1);
	n += msg_add_output(&b, 1, 1, "x", 0);
	n += msg_add_done(&b, 0, &good, NULL, 0);
	n += msg_add_done(&b, 1, &lost, NULL, 0);
	n += msg_add_done(&b, 1, &good, words, 3);
	tap_int(n, -20, "values the peer would refuse");
	tap_ok(errno == EINVAL && b.len == 0, "are not added");
	buf_clear(&b);
}

static void
test_no_room(void)
{
	struct buf full, b;
	size_t i, max, nwrong = 0;

	for (i = 0; i < frames_nsamples(); i++) {
		buf_init(&full, BUF_MAX);
		frames_add_sample(&full, i);
		for (max = 0; max < full.len; max++) {
			buf_init(&b, max);
			errno = 0;
			nwrong += frames_add_sample(&b, i) != -1 ||
			    errno != ENOBUFS || b.len != 0;
			buf_clear(&b);
		}
		buf_clear(&full);
	}
	tap_int(nwrong, 0, "in too small a buffer no frame leaves a trace");
}

int
main(void)
{
	test_names();
	test_samples();
	test_hello();
	test_job();
	test_input();
	test_small_ones();
	test_output();
	test_done();
	test_log();
	test_refused_to_add();
	test_no_room();
	return tap_done();
}
