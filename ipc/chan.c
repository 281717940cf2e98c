/*
 * chan: owns the descriptors of one worker's pipes and the bytes on their way.
 * It must not know what a message says, nor who polls, nor what a failure
 * means for a job.
 */
#include "ipc/chan.h"

#include <errno.h>
#include <unistd.h>

#include "ipc/msg.h"

#define CHAN_READ (64U * 1024U) /* bytes: what a pipe holds by default */
#define CHAN_KEEP (64U * 1024U) /* bytes of storage an empty out may keep */

void
chan_init(struct chan *c, int rfd, int wfd, bool from_worker)
{
	c->rfd = rfd;
	c->wfd = wfd;
	buf_init(&c->in, CHAN_MAX);
	buf_init(&c->out, CHAN_MAX);
	c->batch = (struct batch){0};
	c->taken = 0;
	c->from_worker = from_worker;
	c->poisoned = false;
	c->read_size = CHAN_READ;
}

static void
chan_close(int *fd)
{
	int saved = errno;

	if (*fd != -1)
		close(*fd);
	*fd = -1;
	errno = saved;
}

void
chan_clear(struct chan *c)
{
	chan_close(&c->rfd);
	chan_close_write(c);
	buf_clear(&c->in);
	c->taken = 0;
}

void
chan_close_write(struct chan *c)
{
	chan_close(&c->wfd);
	c->batch = (struct batch){0};
	buf_clear(&c->out);
}

/* The frame that was handed out last is no longer needed. */
static void
chan_drop_taken(struct chan *c)
{
	buf_consume(&c->in, c->taken);
	c->taken = 0;
}

/* A thousand idle channels must not hold storage. */
static void
chan_release_in(struct chan *c)
{
	if (c->in.len == 0)
		buf_clear(&c->in);
}

/* What errno says after a read or a write. */
static enum chan_result
chan_failed(void)
{
	if (errno == EAGAIN)
		return CHAN_AGAIN;
	return errno == EPIPE ? CHAN_END : CHAN_ERROR;
}

enum chan_result
chan_read(struct chan *c)
{
	unsigned char *room;
	size_t want;
	ssize_t n;

	if (c->poisoned) {
		errno = EBADMSG;
		return CHAN_ERROR;
	}
	chan_drop_taken(c);
	want = CHAN_MAX - c->in.len;
	if (want > c->read_size)
		want = c->read_size;
	if (want == 0) {
		errno = ENOBUFS;
		return CHAN_ERROR;
	}
	room = buf_reserve(&c->in, want);
	if (room == NULL)
		return CHAN_ERROR;
	do
		n = read(c->rfd, room, want);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		buf_commit(&c->in, n);
	chan_release_in(c);
	if (n == -1)
		return chan_failed();
	return n == 0 ? CHAN_END : CHAN_OK;
}

enum frame_status
chan_next(struct chan *c, struct frame *f)
{
	enum frame_status status;

	if (c->poisoned)
		return FRAME_BAD;
	chan_drop_taken(c);
	status = frame_decode(buf_head(&c->in), c->in.len, f);
	/* A type that can't be is refused before its payload is waited for. */
	if (c->in.len >= FRAME_HEADER && !msg_is_known(f->type, c->from_worker))
		status = FRAME_BAD;
	if (status == FRAME_OK)
		c->taken = FRAME_HEADER + f->length;
	else if (status == FRAME_BAD)
		c->poisoned = true;
	else
		chan_release_in(c);
	return status;
}

int
chan_keep(struct chan *c, struct buf *kept)
{
	buf_swap(&c->in, kept);
	if (buf_add(&c->in, buf_head(kept) + c->taken, kept->len - c->taken) ==
	    -1) {
		buf_swap(&c->in, kept);
		return -1;
	}
	c->taken = 0;
	return 0;
}

enum chan_result
chan_flush(struct chan *c)
{
	ssize_t n;

	/* what may be written in part can't grow */
	c->batch = (struct batch){0};
	while (c->out.len > 0) {
		n = write(c->wfd, buf_head(&c->out), c->out.len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return chan_failed();
		buf_consume(&c->out, n);
	}
	buf_empty(&c->out, CHAN_KEEP);
	return CHAN_OK;
}
