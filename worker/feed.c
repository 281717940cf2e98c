/*
 * feed: the standard input of a job.
 * It owns what was not yet written; it must not know how the job runs.
 */
#include "worker/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define FEED_MAX   (4U * 1024U * 1024U) /* the parent sends less ahead */
#define SPLICE_MAX (1024U * 1024U)	/* bytes moved at a time */
#define COPY_MAX   (64U * 1024U)	/* the same where they are copied */

void
feed_init(struct feed *f, int *fd)
{
	*f = (struct feed){.fd = fd, .file = -1};
	buf_init(&f->buf, FEED_MAX);
}

static void
close_file(struct feed *f)
{
	int saved = errno;

	if (f->file != -1)
		close(f->file);
	f->file = -1;
	errno = saved;
}

void
feed_clear(struct feed *f)
{
	close_file(f);
	buf_clear(&f->buf);
}

/* The job reads no more: what it is sent is as good as used. */
static void
drop(struct feed *f)
{
	f->fed += f->buf.len;
	buf_consume(&f->buf, f->buf.len);
	close_file(f);
	if (*f->fd != -1)
		close(*f->fd);
	*f->fd = -1;
}

bool
feed_waits(const struct feed *f)
{
	return *f->fd != -1 && (f->buf.len > 0 || f->file != -1);
}

/* What one write or splice says.  1: go on; 0: it is full; -1: errno. */
static int
judge(struct feed *f, ssize_t n)
{
	if (n >= 0 || errno == EINTR)
		return 1;
	if (errno == EAGAIN)
		return 0;
	if (errno != EPIPE)
		return -1;
	drop(f);
	return 0;
}

/* 1: some was written; 0: the pipe is full, or gone; -1: errno. */
static int
write_bytes(struct feed *f)
{
	ssize_t n = write(*f->fd, buf_head(&f->buf), f->buf.len);

	if (n > 0) {
		buf_consume(&f->buf, (size_t)n);
		f->fed += (uint64_t)n;
	}
	return judge(f, n);
}

/* Where a file can't be spliced. */
static ssize_t
copy_part(struct feed *f, off_t *at)
{
	unsigned char data[COPY_MAX];
	size_t want = f->left < sizeof(data) ? (size_t)f->left : sizeof(data);
	ssize_t n = pread(f->file, data, want, *at);

	if (n <= 0)
		return n;
	n = write(*f->fd, data, (size_t)n);
	if (n > 0)
		*at += n;
	return n;
}

/* The same for the part of a file. */
static int
write_part(struct feed *f)
{
	off_t at = (off_t)f->at;
	ssize_t n;

	n = splice(f->file, &at, *f->fd, NULL,
	    f->left < SPLICE_MAX ? (size_t)f->left : SPLICE_MAX,
	    SPLICE_F_NONBLOCK);
	if (n == -1 && errno == EINVAL)
		n = copy_part(f, &at);
	if (n == 0) {
		errno = ENODATA;
		return -1;
	}
	if (n > 0) {
		f->at += (uint64_t)n;
		f->left -= (uint64_t)n;
	}
	if (f->left == 0)
		close_file(f);
	return judge(f, n);
}

int
feed_write(struct feed *f)
{
	int more = 1;

	while (more == 1 && feed_waits(f))
		more = f->buf.len > 0 ? write_bytes(f) : write_part(f);
	if (more == -1)
		return -1;
	if (f->ended && !feed_waits(f))
		drop(f);
	return 0;
}

int
feed_input(struct feed *f, const struct msg_input *m)
{
	ssize_t n = 0;

	f->ended = !m->more;
	/* the usual case, without a copy */
	if (!feed_waits(f) && *f->fd != -1 && m->len > 0) {
		n = write(*f->fd, m->data, m->len);
		if (judge(f, n) == -1)
			return -1;
		n = n > 0 ? n : 0;
		f->fed += (uint64_t)n;
	}
	if (buf_add(&f->buf, m->data + n, m->len - (size_t)n) == -1)
		return -1;
	if (*f->fd == -1)
		drop(f);
	return feed_write(f);
}

int
feed_part(struct feed *f, const struct msg_part *m)
{
	f->ended = !m->more;
	if (*f->fd == -1)
		return 0;
	if (f->file == -1)
		f->file = open(m->path, O_RDONLY | O_CLOEXEC);
	if (f->file == -1)
		return -1;
	f->at = m->offset;
	f->left = m->len;
	if (f->left == 0)
		close_file(f);
	return feed_write(f);
}
