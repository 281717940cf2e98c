/*
 * sink: where the output of jobs goes, and in which order.
 * It owns output from the moment that a worker sent it until it is written; it
 * must not know where the output comes from, nor why a job ended.
 */
#include "cmd/sink.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_MAX (32ULL * 1024 * 1024) /* bytes held before the spool */
#define ENDED_MAX  500000U		 /* tasks that are final, not printed */
#define LINE_CUT   (1024U * 1024U)	 /* --line-buffer: of a longer line */
#define MOVE_BYTES (64U * 1024U)	 /* moved at a time */
#define TELL_MAX   (1024U * 1024U)	 /* lines of ours that wait, in bytes */
#define TELL_ROOM  4096U		 /* for them, however little memory */

void
sink_init(struct sink *s, const struct sink_conf *conf)
{
	memset(s, 0, sizeof(*s));
	s->order = conf->order;
	s->straight = conf->order == SINK_INPUT && conf->tag == NULL &&
	    conf->row->format == ROW_NONE && !conf->whole;
	s->stream = conf->stream && conf->order == SINK_INPUT;
	s->stream_all = conf->stream_all;
	s->tag = conf->tag;
	s->store.memory_max = MEMORY_MAX;
	spool_init(&s->store.spool, conf->dir, conf->spool_max);
	TAILQ_INIT(&s->window);
	TAILQ_INIT(&s->ended);
	TAILQ_INIT(&s->leaving);
	buf_init(&s->scratch, MOVE_BYTES);
	row_init(&s->row, conf->row);
	writer_init(&s->out, conf->outfd);
	writer_init(&s->err, STDERR_FILENO);
	/* for what is to be told when there is no memory any more */
	(void)buf_reserve(&s->err.buf, TELL_ROOM);
	s->last = &s->out;
}

void
sink_set_taker(struct sink *s, sink_taker *taker, void *ctx)
{
	s->taker = taker;
	s->ctx = ctx;
}

/* Takes a task out and forgets it, with what is left of its output. */
static void
forget(struct sink *s, struct task_list *list, struct task *t)
{
	TAILQ_REMOVE(list, t, print);
	held_drop(&t->held, &s->store, 0);
	task_free(t);
}

/* All output of a final task is on its way; its bytes may be in a writer yet.
 */
static void
leave(struct sink *s, struct task_list *list, struct task *t)
{
	if (s->taker == NULL) {
		s->nended--;
		forget(s, list, t);
		return;
	}
	TAILQ_REMOVE(list, t, print);
	TAILQ_INSERT_TAIL(&s->leaving, t, print);
}

/* When nothing is left in the writers, all those tasks' output is out. */
static void
release(struct sink *s)
{
	bool failed = s->out.error != 0 || s->err.error != 0;
	struct task *t;

	if (s->out.buf.len > 0 || s->err.buf.len > 0)
		return;
	while ((t = TAILQ_FIRST(&s->leaving)) != NULL) {
		s->nended--;
		TAILQ_REMOVE(&s->leaving, t, print);
		held_drop(&t->held, &s->store, 0);
		s->taker(t, !failed, s->ctx);
	}
}

void
sink_clear(struct sink *s)
{
	struct task *t, *next;

	TAILQ_FOREACH_SAFE(t, &s->window, print, next)
		forget(s, &s->window, t);
	TAILQ_FOREACH_SAFE(t, &s->ended, print, next)
		forget(s, &s->ended, t);
	TAILQ_FOREACH_SAFE(t, &s->leaving, print, next)
		forget(s, &s->leaving, t);
	buf_clear(&s->scratch);
	row_clear(&s->row);
	spool_clear(&s->store.spool);
	writer_clear(&s->out);
	writer_clear(&s->err);
}

void
sink_add(struct sink *s, struct task *t)
{
	TAILQ_INSERT_TAIL(&s->window, t, print);
}

const struct task *
sink_next(const struct sink *s)
{
	return TAILQ_FIRST(&s->window);
}

