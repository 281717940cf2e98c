/*
 * shcmd: owns the reading of commands in a shell script, as far as it decides
 * what a place stands in.  It must not know what a word is made of.
 */
#include "cmd/shcmd.h"

#include <ctype.h>
#include <string.h>

#include "cmd/shpart.h"

void
shcmd_end_word(struct shlex *lx)
{
	struct shlex_frame *f = shlex_top(lx);

	switch (shword_end(&f->word)) {
	case SHWORD_NOTHING:
		break;
	case SHWORD_CASE:
		shlex_push(lx, SHLEX_CASE, 0);
		break;
	case SHWORD_ESAC:
		if (f->context == SHLEX_CASE)
			shlex_pop(lx, 0);
		break;
	case SHWORD_TEST_BEGIN:
		shlex_push(lx, SHLEX_TEST, 0);
		if (!isspace((unsigned char)lx->src[lx->at]))
			shlex_lose(lx, "after a [[ without a space");
		break;
	case SHWORD_TEST_END:
		if (f->depth > 0)
			shlex_lose(lx, "after a ]] inside parentheses");
		shlex_pop(lx, 0);
		break;
	case SHWORD_LOST:
		shlex_lose(lx, "after a word that shells read differently");
		break;
	}
}

bool
shcmd_is_body_awaited(const struct shlex *lx)
{
	return lx->ndocs > 0 && !lx->in_body;
}

static void
begin_body(struct shlex *lx)
{
	const struct shdoc *d = &lx->docs[lx->body];
	size_t end, next;

	if (!shdoc_find_end(d, lx->src + lx->at, &end, &next)) {
		shlex_lose(lx, "in a here-document whose end is not clear");
		return;
	}
	lx->in_body = true;
	lx->body_end = lx->at + end;
	lx->body_next = lx->at + next;
	shlex_push(lx, d->quoted ? SHLEX_RAW_HEREDOC : SHLEX_HEREDOC, 0);
}

void
shcmd_end_body(struct shlex *lx)
{
	enum shlex_context context = shlex_top(lx)->context;

	if (lx->at > lx->body_end ||
	    (context != SHLEX_HEREDOC && context != SHLEX_RAW_HEREDOC)) {
		shlex_lose(lx, "after a here-document that ends inside $(...)");
		return;
	}
	shlex_pop(lx, lx->body_next - lx->at);
	lx->in_body = false;
	if (++lx->body < lx->ndocs)
		begin_body(lx);
	else
		lx->body = lx->ndocs = 0;
}

static void
heredoc(struct shlex *lx)
{
	struct shword *w = &shlex_top(lx)->word;
	size_t n;

	if (lx->ndocs == SHLEX_DOCS || lx->in_body ||
	    (lx->ndocs > 0 && lx->level != shlex_level(lx))) {
		shlex_lose(lx, "after a here-document in another");
		return;
	}
	lx->at += 2;
	n = shdoc_begin(&lx->docs[lx->ndocs], lx->src + lx->at);
	if (n == 0) {
		shlex_lose(lx, "after a here-document's unusual delimiter");
		return;
	}
	for (; n > 0; n--, lx->at++) {
		if (lx->match(lx->src + lx->at, lx->ctx) > 0) {
			shlex_lose(lx, "in a here-document's delimiter");
			return;
		}
	}
	lx->ndocs++;
	lx->level = shlex_level(lx);
	shword_redirect(w);
	shword_mark(w);
	shcmd_end_word(lx);
}

/* The length of a redirection's operator; a here-document's isn't one here. */
static size_t
redirect_len(const char *s)
{
	if (strncmp(s, "<<<", 3) == 0)
		return 3;
	return s[1] == '>' || s[1] == '&' || s[1] == '|' ? 2 : 1;
}

static void
redirect(struct shlex *lx)
{
	const char *s = lx->src + lx->at;

	if (s[1] == '(') {
		shlex_push_part(lx, SHLEX_COMMAND, 2);
		return;
	}
	/* 2> is one token. */
	if (shlex_top(lx)->word.shape == SHWORD_NUMBER)
		shword_drop(&shlex_top(lx)->word);
	shcmd_end_word(lx);
	if (s[0] == '<' && s[1] == '<' && s[2] != '<') {
		heredoc(lx);
		return;
	}
	lx->at += redirect_len(s);
	shword_redirect(&shlex_top(lx)->word);
}

static void
open_paren(struct shlex *lx)
{
	const char *s = lx->src + lx->at;
	struct shword *w = &shlex_top(lx)->word;
	bool in_word = w->shape != SHWORD_NONE;

	if (!in_word && s[1] == '(')
		shlex_push(lx, SHLEX_ARITH_COMMAND, 2);
	else if (in_word && s[-1] == '=')
		shlex_push_part(lx, SHLEX_ARRAY, 1);
	else if (in_word && strchr("?*+@!", s[-1]) != NULL)
		shlex_lose(lx, "after a pattern such as @(...)");
	else if (!in_word && w->position == SHWORD_PATTERN) {
		w->position = SHWORD_PATTERN_REST;
		lx->at++;
	} else {
		shcmd_end_word(lx);
		shlex_push(lx, SHLEX_PAREN, 1);
	}
}

