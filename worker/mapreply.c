/*
 * mapreply: what a program of the kind map writes, as replies to the parent.
 * It owns the records that are not answered; it must not know how the program
 * is started, written to or ended.
 */
#include "worker/mapreply.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>
#include <vis.h>

#include "ipc/msgfrom.h"
#include "worker/loop.h"
#include "worker/mapjson.h"
#include "worker/show.h"

#define PENDING_MAX (4096U * FRAME_PAYLOAD_MAX) /* of the most --credit */
#define UNTOLD_MAX  1024U		  /* bytes of a line that is told */
#define UNTOLD_N    10			  /* lines of stdout that are told */
#define LINE_BYTES  (16U * 1024U * 1024U) /* bytes of an answer in JSON */
#define BYTES_SHOWN 200			  /* of a line that is wrong */

void
mapreply_init(struct mapreply *r, struct worker *w, const struct map_conf *conf)
{
	memset(r, 0, sizeof(*r));
	r->worker = w;
	r->conf = conf;
	pending_init(&r->pending, PENDING_MAX);
	buf_init(&r->line, LINE_BYTES);
	buf_init(&r->untold[0], UNTOLD_MAX);
	buf_init(&r->untold[1], UNTOLD_MAX);
}

void
mapreply_clear(struct mapreply *r)
{
	pending_clear(&r->pending);
	buf_clear(&r->line);
	buf_clear(&r->untold[0]);
	buf_clear(&r->untold[1]);
}

void
mapreply_begin(struct mapreply *r, uint64_t now_ns)
{
	r->answer =
	    (struct answer){.end = r->conf->end, .lines = r->conf->lines};
	buf_truncate(&r->line, 0);
	r->mark_ns = now_ns;
	r->answered = r->unasked = false;
	r->nuntold = 0;
}

uint64_t
mapreply_begun_ns(const struct mapreply *r, const struct pending_job *job)
{
	/* who may hold several by the user's word works on all at a time */
	if (r->conf->json != NULL && r->conf->credit > 0)
		return job->sent_ns;
	return job->sent_ns > r->mark_ns ? job->sent_ns : r->mark_ns;
}

static int
add_output(struct mapreply *r, uint64_t seq, unsigned stream, const char *data,
    size_t n)
{
	size_t chunk;

	for (; n > 0; data += chunk, n -= chunk) {
		chunk = n < MSG_OUTPUT_MAX ? n : MSG_OUTPUT_MAX;
		if (msg_add_output(
			&r->worker->chan.out, seq, stream, data, chunk) == -1)
			return -1;
	}
	return 0;
}

static int
add_done(struct mapreply *r, uint64_t seq, enum outcome outcome, int code,
    uint64_t wall_ns)
{
	struct msg_done done = {
	    .outcome = outcome, .code = code, .wall_ns = wall_ns};

	return msg_add_done(&r->worker->chan.out, seq, &done, NULL, 0);
}

/* The last bytes of an answer to a record that is done well. */
static int
end_answer(struct mapreply *r, struct pending_job *job, const char *data,
    size_t n, uint64_t wall_ns)
{
	struct chan *chan = &r->worker->chan;
	uint64_t seq = job->seq;

	pending_remove(&r->pending, job);
	if (n <= BATCH_BYTES)
		return batch_add_ok(
		    &chan->out, &chan->batch, seq, wall_ns, data, n);
	if (add_output(r, seq, STDOUT_FILENO, data, n) == -1)
		return -1;
	return add_done(r, seq, OUTCOME_OK, 0, wall_ns);
}

int
mapreply_done(struct mapreply *r, struct pending_job *job, enum outcome outcome,
    int code, uint64_t wall_ns)
{
	uint64_t seq = job->seq;

	pending_remove(&r->pending, job);
	return add_done(r, seq, outcome, code, wall_ns);
}

int
mapreply_error(struct mapreply *r, uint64_t seq, const char *why)
{
	char line[2048], shown[4 * sizeof(line)];
	int n;

	n = snprintf(line, sizeof(line), "forkpool: job %ju: %s\n",
	    (uintmax_t)seq, show_text(shown, sizeof(line) - 48, why));
	return add_output(r, seq, STDERR_FILENO, line, (size_t)n);
}

int
mapreply_refuse(struct mapreply *r, uint64_t seq, int code, const char *why)
{
	if (mapreply_error(r, seq, why) == -1)
		return -1;
	return add_done(r, seq, OUTCOME_ERROR, code, 0);
}

void
mapreply_log(struct mapreply *r, const char *fmt, ...)
{
	struct worker *w = r->worker;
	char text[MSG_LOG_MAX];
	va_list ap;
	int n;

	n = snprintf(text, sizeof(text), "worker %u: ", w->slot);
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	(void)msg_add_log(&w->chan.out, 0, LOG_WARNING, text);
}

/*
 * A line that belongs to no record, or the beginning of a long one.  A program
 * that writes answers for ever does so faster than anybody reads them.
 */
static void
tell_untold(struct mapreply *r, unsigned stream)
{
	struct buf *b = &r->untold[stream - 1];
	const char *line = b->len > 0 ? (const char *)buf_head(b) : "";

	if (stream == STDERR_FILENO)
		mapreply_log(r, "the program: %.*s", (int)b->len, line);
	else if (r->nuntold < UNTOLD_N)
		mapreply_log(r,
		    "the program wrote without a record to answer: %.*s",
		    (int)b->len, line);
	else if (r->nuntold == UNTOLD_N)
		mapreply_log(r, "it goes on, which is not shown");
	if (stream == STDOUT_FILENO && r->nuntold <= UNTOLD_N)
		r->nuntold++;
	buf_truncate(b, 0);
}