/* Output is printed as it comes, whatever job it is of. */
static bool
is_mixed(const struct sink *s)
{
	return s->order == SINK_LINES || s->order == SINK_LIVE;
}

/* A running task, the next to print, is printed while it runs. */
static bool
streams(const struct sink *s, const struct task *t)
{
	return s->stream && (s->stream_all || (!t->repeatable && !t->whole)) &&
	    (!s->ending || t->printed);
}

void
sink_begin_no_more(struct sink *s)
{
	s->ending = true;
}

bool
sink_takes(const struct sink *s, const struct task *t)
{
	const struct task *next = sink_next(s);

	/* behind output that nobody gets comes the news of a job's end */
	if (s->out.error != 0)
		return true;
	if (is_mixed(s))
		return !writer_is_full(&s->out) && !writer_is_full(&s->err);
	if (t == next && streams(s, t))
		return held_is_empty(&t->held) && !writer_is_full(&s->out) &&
		    !writer_is_full(&s->err);
	if (!s->store.full)
		return true;
	/* who waits for a slot must get one: nobody is paused meanwhile */
	return t == next || next == NULL || next->state == STATE_READY;
}

bool
sink_has_room(const struct sink *s)
{
	return !s->store.full && s->nended < ENDED_MAX;
}

bool
sink_is_stuck(const struct sink *s)
{
	const struct task *next = sink_next(s);

	if (!s->store.full || next == NULL || task_is_final(next) ||
	    (streams(s, next) && next->state == STATE_RUNNING))
		return false;
	errno = s->store.error;
	return s->store.memory > 2 * s->store.memory_max;
}

static struct writer *
writer_of(struct sink *s, unsigned stream)
{
	return stream == STDERR_FILENO ? &s->err : &s->out;
}

/*
 * The writer for a stream.  What waits for the other one goes first, so that a
 * terminal shows both in the order in which they were written; NULL: it can't
 * go now.
 */
static struct writer *
switch_writer(struct sink *s, unsigned stream)
{
	struct writer *w = writer_of(s, stream);

	if (s->last != w && writer_flush(s->last) == WRITER_WAIT)
		return NULL;
	s->last = w;
	return w;
}

/* Adds bytes of a task to what is about to be written. */
static int
add_output(struct sink *s, struct writer *w, struct task *t, const void *data,
    size_t n)
{
	unsigned stream = w == &s->err ? STDERR_FILENO : STDOUT_FILENO;

	t->printed = true;
	if (s->tag != NULL)
		return tag_add(s->tag, t, stream, &w->buf, data, n);
	return buf_add(&w->buf, data, n);
}

/* Output that is printed as it comes.  A stream that waits is not waited for.
 */
static int
add_mixed(
    struct sink *s, struct task *t, unsigned stream, const void *data, size_t n)
{
	struct writer *w = switch_writer(s, stream);

	return add_output(s, w != NULL ? w : writer_of(s, stream), t, data, n);
}

/* The line that a task has begun on a stream.  NULL without memory. */
static struct buf *
line_of(struct task *t, unsigned stream)
{
	if (t->lines == NULL) {
		t->lines = calloc(2, sizeof(*t->lines));
		if (t->lines == NULL)
			return NULL;
		buf_init(&t->lines[0], 2 * LINE_CUT);
		buf_init(&t->lines[1], 2 * LINE_CUT);
	}
	return &t->lines[stream - 1];
}

/* Prints the line that is begun, as it is. */
static int
cut_line(struct sink *s, struct task *t, unsigned stream)
{
	struct buf *line = line_of(t, stream);
	int result;

	if (line == NULL)
		return -1;
	if (line->len == 0)
		return 0;
	result = add_mixed(s, t, stream, buf_head(line), line->len);
	buf_clear(line);
	return result;
}

static int
add_lines(
    struct sink *s, struct task *t, unsigned stream, const char *data, size_t n)
{
	const char *end = memrchr(data, '\n', n);
	size_t whole = end != NULL ? (size_t)(end - data) + 1 : 0;
	struct buf *line;

