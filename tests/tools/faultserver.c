/*
 * faultserver: an HTTP server on the loopback for what a real one does not do:
 * bodies that break off, replies that never end, events that a test waits for.
 * It owns a directory; it must not know what a test makes of it.
 *
 * usage: faultserver DIR
 *
 * DIR/url       http://127.0.0.1:PORT, there when it listens
 * DIR/requests  a line for each request, "PATH" or "PATH?QUERY", before it is
 *               answered; and "stalled PATH" when a reply has stopped
 * DIR/open      made by the test: what asked for /gate is answered
 * DIR/calm      likewise: /busy and /busy-date are so no more
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <netinet/in.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HEAD_MAX 16384 /* bytes of a request */
#define LIFE_S	 120   /* then it ends in any case */
#define LOOK_US	 5000  /* from one look for DIR/open to the next */
#define BACKLOG	 128

/* A request, and the connection that it came by. */
struct request {
	int fd;
	char head[HEAD_MAX];
	char path[HEAD_MAX]; /* without the query */
	char query[HEAD_MAX];
};

static void
send_bytes(const struct request *r, const void *data, size_t n)
{
	const char *p = data;
	ssize_t sent;

	for (; n > 0; p += sent, n -= (size_t)sent) {
		sent = send(r->fd, p, n, MSG_NOSIGNAL);
		if (sent == -1)
			_exit(0); /* the client is gone */
	}
}

static void
send_text(const struct request *r, const char *text)
{
	send_bytes(r, text, strlen(text));
}

