/*
 * joblog: a file with a line for each job that has ended.
 * It owns the file and its columns; it must not know what a task is.
 */
#include "cmd/joblog.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/disk.h"
#include "cmd/entries.h"

#define NEW_LINE "'$'\\n''" /* one between quotes, as shells read it */
#define WAIT_MS	 100
#define MODE	 (S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH)

struct joblog {
	int fd;
	bool is_pipe;		/* that does not block us */
	struct entries entries; /* of earlier runs */
	FILE *reader;		/* what is gone through for those that failed */
	uint32_t nread;		/* lines of it */
};

static int
refuse(char *why, size_t size, const char *text)
{
	snprintf(why, size, "%s", text);
	return -1;
}

/* Takes over what is there, less a line that is not whole. */
static int
take_over(struct joblog *jl, enum joblog_use use)
{
	off_t end;

	if (entries_read(&jl->entries, jl->reader, &end) == -1)
		return -1;
	rewind(jl->reader);
	return use == JOBLOG_GO_ON ? ftruncate(jl->fd, end) : 0;
}

/* True when a file that would be begun anew is empty or one of ours. */
static bool
is_joblog(int fd)
{
	char begin[sizeof(ENTRIES_HEADER) - 1];
	ssize_t n = pread(fd, begin, sizeof(begin), 0);

	return n == 0 ||
	    (n == (ssize_t)sizeof(begin) &&
		memcmp(begin, ENTRIES_HEADER, n) == 0);
}

/*
 * Waits for a pipe whose reader is slow, unless somebody wants to end us: those
 * signals are blocked here.
 */
static int
wait_for_room(int fd)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	struct pollfd room = {.fd = fd, .events = POLLOUT};
	sigset_t pending;
	size_t i;

	while (poll(&room, 1, WAIT_MS) == 0) {
		sigpending(&pending);
		for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
			if (sigismember(&pending, ending[i]) == 1) {
				errno = EAGAIN;
				return -1;
			}
		}
	}
	return 0;
}

/* Writes a line: to a pipe as much at a time as surely has room. */
static int
write_line(const struct joblog *jl, const char *p, size_t n)
{
	size_t piece;

	for (; n > 0; p += piece, n -= piece) {
		piece = jl->is_pipe && n > PIPE_BUF ? PIPE_BUF : n;
		if ((jl->is_pipe && wait_for_room(jl->fd) == -1) ||
		    disk_write(jl->fd, p, piece) == -1)
			return -1;
	}
	return 0;
}

/*
 * Opens a pipe that is to be written.  What is written while nobody reads would
 * be lost when we end, so a FIFO is opened when it has a reader.
 */
