/*
 * msgto: owns what the parent says to a worker, each message's layout and what
 * may stand in it.
 * It must not know how frames travel, nor what a message makes anybody do.
 */
#include "ipc/msgto.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "ipc/wire.h"

#define MSG_SIGNAL_MAX 64 /* the highest real-time signal */

/* Sizes in bytes. */
#define COUNT_SIZE   4	/* of a count of strings */
#define STRING_EXTRA 5	/* of a string besides its own */
#define JOB_FIXED    12 /* of a JOB before its strings */
#define ARG_LEN_MAX  (FRAME_PAYLOAD_MAX - COUNT_SIZE - STRING_EXTRA)

static bool
signal_is_valid(int signo)
{
	return signo >= 1 && signo <= MSG_SIGNAL_MAX;
}

int
msg_add_hello(struct buf *b, uint32_t slot, const char *kind,
    const char *const *words, size_t nwords)
{
	size_t mark;

	if (slot == 0)
		return msg_refuse(EINVAL);
	if (msg_begin_add(b, MSG_HELLO, 0, 0, &mark) == -1)
		return -1;
	return msg_end_add(b, mark,
	    wire_add_u32(b, MSG_MAGIC) == 0 &&
		wire_add_u16(b, MSG_VERSION) == 0 &&
		wire_add_u32(b, slot) == 0 &&
		wire_add_u32(b, FRAME_PAYLOAD_MAX) == 0 &&
		wire_add_string(b, kind, strlen(kind)) == 0 &&
		msg_add_strings(b, words, nwords));
}

int
msg_parse_hello(const struct frame *f, struct msg_hello *m)
{
	struct wire w;
	uint32_t magic;
	size_t len;

	if (msg_begin_parse(f, MSG_HELLO, &w) == -1)
		return -1;
	magic = wire_u32(&w);
	m->version = wire_u16(&w);
	m->slot = wire_u32(&w);
	m->payload_max = wire_u32(&w);
	m->kind = wire_string(&w, &len);
	msg_parse_strings(&w, &m->words);
	return msg_end_parse(&w, magic == MSG_MAGIC && m->slot >= 1);
}

/* False when one string is too long even for an ARGS frame of its own. */
static bool
each_fits(const char *const *strings, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(strings[i]) > ARG_LEN_MAX)
			return false;
	return true;
}

/* How many of n strings, with their count, go into room bytes. */
static size_t
count_fitting(const char *const *strings, size_t n, size_t room)
{
	size_t i, size;

	room -= COUNT_SIZE;
	for (i = 0; i < n; i++) {
		size = STRING_EXTRA + strlen(strings[i]);
		if (size > room)
			break;
		room -= size;
	}
	return i;
}

/* One JOB frame, with as many arguments as go into it; *done counts them. */
static int
add_job(struct buf *b, uint64_t id, const struct msg_job *m,
    const char *const *args, size_t nargs, size_t *done)
{
	size_t n = count_fitting(args, nargs, FRAME_PAYLOAD_MAX - JOB_FIXED);
	size_t mark;

	*done = n;
	if (msg_begin_add(b, MSG_JOB, n < nargs ? FRAME_MORE : 0, id, &mark) ==
	    -1)
		return -1;
	return msg_end_add(b, mark,
	    wire_add_u32(b, m->attempt) == 0 &&
		wire_add_u64(b, m->timeout_ms) == 0 &&
		msg_add_strings(b, args, n));
}

static int
add_args(struct buf *b, uint64_t id, const char *const *args, size_t nargs,
    size_t *done)
{
	size_t n = count_fitting(args, nargs, FRAME_PAYLOAD_MAX);
	size_t mark;

	assert(n > 0); /* each_fits() */
	*done = n;
	if (msg_begin_add(b, MSG_ARGS, n < nargs ? FRAME_MORE : 0, id, &mark) ==
	    -1)
		return -1;
	return msg_end_add(b, mark, msg_add_strings(b, args, n));
}

