/*
 * shpart: owns the reading of what a word of a shell script is made of.
 * It must not know where a word ends, nor of commands.
 */
#include "cmd/shpart.h"

#include <ctype.h>
#include <string.h>

/* Like strchr(), but no byte of the set is the NUL. */
static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* True when the line that ends with the backslash here ends in half a token. */
static bool
splits_token(const struct shlex *lx)
{
	char before = lx->at > 0 ? lx->src[lx->at - 1] : '\0';
	char after = lx->src[lx->at + 2];

	if (before == '$')
		return true;
	if (is_one_of(before, "<>&|;") && is_one_of(after, "<>&|;-\\"))
		return true;
	return is_one_of(before, "<>(=?*+@!") && is_one_of(after, "(\\");
}

static void
backslash(struct shlex *lx)
{
	const char *next = lx->src + lx->at + 1;

	if (lx->match(next, lx->ctx) > 0) {
		lx->escape = '\\';
		lx->at++;
	} else if (*next == '\0') {
		shlex_lose(lx, "after a backslash at the end");
	} else if (*next == '\n') {
		if (splits_token(lx))
			shlex_lose(lx, "after a token broken over two lines");
		lx->at += 2;
	} else {
		shword_mark(&shlex_top(lx)->word);
		lx->at += 2;
	}
}

static bool
is_arg(char c)
{
	return is_one_of(c, "123456789@*");
}

static void
parameter(struct shlex *lx)
{
	const char *s = lx->src + lx->at + 2;

	if (*s == '\0' || is_one_of(*s, " \t\n|"))
		shlex_lose(lx, "after a ${ that holds a command");
	/* ${#1} and ${!1} use an argument too; ${#} doesn't. */
	else if (is_arg(s[*s == '#' || *s == '!']))
		lx->uses_args = true;
	shlex_push(lx, SHLEX_PARAMETER, 2);
}

static void
dollar(struct shlex *lx)
{
	const char *s = lx->src + lx->at + 1;
	struct shlex_frame *f = shlex_top(lx);

	shword_mark(&f->word);
	if (lx->match(s, lx->ctx) > 0) {
		lx->escape = '$';
		lx->at++;
	} else if (s[0] == '(' && s[1] == '(') {
		shlex_push(lx, SHLEX_ARITH, 3);
	} else if (s[0] == '(') {
		shlex_push(lx, SHLEX_COMMAND, 2);
	} else if (s[0] == '{') {
		parameter(lx);
	} else if (s[0] == '[') {
		shlex_push(lx, SHLEX_ARITH_OLD, 2);
	} else if (s[0] == '\'' && !f->quoted) {
		shlex_push(lx, SHLEX_ESCAPES, 2);
	} else if (is_one_of(s[0], "@*#?$!-0123456789")) {
		lx->uses_args |= is_arg(s[0]);
		lx->at += 2;
	} else {
		lx->at++;
	}
}

/*
 * The text between backquotes is read twice: for the backslashes and the
 * backquote that ends it, then as a script.  Without what is named here the
 * second reading is the same as ours.
 */
static bool
is_read_once(const char *s)
{
	size_t i;

	for (i = 0; s[i] != '`'; i++) {
		if (s[i] == '\0' || s[i] == '\\')
			return false;
		if (s[i] == '<' && s[i + 1] == '<')
			return false;
		if (s[i] == '#' &&
		    (i == 0 || is_one_of(s[i - 1], " \t\n;&|<>()")))
			return false;
	}
	return true;
}

static void
backquote(struct shlex *lx)
{
	if (is_read_once(lx->src + lx->at + 1)) {
		shlex_push_part(lx, SHLEX_BACKQUOTE, 1);
	} else {
		lx->unsure = true;
		shlex_push_part(lx, SHLEX_RAW_BACKQUOTE, 1);
	}
}

