/*
 * held: output that waits to be printed, in memory or in the spool.
 * It owns the pieces; it must not know whose turn it is.
 */
#include "cmd/held.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/spare.h"

#define SPOOL_READ (64U * 1024U) /* bytes read back at a time, at most */
#define ROOM_MIN   64U		 /* bytes a piece in memory has room for */
#define ROOM_MAX   4096U	 /* and how far that grows with its output */

struct piece {
	TAILQ_ENTRY(piece) next;
	unsigned stream; /* 1 or 2 */
	bool spooled;
	off_t at;    /* spooled: where it begins */
	size_t len;  /* bytes not yet moved */
	size_t off;  /* in memory: bytes moved */
	size_t room; /* in memory: of data */
	char data[];
};

/* Those of a lone short write, which are most. */
static struct spare small_pieces = {.size = sizeof(struct piece) + ROOM_MIN};

void
held_init(struct held *h)
{
	TAILQ_INIT(&h->pieces);
}

bool
held_is_empty(const struct held *h)
{
	return TAILQ_EMPTY(&h->pieces);
}

static struct piece *
last_piece(const struct held *h)
{
	return TAILQ_LAST(&h->pieces, piece_list);
}

static struct piece *
piece_new(struct held *h, struct store *s, unsigned stream, size_t room)
{
	struct piece *p;

	p = room == ROOM_MIN ? spare_get(&small_pieces)
			     : malloc(sizeof(*p) + room);
	if (p == NULL)
		return NULL;
	*p = (struct piece){.stream = stream, .room = room};
	s->memory += sizeof(*p) + room;
	TAILQ_INSERT_TAIL(&h->pieces, p, next);
	return p;
}

/* Takes the first piece away. */
static void
piece_free(struct held *h, struct store *s, struct piece *p)
{
	TAILQ_REMOVE(&h->pieces, p, next);
	s->memory -= sizeof(*p) + p->room;
	if (s->memory < s->memory_max)
		s->full = false;
	if (p->room == ROOM_MIN)
		spare_put(&small_pieces, p);
	else
		free(p);
}

/* Room beside the bytes: none for a lone write, more for a job that goes on. */
static size_t
room_for(const struct piece *last, size_t n)
{
	size_t room = last == NULL ? ROOM_MIN : 2 * last->room;

	if (room > ROOM_MAX)
		room = ROOM_MAX;
	return n > room ? n : room;
}

static int
add_to_memory(struct held *h, struct store *s, unsigned stream,
    const char *data, size_t n)
{
	struct piece *p = last_piece(h);
	size_t used;

	if (p != NULL && !p->spooled && p->stream == stream) {
		used = p->off + p->len;
		if (p->room - used >= n) {
			memcpy(p->data + used, data, n);
			p->len += n;
			return 0;
		}
	}
	if ((p = piece_new(h, s, stream, room_for(p, n))) == NULL)
		return -1;
	memcpy(p->data, data, n);
	p->len = n;
	return 0;
}

/* -1: the spool does not take it. */
static int
add_to_spool(struct held *h, struct store *s, unsigned stream, const char *data,
    size_t n)
{
	struct piece *p = last_piece(h);
	off_t at;

	if (spool_write(&s->spool, data, n, &at) == -1) {
		s->full = true;
		s->error = errno;
		return -1;
	}
	if (p != NULL && p->spooled && p->stream == stream &&
	    p->at + (off_t)p->len == at) {
		p->len += n;
		return 0;
	}
	if ((p = piece_new(h, s, stream, 0)) == NULL) {
		spool_free(&s->spool, at, n);
		return -1;
	}
	p->spooled = true;
	p->at = at;
	p->len = n;
	return 0;
}

int
held_add(struct held *h, struct store *s, unsigned stream, const void *data,
    size_t n)
{
	if (s->memory + n > s->memory_max &&
	    add_to_spool(h, s, stream, data, n) == 0)
		return 0;
	return add_to_memory(h, s, stream, data, n);
}

unsigned
held_stream(const struct held *h)
{
	const struct piece *p = TAILQ_FIRST(&h->pieces);

	return p != NULL ? p->stream : 0;
}

/* Space came back, so there may be room again. */
static void
release_spooled(struct store *s, off_t at, size_t n)
{
	spool_free(&s->spool, at, n);
	s->full = false;
}

static ssize_t
read_spooled(const struct spool *sp, off_t at, struct buf *out, size_t n)
{
	unsigned char *room;

	if (n > SPOOL_READ)
		n = SPOOL_READ;
	if ((room = buf_reserve(out, n)) == NULL ||
	    spool_read(sp, at, room, n) == -1)
		return -1;
	buf_commit(out, n);
	return (ssize_t)n;
}

static ssize_t
move_spooled(struct piece *p, struct store *s, struct buf *out, size_t n)
{
	ssize_t got = read_spooled(&s->spool, p->at, out, n);

	if (got == -1)
		return -1;
	release_spooled(s, p->at, (size_t)got);
	p->at += got;
	return got;
}

ssize_t
held_move(struct held *h, struct store *s, struct buf *out, size_t max)
{
	struct piece *p = TAILQ_FIRST(&h->pieces);
	size_t n = p->len < max ? p->len : max;
	ssize_t moved = (ssize_t)n;

	if (p->spooled)
		moved = move_spooled(p, s, out, n);
	else if (buf_add(out, p->data + p->off, n) == -1)
		moved = -1;
	if (moved == -1)
		return -1;
	p->len -= (size_t)moved;
	p->off += p->spooled ? 0 : (size_t)moved;
	if (p->len == 0)
		piece_free(h, s, p);
	return moved;
}

/* The first piece of the cursor's stream, from that one on. */
static void
seek_piece(struct held_cursor *c, const struct piece *p)
{
	while (p != NULL && p->stream != c->stream)
		p = TAILQ_NEXT(p, next);
	c->piece = p;
	c->off = 0;
}

void
held_begin(const struct held *h, struct held_cursor *c, unsigned stream)
{
	c->stream = stream;
	seek_piece(c, TAILQ_FIRST(&h->pieces));
}

ssize_t
held_read(
    struct held_cursor *c, const struct store *s, struct buf *out, size_t max)
{
	const struct piece *p = c->piece;
	size_t n;
	ssize_t got;

	if (p == NULL)
		return 0;
	n = p->len - c->off < max ? p->len - c->off : max;
	got = (ssize_t)n;
	if (p->spooled)
		got = read_spooled(&s->spool, p->at + (off_t)c->off, out, n);
	else if (buf_add(out, p->data + p->off + c->off, n) == -1)
		got = -1;
	if (got == -1)
		return -1;
	c->off += (size_t)got;
	if (c->off == p->len)
		seek_piece(c, TAILQ_NEXT(p, next));
	return got;
}

uint64_t
held_size(const struct held *h, unsigned stream)
{
	const struct piece *p;
	uint64_t size = 0;

	TAILQ_FOREACH(p, &h->pieces, next) {
		if (p->stream == stream)
			size += p->len;
	}
	return size;
}

void
held_drop(struct held *h, struct store *s, unsigned stream)
{
	struct piece *p, *next;

	TAILQ_FOREACH_SAFE(p, &h->pieces, next, next) {
		if (stream != 0 && p->stream != stream)
			continue;
		if (p->spooled)
			release_spooled(s, p->at, p->len);
		piece_free(h, s, p);
	}
}
