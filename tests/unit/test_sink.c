/*
 * test_sink: owns the tests of cmd/sink: what is printed when, in which order,
 * whose output is read, and who waits.  Jobs are played: nothing runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/sink.h"
#include "tests/unit/tap.h"

#define KIB 1024U
#define MIB (1024U * KIB)

static int polls_to_full; /* the poll(2) that finds a full pipe; 0: none */

/* In the place of libc's, for all that asks whether it may write. */
int
poll(struct pollfd *fds, nfds_t n, int ms)
{
	struct timespec ts = {ms / 1000, ms % 1000 * 1000000L};

	if (polls_to_full > 0 && --polls_to_full == 0)
		return 0;
	return ppoll(fds, n, ms < 0 ? NULL : &ts, NULL);
}

/* While a sink lives, 1 and 2 are pipes of ours. */
static struct {
	int saved[2];  /* what they were */
	int reader[2]; /* the other ends; -1: closed */
	struct buf got[2];
} std;

static const struct replace_set strings; /* none is renamed */
static struct tag tags;
static struct sink sink;
static uint64_t seq;

static void
begin(enum sink_order order, bool stream, bool tag)
{
	const char *dir = getenv("TMPDIR");
	int i, fd[2];

	for (i = 0; i < 2; i++) {
		std.saved[i] = fcntl(i + 1, F_DUPFD_CLOEXEC, 10);
		if (pipe2(fd, O_CLOEXEC) == -1 || dup2(fd[1], i + 1) == -1)
			_exit(1);
		close(fd[1]);
		std.reader[i] = fd[0];
		fcntl(fd[0], F_SETFL, O_NONBLOCK);
		buf_clear(&std.got[i]);
		buf_init(&std.got[i], 64 * MIB);
	}
	seq = 0;
	tag_init(&tags, "{}", &strings, 0);
	sink_init(&sink,
	    &(struct sink_conf){.order = order,
		.stream = stream,
		.tag = tag ? &tags : NULL,
		.row = &(struct row_conf){.format = ROW_NONE},
		.outfd = STDOUT_FILENO,
		.dir = dir != NULL ? dir : "/tmp"});
}

/* Takes what was written into got. */
static void
collect(void)
{
	unsigned char *room;
	ssize_t n;
	int i;

	for (i = 0; i < 2; i++) {
		if (std.reader[i] == -1)
			continue;
		do {
			room = buf_reserve(&std.got[i], 64 * KIB);
			n = read(std.reader[i], room, 64 * KIB);
			buf_commit(&std.got[i], n > 0 ? (size_t)n : 0);
		} while (n > 0);
	}
}

/* 1 and 2 are again what they were: results may be told. */
static void
end(void)
{
	int i;

	collect();
	sink_clear(&sink);
	tag_clear(&tags);
	for (i = 0; i < 2; i++) {
		if (std.reader[i] != -1)
			close(std.reader[i]);
		dup2(std.saved[i], i + 1);
		close(std.saved[i]);
	}
}

/* What came on a stream since the last call, as text. */
static const char *
text(unsigned stream)
{
	static char copy[2][4 * KIB];
	struct buf *b = &std.got[stream - 1];
	char *t = copy[stream - 1];
	size_t n;

	collect();
	n = b->len < sizeof(copy[0]) ? b->len : sizeof(copy[0]) - 1;
	if (n > 0)
		memcpy(t, buf_head(b), n);
	t[n] = '\0';
	buf_consume(b, b->len);
	return t;
}

/* A task that runs. */
static struct task *
start(const char *record)
{
	struct record r = {.text = record, .len = strlen(record), .nargs = 1};
	struct task *t = task_new(++seq, &r);

	t->state = STATE_RUNNING;
	sink_add(&sink, t);
	return t;
}

static void
out(struct task *t, const char *s)
{
	sink_output(&sink, t, 1, s, strlen(s));
}

static void
err(struct task *t, const char *s)
{
	sink_output(&sink, t, 2, s, strlen(s));
}

static void
finish(struct task *t)
{
	t->state = STATE_OK;
	sink_final(&sink, t);
}

