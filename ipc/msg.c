/*
 * msg: owns the layout of every payload, and what each type may say.
 * It must not know how frames travel, nor what a message makes anybody do.
 */
#include "ipc/msg.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define MSG_NUMBERS    10 /* one more than the highest of a direction */
#define MSG_NUMBER(t)  ((t)&0xff)
#define MSG_SIDE(t)    ((t) >> 8)
#define MSG_SIGNAL_MAX 64 /* the highest real-time signal */

/* Sizes in bytes. */
#define COUNT_SIZE   4	/* of a count of strings */
#define STRING_EXTRA 5	/* of a string besides its own */
#define JOB_FIXED    12 /* of a JOB before its strings */
#define ARG_LEN_MAX  (FRAME_PAYLOAD_MAX - COUNT_SIZE - STRING_EXTRA)

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

/* It becomes a pid_t, and what is signalled must be one process, not init. */
static bool
pid_is_valid(uint32_t pid)
{
	return pid > 1 && pid <= INT32_MAX;
}

static bool
signal_is_valid(uint32_t signo)
{
	return signo >= 1 && signo <= MSG_SIGNAL_MAX;
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

static int
refuse(int error)
{
	errno = error;
	return -1;
}

/* Adding: begin_add(), the payload, end_add(). */
static int
begin_add(
    struct buf *b, uint16_t type, uint16_t flags, uint64_t id, size_t *mark)
{
	if (!header_is_valid(type, flags, id))
		return refuse(EINVAL);
	return frame_begin(b, type, flags, id, mark);
}

/* whole: all of the payload could be added. */
static int
end_add(struct buf *b, size_t mark, bool whole)
{
	if (whole)
		return frame_end(b, mark);
	frame_abort(b, mark);
	return -1;
}

static bool
add_strings(struct buf *b, const char *const *strings, size_t n)
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

/* Parsing: begin_parse(), the payload, end_parse(). */
static int
begin_parse(const struct frame *f, uint16_t type, struct wire *w)
{
	if (f->type != type || !header_is_valid(type, f->flags, f->id))
		return refuse(EBADMSG);
	wire_init(w, f->payload, f->length);
	return 0;
}

/* valid: what was read makes sense.  Left-over bytes never do. */
static int
end_parse(const struct wire *w, bool valid)
{
	return valid && wire_end(w) ? 0 : refuse(EBADMSG);
}

/*
 * The strings are checked here, once, so that nobody finds a bad one halfway
 * through.  An absurd count costs nothing: the cursor ends the loop.
 */
static void
parse_strings(struct wire *w, struct msg_strings *s)
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
msg_add_hello(struct buf *b, uint32_t slot, const char *kind,
    const char *const *words, size_t nwords)
{
	size_t mark;

	if (slot == 0)
		return refuse(EINVAL);
	if (begin_add(b, MSG_HELLO, 0, 0, &mark) == -1)
		return -1;
	return end_add(b, mark,
	    wire_add_u32(b, MSG_MAGIC) == 0 &&
		wire_add_u16(b, MSG_VERSION) == 0 &&
		wire_add_u32(b, slot) == 0 &&
		wire_add_u32(b, FRAME_PAYLOAD_MAX) == 0 &&
		wire_add_string(b, kind, strlen(kind)) == 0 &&
		add_strings(b, words, nwords));
}

int
msg_parse_hello(const struct frame *f, struct msg_hello *m)
{
	struct wire w;
	uint32_t magic;
	size_t len;

	if (begin_parse(f, MSG_HELLO, &w) == -1)
		return -1;
	magic = wire_u32(&w);
	m->version = wire_u16(&w);
	m->slot = wire_u32(&w);
	m->payload_max = wire_u32(&w);
	m->kind = wire_string(&w, &len);
	parse_strings(&w, &m->words);
	return end_parse(&w, magic == MSG_MAGIC && m->slot >= 1);
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
	if (begin_add(b, MSG_JOB, n < nargs ? FRAME_MORE : 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark,
	    wire_add_u32(b, m->attempt) == 0 &&
		wire_add_u64(b, m->timeout_ms) == 0 && add_strings(b, args, n));
}

static int
add_args(struct buf *b, uint64_t id, const char *const *args, size_t nargs,
    size_t *done)
{
	size_t n = count_fitting(args, nargs, FRAME_PAYLOAD_MAX);
	size_t mark;

	assert(n > 0); /* each_fits() */
	*done = n;
	if (begin_add(b, MSG_ARGS, n < nargs ? FRAME_MORE : 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark, add_strings(b, args, n));
}

int
msg_add_job(struct buf *b, uint64_t id, uint32_t attempt, uint64_t timeout_ms,
    const char *const *args, size_t nargs)
{
	struct msg_job m = {.attempt = attempt, .timeout_ms = timeout_ms};
	size_t start = b->len, done;

	if (attempt == 0)
		return refuse(EINVAL);
	/* First, so that ENOBUFS always means: there may be room later. */
	if (!each_fits(args, nargs))
		return refuse(EMSGSIZE);
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

	if (begin_parse(f, MSG_JOB, &w) == -1)
		return -1;
	m->attempt = wire_u32(&w);
	m->timeout_ms = wire_u64(&w);
	m->more = (f->flags & FRAME_MORE) != 0;
	parse_strings(&w, &m->args);
	return end_parse(&w, m->attempt >= 1);
}

int
msg_parse_args(const struct frame *f, struct msg_args *m)
{
	struct wire w;

	if (begin_parse(f, MSG_ARGS, &w) == -1)
		return -1;
	m->more = (f->flags & FRAME_MORE) != 0;
	parse_strings(&w, &m->args);
	return end_parse(&w, true);
}

int
msg_add_input(
    struct buf *b, uint64_t id, const void *data, size_t len, bool more)
{
	size_t mark;

	/* Before it is copied, not only when the frame is closed. */
	if (len > FRAME_PAYLOAD_MAX)
		return refuse(EMSGSIZE);
	if (begin_add(b, MSG_INPUT, more ? FRAME_MORE : 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark, buf_add(b, data, len) == 0);
}

int
msg_parse_input(const struct frame *f, struct msg_input *m)
{
	struct wire w;

	if (begin_parse(f, MSG_INPUT, &w) == -1)
		return -1;
	m->more = (f->flags & FRAME_MORE) != 0;
	m->len = f->length;
	m->data = wire_bytes(&w, m->len);
	return end_parse(&w, true);
}

int
msg_add_part(struct buf *b, uint64_t id, const struct msg_part *m)
{
	size_t mark, len = strlen(m->path);

	if (begin_add(b, MSG_PART, m->more ? FRAME_MORE : 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark,
	    wire_add_u64(b, m->offset) == 0 && wire_add_u64(b, m->len) == 0 &&
		wire_add_string(b, m->path, len) == 0);
}

int
msg_parse_part(const struct frame *f, struct msg_part *m)
{
	struct wire w;
	size_t len;

	if (begin_parse(f, MSG_PART, &w) == -1)
		return -1;
	m->more = (f->flags & FRAME_MORE) != 0;
	m->offset = wire_u64(&w);
	m->len = wire_u64(&w);
	m->path = wire_string(&w, &len);
	return end_parse(
	    &w, m->offset <= INT64_MAX && m->len <= INT64_MAX - m->offset);
}

int
msg_add_signal(struct buf *b, uint64_t id, int signo)
{
	size_t mark;

	if (signo < 0 || !signal_is_valid(signo))
		return refuse(EINVAL);
	if (begin_add(b, MSG_SIGNAL, 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark, wire_add_u32(b, signo) == 0);
}

int
msg_parse_signal(const struct frame *f, int *signo)
{
	struct wire w;
	uint32_t v;

	if (begin_parse(f, MSG_SIGNAL, &w) == -1)
		return -1;
	v = wire_u32(&w);
	*signo = signal_is_valid(v) ? (int)v : 0;
	return end_parse(&w, *signo != 0);
}

int
msg_add_quit(struct buf *b)
{
	size_t mark;

	if (begin_add(b, MSG_QUIT, 0, 0, &mark) == -1)
		return -1;
	return end_add(b, mark, true);
}

int
msg_parse_quit(const struct frame *f)
{
	struct wire w;

	if (begin_parse(f, MSG_QUIT, &w) == -1)
		return -1;
	return end_parse(&w, true);
}

int
msg_add_ready(struct buf *b, uint32_t credit, uint32_t pid)
{
	size_t mark;

	if (credit == 0 || !pid_is_valid(pid))
		return refuse(EINVAL);
	if (begin_add(b, MSG_READY, 0, 0, &mark) == -1)
		return -1;
	return end_add(b, mark,
	    wire_add_u32(b, MSG_MAGIC) == 0 &&
		wire_add_u16(b, MSG_VERSION) == 0 &&
		wire_add_u32(b, credit) == 0 && wire_add_u32(b, pid) == 0);
}

int
msg_parse_ready(const struct frame *f, struct msg_ready *m)
{
	struct wire w;
	uint32_t magic;

	if (begin_parse(f, MSG_READY, &w) == -1)
		return -1;
	magic = wire_u32(&w);
	m->version = wire_u16(&w);
	m->credit = wire_u32(&w);
	m->pid = wire_u32(&w);
	return end_parse(
	    &w, magic == MSG_MAGIC && m->credit >= 1 && pid_is_valid(m->pid));
}

int
msg_add_start(struct buf *b, uint64_t id, uint32_t pid)
{
	size_t mark;

	if (!pid_is_valid(pid))
		return refuse(EINVAL);
	if (begin_add(b, MSG_START, 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark, wire_add_u32(b, pid) == 0);
}

int
msg_parse_start(const struct frame *f, uint32_t *pid)
{
	struct wire w;

	if (begin_parse(f, MSG_START, &w) == -1)
		return -1;
	*pid = wire_u32(&w);
	return end_parse(&w, pid_is_valid(*pid));
}

int
msg_add_fed(struct buf *b, uint64_t id, uint64_t bytes)
{
	size_t mark;

	if (bytes == 0)
		return refuse(EINVAL);
	if (begin_add(b, MSG_FED, 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark, wire_add_u64(b, bytes) == 0);
}

int
msg_parse_fed(const struct frame *f, uint64_t *bytes)
{
	struct wire w;

	if (begin_parse(f, MSG_FED, &w) == -1)
		return -1;
	*bytes = wire_u64(&w);
	return end_parse(&w, *bytes > 0);
}

int
msg_add_forget(struct buf *b, uint64_t id)
{
	size_t mark;

	if (begin_add(b, MSG_FORGET, 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark, true);
}

int
msg_parse_forget(const struct frame *f)
{
	struct wire w;

	if (begin_parse(f, MSG_FORGET, &w) == -1)
		return -1;
	return end_parse(&w, true);
}

int
msg_add_back(struct buf *b, uint64_t id, uint32_t n)
{
	size_t mark;

	if (n == 0)
		return refuse(EINVAL);
	if (begin_add(b, MSG_BACK, 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark, wire_add_u32(b, n) == 0);
}

int
msg_parse_back(const struct frame *f, uint32_t *n)
{
	struct wire w;

	if (begin_parse(f, MSG_BACK, &w) == -1)
		return -1;
	*n = wire_u32(&w);
	return end_parse(&w, *n > 0 && *n <= UINT64_MAX - f->id);
}

unsigned char *
msg_output_begin(struct buf *b, uint64_t id, unsigned stream, size_t *mark)
{
	unsigned char *room;

	if (!stream_is_valid(stream)) {
		errno = EINVAL;
		return NULL;
	}
	if (begin_add(b, MSG_OUTPUT, 0, id, mark) == -1)
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
		return refuse(EMSGSIZE);
	if (len == 0 || !stream_is_valid(stream))
		return refuse(EINVAL);
	if (begin_add(b, MSG_OUTPUT, 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark,
	    wire_add_u32(b, stream) == 0 && buf_add(b, data, len) == 0);
}

int
msg_parse_output(const struct frame *f, struct msg_output *m)
{
	struct wire w;

	if (begin_parse(f, MSG_OUTPUT, &w) == -1)
		return -1;
	m->stream = wire_u32(&w);
	m->len = w.left;
	m->data = wire_bytes(&w, m->len);
	return end_parse(&w,
	    stream_is_valid(m->stream) && m->len >= 1 &&
		m->len <= MSG_OUTPUT_MAX);
}

int
msg_add_done(struct buf *b, uint64_t id, const struct msg_done *m,
    const char *const *facts, size_t nfacts)
{
	size_t mark;

	if (!outcome_is_valid(m->outcome) || nfacts % 2 != 0)
		return refuse(EINVAL);
	if (begin_add(b, MSG_DONE, 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark,
	    wire_add_u16(b, m->outcome) == 0 &&
		wire_add_u32(b, (uint32_t)m->code) == 0 &&
		wire_add_u64(b, m->wall_ns) == 0 &&
		wire_add_u64(b, m->user_us) == 0 &&
		wire_add_u64(b, m->sys_us) == 0 &&
		wire_add_u64(b, m->maxrss_kb) == 0 &&
		add_strings(b, facts, nfacts));
}

int
msg_parse_done(const struct frame *f, struct msg_done *m)
{
	struct wire w;
	uint16_t outcome;

	if (begin_parse(f, MSG_DONE, &w) == -1)
		return -1;
	outcome = wire_u16(&w);
	m->outcome = outcome_is_valid(outcome) ? outcome : OUTCOME_LOST;
	m->code = (int32_t)wire_u32(&w);
	m->wall_ns = wire_u64(&w);
	m->user_us = wire_u64(&w);
	m->sys_us = wire_u64(&w);
	m->maxrss_kb = wire_u64(&w);
	parse_strings(&w, &m->facts);
	return end_parse(&w, m->outcome != OUTCOME_LOST && m->facts.n % 2 == 0);
}

int
msg_add_log(struct buf *b, uint64_t id, uint16_t level, const char *text)
{
	size_t mark;

	if (begin_add(b, MSG_LOG, 0, id, &mark) == -1)
		return -1;
	return end_add(b, mark,
	    wire_add_u16(b, level) == 0 &&
		buf_add(b, text, strnlen(text, MSG_LOG_MAX)) == 0);
}

int
msg_parse_log(const struct frame *f, struct msg_log *m)
{
	struct wire w;

	if (begin_parse(f, MSG_LOG, &w) == -1)
		return -1;
	m->level = wire_u16(&w);
	m->len = w.left;
	m->text = (const char *)wire_bytes(&w, m->len);
	return end_parse(&w, m->len <= MSG_LOG_MAX);
}