/* Bytes that belong to no record. */
static void
add_untold(struct mapreply *r, unsigned stream, const char *data, size_t n)
{
	struct buf *b = &r->untold[stream - 1];

	for (; n > 0; data++, n--) {
		if (*data == '\n' || *data == '\0' || b->len == UNTOLD_MAX)
			tell_untold(r, stream);
		if (*data != '\n' && *data != '\0')
			(void)buf_add(b, data, 1);
	}
}

void
mapreply_end(struct mapreply *r)
{
	unsigned stream;

	for (stream = STDOUT_FILENO; stream <= STDERR_FILENO; stream++) {
		if (r->untold[stream - 1].len > 0)
			tell_untold(r, stream);
	}
}

/* The record that the program is about; NULL: it has none. */
static struct pending_job *
present(const struct mapreply *r)
{
	struct pending_job *job;

	if (r->pending.n == 0)
		return NULL;
	job = pending_job(&r->pending, 0);
	return pending_is_given(&r->pending, job) ? job : NULL;
}

int
mapreply_stderr(struct mapreply *r, const char *data, size_t n)
{
	const struct pending_job *job = present(r);

	if (job != NULL)
		return add_output(r, job->seq, STDERR_FILENO, data, n);
	add_untold(r, STDERR_FILENO, data, n);
	return 0;
}

/* How many answers end in these bytes; of records that wait for one. */
static size_t
count_answers(const struct mapreply *r, const char *data, size_t n)
{
	struct answer a = r->answer;
	size_t count = 0, len;
	bool whole;

	for (; n > 0 && count < r->pending.n; data += len, n -= len) {
		len = answer_next(&a, data, n, &whole);
		count += whole;
	}
	return count;
}

/* Answers of lines: the first record is the one that is answered. */
static int
take_lines(struct mapreply *r, const char *data, size_t n, uint64_t now_ns)
{
	size_t count = count_answers(r, data, n), len;
	uint64_t wall_ns = 0;
	struct pending_job *job;
	bool whole;

	/* those that come together took an equal share of the time */
	if (count > 0) {
		wall_ns = mapreply_begun_ns(r, pending_job(&r->pending, 0));
		wall_ns = (now_ns - wall_ns) / count;
		r->mark_ns = now_ns;
	}
	for (; n > 0; data += len, n -= len) {
		if ((job = present(r)) == NULL) {
			add_untold(r, STDOUT_FILENO, data, n);
			r->unasked = true;
			return 0;
		}
		len = answer_next(&r->answer, data, n, &whole);
		if ((whole ? end_answer(r, job, data, len, wall_ns)
			   : add_output(
				 r, job->seq, STDOUT_FILENO, data, len)) == -1)
			return -1;
	}
	return 0;
}

/* The program said what it may not: with the bytes, made fit to be seen. */
static int
refuse_line(struct mapreply *r, const char *line, size_t n, const char *why)
{
	char shown[4 * BYTES_SHOWN + 1];

	strvisx(shown, line, n < BYTES_SHOWN ? n : BYTES_SHOWN,
	    VIS_CSTYLE | VIS_NL | VIS_TAB | VIS_NOSLASH);
	mapreply_log(r, "the program is stopped, for its answer %s: %s%s", why,
	    shown, n > BYTES_SHOWN ? "..." : "");
	return -1;
}

/* One line in JSON. */
static int
take_object(struct mapreply *r, const char *line, size_t n, uint64_t now_ns)
{
	struct map_answer a;
	struct pending_job *job;
	uint64_t wall_ns;
	const char *why;
	int result;

	if ((why = r->conf->json->parse(line, n, &a)) != NULL)
		return refuse_line(r, line, n, why);
	job = pending_find(&r->pending, a.id);
	if (job == NULL || !pending_is_given(&r->pending, job)) {
		r->conf->json->free(&a);
		return refuse_line(r, line, n,
		    "is to no record that it has; was it answered before?");
	}
	wall_ns = now_ns - mapreply_begun_ns(r, job);
	r->mark_ns = now_ns;
	result = add_output(r, a.id, STDOUT_FILENO, a.out, a.outlen);
	if (result == 0)
		result = add_output(r, a.id, STDERR_FILENO, a.err, a.errlen);
	if (result == 0)
		result = mapreply_done(r, job,
		    a.exit == 0 ? OUTCOME_OK : OUTCOME_EXIT, a.exit, wall_ns);
	r->conf->json->free(&a);
	return result;
}

/* Whole lines from there on; what is left is kept. */
static int
take_objects(struct mapreply *r, const char *data, size_t n, uint64_t now_ns)
{
	const char *line, *end;

	if (buf_add(&r->line, data, n) == -1)
		return refuse_line(r, (const char *)buf_head(&r->line),
		    r->line.len, "is too long");
	/* what was there before has no end in it */
	end = memchr(buf_head(&r->line) + (r->line.len - n), '\n', n);
	while (end != NULL) {
		line = (const char *)buf_head(&r->line);
		n = (size_t)(end - line);
		if (take_object(r, line, n, now_ns) == -1)
			return -1;
		buf_consume(&r->line, n + 1);
		if (r->line.len == 0)
			break;
		end = memchr(buf_head(&r->line), '\n', r->line.len);
	}
	return 0;
}

int
mapreply_stdout(struct mapreply *r, const char *data, size_t n, uint64_t now_ns)
{
	r->answered = true;
	return r->conf->json != NULL ? take_objects(r, data, n, now_ns)
				     : take_lines(r, data, n, now_ns);
}
