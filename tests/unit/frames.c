/*
 * frames: owns the sample frames, and a walk over all that a message says.
 * It must not know of pipes, nor of the results of tests.
 */
#include "tests/unit/frames.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "ipc/batch.h"
#include "ipc/msgfrom.h"
#include "ipc/msgto.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Where the walked bytes go, so that no compiler leaves the reading out. */
static volatile unsigned long walked;

static void
walk_bytes(const void *data, size_t n)
{
	const unsigned char *p = data;
	unsigned long sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += p[i];
	/* valgrind tells of an unset byte only where something depends on it */
	if (sum % 2 == 0)
		walked++;
}

/* The strings were judged by the parser: one that isn't there is our bug. */
static void
walk_strings(struct msg_strings *s)
{
	const char *string;
	uint32_t i, n = s->n;
	size_t len;

	for (i = 0; i < n; i++) {
		string = msg_next_string(s, &len);
		if (string == NULL)
			abort();
		walk_bytes(string, len + 1);
	}
	if (msg_next_string(s, &len) != NULL || !wire_end(&s->wire))
		abort();
}

static void
walk_numbers(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t v[] = {a, b, c, d};

	walk_bytes(v, sizeof(v));
}

static int
walk_hello(const struct frame *f)
{
	struct msg_hello m;
	const char *p;

	if (msg_parse_hello(f, &m) == -1)
		return -1;
	walk_numbers(m.version, m.slot, m.payload_max, 0);
	for (p = m.kind; *p != '\0'; p++)
		walk_bytes(p, 1);
	walk_strings(&m.words);
	return 0;
}

static int
walk_job(const struct frame *f)
{
	struct msg_job m;

	if (msg_parse_job(f, &m) == -1)
		return -1;
	walk_numbers(m.attempt, m.timeout_ms, m.more, 0);
	walk_strings(&m.args);
	return 0;
}

static int
walk_jobs(const struct frame *f)
{
	struct msg_jobs m;
	const char *arg;
	size_t len;

	if (msg_parse_jobs(f, &m) == -1)
		return -1;
	walk_numbers(m.timeout_ms, 0, 0, 0);
	while ((arg = msg_next_job(&m, &len)) != NULL) {
		if (strlen(arg) != len)
			abort();
	}
	return 0;
}

static int
walk_ok(const struct frame *f)
{
	struct msg_oks oks;
	struct msg_ok ok;

	if (msg_parse_oks(f, &oks) == -1)
		return -1;
	while (oks.n > 0) {
		/* all was checked */
		if (!msg_next_ok(&oks, &ok) || ok.len > BATCH_BYTES)
			abort();
		walk_numbers(ok.wall_ns, 0, 0, 0);
		walk_bytes(ok.data, ok.len);
	}
	return 0;
}

static int
walk_args(const struct frame *f)
{
	struct msg_args m;

	if (msg_parse_args(f, &m) == -1)
		return -1;
	walk_numbers(m.more, 0, 0, 0);
	walk_strings(&m.args);
	return 0;
}

static int
walk_input(const struct frame *f)
{
	struct msg_input m;

	if (msg_parse_input(f, &m) == -1)
		return -1;
	walk_numbers(m.more, 0, 0, 0);
	walk_bytes(m.data, m.len);
	return 0;
}

static int
walk_part(const struct frame *f)
{
	struct msg_part m;

	if (msg_parse_part(f, &m) == -1)
		return -1;
	walk_numbers(m.more, m.offset, m.len, 0);
	walk_bytes(m.path, strlen(m.path));
	return 0;
}

static int
walk_fed(const struct frame *f)
{
	uint64_t bytes;

	if (msg_parse_fed(f, &bytes) == -1)
		return -1;
	if (bytes == 0)
		abort();
	return 0;
}

static int
walk_forget(const struct frame *f)
{
	return msg_parse_forget(f);
}

static int
walk_back(const struct frame *f)
{
	uint32_t n;

	if (msg_parse_back(f, &n) == -1)
		return -1;
	if (n == 0)
		abort();
	return 0;
}

static int
walk_signal(const struct frame *f)
{
	int signo;

	if (msg_parse_signal(f, &signo) == -1)
		return -1;
	if (signo < 1 || signo > 64)
		abort();
	return 0;
}

