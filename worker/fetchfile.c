/*
 * fetchfile: the file that a job of fetch writes.
 * It owns the file until it has its name; it must not know what goes into it.
 */
#include "worker/fetchfile.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a file keeps what the server calls its body. */
#define TAG_NAME "user.forkpool.etag"

int
fetchfile_begin(struct fetchfile *f, const char *name)
{
	*f = (struct fetchfile){.fd = -1};
	if (*name == '\0')
		return 0;
	f->name = name;
	if (asprintf(&f->part, "%s.part", name) == -1) {
		f->part = NULL;
		return -1;
	}
	return 0;
}

/* Makes the directories of a path, those that are not there. */
static int
make_directories(const char *path)
{
	char *copy = strdup(path), *p;
	int result = 0;

	if (copy == NULL)
		return -1;
	for (p = copy + 1; result == 0 && (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		if (mkdir(copy, 0777) == -1 && errno != EEXIST)
			result = -1;
		*p = '/';
	}
	free(copy);
	return result;
}

/* True unless a writer before us has renamed or removed it meanwhile. */
static bool
is_named(const char *part, const struct stat *st)
{
	struct stat named;

	return lstat(part, &named) == 0 && named.st_dev == st->st_dev &&
	    named.st_ino == st->st_ino;
}

/* One writer at a time, also of several runs: or EWOULDBLOCK. */
static int
open_part(struct fetchfile *f, int flags)
{
	struct stat st;
	int saved;

	f->fd = open(
	    f->part, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0666);
	if (f->fd == -1)
		return -1;
	if (flock(f->fd, LOCK_EX | LOCK_NB) == -1 || fstat(f->fd, &st) == -1)
		goto fail;
	if (!S_ISREG(st.st_mode)) {
		errno = EEXIST;
		goto fail;
	}
	if (!is_named(f->part, &st)) {
		errno = EWOULDBLOCK;
		goto fail;
	}
	f->size = (uint64_t)st.st_size;
	return 0;
fail:
	saved = errno;
	close(f->fd);
	f->fd = -1;
	errno = saved;
	return -1;
}

int
fetchfile_look(struct fetchfile *f, char *tag)
{
	ssize_t n;

	*tag = '\0';
	if (open_part(f, 0) == -1)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	n = fgetxattr(f->fd, TAG_NAME, tag, FETCHFILE_TAG - 1);
	tag[n > 0 ? n : 0] = '\0';
	return 0;
}

void
fetchfile_note(struct fetchfile *f, const char *tag)
{
	if (f->fd != -1)
		(void)fsetxattr(f->fd, TAG_NAME, tag, strlen(tag), 0);
}

int
fetchfile_restart(struct fetchfile *f)
{
	if (f->fd == -1 && open_part(f, O_CREAT) == -1) {
		if (errno != ENOENT || make_directories(f->part) == -1 ||
		    open_part(f, O_CREAT) == -1)
			return -1;
	}
	(void)fremovexattr(f->fd, TAG_NAME);
	f->size = 0;
	return ftruncate(f->fd, 0);
}

int
fetchfile_write(struct fetchfile *f, const void *data, size_t n)
{
	const char *p = data;
	ssize_t done;

	if (f->fd == -1 && fetchfile_restart(f) == -1)
		return -1;
	for (; n > 0; p += done, n -= (size_t)done) {
		done = write(f->fd, p, n);
		if (done == -1 && errno != EINTR)
			return -1;
		if (done == -1)
			done = 0;
		f->size += (uint64_t)done;
	}
	return 0;
}

int
fetchfile_commit(struct fetchfile *f)
{
	if (f->fd == -1 && fetchfile_restart(f) == -1)
		return -1;
	(void)fremovexattr(f->fd, TAG_NAME);
	if (rename(f->part, f->name) == -1)
		return -1;
	return 0;
}

void
fetchfile_discard(const char *name)
{
	struct fetchfile f;

	/* what another process writes, or what is no such file, stays */
	if (fetchfile_begin(&f, name) == 0)
		(void)open_part(&f, 0);
	fetchfile_end(&f, true);
}

void
fetchfile_end(struct fetchfile *f, bool drop)
{
	int saved = errno;

	if (f->fd != -1) {
		if (drop)
			(void)unlink(f->part);
		close(f->fd);
	}
	free(f->part);
	*f = (struct fetchfile){.fd = -1};
	errno = saved;
}
