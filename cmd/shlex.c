/*
 * shlex: owns the stack of contexts that a walk is in, and its bound.
 * It must not know how any of them is read.
 */
#include "cmd/shlex.h"

#include <assert.h>
#include <string.h>

void
shlex_init(struct shlex *lx, const char *src, shell_match *match, void *ctx)
{
	memset(lx, 0, sizeof(*lx));
	lx->src = src;
	lx->match = match;
	lx->ctx = ctx;
	lx->frames[0].context = SHLEX_TOP;
	lx->nframes = 1;
}

struct shlex_frame *
shlex_top(struct shlex *lx)
{
	return &lx->frames[lx->nframes - 1];
}

/* What the first word of a context is. */
static enum shword_position
first_position(enum shlex_context context)
{
	switch (context) {
	case SHLEX_CASE:
		return SHWORD_SUBJECT;
	case SHLEX_ARRAY:
		return SHWORD_ELEMENT;
	case SHLEX_TEST:
		return SHWORD_TEST;
	default:
		return SHWORD_FRESH;
	}
}

/* outer is where the context stands. */
static bool
is_quoted(enum shlex_context context, const struct shlex_frame *outer)
{
	switch (context) {
	case SHLEX_DOUBLE:
	case SHLEX_HEREDOC:
	case SHLEX_ARITH:
	case SHLEX_ARITH_COMMAND:
	case SHLEX_ARITH_OLD:
		return true;
	case SHLEX_PARAMETER:
		return outer->quoted;
	default:
		return false;
	}
}

void
shlex_push(struct shlex *lx, enum shlex_context context, size_t n)
{
	struct shlex_frame *f, *outer = shlex_top(lx);

	if (lx->nframes == SHLEX_DEPTH) {
		shlex_lose(lx, "in a script that is nested too deeply");
		return;
	}
	f = &lx->frames[lx->nframes++];
	memset(f, 0, sizeof(*f));
	f->context = context;
	f->quoted = is_quoted(context, outer);
	f->word.position = first_position(context);
	lx->at += n;
}

void
shlex_push_part(struct shlex *lx, enum shlex_context context, size_t n)
{
	shword_mark(&shlex_top(lx)->word);
	shlex_push(lx, context, n);
}

void
shlex_pop(struct shlex *lx, size_t n)
{
	assert(lx->nframes > 1);
	lx->nframes--;
	lx->at += n;
}

void
shlex_lose(struct shlex *lx, const char *why)
{
	if (lx->lost == NULL)
		lx->lost = why;
}

bool
shlex_is_within(const struct shlex *lx, enum shlex_context context)
{
	size_t i;

	for (i = 0; i < lx->nframes; i++) {
		if (lx->frames[i].context == context)
			return true;
	}
	return false;
}

size_t
shlex_level(const struct shlex *lx)
{
	size_t i = lx->nframes - 1;

	while (i > 0 && lx->frames[i].context != SHLEX_COMMAND &&
	    lx->frames[i].context != SHLEX_BACKQUOTE)
		i--;
	return i;
}