int
msg_add_job(struct buf *b, uint64_t id, uint32_t attempt, uint64_t timeout_ms,
    const char *const *args, size_t nargs)
{
	struct msg_job m = {.attempt = attempt, .timeout_ms = timeout_ms};
	size_t start = b->len, done;

	if (attempt == 0)
		return msg_refuse(EINVAL);
	/* First, so that ENOBUFS always means: there may be room later. */
	if (!each_fits(args, nargs))
		return msg_refuse(EMSGSIZE);
	if (add_job(b, id, &m, args, nargs, &done) == -1)
		return -1;
	while (nargs > done) {
		args += done;
		nargs -= done;
		if (add_args(b, id, args, nargs, &done) == -1) {
			buf_truncate(b, start);
			return -1;
		}
	}
	return 0;
}

int
msg_parse_job(const struct frame *f, struct msg_job *m)
{
	struct wire w;

	if (msg_begin_parse(f, MSG_JOB, &w) == -1)
		return -1;
	m->attempt = wire_u32(&w);
	m->timeout_ms = wire_u64(&w);
	m->more = (f->flags & FRAME_MORE) != 0;
	msg_parse_strings(&w, &m->args);
	return msg_end_parse(&w, m->attempt >= 1);
}

int
msg_parse_args(const struct frame *f, struct msg_args *m)
{
	struct wire w;

	if (msg_begin_parse(f, MSG_ARGS, &w) == -1)
		return -1;
	m->more = (f->flags & FRAME_MORE) != 0;
	msg_parse_strings(&w, &m->args);
	return msg_end_parse(&w, true);
}

int
msg_add_input(
    struct buf *b, uint64_t id, const void *data, size_t len, bool more)
{
	size_t mark;

	/* Before it is copied, not only when the frame is closed. */
	if (len > FRAME_PAYLOAD_MAX)
		return msg_refuse(EMSGSIZE);
	if (msg_begin_add(b, MSG_INPUT, more ? FRAME_MORE : 0, id, &mark) == -1)
		return -1;
	return msg_end_add(b, mark, buf_add(b, data, len) == 0);
}

int
msg_parse_input(const struct frame *f, struct msg_input *m)
{
	struct wire w;

	if (msg_begin_parse(f, MSG_INPUT, &w) == -1)
		return -1;
	m->more = (f->flags & FRAME_MORE) != 0;
	m->len = f->length;
	m->data = wire_bytes(&w, m->len);
	return msg_end_parse(&w, true);
}

/* It becomes two off_t. */
static bool
part_is_valid(const struct msg_part *m)
{
	return m->offset <= INT64_MAX && m->len <= INT64_MAX - m->offset;
}

int
msg_add_part(struct buf *b, uint64_t id, const struct msg_part *m)
{
	size_t mark, len = strlen(m->path);

	if (!part_is_valid(m))
		return msg_refuse(EINVAL);
	if (msg_begin_add(b, MSG_PART, m->more ? FRAME_MORE : 0, id, &mark) ==
	    -1)
		return -1;
	return msg_end_add(b, mark,
	    wire_add_u64(b, m->offset) == 0 && wire_add_u64(b, m->len) == 0 &&
		wire_add_string(b, m->path, len) == 0);
}

int
msg_parse_part(const struct frame *f, struct msg_part *m)
{
	struct wire w;
	size_t len;

	if (msg_begin_parse(f, MSG_PART, &w) == -1)
		return -1;
	m->more = (f->flags & FRAME_MORE) != 0;
	m->offset = wire_u64(&w);
	m->len = wire_u64(&w);
	m->path = wire_string(&w, &len);
	return msg_end_parse(&w, part_is_valid(m));
}

int
msg_add_signal(struct buf *b, uint64_t id, int signo)
{
	if (!signal_is_valid(signo))
		return msg_refuse(EINVAL);
	return msg_add_u32(b, MSG_SIGNAL, id, (uint32_t)signo);
}

int
msg_parse_signal(const struct frame *f, int *signo)
{
	uint32_t v;

	if (msg_parse_u32(f, MSG_SIGNAL, &v) == -1)
		return -1;
	*signo = v <= MSG_SIGNAL_MAX ? (int)v : 0;
	return signal_is_valid(*signo) ? 0 : msg_refuse(EBADMSG);
}

int
msg_add_quit(struct buf *b)
{
	return msg_add_empty(b, MSG_QUIT, 0);
}

int
msg_parse_quit(const struct frame *f)
{
	return msg_parse_empty(f, MSG_QUIT);
}
