/*
 * msgfrom: owns what a worker says to the parent, each message's layout and
 * what may stand in it. It must not know how frames travel, nor what a message
 * makes anybody do.
 */
#include "ipc/msgfrom.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "ipc/wire.h"

/* It becomes a pid_t, and what is signalled must be one process, not init. */
static bool
pid_is_valid(uint32_t pid)
{
	return pid > 1 && pid <= INT32_MAX;
}

static bool
stream_is_valid(uint32_t stream)
{
	return stream == 1 || stream == 2;
}

/* A worker can't tell of its own death. */
static bool
outcome_is_valid(unsigned outcome)
{
	return outcome <= OUTCOME_HTTP && outcome != OUTCOME_LOST;
}

int
msg_add_ready(struct buf *b, uint32_t credit, uint32_t pid)
{
	size_t mark;

	if (credit == 0 || !pid_is_valid(pid))
		return msg_refuse(EINVAL);
	if (msg_begin_add(b, MSG_READY, 0, 0, &mark) == -1)
		return -1;
	return msg_end_add(b, mark,
	    wire_add_u32(b, MSG_MAGIC) == 0 &&
		wire_add_u16(b, MSG_VERSION) == 0 &&
		wire_add_u32(b, credit) == 0 && wire_add_u32(b, pid) == 0);
}

int
msg_parse_ready(const struct frame *f, struct msg_ready *m)
{
	struct wire w;
	uint32_t magic;

	if (msg_begin_parse(f, MSG_READY, &w) == -1)
		return -1;
	magic = wire_u32(&w);
	m->version = wire_u16(&w);
	m->credit = wire_u32(&w);
	m->pid = wire_u32(&w);
	return msg_end_parse(
	    &w, magic == MSG_MAGIC && m->credit >= 1 && pid_is_valid(m->pid));
}

int
msg_add_start(struct buf *b, uint64_t id, uint32_t pid)
{
	if (!pid_is_valid(pid))
		return msg_refuse(EINVAL);
	return msg_add_u32(b, MSG_START, id, pid);
}

int
msg_parse_start(const struct frame *f, uint32_t *pid)
{
	if (msg_parse_u32(f, MSG_START, pid) == -1)
		return -1;
	return pid_is_valid(*pid) ? 0 : msg_refuse(EBADMSG);
}

int
msg_add_fed(struct buf *b, uint64_t id, uint64_t bytes)
{
	size_t mark;

	if (bytes == 0)
		return msg_refuse(EINVAL);
	if (msg_begin_add(b, MSG_FED, 0, id, &mark) == -1)
		return -1;
	return msg_end_add(b, mark, wire_add_u64(b, bytes) == 0);
}

int
msg_parse_fed(const struct frame *f, uint64_t *bytes)
{
	struct wire w;

	if (msg_begin_parse(f, MSG_FED, &w) == -1)
		return -1;
	*bytes = wire_u64(&w);
	return msg_end_parse(&w, *bytes > 0);
}

int
msg_add_forget(struct buf *b, uint64_t id)
{
	return msg_add_empty(b, MSG_FORGET, id);
}

int
msg_parse_forget(const struct frame *f)
{
	return msg_parse_empty(f, MSG_FORGET);
}

/* The numbers of n jobs from id on. */
static bool
numbers_are_valid(uint64_t id, uint32_t n)
{
	return n > 0 && n <= UINT64_MAX - id;
}

int
msg_add_back(struct buf *b, uint64_t id, uint32_t n)
{
	if (!numbers_are_valid(id, n))
		return msg_refuse(EINVAL);
	return msg_add_u32(b, MSG_BACK, id, n);
}

int
msg_parse_back(const struct frame *f, uint32_t *n)
{
	if (msg_parse_u32(f, MSG_BACK, n) == -1)
		return -1;
	return numbers_are_valid(f->id, *n) ? 0 : msg_refuse(EBADMSG);
}