/* Collects the answers, to be told after end(). */
static bool ok[16];

static bool
printed(const char *wanted_out, const char *wanted_err)
{
	sink_print(&sink);
	collect();
	return strcmp(text(1), wanted_out) == 0 &&
	    strcmp(text(2), wanted_err) == 0;
}

/* A sink with three jobs. */
static void
begin_three(enum sink_order order, bool stream, struct task **a,
    struct task **b, struct task **c)
{
	begin(order, stream, false);
	*a = start("a");
	*b = start("b");
	*c = start("c");
}

static void
test_input_order(bool stream)
{
	struct task *a, *b, *c;

	begin_three(SINK_INPUT, stream, &a, &b, &c);
	out(c, "c1\n");
	finish(c);
	ok[0] = printed("", "");
	out(b, "b1\n");
	err(b, "b2\n");
	ok[1] = printed("", "");
	out(a, "a1\n");
	ok[2] = printed(stream ? "a1\n" : "", "");
	out(a, "a2");
	finish(a);
	ok[3] = printed(stream ? "a2b1\n" : "a1\na2", stream ? "b2\n" : "");
	out(b, "b3\n");
	ok[4] = printed(stream ? "b3\n" : "", "");
	finish(b);
	ok[5] = printed(stream ? "c1\n" : "b1\nb3\nc1\n", stream ? "" : "b2\n");
	ok[6] = sink_is_empty(&sink) && sink_next(&sink) == NULL;
	end();
	tap_ok(ok[0],
	    stream ? "streaming: what ended first waits"
		   : "whole jobs: what ended first waits");
	tap_ok(ok[1], "so does what runs");
	tap_ok(ok[2],
	    stream ? "the first is printed while it runs"
		   : "and the first, while it may be repeated");
	tap_ok(ok[3],
	    stream ? "then what the next has written so far"
		   : "the first is printed when it has ended");
	tap_ok(ok[4], stream ? "and what it writes" : "the next waits, too");
	tap_ok(ok[5], "then the rest, in the order of the list");
	tap_ok(ok[6], "nothing is left");
}

static void
test_completed(void)
{
	struct task *a, *b, *c;

	begin_three(SINK_COMPLETED, true, &a, &b, &c);
	out(a, "a");
	out(b, "b");
	out(c, "c1 ");
	ok[0] = printed("", "");
	ok[1] = sink_next(&sink) == a;
	finish(b);
	ok[2] = printed("b", "");
	out(c, "c2 ");
	finish(c);
	finish(a);
	ok[3] = printed("c1 c2 a", "");
	ok[4] = sink_is_empty(&sink) && sink_next(&sink) == NULL;
	end();
	tap_ok(ok[0], "as completed: nothing of jobs that run");
	tap_ok(ok[1], "the oldest running may not be stopped");
	tap_ok(ok[2], "what ended first is printed first");
	tap_ok(ok[3], "and whole");
	tap_ok(ok[4], "nothing is left");
}

static void
test_live(void)
{
	struct task *a, *b;

	begin(SINK_LIVE, false, false);
	a = start("a");
	b = start("b");
	out(b, "b");
	err(a, "a");
	ok[0] = printed("b", "a");
	out(a, "1\n");
	out(b, "2\n");
	ok[1] = printed("1\n2\n", "");
	finish(b);
	finish(a);
	ok[2] =
	    printed("", "") && sink_is_empty(&sink) && sink_next(&sink) == NULL;
	end();
	tap_ok(ok[0], "ungrouped: output is printed as it comes");
	tap_ok(ok[1], "whoever it is of");
	tap_ok(ok[2], "nothing is left");
}

