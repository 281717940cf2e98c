/*
 * pending: the records that a program has, or is about to get, and has not
 * answered.
 * It owns their bytes; it must not know the program, nor what an answer is.
 */
#include "worker/pending.h"

#include <stdlib.h>
#include <string.h>

#define JOBS_MIN 64

void
pending_init(struct pending *p, size_t max)
{
	memset(p, 0, sizeof(*p));
	buf_init(&p->buf, max);
	p->limit = PENDING_NO_LIMIT;
}

void
pending_clear(struct pending *p)
{
	buf_clear(&p->buf);
	free(p->jobs);
	p->jobs = NULL;
	p->first = p->n = p->cap = 0;
}

/* Where the bytes end that there are so far. */
static uint64_t
end_of_bytes(const struct pending *p)
{
	return p->base + p->buf.len;
}

/* Makes room behind the last job.  -1 without memory. */
static int
make_room(struct pending *p)
{
	struct pending_job *jobs;
	size_t cap;

	if (p->first + p->n < p->cap)
		return 0;
	/* moved only when as many were forgotten as are moved */
	if (p->first > p->cap / 2) {
		memmove(p->jobs, p->jobs + p->first, p->n * sizeof(*p->jobs));
		p->first = 0;
		return 0;
	}
	cap = p->cap != 0 ? 2 * p->cap : JOBS_MIN;
	jobs = reallocarray(p->jobs, cap, sizeof(*jobs));
	if (jobs == NULL)
		return -1;
	p->jobs = jobs;
	p->cap = cap;
	return 0;
}

struct pending_job *
pending_add(struct pending *p, uint64_t seq, const void *data, size_t n)
{
	struct pending_job *job;
	uint64_t at = end_of_bytes(p);

	if (make_room(p) == -1 || buf_add(&p->buf, data, n) == -1)
		return NULL;
	job = &p->jobs[p->first + p->n++];
	*job = (struct pending_job){.seq = seq, .at = at, .end = at + n};
	return job;
}

struct pending_job *
pending_job(const struct pending *p, size_t i)
{
	return &p->jobs[p->first + i];
}

struct pending_job *
pending_find(const struct pending *p, uint64_t seq)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (pending_job(p, i)->seq == seq)
			return pending_job(p, i);
	}
	return NULL;
}

/* Forgets bytes that no job has any more, but none that are to be written. */
static void
drop_bytes(struct pending *p)
{
	uint64_t keep = p->n > 0 ? p->jobs[p->first].at : end_of_bytes(p);

	if (keep > p->written)
		keep = p->written;
	buf_consume(&p->buf, (size_t)(keep - p->base));
	p->base = keep;
}

void
pending_remove(struct pending *p, struct pending_job *job)
{
	size_t i = (size_t)(job - p->jobs) - p->first;

	p->n--;
	if (i == 0) {
		p->first = p->n > 0 ? p->first + 1 : 0;
		drop_bytes(p);
		return;
	}
	memmove(job, job + 1, (p->n - i) * sizeof(*job));
}

const unsigned char *
pending_unwritten(const struct pending *p, size_t *n)
{
	uint64_t end = end_of_bytes(p);

	if (end > p->limit)
		end = p->limit;
	*n = end > p->written ? (size_t)(end - p->written) : 0;
	if (*n == 0)
		return NULL;
	return buf_head(&p->buf) + (p->written - p->base);
}

void
pending_limit(struct pending *p)
{
	uint64_t end = p->n > 0 ? pending_job(p, p->n - 1)->end : 0;

	/* jobs behind the last one may have been written, and answered */
	p->limit = end > p->written ? end : p->written;
}

bool
pending_is_given(const struct pending *p, const struct pending_job *job)
{
	return job->at < p->written;
}

void
pending_rewind(struct pending *p)
{
	unsigned char *bytes = (unsigned char *)(uintptr_t)buf_head(&p->buf);
	size_t len = 0, size, i;
	struct pending_job *job;

	/* those that were answered out of turn leave holes between them */
	for (i = 0; i < p->n; i++) {
		job = pending_job(p, i);
		size = (size_t)(job->end - job->at);
		memmove(bytes + len, bytes + (job->at - p->base), size);
		job->at = p->base + len;
		len += size;
		job->end = p->base + len;
	}
	buf_truncate(&p->buf, len);
	p->written = p->base;
	p->limit = PENDING_NO_LIMIT;
}