unsigned char *
msg_output_begin(struct buf *b, uint64_t id, unsigned stream, size_t *mark)
{
	unsigned char *room;

	if (!stream_is_valid(stream)) {
		errno = EINVAL;
		return NULL;
	}
	if (msg_begin_add(b, MSG_OUTPUT, 0, id, mark) == -1)
		return NULL;
	room = NULL;
	if (wire_add_u32(b, stream) == 0)
		room = buf_reserve(b, MSG_OUTPUT_MAX);
	if (room == NULL)
		frame_abort(b, *mark);
	return room;
}

void
msg_output_end(struct buf *b, size_t mark, size_t len)
{
	assert(len <= MSG_OUTPUT_MAX);
	if (len == 0) {
		frame_abort(b, mark);
		return;
	}
	buf_commit(b, len);
	(void)frame_end(b, mark); /* MSG_OUTPUT_MAX always fits */
}

int
msg_add_output(
    struct buf *b, uint64_t id, unsigned stream, const void *data, size_t len)
{
	size_t mark;

	if (len > MSG_OUTPUT_MAX)
		return msg_refuse(EMSGSIZE);
	if (len == 0 || !stream_is_valid(stream))
		return msg_refuse(EINVAL);
	if (msg_begin_add(b, MSG_OUTPUT, 0, id, &mark) == -1)
		return -1;
	return msg_end_add(b, mark,
	    wire_add_u32(b, stream) == 0 && buf_add(b, data, len) == 0);
}

int
msg_parse_output(const struct frame *f, struct msg_output *m)
{
	struct wire w;

	if (msg_begin_parse(f, MSG_OUTPUT, &w) == -1)
		return -1;
	m->stream = wire_u32(&w);
	m->len = w.left;
	m->data = wire_bytes(&w, m->len);
	return msg_end_parse(&w,
	    stream_is_valid(m->stream) && m->len >= 1 &&
		m->len <= MSG_OUTPUT_MAX);
}

int
msg_add_done(struct buf *b, uint64_t id, const struct msg_done *m,
    const char *const *facts, size_t nfacts)
{
	size_t mark;

	if (!outcome_is_valid(m->outcome) || nfacts % 2 != 0)
		return msg_refuse(EINVAL);
	if (msg_begin_add(b, MSG_DONE, 0, id, &mark) == -1)
		return -1;
	return msg_end_add(b, mark,
	    wire_add_u16(b, m->outcome) == 0 &&
		wire_add_u32(b, (uint32_t)m->code) == 0 &&
		wire_add_u64(b, m->wall_ns) == 0 &&
		wire_add_u64(b, m->user_us) == 0 &&
		wire_add_u64(b, m->sys_us) == 0 &&
		wire_add_u64(b, m->maxrss_kb) == 0 &&
		msg_add_strings(b, facts, nfacts));
}

int
msg_parse_done(const struct frame *f, struct msg_done *m)
{
	struct wire w;
	uint16_t outcome;

	if (msg_begin_parse(f, MSG_DONE, &w) == -1)
		return -1;
	outcome = wire_u16(&w);
	m->outcome = outcome_is_valid(outcome) ? outcome : OUTCOME_LOST;
	m->code = (int32_t)wire_u32(&w);
	m->wall_ns = wire_u64(&w);
	m->user_us = wire_u64(&w);
	m->sys_us = wire_u64(&w);
	m->maxrss_kb = wire_u64(&w);
	msg_parse_strings(&w, &m->facts);
	return msg_end_parse(
	    &w, m->outcome != OUTCOME_LOST && m->facts.n % 2 == 0);
}

int
msg_add_log(struct buf *b, uint64_t id, uint16_t level, const char *text)
{
	size_t mark;

	if (msg_begin_add(b, MSG_LOG, 0, id, &mark) == -1)
		return -1;
	return msg_end_add(b, mark,
	    wire_add_u16(b, level) == 0 &&
		buf_add(b, text, strnlen(text, MSG_LOG_MAX)) == 0);
}

int
msg_parse_log(const struct frame *f, struct msg_log *m)
{
	struct wire w;

	if (msg_begin_parse(f, MSG_LOG, &w) == -1)
		return -1;
	m->level = wire_u16(&w);
	m->len = w.left;
	m->text = (const char *)wire_bytes(&w, m->len);
	return msg_end_parse(&w, m->len <= MSG_LOG_MAX);
}