static void
test_lines(void)
{
	struct task *a, *b;

	begin(SINK_LINES, false, false);
	a = start("a");
	b = start("b");
	out(a, "half ");
	err(a, "its error ");
	out(b, "one\ntwo\nand half ");
	ok[0] = printed("one\ntwo\n", "");
	out(a, "a line\nnext ");
	err(a, "is whole\n");
	ok[1] = printed("half a line\n", "its error is whole\n");
	out(b, "a line");
	finish(b);
	ok[2] = printed("and half a line", "");
	err(a, "no end");
	finish(a);
	ok[3] = printed("next ", "no end");
	end();
	tap_ok(ok[0], "lines: half a line waits");
	tap_ok(ok[1], "until it is whole, on each stream");
	tap_ok(ok[2], "a last line needs no end");
	tap_ok(ok[3], "on both streams");
}

/* As without memory. */
static void
test_line_refused(void)
{
	struct task *a;
	bool told;

	begin(SINK_LINES, false, false);
	a = start("a");
	out(a, "no end");
	sink.out.buf.max = 0;
	finish(a);
	told = sink_print(&sink) == SINK_ERROR;
	end();
	tap_ok(told, "a last line that can't be kept is told");
}

static void
test_long_line(void)
{
	char *part = malloc(64 * KIB);
	struct task *a;
	size_t i, seen[4];

	memset(part, 'x', 64 * KIB);
	begin(SINK_LINES, false, false);
	a = start("a");
	for (i = 0; i < 24; i++) {
		sink_output(&sink, a, 1, part, 64 * KIB);
		sink_print(&sink);
		collect();
		if (i == 14 || i == 15 || i == 23)
			seen[i == 14 ? 0 : i == 15 ? 1 : 2] = std.got[0].len;
	}
	out(a, "\n");
	finish(a);
	for (i = 0; i < 100; i++) {
		sink_print(&sink);
		collect();
	}
	seen[3] = std.got[0].len;
	end();
	free(part);
	tap_int((long long)seen[0], 0, "a long line waits");
	tap_ok(seen[1] > 0, "up to 1 MiB");
	tap_ok(seen[2] <= MIB, "its rest waits again");
	tap_int((long long)seen[3], 24 * 64 * KIB + 1, "and all is there");
}

/* A line that a lost attempt began is not the begin of another's line. */
static void
test_lost_line(void)
{
	struct task *a;

	begin(SINK_LINES, false, false);
	a = start("a");
	out(a, "of the lost att");
	err(a, "likewise");
	sink_drop(&sink, a);
	ok[0] = printed("", "");
	out(a, "of the next\n");
	err(a, "its error\n");
	finish(a);
	ok[1] = printed("of the next\n", "its error\n");
	end();
	tap_ok(ok[0], "lines: a lost attempt's half line is not printed");
	tap_ok(ok[1], "nor before a line of the next attempt");
}

static void
test_tag(enum sink_order order, const char *name)
{
	struct task *a, *b;

	begin(order, true, true);
	a = start("rec a");
	b = start("b");
	out(a, "one\nt");
	err(a, "error\n");
	out(a, "wo\n\nno end");
	sink_print(&sink);
	finish(a);
	sink_print(&sink);
	out(b, "x\n");
	err(b, "no end");
	finish(b);
	sink_print(&sink);
	end();
	tap_str(text(1), "rec a\tone\nrec a\ttwo\nrec a\t\nrec a\tno endb\tx\n",
	    name);
	tap_str(text(2), "rec a\terror\nb\tno end", "... on stderr, too");
}

/* A record of 2 kB before each of many empty lines. */
static void
test_long_tag(enum sink_order order, const char *name)
{
	const size_t taglen = 2000, nlines = 10000;
	char *record = malloc(taglen + 1), *lines = malloc(nlines);
	enum sink_status status = SINK_OK;
	struct task *a;
	size_t total = 0;
	int turns;

	memset(record, 'r', taglen);
	record[taglen] = '\0';
	memset(lines, '\n', nlines);
	begin(order, true, true);
	a = start(record);
	ok[0] = sink_output(&sink, a, 1, lines, nlines) == 0;
	finish(a);
	for (turns = 0; turns < 100000 && !sink_is_empty(&sink); turns++) {
		if ((status = sink_print(&sink)) != SINK_OK)
			break;
		collect();
		total += std.got[0].len;
		buf_consume(&std.got[0], std.got[0].len);
	}
	end();
	tap_ok(
	    ok[0] && status == SINK_OK && total == nlines * (taglen + 2), name);
	free(record);
	free(lines);
}