	if (whole > 0 &&
	    (cut_line(s, t, stream) == -1 ||
		add_mixed(s, t, stream, data, whole) == -1))
		return -1;
	if (whole == n)
		return 0;
	if ((line = line_of(t, stream)) == NULL ||
	    buf_add(line, data + whole, n - whole) == -1)
		return -1;
	return line->len >= LINE_CUT ? cut_line(s, t, stream) : 0;
}

int
sink_output(
    struct sink *s, struct task *t, unsigned stream, const void *data, size_t n)
{
	switch (s->order) {
	case SINK_LINES:
		return add_lines(s, t, stream, data, n);
	case SINK_LIVE:
		return add_mixed(s, t, stream, data, n);
	default:
		if (s->out.error != 0)
			return 0;
		if (s->row.conf.format == ROW_JSON)
			utf8_add(&t->utf8[stream - 1], data, n);
		return held_add(&t->held, &s->store, stream, data, n);
	}
}

int
sink_last_output(struct sink *s, struct task *t, const void *data, size_t n)
{
	/* whose turn it is needs not be held */
	if (s->straight && t == TAILQ_FIRST(&s->window) &&
	    held_is_empty(&t->held) && s->last == &s->out &&
	    s->out.error == 0 && !writer_is_full(&s->out)) {
		t->printed = true;
		return buf_add(&s->out.buf, data, n);
	}
	return sink_output(s, t, STDOUT_FILENO, data, n);
}

void
sink_drop(struct sink *s, struct task *t)
{
	held_drop(&t->held, &s->store, 0);
	memset(t->utf8, 0, sizeof(t->utf8));
	if (t->lines != NULL) {
		buf_clear(&t->lines[0]);
		buf_clear(&t->lines[1]);
	}
}

void
sink_drop_stdout(struct sink *s, struct task *t)
{
	held_drop(&t->held, &s->store, STDOUT_FILENO);
	t->utf8[STDOUT_FILENO - 1] = (struct utf8){0};
}

void
sink_drop_stderr(struct sink *s, struct task *t)
{
	held_drop(&t->held, &s->store, STDERR_FILENO);
	t->utf8[STDERR_FILENO - 1] = (struct utf8){0};
}

/* What goes to a writer next failed before it got there. */
static enum writer_result
not_moved(struct sink *s)
{
	s->unreadable = true;
	s->out.error = errno;
	return WRITER_FAILED;
}

void
sink_final(struct sink *s, struct task *t)
{
	s->nended++;
	if (is_mixed(s)) {
		if (t->lines != NULL &&
		    (cut_line(s, t, STDOUT_FILENO) == -1 ||
			cut_line(s, t, STDERR_FILENO) == -1))
			(void)not_moved(s);
		leave(s, &s->window, t);
		return;
	}
	/* who prints nothing needs no turn: a million such jobs cost nothing */
	if (s->row.conf.format == ROW_NONE && held_is_empty(&t->held)) {
		leave(s, &s->window, t);
		return;
	}
	if (s->order == SINK_COMPLETED) {
		TAILQ_REMOVE(&s->window, t, print);
		TAILQ_INSERT_TAIL(&s->ended, t, print);
	}
}

/* Moves one piece of a task's output to a writer.  -1 with errno. */
static int
move_piece(struct sink *s, struct task *t, struct writer *w)
{
	size_t max;
	ssize_t n;

	if (s->tag == NULL) {
		t->printed = true;
		return held_move(&t->held, &s->store, &w->buf, MOVE_BYTES) == -1
		    ? -1
		    : 0;
	}
	if ((max = tag_at_a_time(s->tag, t)) == 0)
		return -1;
	n = held_move(&t->held, &s->store, &s->scratch, max);
	if (n == -1 ||
	    add_output(s, w, t, buf_head(&s->scratch), (size_t)n) == -1)
		return -1;
	buf_consume(&s->scratch, (size_t)n);
	return 0;
}