void
shpart_word(struct shlex *lx)
{
	char c = lx->src[lx->at];

	switch (c) {
	case '\\':
		backslash(lx);
		break;
	case '$':
		dollar(lx);
		break;
	case '`':
		backquote(lx);
		break;
	case '\'':
		shlex_push_part(lx, SHLEX_SINGLE, 1);
		break;
	case '"':
		shlex_push_part(lx, SHLEX_DOUBLE, 1);
		break;
	default:
		shword_add(&shlex_top(lx)->word, c);
		lx->at++;
	}
}

void
shpart_double(struct shlex *lx)
{
	char c = lx->src[lx->at];

	if (c == '"' && shlex_top(lx)->context == SHLEX_DOUBLE)
		shlex_pop(lx, 1);
	else if (is_one_of(c, "\\$`"))
		shpart_word(lx);
	else
		lx->at++;
}

void
shpart_single(struct shlex *lx)
{
	if (lx->src[lx->at] == '\'')
		shlex_pop(lx, 1);
	else
		lx->at++;
}

/* To dash it's a $ and single quotes: a \' ends them. */
void
shpart_escapes(struct shlex *lx)
{
	const char *s = lx->src + lx->at;

	if (s[0] == '\\' && s[1] == '\'')
		shlex_lose(lx, "after a \\' in $'...'");
	else if (s[0] == '\\')
		backslash(lx);
	else
		shpart_single(lx);
}

/* Whether quotes in "${x:-…}" quote depends on the shell and the operator. */
void
shpart_parameter(struct shlex *lx)
{
	char c = lx->src[lx->at];

	if (c == '}')
		shlex_pop(lx, 1);
	else if (shlex_top(lx)->quoted && (c == '\'' || c == '"'))
		shlex_lose(lx, "after quotes in a ${...} that is quoted");
	else
		shpart_word(lx);
}

static void
close_arith(struct shlex *lx)
{
	bool command = shlex_top(lx)->context == SHLEX_ARITH_COMMAND;

	if (lx->src[lx->at + 1] != ')') {
		shlex_lose(lx, "after a (( that does not end in ))");
		return;
	}
	shlex_pop(lx, 2);
	if (command)
		shlex_top(lx)->word.position = SHWORD_FRESH;
}

/*
 * ((…)) is subshells to dash, and both it and $((…)) are commands to bash when
 * they don't end in )).  Only what ends at the same place either way passes.
 */
void
shpart_arith(struct shlex *lx)
{
	struct shlex_frame *f = shlex_top(lx);
	const char *s = lx->src + lx->at;
	bool command = f->context == SHLEX_ARITH_COMMAND;

	if (is_one_of(s[0], "'\"\\`"))
		shlex_lose(lx, "after quotes in ((...))");
	else if (command && (s[0] == '#' || strncmp(s, "<<", 2) == 0))
		shlex_lose(lx, "after a # or << in ((...))");
	else if (s[0] == '$')
		dollar(lx);
	else if (s[0] == ')' && f->depth == 0)
		close_arith(lx);
	else {
		f->depth += s[0] == '(';
		f->depth -= s[0] == ')';
		lx->at++;
	}
}

/* To dash $[…] is a part of a word, or several words. */
void
shpart_arith_old(struct shlex *lx)
{
	struct shlex_frame *f = shlex_top(lx);
	char c = lx->src[lx->at];

	if (c == '$')
		dollar(lx);
	else if (c == ']' && f->depth == 0)
		shlex_pop(lx, 1);
	else if (isalnum((unsigned char)c) ||
	    is_one_of(c, " \t_+-*%/,[]=?:~^!")) {
		f->depth += c == '[';
		f->depth -= c == ']';
		lx->at++;
	} else
		shlex_lose(lx, "after an odd character in $[...]");
}

void
shpart_raw_backquote(struct shlex *lx)
{
	char c = lx->src[lx->at];

	if (c == '\\')
		backslash(lx);
	else if (c == '`')
		shlex_pop(lx, 1);
	else
		lx->at++;
}