static void
test_room(void)
{
	struct task *a, *b;
	size_t i;

	begin(SINK_INPUT, true, false);
	sink.store.memory_max = 100 * KIB;
	sink.store.spool.max = 100 * KIB;
	a = start("a");
	b = start("b");
	ok[0] = sink_has_room(&sink) && sink_takes(&sink, a) &&
	    sink_takes(&sink, b);
	for (i = 0; i < 250; i++)
		sink_output(&sink, b, 1, (const char[KIB]){0}, KIB);
	ok[1] = !sink_has_room(&sink) && sink_takes(&sink, a) &&
	    !sink_takes(&sink, b);
	a->state = STATE_READY;
	ok[2] = !sink_has_room(&sink) && sink_takes(&sink, a) &&
	    sink_takes(&sink, b);
	a->state = STATE_RUNNING;
	ok[3] = !sink_is_stuck(&sink);
	finish(a);
	for (i = 0; i < 10; i++) {
		sink_print(&sink);
		collect();
	}
	ok[4] = sink_next(&sink) == b && sink_takes(&sink, b) &&
	    sink_has_room(&sink);
	end();
	tap_ok(ok[0], "with room everybody is read");
	tap_ok(ok[1], "without, only the next to print");
	tap_ok(ok[2], "but all while that one waits for a worker");
	tap_ok(ok[3], "the run can go on");
	tap_ok(ok[4], "when it is printed there is room again");
}

static void
test_stuck(void)
{
	struct task *a;
	int error;
	size_t i;

	begin(SINK_INPUT, false, false);
	sink.store.memory_max = 100 * KIB;
	sink.store.spool.max = 100 * KIB;
	a = start("a");
	for (i = 0; i < 250; i++)
		sink_output(&sink, a, 1, (const char[KIB]){0}, KIB);
	ok[0] = sink_takes(&sink, a);
	ok[1] = !sink_is_stuck(&sink);
	for (i = 0; i < 250; i++)
		sink_output(&sink, a, 1, (const char[KIB]){0}, KIB);
	errno = 0;
	ok[2] = sink_is_stuck(&sink);
	error = errno;
	finish(a);
	ok[3] = !sink_is_stuck(&sink);
	end();
	tap_ok(ok[0], "a job that is printed whole is read without room, too");
	tap_ok(ok[1], "as memory allows");
	tap_ok(ok[2], "when it doesn't the run is stuck");
	tap_int(error, EDQUOT, "and it is told why");
	tap_ok(ok[3], "unless the job has ended");
}

/* However many jobs have ended, what they cost is bounded. */
static void
test_many_ended(void)
{
	struct task *first, *t;
	size_t n = 0;
	int i;

	begin(SINK_INPUT, true, false);
	first = start("first");
	while (sink_has_room(&sink) && n < 600000) {
		t = start("");
		out(t, "x");
		finish(t);
		n++;
	}
	ok[0] = sink_takes(&sink, first);
	finish(first);
	sink_print(&sink);
	for (i = 0; i < 1000 && !sink_is_empty(&sink); i++) {
		collect();
		buf_consume(&std.got[0], std.got[0].len);
		sink_print(&sink);
	}
	ok[1] = sink_has_room(&sink) && sink_is_empty(&sink);
	end();
	tap_int((long long)n, 500000, "500,000 jobs may wait to be printed");
	tap_ok(ok[0], "the one that they wait for is read");
	tap_ok(ok[1], "then there is room again");
}

/* Jobs that print nothing don't wait for those before them. */
static void
test_quiet(enum sink_order order, const char *name)
{
	struct task *first;
	size_t n = 0;

	begin(order, true, false);
	first = start("first");
	while (sink_has_room(&sink) && n < 600000) {
		finish(start(""));
		sink_print(&sink);
		n++;
	}
	finish(first);
	sink_print(&sink);
	end();
	tap_int((long long)n, 600000, name);
}

