/*
 * reply: what a job says of itself, as messages to the parent.
 * It owns the reply to the job that is being done; it must not know when the
 * messages are written.
 */
#include "worker/reply.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "worker/back.h"
#include "worker/duration.h"
#include "worker/loop.h"
#include "worker/show.h"

void
reply_begin(struct worker *w, const struct job *job)
{
	struct reply *r = &w->reply;

	r->worker = w;
	r->seq = job->seq;
	r->timeout_ms = job->timeout_ms;
	r->nfacts = 0;
	r->textlen = 0;
	memset(&r->done, 0, sizeof(r->done));
}

/* What the job wrote last goes into a frame, before what comes behind it. */
static void
reply_out(struct reply *r)
{
	struct worker *w = r->worker;

	if (r->out.len == 0)
		return;
	/* short output is not ok */
	if (msg_add_output(&w->chan.out, r->seq, STDOUT_FILENO,
		buf_head(&r->out), r->out.len) == -1)
		reply_outcome(r, OUTCOME_ERROR, errno);
	buf_consume(&r->out, r->out.len);
	worker_replied(w);
}

int
reply_end(struct reply *r)
{
	struct worker *w = r->worker;
	struct msg_done *done = &r->done;
	int result;

	if ((w->kind->flags & KIND_TINY) != 0 && r->nfacts == 0 &&
	    done->outcome == OUTCOME_OK) {
		result = batch_add_ok(&w->chan.out, &w->chan.batch, r->seq,
		    done->wall_ns, buf_head(&r->out), r->out.len);
		buf_consume(&r->out, r->out.len);
		return result;
	}
	reply_out(r);
	return msg_add_done(&w->chan.out, r->seq, done, r->facts, r->nfacts);
}

/* True when what a job writes may wait for its end, which may be near. */
static bool
may_wait(const struct reply *r, unsigned stream, size_t n)
{
	return (r->worker->kind->flags & KIND_TINY) != 0 &&
	    stream == STDOUT_FILENO && n <= BATCH_BYTES - r->out.len;
}

void
reply_output(struct reply *r, unsigned stream, const void *data, size_t n)
{
	struct worker *w = r->worker;
	const char *p = data;
	size_t chunk;

	if (may_wait(r, stream, n) && buf_add(&r->out, data, n) == 0)
		return;
	reply_out(r);
	for (; n > 0; p += chunk, n -= chunk) {
		chunk = n < MSG_OUTPUT_MAX ? n : MSG_OUTPUT_MAX;
		/* short output is not ok */
		if (msg_add_output(&w->chan.out, r->seq, stream, p, chunk) ==
		    -1) {
			reply_outcome(r, OUTCOME_ERROR, errno);
			return;
		}
		worker_replied(w);
		if (worker_flush_many(w) == -1)
			return;
	}
}

static void __attribute__((format(printf, 2, 0)))
tell_error(struct reply *r, const char *fmt, va_list ap)
{
	char text[2048], line[4 * sizeof(text)];
	size_t n;

	vsnprintf(text, sizeof(text), fmt, ap);
	n = strlcpy(line, "forkpool: ", sizeof(line));
	/* one byte is kept for the new line */
	show_text(line + n, sizeof(line) - n - 1, text);
	n = strlcat(line, "\n", sizeof(line));
	reply_output(r, 2, line, n);
}

void
reply_error(struct reply *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_error(r, fmt, ap);
	va_end(ap);
}

void
reply_fail(struct reply *r, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_error(r, fmt, ap);
	va_end(ap);
	reply_outcome(r, OUTCOME_ERROR, code);
}

void
reply_outcome(struct reply *r, enum outcome outcome, int code)
{
	r->done.outcome = outcome;
	r->done.code = code;
}

/* Copies s into the reply's text; NULL when there is no more room. */
static const char *
reply_text(struct reply *r, const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = r->text + r->textlen;

	if (n > sizeof(r->text) - r->textlen)
		return NULL;
	memcpy(copy, s, n);
	r->textlen += n;
	return copy;
}

void
reply_fact(struct reply *r, const char *key, const char *value)
{
	const char *k, *v;

	if (r->nfacts + 2 > sizeof(r->facts) / sizeof(r->facts[0]))
		return;
	if ((k = reply_text(r, key)) == NULL ||
	    (v = reply_text(r, value)) == NULL)
		return;
	r->facts[r->nfacts++] = k;
	r->facts[r->nfacts++] = v;
}

void
reply_number(struct reply *r, const char *key, const char *value)
{
	char marked[64];

	snprintf(marked, sizeof(marked), "#%s", key);
	reply_fact(r, marked, value);
}

void
reply_forget(struct reply *r)
{
	buf_consume(&r->out, r->out.len);
	/* what can't be taken back must not be added to */
	if (msg_add_forget(&r->worker->chan.out, r->seq) == -1)
		reply_outcome(r, OUTCOME_ERROR, errno);
	worker_replied(r->worker);
}

void
kind_give_back(struct reply *r)
{
	back_now(r->worker);
	kind_yield(r);
}

void
kind_yield(struct reply *r)
{
	struct worker *w = r->worker;

	reply_out(r);
	/* its end, and the worker's, comes when the job has ended */
	if (back_give(w, duration_now_ns()) == -1)
		w->broken = true;
	/* likewise: nobody is there to complain to */
	(void)worker_flush_wait(w);
}
