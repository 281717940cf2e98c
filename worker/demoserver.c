/*
 * demoserver: a small web server on the loopback, for the demonstration.
 * It owns the sockets; it must not know what its page is for.
 */
#include "worker/demoserver.h"

#include <sys/socket.h>

#include <netinet/in.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "worker/demochild.h"

#define NS_PER_SEC    1000000000ULL
#define BACKLOG	      128
#define REQUEST_BYTES 4096

/* Reads a request up to the empty line that ends it.  -1: there is none. */
static int
read_request(int fd)
{
	char text[REQUEST_BYTES];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(text) - 1) {
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n <= 0)
			return -1;
		len += (size_t)n;
		text[len] = '\0';
		if (strstr(text, "\r\n\r\n") != NULL)
			return 0;
	}
	return -1;
}

static int
write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n) {
		if ((n = write(fd, p, len)) <= 0)
			return -1;
	}
	return 0;
}

static void
answer(int fd, uint64_t delay_ns, const struct buf *page)
{
	struct timespec delay = {
	    .tv_sec = (time_t)(delay_ns / NS_PER_SEC),
	    .tv_nsec = (long)(delay_ns % NS_PER_SEC),
	};
	char head[128];
	int n;

	if (read_request(fd) == -1)
		return;
	nanosleep(&delay, NULL);
	n = snprintf(head, sizeof(head),
	    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n",
	    page->len);
	if (write_all(fd, head, (size_t)n) == 0)
		(void)write_all(fd, buf_head(page), page->len);
}

/* A process for each request, so that this too is plain and blocking. */
_Noreturn static void
serve(int listener, uint64_t delay_ns, const struct buf *page)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	int fd;

	sigaction(SIGCHLD, &ignore, NULL); /* so none is to be reaped */
	for (;;) {
		fd = accept(listener, NULL, NULL);
		if (fd == -1 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd == -1)
			_exit(1);
		if (demochild_fork() == 0) {
			answer(fd, delay_ns, page);
			_exit(0);
		}
		close(fd);
	}
}

/* A socket that listens, on a port that the system chooses. */
static int
open_listener(uint16_t *port)
{
	struct sockaddr_in addr = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);
	int fd, saved;

	if ((fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	if (bind(fd, (struct sockaddr *)&addr, len) == 0 &&
	    listen(fd, BACKLOG) == 0 &&
	    getsockname(fd, (struct sockaddr *)&addr, &len) == 0) {
		*port = ntohs(addr.sin_port);
		return fd;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
demoserver_start(
    struct demoserver *s, uint64_t delay_ns, const struct buf *page)
{
	int listener, saved;

	if ((listener = open_listener(&s->port)) == -1)
		return -1;
	if ((s->pid = demochild_fork()) == 0)
		serve(listener, delay_ns, page);
	saved = errno;
	close(listener);
	errno = saved;
	return s->pid == -1 ? -1 : 0;
}