/*
 * A reader that catches up just after we found the pipe full.  As long as there
 * is something to be printed the sink must wait for a descriptor: else nothing
 * would ever wake us.
 */
static void
test_always_wakes(void)
{
	const size_t size = 100 * KIB;
	char *data = calloc(1, size);
	size_t lost = 0, whole = 0, got;
	struct task *t;
	int i, at, turns;

	for (at = 1; at <= 80; at++) {
		begin(SINK_INPUT, true, false);
		for (i = 0; i < 3; i++) {
			t = start("");
			sink_output(&sink, t, 1, data, size);
			finish(t);
		}
		polls_to_full = at;
		for (got = 0, turns = 0; turns < 100; turns++) {
			sink_print(&sink);
			collect();
			got += std.got[0].len;
			buf_consume(&std.got[0], std.got[0].len);
			if (sink_is_empty(&sink) || !sink_waits_for(&sink, 1))
				break;
		}
		lost += !sink_is_empty(&sink);
		whole += got == 3 * size;
		polls_to_full = 0;
		end();
	}
	free(data);
	tap_int((long long)lost, 0, "who has to wait is always woken");
	tap_int((long long)whole, 80, "and all is printed");
}

static void
test_slow_reader(void)
{
	struct task *a, *b;
	char *data = malloc(100 * KIB);

	memset(data, 'x', 100 * KIB);
	begin(SINK_LIVE, false, false);
	a = start("a");
	b = start("b");
	sink_output(&sink, a, 1, data, 100 * KIB);
	sink_output(&sink, a, 1, data, 100 * KIB);
	ok[0] = sink_print(&sink) == SINK_OK && sink_waits_for(&sink, 1) &&
	    !sink_waits_for(&sink, 2);
	ok[1] = !sink_takes(&sink, a) && !sink_takes(&sink, b);
	collect();
	sink_print(&sink);
	collect();
	sink_print(&sink);
	ok[2] = sink_takes(&sink, a) && sink_takes(&sink, b);
	finish(a);
	finish(b);
	collect();
	sink_print(&sink);
	collect();
	ok[3] = std.got[0].len == 200 * KIB && sink_is_empty(&sink);
	end();
	free(data);
	tap_ok(ok[0], "a slow reader is waited for");
	tap_ok(ok[1], "meanwhile nobody is read");
	tap_ok(ok[2], "then everybody is");
	tap_ok(ok[3], "and nothing is lost");
}

static void
test_gone_reader(void)
{
	enum sink_status status;
	struct task *a;

	begin(SINK_INPUT, true, false);
	a = start("a");
	close(std.reader[0]);
	std.reader[0] = -1;
	out(a, "a\n");
	status = sink_print(&sink);
	end();
	tap_int(status, SINK_GONE, "a reader that is gone is told");

	begin(SINK_INPUT, true, false);
	a = start("a");
	close(std.reader[1]);
	std.reader[1] = -1;
	err(a, "a\n");
	out(a, "b\n");
	err(a, "c\n");
	out(a, "d\n");
	status = sink_print(&sink);
	finish(a);
	ok[0] = sink_print(&sink) == SINK_OK && sink_is_empty(&sink);
	ok[1] = sink.err.error == EPIPE;
	end();
	tap_int(status, SINK_OK, "one of stderr is not the end");
	tap_str(text(1), "b\nd\n", "stdout goes on");
	tap_ok(ok[0] && ok[1], "but it is noted");
}

static void
count_written(struct task *t, bool written, void *ctx)
{
	*(unsigned *)ctx += written;
	task_free(t);
}

