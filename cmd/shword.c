/*
 * shword: owns the rules by which a shell knows a reserved word.
 * It must not know of quotes, of contexts, or of values.
 */
#include "cmd/shword.h"

#include <ctype.h>
#include <string.h>

/* Where a reserved word is known as one, and what comes after it. */
static const struct {
	const char *text;
	enum shword_position next;
	enum shword_event event;
} reserved[] = {
    {"!", SHWORD_COMMAND, SHWORD_NOTHING},
    {"[[", SHWORD_DOUBT, SHWORD_TEST_BEGIN},
    {"case", SHWORD_FRESH, SHWORD_CASE},
    {"do", SHWORD_COMMAND, SHWORD_NOTHING},
    {"done", SHWORD_FRESH, SHWORD_NOTHING},
    {"elif", SHWORD_COMMAND, SHWORD_NOTHING},
    {"else", SHWORD_COMMAND, SHWORD_NOTHING},
    {"esac", SHWORD_FRESH, SHWORD_ESAC},
    {"fi", SHWORD_FRESH, SHWORD_NOTHING},
    {"for", SHWORD_FOR, SHWORD_NOTHING},
    {"function", SHWORD_FUNCTION, SHWORD_NOTHING},
    {"if", SHWORD_COMMAND, SHWORD_NOTHING},
    {"then", SHWORD_COMMAND, SHWORD_NOTHING},
    {"time", SHWORD_DOUBT, SHWORD_NOTHING},
    {"until", SHWORD_COMMAND, SHWORD_NOTHING},
    {"while", SHWORD_COMMAND, SHWORD_NOTHING},
    {"{", SHWORD_COMMAND, SHWORD_NOTHING},
    {"}", SHWORD_FRESH, SHWORD_NOTHING},
    /* These change what later words are, each in its own way. */
    {"alias", SHWORD_ARGUMENT, SHWORD_LOST},
    {"coproc", SHWORD_ARGUMENT, SHWORD_LOST},
    {"select", SHWORD_ARGUMENT, SHWORD_LOST},
};

static bool
is(const struct shword *w, const char *text)
{
	return w->len < sizeof(w->text) && strcmp(w->text, text) == 0;
}

static enum shword_shape
shape_with(const struct shword *w, char c)
{
	bool digit = isdigit((unsigned char)c);
	bool letter = isalpha((unsigned char)c) || c == '_';

	switch (w->shape) {
	case SHWORD_NONE:
		/* bash takes ([0]=x) for elements with their subscripts. */
		if (c == '[' && w->position == SHWORD_ELEMENT)
			return SHWORD_SUBSCRIPT;
		if (digit)
			return SHWORD_NUMBER;
		return letter ? SHWORD_NAME : SHWORD_OTHER;
	case SHWORD_NUMBER:
		return digit ? SHWORD_NUMBER : SHWORD_OTHER;
	case SHWORD_NAME:
		if (c == '[')
			return SHWORD_SUBSCRIPT;
		return letter || digit ? SHWORD_NAME : SHWORD_OTHER;
	default:
		return w->shape;
	}
}

void
shword_add(struct shword *w, char c)
{
	w->shape = shape_with(w, c);
	if (w->len < sizeof(w->text)) {
		w->text[w->len++] = c;
		if (w->len < sizeof(w->text))
			w->text[w->len] = '\0';
	}
}

void
shword_mark(struct shword *w)
{
	if (w->shape != SHWORD_SUBSCRIPT)
		w->shape = SHWORD_OTHER;
	w->len = sizeof(w->text);
}

void
shword_drop(struct shword *w)
{
	w->shape = SHWORD_NONE;
	w->len = 0;
	w->text[0] = '\0';
}

/* A word where a command may begin, and where the shells disagree if it may. */
static enum shword_event
end_command(struct shword *w)
{
	bool doubt = w->position == SHWORD_DOUBT;
	size_t i;

	for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (!is(w, reserved[i].text))
			continue;
		if (!doubt) {
			w->position = reserved[i].next;
			return reserved[i].event;
		}
		if (reserved[i].event != SHWORD_NOTHING ||
		    reserved[i].next == SHWORD_FOR ||
		    reserved[i].next == SHWORD_FUNCTION)
			return SHWORD_LOST;
		return SHWORD_NOTHING;
	}
	/* In doubt, it may be an option of bash's time. */
	if (!doubt || w->text[0] != '-')
		w->position = SHWORD_ARGUMENT;
	return SHWORD_NOTHING;
}

static enum shword_event
end_test(const struct shword *w)
{
	if (is(w, "]]"))
		return SHWORD_TEST_END;
	/* Without [[ they may be reserved words after && or a new line. */
	return is(w, "case") || is(w, "esac") ? SHWORD_LOST : SHWORD_NOTHING;
}

static enum shword_event
end_word(struct shword *w)
{
	switch (w->position) {
	case SHWORD_FRESH:
	case SHWORD_COMMAND:
	case SHWORD_DOUBT:
		return end_command(w);
	case SHWORD_FOR:
		w->position = SHWORD_FOR_IN;
		return SHWORD_NOTHING;
	case SHWORD_FOR_IN:
		w->position = is(w, "do") ? SHWORD_COMMAND : SHWORD_ARGUMENT;
		return SHWORD_NOTHING;
	case SHWORD_FUNCTION:
		w->position = SHWORD_DOUBT;
		return SHWORD_NOTHING;
	case SHWORD_SUBJECT:
		w->position = SHWORD_CASE_IN;
		return SHWORD_NOTHING;
	case SHWORD_CASE_IN:
		w->position = SHWORD_PATTERN;
		return SHWORD_NOTHING;
	case SHWORD_PATTERN:
		w->position = SHWORD_PATTERN_REST;
		return is(w, "esac") ? SHWORD_ESAC : SHWORD_NOTHING;
	case SHWORD_PATTERN_REST:
		return is(w, "esac") ? SHWORD_LOST : SHWORD_NOTHING;
	case SHWORD_TEST:
		return end_test(w);
	case SHWORD_ARGUMENT:
	case SHWORD_ELEMENT:
		break;
	}
	return SHWORD_NOTHING;
}

enum shword_event
shword_end(struct shword *w)
{
	enum shword_event event = SHWORD_NOTHING;

	if (w->shape == SHWORD_NONE)
		return SHWORD_NOTHING;
	if (!w->target)
		event = end_word(w);
	else if (w->position <= SHWORD_COMMAND)
		/* dash knows reserved words after "} >f", bash doesn't. */
		w->position = SHWORD_DOUBT;
	w->target = false;
	shword_drop(w);
	return event;
}

void
shword_operator(struct shword *w)
{
	w->target = false;
	if (w->position < SHWORD_SUBJECT)
		w->position = SHWORD_COMMAND;
}

void
shword_newline(struct shword *w)
{
	w->target = false;
	if (w->position < SHWORD_SUBJECT)
		w->position = SHWORD_FRESH;
}

void
shword_redirect(struct shword *w)
{
	w->target = true;
}
