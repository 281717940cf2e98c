/*
 * buf: a growing queue of bytes with a maximum.
 * It owns its storage; it knows nothing of frames or descriptors.
 */
#ifndef IPC_BUF_H
#define IPC_BUF_H

#include <stddef.h>

struct buf {
	unsigned char *data; /* storage; NULL until first needed */
	size_t off;	     /* where the unread bytes begin */
	size_t len;	     /* how many unread bytes there are */
	size_t cap;	     /* size of the storage */
	size_t max;	     /* the most unread bytes it may hold */
};

/* Makes an empty buffer that will hold at most max bytes.  Allocates nothing.
 */
void buf_init(struct buf *, size_t max);

/* Frees the storage and leaves an empty, usable buffer.  Keeps errno. */
void buf_clear(struct buf *);

/* The unread bytes: b->len of them, valid until the buffer is changed. */
static inline const unsigned char *
buf_head(const struct buf *b)
{
	/* Even an offset of 0 must not be added to NULL. */
	return b->data == NULL ? NULL : b->data + b->off;
}

/* buf_reserve() where there is no room yet. */
unsigned char *buf_reserve_more(struct buf *, size_t n);

/*
 * Makes room for n bytes after the unread ones and returns where they go;
 * buf_commit() then counts those that were written.
 * NULL with ENOBUFS when the maximum would be passed, ENOMEM without memory;
 * the contents are then unchanged.
 */
static inline unsigned char *
buf_reserve(struct buf *b, size_t n)
{
	if (b->len <= b->max && n <= b->max - b->len && b->data != NULL &&
	    n <= b->cap - b->off - b->len)
		return b->data + b->off + b->len;
	return buf_reserve_more(b, n);
}

/* Counts n bytes, written to the place reserved before, as unread. */
void buf_commit(struct buf *, size_t n);

/* Appends a copy of n bytes.  0, or -1 with errno as buf_reserve(). */
int buf_add(struct buf *, const void *, size_t n);

/* Forgets the first n unread bytes; n is at most b->len. */
void buf_consume(struct buf *, size_t n);

/* Cuts the unread bytes back to the first n; n is at most b->len. */
void buf_truncate(struct buf *, size_t n);

/* Forgets all unread bytes; storage of more than keep bytes is freed. */
void buf_empty(struct buf *, size_t keep);

/* Exchanges the storage and contents of two buffers; each keeps its maximum. */
void buf_swap(struct buf *, struct buf *);

#endif