static int
walk_ready(const struct frame *f)
{
	struct msg_ready m;

	if (msg_parse_ready(f, &m) == -1)
		return -1;
	walk_numbers(m.version, m.credit, m.pid, 0);
	return 0;
}

static int
walk_start(const struct frame *f)
{
	uint32_t pid;

	if (msg_parse_start(f, &pid) == -1)
		return -1;
	if (pid <= 1 || pid > INT32_MAX)
		abort();
	return 0;
}

static int
walk_output(const struct frame *f)
{
	struct msg_output m;

	if (msg_parse_output(f, &m) == -1)
		return -1;
	walk_numbers(m.stream, 0, 0, 0);
	walk_bytes(m.data, m.len);
	return 0;
}

static int
walk_done(const struct frame *f)
{
	struct msg_done m;

	if (msg_parse_done(f, &m) == -1)
		return -1;
	walk_numbers(m.wall_ns, m.user_us, m.sys_us, m.maxrss_kb);
	walk_numbers(m.outcome, (uint32_t)m.code, 0, 0);
	walk_strings(&m.facts);
	return 0;
}

static int
walk_log(const struct frame *f)
{
	struct msg_log m;

	if (msg_parse_log(f, &m) == -1)
		return -1;
	walk_numbers(m.level, 0, 0, 0);
	walk_bytes(m.text, m.len);
	return 0;
}

static const struct {
	uint16_t type;
	int (*walk)(const struct frame *);
} walks[] = {
    {MSG_HELLO, walk_hello},
    {MSG_JOB, walk_job},
    {MSG_ARGS, walk_args},
    {MSG_INPUT, walk_input},
    {MSG_SIGNAL, walk_signal},
    {MSG_QUIT, msg_parse_quit},
    {MSG_READY, walk_ready},
    {MSG_START, walk_start},
    {MSG_OUTPUT, walk_output},
    {MSG_DONE, walk_done},
    {MSG_LOG, walk_log},
    {MSG_PART, walk_part},
    {MSG_FED, walk_fed},
    {MSG_FORGET, walk_forget},
    {MSG_BACK, walk_back},
    {MSG_JOBS, walk_jobs},
    {MSG_OK, walk_ok},
};

int
frames_walk(const struct frame *f)
{
	size_t i;

	for (i = 0; i < LEN(walks); i++)
		if (walks[i].type == f->type)
			return walks[i].walk(f);
	errno = EBADMSG;
	return -1;
}

int
frames_add_raw(struct buf *b, unsigned type, unsigned flags,
    unsigned long long id, const void *payload, size_t n)
{
	size_t mark;

	if (frame_begin(b, type, flags, id, &mark) == -1)
		return -1;
	if (buf_add(b, payload, n) == -1) {
		frame_abort(b, mark);
		return -1;
	}
	return frame_end(b, mark);
}

static const char *const words[] = {"-j", "", "two words", "\xff\n"};
static const char *const facts[] = {"url", "http://a/", "bytes", ""};

static int
add_hello_least(struct buf *b)
{
	return msg_add_hello(b, 1, "", NULL, 0);
}

static int
add_hello(struct buf *b)
{
	return msg_add_hello(b, 7, "fetch", words, LEN(words));
}

static int
add_job_least(struct buf *b)
{
	return msg_add_job(b, 1, 1, 0, NULL, 0);
}

static int
add_job(struct buf *b)
{
	return msg_add_job(b, 0x123456789abc, 3, 90000, words, LEN(words));
}

/* As msg_add_job() makes it, but without 256 KiB before it. */
static int
add_args(struct buf *b)
{
	static const unsigned char payload[] = "\2\0\0\0"
					       "\0\0\0\0\0"
					       "\3\0\0\0abc";

	return frames_add_raw(
	    b, MSG_ARGS, FRAME_MORE, 2, payload, sizeof(payload));
}

static int
add_input_empty(struct buf *b)
{
	return msg_add_input(b, 3, NULL, 0, false);
}

static int
add_input(struct buf *b)
{
	return msg_add_input(b, 3, "a\0b\n", 4, true);
}

static int
add_part(struct buf *b)
{
	struct msg_part m = {.offset = 256, .len = 2, .path = "/f"};

	return msg_add_part(b, 3, &m);
}

static int
add_fed(struct buf *b)
{
	return msg_add_fed(b, 3, 0x40000);
}

