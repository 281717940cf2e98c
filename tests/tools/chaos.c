/*
 * chaos: a kind in the place of sleep's, whose jobs do what a worker must not:
 * die, hang, lie.  Linked with the real parent: "chaos sleep ok kill9 ok".
 * It owns the worker's end of the pipes; the parent must survive all of it.
 *
 * An argument is a list of words, obeyed one after the other: "say=x,kill9".
 * After a false frame the worker lives on, for the parent to end it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/msgfrom.h"
#include "worker/loop.h"
#include "worker/sleep.h"

#define GARBAGE	   "\033[31mno frame at all\a\n\tbut text, and too much of it"
#define TYPE_NONE  0x01ff      /* a worker's, but of no message */
#define LENGTH_LIE 0x7fffffffU /* bytes: more than a frame may have */
#define FILL_CHUNK 4096	       /* bytes */

/* The job that is being done. */
struct chaos {
	const struct job *job;
	struct reply *reply;
	const char *value; /* of the word, or NULL */
	bool enough;	   /* the words that follow are not obeyed */
};

static const char *log_path; /* --log */

/* A line of the log for each attempt: how many there were, the tests ask. */
static void
log_attempt(const struct job *job)
{
	char line[64];
	int fd, n;

	if (log_path == NULL)
		return;
	fd = open(log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	n = snprintf(
	    line, sizeof(line), "%ju %u\n", (uintmax_t)job->seq, job->attempt);
	if (fd == -1 || write(fd, line, (size_t)n) != n)
		abort();
	close(fd);
}

static void
hang(void)
{
	for (;;)
		pause();
}

static void
die(void)
{
	for (;;)
		raise(SIGKILL);
}

/* Bytes as they are, behind what is told already, however full the pipe is. */
static void
send_raw(struct chaos *c, const void *data, size_t n)
{
	struct pollfd pfd = {.fd = WORKER_WFD, .events = POLLOUT};
	const char *p = data;
	ssize_t sent;

	kind_yield(c->reply);
	while (n > 0) {
		sent = write(WORKER_WFD, p, n);
		if (sent == -1 && errno != EAGAIN && errno != EINTR)
			_exit(1);
		if (sent == -1) {
			poll(&pfd, 1, -1);
			continue;
		}
		p += sent;
		n -= (size_t)sent;
	}
}

/* A frame of any type, with n bytes of zeros. */
static void
send_frame(struct chaos *c, uint16_t type, uint64_t id, size_t n)
{
	static const char zeros[FILL_CHUNK];
	struct buf b;
	size_t mark, part;

	buf_init(&b, 2 * FRAME_PAYLOAD_MAX);
	if (frame_begin(&b, type, 0, id, &mark) == -1)
		abort();
	for (; n > 0; n -= part) {
		part = n < sizeof(zeros) ? n : sizeof(zeros);
		if (buf_add(&b, zeros, part) == -1)
			abort();
	}
	if (frame_end(&b, mark) == -1)
		abort();
	send_raw(c, buf_head(&b), b.len);
	buf_clear(&b);
}

/* A good DONE of that job: the first n bytes of it. */
static void
send_done(struct chaos *c, uint64_t id, size_t n)
{
	struct msg_done done = {.outcome = OUTCOME_OK};
	struct buf b;

	buf_init(&b, FRAME_PAYLOAD_MAX);
	if (msg_add_done(&b, id, &done, NULL, 0) == -1)
		abort();
	send_raw(c, buf_head(&b), n < b.len ? n : b.len);
	buf_clear(&b);
}

static size_t
number(const struct chaos *c)
{
	return c->value == NULL ? 0 : (size_t)strtoull(c->value, NULL, 10);
}

static void
do_ok(struct chaos *c)
{
	(void)c;
}

static void
do_say(struct chaos *c)
{
	reply_output(c->reply, 1, c->value, strlen(c->value));
	reply_output(c->reply, 1, "\n", 1);
}

static void
do_attempt(struct chaos *c)
{
	char line[32];
	int n;

	n = snprintf(line, sizeof(line), "attempt %u\n", c->job->attempt);
	reply_output(c->reply, 1, line, (size_t)n);
	kind_yield(c->reply);
}

static void
do_bytes(struct chaos *c)
{
	static char chunk[FILL_CHUNK];
	size_t left = number(c), n;

	memset(chunk, 'x', sizeof(chunk));
	for (; left > 0; left -= n) {
		n = left < sizeof(chunk) ? left : sizeof(chunk);
		reply_output(c->reply, 1, chunk, n);
	}
}

/* What follows is for the first attempt only. */
static void
do_once(struct chaos *c)
{
	c->enough = c->job->attempt > 1;
}

static void
do_sleep(struct chaos *c)
{
	kind_yield(c->reply);
	poll(NULL, 0, (int)number(c));
}

static void
do_kill9(struct chaos *c)
{
	kind_yield(c->reply);
	die();
}

/* With what it said still in its buffer. */
static void
do_kill9_unsent(struct chaos *c)
{
	(void)c;
	die();
}

static void
do_kill9_half(struct chaos *c)
{
	send_done(
	    c, c->job->seq, c->value != NULL ? number(c) : FRAME_HEADER + 4);
	die();
}

static void
do_done_kill9(struct chaos *c)
{
	send_done(c, c->job->seq, SIZE_MAX);
	die();
}

static void
do_exit0(struct chaos *c)
{
	kind_yield(c->reply);
	_exit(0);
}

static void
do_hang(struct chaos *c)
{
	kind_yield(c->reply);
	hang();
}

static void
do_stop(struct chaos *c)
{
	kind_yield(c->reply);
	raise(SIGSTOP);
}

static void
do_garbage(struct chaos *c)
{
	send_raw(c, GARBAGE, sizeof(GARBAGE) - 1);
	hang();
}

static void
do_oversize(struct chaos *c)
{
	unsigned char header[FRAME_HEADER] = {0};

	wire_put_u32(header, LENGTH_LIE);
	wire_put_u16(header + 4, MSG_OUTPUT);
	wire_put_u64(header + 8, c->job->seq);
	send_raw(c, header, sizeof(header));
	hang();
}

static void
do_wrong_id(struct chaos *c)
{
	send_done(c, c->job->seq + 1000000, SIZE_MAX);
	hang();
}

static void
do_dup(struct chaos *c)
{
	send_done(c, c->job->seq, SIZE_MAX);
	send_done(c, c->job->seq, SIZE_MAX);
	hang();
}

static void
do_unknown_type(struct chaos *c)
{
	send_frame(c, TYPE_NONE, c->job->seq, 8);
	hang();
}

static void
do_wrong_direction(struct chaos *c)
{
	send_frame(c, MSG_JOB, c->job->seq, 16);
	hang();
}

/* A DONE that is too short, or longer than it should be, by its own length. */
static void
do_done_of(struct chaos *c)
{
	send_frame(c, MSG_DONE, c->job->seq, number(c));
	hang();
}

static void
do_output_of(struct chaos *c)
{
	send_frame(c, MSG_OUTPUT, c->job->seq, number(c));
	hang();
}

static void
do_ready_again(struct chaos *c)
{
	struct buf b;

	buf_init(&b, FRAME_PAYLOAD_MAX);
	if (msg_add_ready(&b, 1, (uint32_t)getpid()) == -1)
		abort();
	send_raw(c, buf_head(&b), b.len);
	hang();
}

/* Both pipes are closed, and yet the worker lives. */
static void
do_closefds(struct chaos *c)
{
	kind_yield(c->reply);
	closefrom(0);
	hang();
}

/* Done; but no further request will be read. */
static void
do_deaf(struct chaos *c)
{
	kind_yield(c->reply);
	close(WORKER_RFD);
	send_done(c, c->job->seq, SIZE_MAX);
	hang();
}

/* Done; then dead after the first byte of the next request. */
static void
do_read1(struct chaos *c)
{
	struct pollfd pfd = {.fd = WORKER_RFD, .events = POLLIN};
	char byte;

	send_done(c, c->job->seq, SIZE_MAX);
	while (poll(&pfd, 1, -1) != 1 || read(WORKER_RFD, &byte, 1) == -1)
		continue;
	die();
}

static const struct word {
	const char *name;
	void (*obey)(struct chaos *);
} words[] = {
    {"attempt", do_attempt},
    {"bytes", do_bytes},
    {"closefds", do_closefds},
    {"deaf", do_deaf},
    {"done-of", do_done_of},
    {"done-then-kill9", do_done_kill9},
    {"dup", do_dup},
    {"exit0-silent", do_exit0},
    {"garbage", do_garbage},
    {"hang", do_hang},
    {"kill9", do_kill9},
    {"kill9-after-half-frame", do_kill9_half},
    {"kill9-unsent", do_kill9_unsent},
    {"ok", do_ok},
    {"once", do_once},
    {"output-of", do_output_of},
    {"oversize", do_oversize},
    {"read1-then-die", do_read1},
    {"ready-again", do_ready_again},
    {"say", do_say},
    {"sleep-ms", do_sleep},
    {"stop", do_stop},
    {"unknown-type", do_unknown_type},
    {"wrong-direction", do_wrong_direction},
    {"wrong-id", do_wrong_id},
};

/* One word, "NAME" or "NAME=VALUE". */
static int
obey(struct chaos *c, char *text)
{
	char *value = strchr(text, '=');
	size_t i;

	if (value != NULL)
		*value++ = '\0';
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].name, text) != 0)
			continue;
		c->value = value;
		words[i].obey(c);
		return 0;
	}
	reply_error(c->reply, "chaos: no such word: %s", text);
	reply_outcome(c->reply, OUTCOME_ERROR, EINVAL);
	return -1;
}