static void
close_paren(struct shlex *lx)
{
	struct shlex_frame *f;

	shcmd_end_word(lx);
	f = shlex_top(lx);
	if (f->context == SHLEX_PAREN) {
		shlex_pop(lx, 1);
		shlex_top(lx)->word.position = SHWORD_FRESH;
	} else if (f->context == SHLEX_ARRAY) {
		shlex_pop(lx, 1);
	} else if (f->word.position == SHWORD_PATTERN_REST) {
		f->word.position = SHWORD_COMMAND;
		lx->at++;
	} else if (f->context != SHLEX_COMMAND) {
		shlex_lose(lx, "after a parenthesis that was not open");
	} else if (shcmd_is_body_awaited(lx) && lx->level == shlex_level(lx)) {
		shlex_lose(lx, "after a here-document without a body");
	} else {
		shlex_pop(lx, 1);
	}
}

static void
operator(struct shlex *lx)
{
	const char *s = lx->src + lx->at;
	struct shlex_frame *f;

	shcmd_end_word(lx);
	f = shlex_top(lx);
	shword_operator(&f->word);
	lx->at++;
	if (f->context == SHLEX_CASE && s[0] == ';' && s[1] != '\0' &&
	    strchr(";&|", s[1]) != NULL) {
		f->word.position = SHWORD_PATTERN;
		lx->at += s[1] == ';' && s[2] == '&' ? 2 : 1;
	}
}

static void
newline(struct shlex *lx)
{
	struct shlex_frame *f;

	shcmd_end_word(lx);
	f = shlex_top(lx);
	shword_newline(&f->word);
	lx->in_comment = false;
	lx->at++;
	if (!shcmd_is_body_awaited(lx))
		return;
	if (f->context == SHLEX_ARRAY || f->context == SHLEX_TEST ||
	    lx->level != shlex_level(lx))
		shlex_lose(lx, "after a line of a here-document that goes on");
	else
		begin_body(lx);
}

/*
 * True for an operator inside NAME=( ).  There bash drops the line, which may
 * hold the assignments to our variables, and goes on with the next one.
 */
static bool
is_misplaced(struct shlex *lx)
{
	const char *s = lx->src + lx->at;

	return shlex_top(lx)->context == SHLEX_ARRAY &&
	    strchr(";&|<>(", s[0]) != NULL &&
	    !((s[0] == '<' || s[0] == '>') && s[1] == '(');
}

void
shcmd_bare(struct shlex *lx)
{
	if (is_misplaced(lx)) {
		shlex_lose(lx, "after an operator in an array's elements");
		return;
	}
	switch (lx->src[lx->at]) {
	case '(':
		open_paren(lx);
		break;
	case ')':
		close_paren(lx);
		break;
	case '<':
	case '>':
		redirect(lx);
		break;
	case ';':
	case '&':
	case '|':
		operator(lx);
		break;
	case '\n':
		newline(lx);
		break;
	case ' ':
	case '\t':
		shcmd_end_word(lx);
		lx->at++;
		break;
	case '#':
		lx->in_comment = shlex_top(lx)->word.shape == SHWORD_NONE;
		if (lx->in_comment)
			break;
		/* FALLTHROUGH */
	default:
		shpart_word(lx);
	}
}

void
shcmd_test(struct shlex *lx)
{
	struct shlex_frame *f = shlex_top(lx);
	const char *s = lx->src + lx->at;

	if (strchr(" \t\n;&|<>()", s[0]) != NULL)
		shcmd_end_word(lx);
	/* What ends the last word belongs to the context outside. */
	if (shlex_top(lx) != f)
		return;
	/* To dash it's a command like others, where these would count. */
	if (s[0] == ';' || strncmp(s, "<<", 2) == 0 ||
	    (s[0] == '#' && f->word.shape == SHWORD_NONE))
		shlex_lose(lx, "after a ; # or << in [[...]]");
	else if (s[0] == ')' && f->depth == 0)
		shlex_lose(lx, "after a parenthesis that was not open");
	else if (strchr(" \t\n&|<>()", s[0]) == NULL)
		shpart_word(lx);
	else {
		f->depth += s[0] == '(';
		f->depth -= s[0] == ')';
		lx->at++;
	}
}

void
shcmd_end_backquote(struct shlex *lx)
{
	shcmd_end_word(lx);
	if (shlex_top(lx)->context == SHLEX_BACKQUOTE)
		shlex_pop(lx, 1);
	else
		shlex_lose(lx, "after backquotes that end inside quotes");
}
