/*
 * msg: owns which types of messages there are, and what their payloads have in
 * common.
 * It must not know what one of them says, nor how frames travel.
 */
#include "ipc/msg.h"

#include <errno.h>
#include <string.h>

#define MSG_NUMBERS   10 /* one more than the highest of a direction */
#define MSG_NUMBER(t) ((t)&0xff)
#define MSG_SIDE(t)   ((t) >> 8)

enum id_rule {
	ID_NONE, /* must be 0 */
	ID_JOB,	 /* must not be 0 */
	ID_ANY
};

struct msg_info {
	const char *name;
	enum id_rule id;
	uint16_t flags; /* that it may have */
};

/* By side, then number: the one place that knows which types there are. */
static const struct msg_info msg_infos[2][MSG_NUMBERS] = {
    {
	[MSG_NUMBER(MSG_HELLO)] = {"HELLO", ID_NONE, 0},
	[MSG_NUMBER(MSG_JOB)] = {"JOB", ID_JOB, FRAME_MORE},
	[MSG_NUMBER(MSG_ARGS)] = {"ARGS", ID_JOB, FRAME_MORE},
	[MSG_NUMBER(MSG_INPUT)] = {"INPUT", ID_JOB, FRAME_MORE},
	[MSG_NUMBER(MSG_SIGNAL)] = {"SIGNAL", ID_ANY, 0},
	[MSG_NUMBER(MSG_QUIT)] = {"QUIT", ID_NONE, 0},
	[MSG_NUMBER(MSG_PART)] = {"PART", ID_JOB, FRAME_MORE},
	[MSG_NUMBER(MSG_JOBS)] = {"JOBS", ID_JOB, 0},
    },
    {
	[MSG_NUMBER(MSG_READY)] = {"READY", ID_NONE, 0},
	[MSG_NUMBER(MSG_START)] = {"START", ID_JOB, 0},
	[MSG_NUMBER(MSG_OUTPUT)] = {"OUTPUT", ID_JOB, 0},
	[MSG_NUMBER(MSG_DONE)] = {"DONE", ID_JOB, 0},
	[MSG_NUMBER(MSG_LOG)] = {"LOG", ID_ANY, 0},
	[MSG_NUMBER(MSG_FED)] = {"FED", ID_JOB, 0},
	[MSG_NUMBER(MSG_FORGET)] = {"FORGET", ID_JOB, 0},
	[MSG_NUMBER(MSG_OK)] = {"OK", ID_JOB, 0},
	[MSG_NUMBER(MSG_BACK)] = {"BACK", ID_JOB, 0},
    },
};

static const struct msg_info *
msg_find(uint16_t type)
{
	const struct msg_info *info;

	if (MSG_SIDE(type) > 1 || MSG_NUMBER(type) >= MSG_NUMBERS)
		return NULL;
	info = &msg_infos[MSG_SIDE(type)][MSG_NUMBER(type)];
	return info->name == NULL ? NULL : info;
}

const char *
msg_name(uint16_t type)
{
	const struct msg_info *info = msg_find(type);

	return info == NULL ? "unknown" : info->name;
}

bool
msg_is_known(uint16_t type, bool from_worker)
{
	return msg_find(type) != NULL &&
	    ((type & MSG_FROM_WORKER) != 0) == from_worker;
}

/* True when a frame of this type may have these flags and this id. */
static bool
header_is_valid(uint16_t type, uint16_t flags, uint64_t id)
{
	const struct msg_info *info = msg_find(type);

	if (info == NULL || (flags & ~info->flags) != 0)
		return false;
	return info->id == ID_ANY || (info->id == ID_NONE) == (id == 0);
}

int
msg_refuse(int error)
{
	errno = error;
	return -1;
}

int
msg_begin_add(
    struct buf *b, uint16_t type, uint16_t flags, uint64_t id, size_t *mark)
{
	if (!header_is_valid(type, flags, id))
		return msg_refuse(EINVAL);
	return frame_begin(b, type, flags, id, mark);
}

int
msg_end_add(struct buf *b, size_t mark, bool whole)
{
	if (whole)
		return frame_end(b, mark);
	frame_abort(b, mark);
	return -1;
}

bool
msg_add_strings(struct buf *b, const char *const *strings, size_t n)
{
	size_t i;

	if (n > UINT32_MAX) {
		errno = EMSGSIZE;
		return false;
	}
	if (wire_add_u32(b, n) == -1)
		return false;
	for (i = 0; i < n; i++)
		if (wire_add_string(b, strings[i], strlen(strings[i])) == -1)
			return false;
	return true;
}

int
msg_add_empty(struct buf *b, uint16_t type, uint64_t id)
{
	size_t mark;

	if (msg_begin_add(b, type, 0, id, &mark) == -1)
		return -1;
	return msg_end_add(b, mark, true);
}

int
msg_add_u32(struct buf *b, uint16_t type, uint64_t id, uint32_t value)
{
	size_t mark;

	if (msg_begin_add(b, type, 0, id, &mark) == -1)
		return -1;
	return msg_end_add(b, mark, wire_add_u32(b, value) == 0);
}

int
msg_begin_parse(const struct frame *f, uint16_t type, struct wire *w)
{
	if (f->type != type || !header_is_valid(type, f->flags, f->id))
		return msg_refuse(EBADMSG);
	wire_init(w, f->payload, f->length);
	return 0;
}

int
msg_end_parse(const struct wire *w, bool valid)
{
	return valid && wire_end(w) ? 0 : msg_refuse(EBADMSG);
}

/*
 * The strings are checked here, once, so that nobody finds a bad one halfway
 * through.  An absurd count costs nothing: the cursor ends the loop.
 */
void
msg_parse_strings(struct wire *w, struct msg_strings *s)
{
	uint32_t i;
	size_t len;

	s->n = wire_u32(w);
	s->wire = *w;
	for (i = 0; i < s->n && !w->bad; i++)
		(void)wire_string(w, &len);
}

const char *
msg_next_string(struct msg_strings *s, size_t *len)
{
	*len = 0;
	if (s->n == 0)
		return NULL;
	s->n--;
	return wire_string(&s->wire, len);
}

int
msg_parse_empty(const struct frame *f, uint16_t type)
{
	struct wire w;

	if (msg_begin_parse(f, type, &w) == -1)
		return -1;
	return msg_end_parse(&w, true);
}

int
msg_parse_u32(const struct frame *f, uint16_t type, uint32_t *value)
{
	struct wire w;

	if (msg_begin_parse(f, type, &w) == -1)
		return -1;
	*value = wire_u32(&w);
	return msg_end_parse(&w, true);
}