/* What is told to be written was taken by the kernel, to the last byte. */
static void
test_written(enum sink_order order, const char *name)
{
	const size_t size = 200 * KIB;
	char *data = calloc(1, size);
	unsigned early, quiet, written = 0, lost = 0;
	struct task *t;
	int i;

	begin(order, false, false);
	sink_set_taker(&sink, count_written, &written);
	finish(start("quiet"));
	sink_print(&sink);
	quiet = written;
	t = start("large");
	sink_output(&sink, t, 1, data, size);
	finish(t);
	sink_print(&sink);
	early = written;
	for (i = 0; i < 1000 && !sink_is_empty(&sink); i++) {
		collect();
		buf_consume(&std.got[0], std.got[0].len);
		sink_print(&sink);
	}
	end();

	begin(order, false, false);
	sink_set_taker(&sink, count_written, &lost);
	close(std.reader[0]);
	std.reader[0] = -1;
	t = start("nobody reads it");
	out(t, "a");
	finish(t);
	sink_print(&sink);
	end();
	free(data);
	tap_int(quiet, 1, name);
	tap_int(early, 1, "not one whose output the pipe has no room for");
	tap_int(written, 2, "once it had");
	tap_int(lost, 0, "nor one whose output nobody gets");
}

/* Jobs are being ended: what was not begun to be printed doesn't begin. */
static void
test_begin_no_more(void)
{
	struct task *a, *b;

	begin(SINK_INPUT, true, false);
	a = start("a");
	b = start("b");
	out(a, "a1\n");
	out(b, "b1\n");
	ok[0] = printed("a1\n", "");
	sink_begin_no_more(&sink);
	out(a, "a2\n");
	ok[1] = printed("a2\n", "");
	finish(a);
	ok[2] = printed("", "") && sink_takes(&sink, b);
	finish(b);
	ok[3] = printed("b1\n", "");
	end();
	tap_ok(ok[0], "the first is printed as it comes");
	tap_ok(ok[1], "and goes on with that");
	tap_ok(ok[2], "the next one is not, and is read");
	tap_ok(ok[3], "but as a whole, if it ends well");
}

/* A task ends well, and its last output comes with that. */
static void
finish_with(struct task *t, const char *s)
{
	sink_last_output(&sink, t, s, strlen(s));
	finish(t);
}

static void
test_last_output(void)
{
	struct task *a, *b, *c;

	begin_three(SINK_INPUT, false, &a, &b, &c);
	finish_with(b, "b1\n");
	ok[0] = sink.store.memory > 0 && printed("", "");
	out(a, "a1\n");
	finish_with(a, "a2\n");
	ok[1] = printed("a1\na2\nb1\n", "");
	sink_last_output(&sink, c, "c1\n", 3);
	ok[2] = sink.store.memory == 0 && c->printed;
	finish(c);
	ok[3] = printed("c1\n", "") && sink_is_empty(&sink);
	end();
	tap_ok(ok[0], "last output waits for its turn");
	tap_ok(ok[1], "and stands behind what came before");
	tap_ok(ok[2], "whose turn it is has it held nowhere");
	tap_ok(ok[3], "and nothing is left");
}

int
main(void)
{
	struct sigaction sa = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &sa, NULL);
	alarm(100);
	test_begin_no_more();
	test_last_output();
	test_input_order(true);
	test_input_order(false);
	test_completed();
	test_live();
	test_lines();
	test_line_refused();
	test_long_line();
	test_lost_line();
	test_tag(SINK_INPUT, "a tag before each line of a job");
	test_tag(SINK_COMPLETED, "the same, as completed");
	test_tag(SINK_LINES, "the same, by lines");
	test_tag(SINK_LIVE, "the same, ungrouped");
	test_long_tag(SINK_INPUT, "a long tag before many lines");
	test_long_tag(SINK_COMPLETED, "the same, as completed");
	test_long_tag(SINK_LINES, "the same, by lines");
	test_long_tag(SINK_LIVE, "the same, ungrouped");
	test_room();
	test_stuck();
	test_many_ended();
	test_quiet(SINK_INPUT, "jobs that print nothing wait for nobody");
	test_quiet(SINK_COMPLETED, "the same, as completed");
	test_always_wakes();
	test_slow_reader();
	test_gone_reader();
	test_written(SINK_INPUT, "a job's output is told to be written");
	test_written(SINK_COMPLETED, "the same, as completed");
	test_written(SINK_LIVE, "the same, ungrouped");
	buf_clear(&std.got[0]);
	buf_clear(&std.got[1]);
	return tap_done();
}