static int
open_pipe(const char *path)
{
	struct stat st;
	int wait, fd;

	wait = lstat(path, &st) == 0 && S_ISFIFO(st.st_mode) ? 0 : O_NONBLOCK;
	fd = open(path, O_WRONLY | O_CLOEXEC | wait);
	if (fd != -1 && wait == 0)
		(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static int
open_file(struct joblog *jl, const char *path, enum joblog_use use, char *why,
    size_t size)
{
	int how = use == JOBLOG_LOOK ? O_RDONLY : O_RDWR | O_CREAT | O_APPEND;
	bool reads = use != JOBLOG_BEGIN;
	struct stat st;

	jl->is_pipe = !reads && stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
	if (jl->is_pipe)
		jl->fd = open_pipe(path);
	else
		jl->fd =
		    open(path, how | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE);
	if (jl->fd == -1 || fstat(jl->fd, &st) == -1)
		return refuse(why, size, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return reads ? refuse(why, size, "not a regular file") : 0;
	if (use != JOBLOG_LOOK && flock(jl->fd, LOCK_EX | LOCK_NB) == -1)
		return refuse(why, size,
		    errno == EWOULDBLOCK ? "another run holds it"
					 : strerror(errno));
	if (!is_joblog(jl->fd))
		return refuse(why, size, "not a job log, and left as it is");
	/* a descriptor of its own, whose place no other write moves */
	if (reads && (jl->reader = fopen(path, "re")) == NULL)
		return refuse(why, size, strerror(errno));
	if ((reads ? take_over(jl, use) : ftruncate(jl->fd, 0)) == -1)
		return refuse(why, size,
		    errno == EINVAL ? "not a job log, and left as it is"
				    : strerror(errno));
	return 0;
}

struct joblog *
joblog_open(const char *path, enum joblog_use use, char *why, size_t size)
{
	struct joblog *jl = calloc(1, sizeof(*jl));
	struct stat st;

	if (jl == NULL) {
		refuse(why, size, strerror(errno));
		return NULL;
	}
	if (open_file(jl, path, use, why, size) == 0) {
		if (fstat(jl->fd, &st) == 0 &&
		    (st.st_size > 0 || use == JOBLOG_LOOK ||
			write_line(
			    jl, ENTRIES_HEADER, strlen(ENTRIES_HEADER)) == 0))
			return jl;
		refuse(why, size, strerror(errno));
	}
	joblog_close(jl);
	return NULL;
}

/* The command as it stands in the file, on one line.  Caller frees. */
static char *
one_line(const char *command)
{
	char *text = NULL;
	size_t size;
	FILE *f;

	if ((f = open_memstream(&text, &size)) == NULL)
		return NULL;
	for (; *command != '\0'; command++) {
		if (*command == '\n')
			fputs(NEW_LINE, f);
		else
			fputc(*command, f);
	}
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

enum joblog_state
joblog_claim(struct joblog *jl, const char *command, uint64_t *seq)
{
	enum joblog_state state = JOBLOG_NEW;
	char *line = one_line(command);

	if (line != NULL)
		state = entries_claim(&jl->entries, line, seq);
	else
		*seq = ++jl->entries.last_seq;
	free(line);
	return state;
}

/* A command as it was, before it was put on one line. */
static void
several_lines(char *command)
{
	char *to = command;

	while (*command != '\0') {
		if (strncmp(command, NEW_LINE, strlen(NEW_LINE)) == 0) {
			*to++ = '\n';
			command += strlen(NEW_LINE);
		} else {
			*to++ = *command++;
		}
	}
	*to = '\0';
}

int
joblog_next_failed(struct joblog *jl, char **command, uint64_t *seq)
{
	char *line = NULL, *found = NULL;
	size_t size = 0;
	ssize_t n = 0;

	while (found == NULL && jl->nread < jl->entries.nlines &&
	    (n = getline(&line, &size, jl->reader)) > 0) {
		line[n - 1] = '\0';
		if (++jl->nread > 1)
			found =
			    entries_failed(&jl->entries, line, jl->nread, seq);
	}
	*command = found != NULL ? strdup(found) : NULL;
	if (*command != NULL)
		several_lines(*command);
	free(line);
	/* somebody has cut it off */
	if (n == -1 && !ferror(jl->reader))
		errno = EIO;
	return n == -1 || (found != NULL && *command == NULL) ? -1 : 0;
}

int
joblog_add(struct joblog *jl, const struct joblog_line *line)
{
	char *command = one_line(line->command), *text;
	int n, result;

	if (command == NULL)
		return -1;
	n = asprintf(&text, "%ju\t:\t%.3f\t%10.3f\t0\t%ju\t%d\t%d\t%s\n",
	    (uintmax_t)line->seq, line->started, line->wall,
	    (uintmax_t)line->received, line->exitval, line->signal, command);
	free(command);
	if (n == -1)
		return -1;
	result = write_line(jl, text, (size_t)n);
	free(text);
	return result;
}

uint64_t
joblog_unclaimed(const struct joblog *jl)
{
	return jl->entries.nunclaimed;
}

void
joblog_close(struct joblog *jl)
{
	if (jl == NULL)
		return;
	if (jl->fd != -1)
		close(jl->fd);
	if (jl->reader != NULL)
		fclose(jl->reader);
	entries_clear(&jl->entries);
	free(jl);
}
