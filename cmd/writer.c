/*
 * writer: bytes on their way to a descriptor that we were started with.
 * It owns the bytes that wait; it must not know whose they are.
 */
#include "cmd/writer.h"

#include <sys/stat.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define BUF_MAX	    (1024U * 1024U * 1024U) /* one read of short lines, tagged */
#define BUF_KEEP    (1024U * 1024U)	    /* of storage, when it is empty */
#define PIPE_ATOMIC 4096U /* POLLOUT promises room for so much in a pipe */

void
writer_init(struct writer *w, int fd)
{
	struct stat st;

	*w = (struct writer){.fd = fd};
	buf_init(&w->buf, BUF_MAX);
	w->file = fstat(fd, &st) == 0 &&
	    (S_ISREG(st.st_mode) || (S_ISCHR(st.st_mode) && !isatty(fd)));
}

void
writer_clear(struct writer *w)
{
	buf_clear(&w->buf);
}

bool
writer_is_full(const struct writer *w)
{
	return w->buf.len >= WRITER_FULL;
}

bool
writer_is_midline(const struct writer *w)
{
	char last = w->last;

	if (w->buf.len > 0)
		last = ((const char *)buf_head(&w->buf))[w->buf.len - 1];
	return last != '\0' && last != '\n';
}

/* True when a write of PIPE_ATOMIC bytes does not block now. */
static bool
can_write(const struct writer *w)
{
	struct pollfd pfd = {.fd = w->fd, .events = POLLOUT};

	return w->file || poll(&pfd, 1, 0) == 1;
}

enum writer_result
writer_flush(struct writer *w)
{
	ssize_t n;

	while (w->error == 0 && w->buf.len > 0) {
		if (!can_write(w))
			return WRITER_WAIT;
		n = write(w->fd, buf_head(&w->buf),
		    w->file || w->buf.len < PIPE_ATOMIC ? w->buf.len
							: PIPE_ATOMIC);
		if (n > 0) {
			w->last = ((const char *)buf_head(&w->buf))[n - 1];
			buf_consume(&w->buf, (size_t)n);
		} else if (n == -1 && errno == EAGAIN)
			return WRITER_WAIT;
		else if (n == -1 && errno != EINTR)
			w->error = errno;
	}
	buf_empty(&w->buf, BUF_KEEP);
	if (w->error == 0)
		return WRITER_DONE;
	return WRITER_FAILED;
}