/* The writer for a stream, when there is room in it. */
static enum writer_result
find_room(struct sink *s, unsigned stream, struct writer **w)
{
	*w = switch_writer(s, stream);
	if (*w == NULL ||
	    (writer_is_full(*w) && writer_flush(*w) == WRITER_WAIT))
		return WRITER_WAIT;
	return s->out.error != 0 ? WRITER_FAILED : WRITER_DONE;
}

/* Moves what a task has written.  WRITER_DONE: all of it is on its way. */
static enum writer_result
print_output(struct sink *s, struct task *t)
{
	enum writer_result result;
	struct writer *w;

	while (!held_is_empty(&t->held)) {
		result = find_room(s, held_stream(&t->held), &w);
		if (result != WRITER_DONE)
			return result;
		if (move_piece(s, t, w) == -1)
			return not_moved(s);
	}
	return WRITER_DONE;
}

/* The same for the row that a final task makes. */
static enum writer_result
print_row(struct sink *s, struct task *t)
{
	enum writer_result result;
	struct writer *w;
	int more;

	do {
		result = find_room(s, STDOUT_FILENO, &w);
		if (result != WRITER_DONE)
			return result;
		more = row_add(&s->row, t, &s->store, &w->buf);
		if (more == -1)
			return not_moved(s);
	} while (more == 1);
	held_drop(&t->held, &s->store, 0);
	return WRITER_DONE;
}

static enum writer_result
print_task(struct sink *s, struct task *t)
{
	if (s->row.conf.format == ROW_NONE)
		return print_output(s, t);
	return print_row(s, t);
}

/* The task whose turn it is; NULL: nobody's. */
static struct task *
printable(const struct sink *s)
{
	struct task *t;

	if (s->order == SINK_COMPLETED)
		return TAILQ_FIRST(&s->ended);
	if (is_mixed(s) || (t = TAILQ_FIRST(&s->window)) == NULL)
		return NULL;
	return task_is_final(t) || streams(s, t) ? t : NULL;
}

void
sink_tell(struct sink *s, const char *fmt, ...)
{
	struct buf *b = &s->err.buf;
	unsigned char *line;
	va_list ap;
	int n;

	/* what can't be kept for a reader that is stuck is dropped */
	if (b->len > TELL_MAX)
		return;
	/* a job's last line need not have an end */
	if (writer_is_midline(&s->err))
		(void)buf_add(b, "\n", 1);
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (line = buf_reserve(b, (size_t)n + 1)) == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf((char *)line, (size_t)n + 1, fmt, ap);
	va_end(ap);
	line[n] = '\n';
	buf_commit(b, (size_t)n + 1);
}

/* Prints what may be printed.  True: it must wait for s->last. */
static bool
print_tasks(struct sink *s)
{
	enum writer_result result;
	struct task *t;

	while ((t = printable(s)) != NULL) {
		result = print_task(s, t);
		if (result != WRITER_DONE || !task_is_final(t))
			return result == WRITER_WAIT;
		leave(
		    s, s->order == SINK_COMPLETED ? &s->ended : &s->window, t);
	}
	return false;
}

enum sink_status
sink_print(struct sink *s)
{
	bool waits = print_tasks(s);

	/*
	 * What had to wait is left to POLLOUT: its reader may have caught up
	 * since, and with nothing left to write nobody would be woken.
	 */
	if (!waits || s->last != &s->err)
		writer_flush(&s->err);
	if (!waits || s->last != &s->out)
		writer_flush(&s->out);
	release(s);
	if (s->out.error == 0)
		return SINK_OK;
	errno = s->out.error;
	return errno == EPIPE ? SINK_GONE : SINK_ERROR;
}

bool
sink_is_empty(const struct sink *s)
{
	return s->nended == 0 && s->out.buf.len == 0 && s->err.buf.len == 0;
}

bool
sink_waits_for(const struct sink *s, int fd)
{
	return (fd == STDERR_FILENO ? s->err.buf.len : s->out.buf.len) > 0;
}
