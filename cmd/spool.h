/*
 * spool: one unlinked file for output that waits and is too much for memory.
 * It owns the file; it must not know whose bytes they are.
 */
#ifndef CMD_SPOOL_H
#define CMD_SPOOL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct spool {
	const char *dir; /* where it is made */
	int fd;		 /* -1: not needed so far */
	off_t end;	 /* where the next bytes go */
	uint64_t used;	 /* bytes that are still wanted */
	uint64_t max;	/* most of them; 0: 90 % of what is free at first use */
	uint32_t *live; /* of each block of the file, bytes still wanted */
	size_t nlive;	/* blocks that have room in live */
};

/* Nothing is made yet.  dir is borrowed; max as above. */
void spool_init(struct spool *, const char *dir, uint64_t max);

/*
 * Appends n bytes, and tells where they went.  0, or -1 with errno: EDQUOT when
 * the maximum is reached, otherwise why the file can't be written; nothing of
 * them counts then.
 */
int spool_write(struct spool *, const void *data, size_t n, off_t *at);

/* Reads back n bytes.  0, or -1 with errno; EIO when they are not there. */
int spool_read(const struct spool *, off_t at, void *data, size_t n);

/*
 * n bytes that were written at that place are no longer wanted.  Their disk
 * space comes back by the block, as soon as nothing of the block is wanted.
 */
void spool_free(struct spool *, off_t at, size_t n);

/* Closes the file and frees what is known of it.  Keeps errno. */
void spool_clear(struct spool *);

#endif