/* A head that announces so many bytes. */
static void
send_head(const struct request *r, size_t n)
{
	char head[128];

	snprintf(head, sizeof(head),
	    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
	send_text(r, head);
}

static void
send_whole(const struct request *r, const char *body)
{
	send_head(r, strlen(body));
	send_text(r, body);
}

static void
log_request(const struct request *r, const char *before)
{
	char line[2 * HEAD_MAX + 32];
	int fd, n;

	n = snprintf(line, sizeof(line), "%s%s%s%s\n", before, r->path,
	    r->query[0] != '\0' ? "?" : "", r->query);
	fd = open("requests", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (fd == -1 || write(fd, line, (size_t)n) != n)
		err(1, "requests");
	close(fd);
}

/* Sends no more, until the client closes the connection. */
static bool
stall(const struct request *r)
{
	char byte;

	log_request(r, "stalled ");
	while (read(r->fd, &byte, 1) > 0)
		continue;
	return false;
}

/* Fewer bytes than announced, then the end. */
static bool
do_short(const struct request *r)
{
	send_head(r, 1000);
	send_text(r, "only a part\n");
	return false;
}

/* A head without any line of its own, and a body that could be one of it. */
static bool
do_bare(const struct request *r)
{
	send_text(r, "HTTP/1.1 100 Continue\r\n\r\n");
	send_text(r, "HTTP/1.1 200 OK\r\n\r\n bare: body\n");
	return false;
}

/*
 * A head whose first line goes on with one before it, and there is none; nor
 * is there in one before, which comes when the query is 100.
 */
static bool
do_folded(const struct request *r)
{
	if (strcmp(r->query, "100") == 0)
		send_text(r, "HTTP/1.1 100 Continue\r\n\r\n");
	send_text(r,
	    "HTTP/1.1 200 OK\r\n"
	    " goes: on\r\n"
	    "Content-Length: 7\r\n\r\n"
	    "folded\n");
	return true;
}

/* The first bytes of a reply, as many as the query says, then the end. */
static bool
send_first(const struct request *r, const char *reply)
{
	size_t n = (size_t)strtoul(r->query, NULL, 10);
	size_t whole = strlen(reply);

	send_bytes(r, reply, n < whole ? n : whole);
	return false;
}

static bool
do_cut(const struct request *r)
{
	return send_first(r,
	    "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n"
	    "twelve bytes\n");
}

static bool
do_cut_chunks(const struct request *r)
{
	return send_first(r,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "7\r\ntwelve \r\n6\r\nbytes\n\r\n0\r\n\r\n");
}

/* The connection is reset in mid-body. */
static bool
do_reset(const struct request *r)
{
	struct linger now = {.l_onoff = 1};

	send_head(r, 1000);
	send_text(r, "only a part\n");
	setsockopt(r->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return false;
}

static bool
do_garbage(const struct request *r)
{
	send_text(r, "\033[31mthis is no HTTP\r\n\r\n");
	return false;
}

static bool
do_stall_head(const struct request *r)
{
	send_text(r, "HTTP/1.1 200 OK\r\nContent-Le");
	return stall(r);
}

static bool
do_stall(const struct request *r)
{
	send_head(r, 1000);
	send_text(r, "only a part\n");
	return stall(r);
}

/* The first time as /stall, from then on whole. */
static bool
do_once(const struct request *r)
{
	char body[HEAD_MAX + 64], mark[HEAD_MAX + 64];
	int n, fd;

	n = snprintf(body, sizeof(body), "first half of %s\n", r->query);
	send_head(r, 2 * (size_t)n);
	send_bytes(r, body, (size_t)n);
	snprintf(mark, sizeof(mark), "once.%s", r->query);
	fd = open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd != -1)
		return stall(r);
	memcpy(body, "other", 5);
	send_bytes(r, body, (size_t)n);
	return true;
}

/* Is it time to answer what asked for /busy? */
static bool
is_calm(const struct request *r)
{
	char body[HEAD_MAX + 64];

	if (access("calm", F_OK) == -1)
		return false;
	snprintf(body, sizeof(body), "not busy %s\n", r->query);
	send_whole(r, body);
	return true;
}

/* Asks to come back in so many seconds as the query begins with. */
static bool
do_busy(const struct request *r)
{
	char head[128];

	if (is_calm(r))
		return true;
	snprintf(head, sizeof(head),
	    "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n"
	    "Retry-After: %ld\r\n\r\n",
	    strtol(r->query, NULL, 10));
	send_text(r, head);
	return true;
}

/* The same by a date, which is in the second after the next. */
static bool
do_busy_date(const struct request *r)
{
	char head[256], date[64];
	time_t then = time(NULL) + 2;

	if (is_calm(r))
		return true;
	strftime(
	    date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime(&then));
	snprintf(head, sizeof(head),
	    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
	    "Retry-After: %s\r\n\r\n",
	    date);
	send_text(r, head);
	return true;
}

/* Answered when the test opens the gate. */
static bool
do_gate(const struct request *r)
{
	char body[HEAD_MAX + 64];

	while (access("open", F_OK) == -1)
		usleep(LOOK_US);
	snprintf(body, sizeof(body), "through the gate %s\n", r->query);
	send_whole(r, body);
	return true;
}

/* The same, but the first half is sent before. */
static bool
do_gate_late(const struct request *r)
{
	send_head(r, 17);
	send_text(r, "through ");
	while (access("open", F_OK) == -1)
		usleep(LOOK_US);
	send_text(r, "the gate\n");
	return true;
}

static bool
do_empty(const struct request *r)
{
	send_head(r, 0);
	return true;
}

/* Every byte in a segment of its own. */
static bool
do_drip(const struct request *r)
{
	const char *p = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"
			"drip drip...";

	for (; *p != '\0'; p++) {
		send_bytes(r, p, 1);
		usleep(100);
	}
	return true;
}

/* A body that ends where the connection does. */
static bool
do_until_close(const struct request *r)
{
	send_text(r, "HTTP/1.0 200 OK\r\n\r\nuntil the end\n");
	return false;
}

/* Whole, but the connection is closed when the next request comes by it. */
static bool
do_stale(const struct request *r)
{
	struct pollfd pfd = {.fd = r->fd, .events = POLLIN};

	send_whole(r, "whole\n");
	poll(&pfd, 1, -1);
	return false;
}

static bool
do_redirect(const struct request *r)
{
	send_text(r, "HTTP/1.1 302 Found\r\nContent-Length: 5\r\nLocation: ");
	send_text(r, r->query);
	send_text(r, "\r\n\r\nmoved");
	return true;
}

/* So many redirects, then a page. */
static bool
do_chain(const struct request *r)
{
	char location[128];
	long n = strtol(r->query, NULL, 10);

	if (n == 0) {
		send_whole(r, "end of the chain\n");
		return true;
	}
	snprintf(location, sizeof(location),
	    "HTTP/1.1 302 Found\r\nContent-Length: 5\r\n"
	    "Location: /chain?%ld\r\n\r\nmoved",
	    n - 1);
	send_text(r, location);
	return true;
}

/* The connection: each has a process here. */
static bool
do_who(const struct request *r)
{
	char body[32];

	snprintf(body, sizeof(body), "%d\n", (int)getpid());
	send_whole(r, body);
	return true;
}

/* What was asked, as it came. */
static bool
do_echo(const struct request *r)
{
	send_whole(r, r->head);
	return true;
}

/* How often the query was here before, this time not counted. */
static long
count_visits(const struct request *r)
{
	char name[HEAD_MAX + 64];
	struct stat st;
	int fd;

	snprintf(name, sizeof(name), "visits.%s", r->query);
	fd = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (fd == -1 || write(fd, ".", 1) != 1 || fstat(fd, &st) == -1)
		err(1, "%s", name);
	close(fd);
	return (long)st.st_size - 1;
}

/* "STATUS-TIMES-NAME": that status so many times, then a page. */
static bool
do_flaky(const struct request *r)
{
	char head[128], *end;
	long status = strtol(r->query, &end, 10);
	long times = *end == '-' ? strtol(end + 1, NULL, 10) : 1;

	if (count_visits(r) >= times) {
		send_whole(r, "at last\n");
		return true;
	}
	snprintf(head, sizeof(head),
	    "HTTP/1.1 %ld Not Now\r\nContent-Length: 4\r\n\r\nsad\n", status);
	send_text(r, head);
	return true;
}

/* Where a range begins that was asked for; 0: none was. */
static size_t
range_of(const struct request *r)
{
	const char *range = strcasestr(r->head, "\r\nRange: bytes=");

	return range != NULL ? (size_t)strtoul(range + 15, NULL, 10) : 0;
}

/*
 * A body of 26 lines in two halves: it breaks off after the first, and goes on
 * where a range says.  "weak-…" has a weak tag, "packed-…" says that it is
 * packed, "changed-…" is another one the second time; so is "foreign-…", which
 * sends a part of that without asking; "shifted-…" sends another part.
 */
static bool
do_halves(const struct request *r)
{
	char body[26 * 8], head[512], c;
	bool changed = strncmp(r->query, "changed-", 8) == 0;
	bool foreign = strncmp(r->query, "foreign-", 8) == 0;
	size_t from = range_of(r), n = 0;
	long visit = count_visits(r);

	for (c = 'a'; c <= 'z'; c++, n += 8)
		memset(body + n,
		    (changed || foreign) && visit > 0 ? c - 'a' + 'A' : c, 7),
		    body[n + 7] = '\n';
	if (from > 0)
		log_request(r,
		    strcasestr(r->head, "\r\nIf-Range: \"v0\"\r\n")
			? "range "
			: "blind range ");
	if (changed)
		from = 0;
	else if (from > 0 && strncmp(r->query, "shifted-", 8) == 0)
		from -= 8;
	snprintf(head, sizeof(head),
	    "HTTP/1.1 %s\r\nContent-Length: %zu\r\nETag: %s\"v%ld\"\r\n"
	    "%sContent-Range: bytes %zu-%zu/%zu\r\n\r\n",
	    from > 0 ? "206 Partial Content" : "200 OK", n - from,
	    strncmp(r->query, "weak-", 5) == 0 ? "W/" : "",
	    changed || foreign ? visit : 0,
	    strncmp(r->query, "packed-", 7) == 0 && visit == 0
		? "Content-Encoding: gzip\r\n"
		: "",
	    from, n - 1, n);
	send_text(r, head);
	send_bytes(r, body + from, visit == 0 ? n / 2 : n - from);
	return visit > 0;
}

/* Headers, one after the other, for ever. */
static bool
do_endless_head(const struct request *r)
{
	send_text(r, "HTTP/1.1 200 OK\r\n");
	for (;;)
		send_text(r, "X-More: and more, and more, and more\r\n");
	return false;
}

/* A body of chunks without an end; the query is the status. */
static bool
do_endless(const struct request *r)
{
	long status = strtol(r->query, NULL, 10);
	char head[256];

	snprintf(head, sizeof(head),
	    "HTTP/1.1 %ld On And On\r\nLocation: /empty\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n",
	    status > 0 ? status : 200);
	send_text(r, head);
	for (;;)
		send_text(r, "8\r\nforever\n\r\n");
	return false;
}

/* A byte each tenth of a second, for ever. */
static bool
do_trickle(const struct request *r)
{
	send_text(r, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
	for (;;) {
		send_text(r, ".");
		usleep(100000);
	}
	return false;
}

/* More bytes than are announced, which nobody may take for the next reply. */
static bool
do_long(const struct request *r)
{
	send_text(r, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhonest\n");
	send_whole(r, "smuggled\n");
	return false;
}

/* true: the connection may be used again */
static const struct {
	const char *path;
	bool (*serve)(const struct request *);
} pages[] = {
    {"/bare", do_bare},
    {"/busy", do_busy},
    {"/busy-date", do_busy_date},
    {"/chain", do_chain},
    {"/cut", do_cut},
    {"/cut-chunks", do_cut_chunks},
    {"/drip", do_drip},
    {"/echo", do_echo},
    {"/empty", do_empty},
    {"/endless", do_endless},
    {"/endless-head", do_endless_head},
    {"/flaky", do_flaky},
    {"/folded", do_folded},
    {"/garbage", do_garbage},
    {"/gate", do_gate},
    {"/gate-late", do_gate_late},
    {"/halves", do_halves},
    {"/long", do_long},
    {"/once", do_once},
    {"/redirect", do_redirect},
    {"/reset", do_reset},
    {"/short", do_short},
    {"/stale", do_stale},
    {"/stall", do_stall},
    {"/stall-head", do_stall_head},
    {"/trickle", do_trickle},
    {"/until-close", do_until_close},
    {"/who", do_who},
};

/* Reads one request, byte by byte, as nothing may be taken of the next. */
static bool
read_request(struct request *r)
{
	size_t n = 0;
	char *end, *query;

	do {
		if (n == sizeof(r->head) - 1 ||
		    read(r->fd, r->head + n, 1) != 1)
			return false;
		n++;
		r->head[n] = '\0';
	} while (n < 4 || memcmp(r->head + n - 4, "\r\n\r\n", 4) != 0);

	r->path[0] = r->query[0] = '\0';
	if (strncmp(r->head, "GET ", 4) != 0)
		return false;
	strlcpy(r->path, r->head + 4, sizeof(r->path));
	if ((end = strstr(r->path, " HTTP/1.1\r\n")) == NULL)
		return false;
	*end = '\0';
	if ((query = strchr(r->path, '?')) != NULL) {
		*query++ = '\0';
		memmove(r->query, query, strlen(query) + 1);
	}
	return true;
}

/* A proxy is asked for a whole URL: the path is what is behind the host. */
static const char *
path_of(const struct request *r)
{
	const char *host = strstr(r->path, "://");
	const char *path = host != NULL ? strchr(host + 3, '/') : r->path;

	return path != NULL ? path : "/";
}

static bool
serve_request(const struct request *r)
{
	size_t i;

	log_request(r, "");
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (strcmp(path_of(r), pages[i].path) == 0)
			return pages[i].serve(r);
	}
	/* whatever is below /any is there */
	if (strncmp(path_of(r), "/any", 4) == 0) {
		send_whole(r, path_of(r));
		return true;
	}
	send_text(r, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	return true;
}

static void
serve_connection(int fd)
{
	static struct request r;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	r.fd = fd;
	while (read_request(&r) && serve_request(&r))
		continue;
	_exit(0);
}

/* A socket that listens; its URL goes to the file url. */
static int
listen_somewhere(void)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FILE *f;

	if (fd == -1 || bind(fd, (struct sockaddr *)&sin, len) == -1 ||
	    listen(fd, BACKLOG) == -1 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) == -1)
		err(1, "cannot listen");
	if ((f = fopen("url.new", "we")) == NULL)
		err(1, "url.new");
	fprintf(f, "http://127.0.0.1:%u\n", ntohs(sin.sin_port));
	if (fclose(f) == EOF || rename("url.new", "url") == -1)
		err(1, "url");
	return fd;
}

int
main(int argc, char **argv)
{
	struct sigaction sa = {.sa_handler = SIG_IGN};
	int listener, fd;

	if (argc != 2)
		errx(2, "usage: faultserver DIR");
	if (chdir(argv[1]) == -1)
		err(1, "%s", argv[1]);
	sigaction(SIGCHLD, &sa, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(LIFE_S);
	listener = listen_somewhere();
	for (;;) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd == -1 && errno != EINTR && errno != ECONNABORTED)
			err(1, "accept");
		if (fd == -1)
			continue;
		if (fork() == 0)
			serve_connection(fd);
		close(fd);
	}
}