static void
obey_words(struct chaos *c, const char *arg)
{
	char *copy = strdup(arg), *rest = copy, *text;

	if (copy == NULL)
		abort();
	while (!c->enough && (text = strsep(&rest, ",")) != NULL) {
		if (obey(c, text) == -1)
			c->enough = true;
	}
	free(copy);
}

static int
chaos_job(const struct job *job, struct reply *reply)
{
	struct chaos c = {.job = job, .reply = reply};
	size_t i;

	log_attempt(job);
	for (i = 0; i < job->nargs; i++)
		obey_words(&c, job->args[i]);
	return 0;
}

static const char *
chaos_option(int id, const char *arg)
{
	if (id == 'l')
		log_path = arg;
	return NULL;
}

static const struct option_def chaos_options[] = {
    {"log", 0, 'l', "FILE", "add a line for each attempt to FILE"},
    {NULL, 0, 0, NULL, NULL},
};

const struct kind kind_sleep = {
    .abi = KIND_ABI,
    .name = "sleep",
    .summary = "do what a worker must not do",
    .synopsis = "[WORD[=VALUE][,WORD ...] ...]",
    .options = chaos_options,
    .option = chaos_option,
    .job = chaos_job,
    .words = WORDS_RECORDS,
    .flags = KIND_REPEATABLE | KIND_TINY,
};