static int
add_forget(struct buf *b)
{
	return msg_add_forget(b, 3);
}

static int
add_back(struct buf *b)
{
	return msg_add_back(b, 3, 7);
}

static int
add_jobs_least(struct buf *b)
{
	struct batch batch = {0};

	return batch_add_job(b, &batch, 1, 0, "", 0);
}

static int
add_jobs(struct buf *b)
{
	struct batch batch = {0};
	size_t before = b->len;

	if (batch_add_job(b, &batch, 7, 90000, "a b", 3) == 0 &&
	    batch_add_job(b, &batch, 8, 90000, "\xff", 1) == 0)
		return 0;
	buf_truncate(b, before);
	return -1;
}

static int
add_ok_least(struct buf *b)
{
	struct batch batch = {0};

	return batch_add_ok(b, &batch, 1, 0, NULL, 0);
}

static int
add_ok(struct buf *b)
{
	struct batch batch = {0};
	size_t before = b->len;

	if (batch_add_ok(b, &batch, 7, 0x102, "a\0\n", 3) == 0 &&
	    batch_add_ok(b, &batch, 8, 3, NULL, 0) == 0)
		return 0;
	buf_truncate(b, before);
	return -1;
}

static int
add_signal(struct buf *b)
{
	return msg_add_signal(b, 0, 15);
}

static int
add_ready(struct buf *b)
{
	return msg_add_ready(b, 8, 4711);
}

static int
add_start(struct buf *b)
{
	return msg_add_start(b, 5, 4712);
}

static int
add_output_least(struct buf *b)
{
	return msg_add_output(b, 5, 1, "", 1);
}

static int
add_output(struct buf *b)
{
	return msg_add_output(b, 5, 2, "hello, world\n", 13);
}

static int
add_done_least(struct buf *b)
{
	static const struct msg_done m = {.outcome = OUTCOME_OK};

	return msg_add_done(b, 5, &m, NULL, 0);
}

static int
add_done(struct buf *b)
{
	static const struct msg_done m = {
	    .outcome = OUTCOME_EXIT,
	    .code = -2,
	    .wall_ns = 1,
	    .user_us = 2,
	    .sys_us = 3,
	    .maxrss_kb = 4,
	};

	return msg_add_done(b, 5, &m, facts, LEN(facts));
}

static int
add_log_empty(struct buf *b)
{
	return msg_add_log(b, 0, 7, "");
}

static int
add_log(struct buf *b)
{
	return msg_add_log(b, 9, 3, "cannot start: no such file");
}

static const struct {
	const char *name;
	int (*add)(struct buf *);
	bool from_worker;
	bool open;
} samples[] = {
    {"HELLO, least", add_hello_least, false, false},
    {"HELLO", add_hello, false, false},
    {"JOB, least", add_job_least, false, false},
    {"JOB", add_job, false, false},
    {"ARGS", add_args, false, false},
    {"INPUT, empty", add_input_empty, false, true},
    {"INPUT", add_input, false, true},
    {"SIGNAL", add_signal, false, false},
    {"QUIT", msg_add_quit, false, false},
    {"READY", add_ready, true, false},
    {"START", add_start, true, false},
    {"OUTPUT, least", add_output_least, true, true},
    {"OUTPUT", add_output, true, true},
    {"DONE, least", add_done_least, true, false},
    {"DONE", add_done, true, false},
    {"PART", add_part, false, false},
    {"FED", add_fed, true, false},
    {"FORGET", add_forget, true, false},
    {"BACK", add_back, true, false},
    {"JOBS, least", add_jobs_least, false, false},
    {"JOBS", add_jobs, false, false},
    {"OK, least", add_ok_least, true, false},
    {"OK", add_ok, true, false},
    {"LOG, empty", add_log_empty, true, true},
    {"LOG", add_log, true, true},
};

size_t
frames_nsamples(void)
{
	return LEN(samples);
}

int
frames_add_sample(struct buf *b, size_t i)
{
	return samples[i].add(b);
}

const char *
frames_sample_name(size_t i)
{
	return samples[i].name;
}

bool
frames_sample_from_worker(size_t i)
{
	return samples[i].from_worker;
}

bool
frames_sample_is_open(size_t i)
{
	return samples[i].open;
}
