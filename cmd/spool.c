/*
 * spool: one unlinked file for output that waits and is too much for memory.
 * It owns the file; it must not know whose bytes they are.
 */
#include "cmd/spool.h"

#include <sys/statvfs.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FREE_PERCENT 90		   /* of the file system that may be used */
#define BLOCK	     (64U * 1024U) /* bytes whose space comes back together */

void
spool_init(struct spool *sp, const char *dir, uint64_t max)
{
	*sp = (struct spool){.dir = dir, .fd = -1, .max = max};
}

/* Not every file system can make a file without a name. */
static int
open_named(const char *dir)
{
	char path[4096];
	int fd;

	if (snprintf(path, sizeof(path), "%s/forkpool.XXXXXX", dir) >=
	    (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = mkostemp(path, O_CLOEXEC)) != -1)
		unlink(path);
	return fd;
}

static int
spool_open(struct spool *sp)
{
	struct statvfs vfs;

	sp->fd = open(sp->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (sp->fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR))
		sp->fd = open_named(sp->dir);
	if (sp->fd == -1)
		return -1;
	if (sp->max == 0 && fstatvfs(sp->fd, &vfs) == 0)
		sp->max =
		    (uint64_t)vfs.f_bavail * vfs.f_frsize / 100 * FREE_PERCENT;
	return 0;
}

/* Makes room to count the blocks of a file of that size. */
static int
reserve_blocks(struct spool *sp, off_t size)
{
	size_t need = (size_t)(size / BLOCK) + 1, n = 2 * need;
	uint32_t *live;

	if (need <= sp->nlive)
		return 0;
	live = recallocarray(sp->live, sp->nlive, n, sizeof(*live));
	if (live == NULL)
		return -1;
	sp->live = live;
	sp->nlive = n;
	return 0;
}

/* How many of n bytes at that place are in the same block as the first. */
static size_t
in_block(off_t at, size_t n)
{
	size_t room = BLOCK - (size_t)(at % BLOCK);

	return n < room ? n : room;
}

static void
count_bytes(struct spool *sp, off_t at, size_t n)
{
	size_t part;

	for (; n > 0; at += (off_t)part, n -= part) {
		part = in_block(at, n);
		sp->live[at / BLOCK] += (uint32_t)part;
	}
}

int
spool_write(struct spool *sp, const void *data, size_t n, off_t *at)
{
	const char *p = data;
	size_t done = 0;
	ssize_t w;

	if (sp->fd == -1 && spool_open(sp) == -1)
		return -1;
	if (sp->used + n > sp->max) {
		errno = EDQUOT;
		return -1;
	}
	if (reserve_blocks(sp, sp->end + (off_t)n) == -1)
		return -1;
	while (done < n) {
		w = pwrite(sp->fd, p + done, n - done, sp->end + (off_t)done);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1)
			return -1;
		done += (size_t)w;
	}
	*at = sp->end;
	count_bytes(sp, sp->end, n);
	sp->end += (off_t)n;
	sp->used += n;
	return 0;
}

int
spool_read(const struct spool *sp, off_t at, void *data, size_t n)
{
	char *p = data;
	size_t done = 0;
	ssize_t r;

	while (done < n) {
		r = pread(sp->fd, p + done, n - done, at + (off_t)done);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == 0)
			errno = EIO;
		if (r <= 0)
			return -1;
		done += (size_t)r;
	}
	return 0;
}

/* A whole block that nobody wants: a hole, where the file system has them. */
static void
punch(const struct spool *sp, off_t block)
{
	if ((block + 1) * BLOCK <= sp->end)
		(void)fallocate(sp->fd,
		    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, block * BLOCK,
		    BLOCK);
}

void
spool_free(struct spool *sp, off_t at, size_t n)
{
	size_t part;

	sp->used -= n;
	for (; n > 0; at += (off_t)part, n -= part) {
		part = in_block(at, n);
		sp->live[at / BLOCK] -= (uint32_t)part;
		if (sp->live[at / BLOCK] == 0 && sp->used > 0)
			punch(sp, at / BLOCK);
	}
	if (sp->used == 0 && ftruncate(sp->fd, 0) == 0)
		sp->end = 0;
}

void
spool_clear(struct spool *sp)
{
	int saved = errno;

	if (sp->fd != -1)
		close(sp->fd);
	sp->fd = -1;
	free(sp->live);
	sp->live = NULL;
	sp->nlive = 0;
	errno = saved;
}
