/*
 * maprecord: a record as the program of the kind map gets it.
 * It owns the text of one; it must not know the program.
 */
#include "worker/maprecord.h"

#include <stdio.h>
#include <string.h>

#include "ipc/chan.h"
#include "ipc/msgto.h"
#include "worker/json.h"

#define TEXT_MAX  (2 * CHAN_MAX) /* bytes: a record, escaped */
#define TEXT_KEEP (64U * 1024U)	 /* bytes of storage that are kept */

void
maprecord_init(struct maprecord *r, char end, bool json)
{
	memset(r, 0, sizeof(*r));
	r->end = end;
	r->json = json;
	buf_init(&r->text, TEXT_MAX);
}

void
maprecord_clear(struct maprecord *r)
{
	buf_clear(&r->text);
}

static int
add_json(struct maprecord *r, const char *arg, size_t len)
{
	struct utf8 utf8 = {0};

	utf8_add(&utf8, arg, len);
	if (!utf8_is_valid(&utf8)) {
		r->why = "the record is not UTF-8, as JSON has to be; "
			 "use --format lines";
		return 0;
	}
	if (r->nargs > 0 && buf_add(&r->text, ",", 1) == -1)
		return -1;
	return json_add_string(&r->text, arg);
}

/* Several arguments stand in a line as {} puts them. */
static int
add_line(struct maprecord *r, const char *arg, size_t len)
{
	if (memchr(arg, r->end, len) != NULL) {
		r->why = "the record has a new line in it, which would "
			 "make two of it; use -0 or --format json";
		return 0;
	}
	if (r->nargs > 0 && buf_add(&r->text, " ", 1) == -1)
		return -1;
	return buf_add(&r->text, arg, len);
}

static void
add_arg(struct maprecord *r, const char *arg, size_t len)
{
	if (r->why == NULL &&
	    (r->json ? add_json(r, arg, len) : add_line(r, arg, len)) == -1)
		r->why = "the record is too long";
	r->nargs++;
}

static void
add_args(struct maprecord *r, struct msg_strings *args)
{
	const char *arg;
	size_t len;

	while ((arg = msg_next_string(args, &len)) != NULL)
		add_arg(r, arg, len);
}

static int
begin(struct maprecord *r, uint64_t seq, uint64_t timeout_ms)
{
	char head[64];
	int n;

	r->open = true;
	r->seq = seq;
	r->timeout_ms = timeout_ms;
	r->nargs = 0;
	r->why = NULL;
	buf_empty(&r->text, TEXT_KEEP);
	if (!r->json)
		return 0;
	n = snprintf(
	    head, sizeof(head), "{\"id\":%ju,\"args\":[", (uintmax_t)r->seq);
	return buf_add(&r->text, head, (size_t)n);
}

/* What stands behind the arguments. */
static int
finish(struct maprecord *r)
{
	r->open = false;
	return r->json ? buf_add(&r->text, "]}\n", 3)
		       : buf_add(&r->text, &r->end, 1);
}

int
maprecord_set(struct maprecord *r, uint64_t seq, uint64_t timeout_ms,
    const char *arg, size_t len)
{
	if (begin(r, seq, timeout_ms) == -1)
		return -1;
	add_arg(r, arg, len);
	return finish(r);
}

enum maprecord_status
maprecord_add(struct maprecord *r, const struct frame *f)
{
	struct msg_job job;
	struct msg_args args;
	bool more;

	if (f->type == MSG_JOB) {
		if (r->open || msg_parse_job(f, &job) == -1 ||
		    begin(r, f->id, job.timeout_ms) == -1)
			return MAPRECORD_BAD;
		add_args(r, &job.args);
		more = job.more;
	} else {
		if (!r->open || f->id != r->seq ||
		    msg_parse_args(f, &args) == -1)
			return MAPRECORD_BAD;
		add_args(r, &args.args);
		more = args.more;
	}
	if (more)
		return MAPRECORD_PART;
	return finish(r) == 0 ? MAPRECORD_WHOLE : MAPRECORD_BAD;
}
