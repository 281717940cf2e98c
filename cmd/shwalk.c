/*
 * shwalk: owns the walk over a shell script: which context is read how, and
 * what a place in it is.  It must not know what is put there.
 */
#include "cmd/shwalk.h"

#include <string.h>

#include "cmd/shcmd.h"
#include "cmd/shpart.h"

static void
pass(struct shlex *lx)
{
	lx->at++;
}

static const struct {
	void (*step)(struct shlex *);
	enum shwalk_kind kind;
	const char *why;
} contexts[] = {
    [SHLEX_TOP] = {shcmd_bare, SHWALK_BARE, NULL},
    [SHLEX_PAREN] = {shcmd_bare, SHWALK_BARE, NULL},
    [SHLEX_COMMAND] = {shcmd_bare, SHWALK_BARE, NULL},
    [SHLEX_BACKQUOTE] = {shcmd_bare, SHWALK_BARE, NULL},
    [SHLEX_CASE] = {shcmd_bare, SHWALK_BARE, NULL},
    [SHLEX_ARRAY] = {shcmd_bare, SHWALK_BARE, NULL},
    [SHLEX_TEST] = {shcmd_test, SHWALK_REFUSED, "in [[...]]"},
    [SHLEX_DOUBLE] = {shpart_double, SHWALK_IN_DOUBLE, NULL},
    [SHLEX_SINGLE] = {shpart_single, SHWALK_IN_SINGLE, NULL},
    [SHLEX_ESCAPES] = {shpart_escapes, SHWALK_REFUSED, "in $'...'"},
    [SHLEX_PARAMETER] = {shpart_parameter, SHWALK_REFUSED, "in ${...}"},
    [SHLEX_ARITH] = {shpart_arith, SHWALK_IN_ARITH, NULL},
    [SHLEX_ARITH_COMMAND] = {shpart_arith, SHWALK_REFUSED, "in ((...))"},
    [SHLEX_ARITH_OLD] = {shpart_arith_old, SHWALK_REFUSED, "in $[...]"},
    [SHLEX_RAW_BACKQUOTE] = {shpart_raw_backquote, SHWALK_REFUSED,
	"in backquotes with a backslash, # or <<; use $(...)"},
    [SHLEX_HEREDOC] = {shpart_double, SHWALK_IN_DOUBLE, NULL},
    [SHLEX_RAW_HEREDOC] = {pass, SHWALK_REFUSED, "in a quoted here-document"},
};

/* Why the place here gets no value; NULL when it can have one. */
static const char *
refusal(const struct shlex *lx)
{
	const struct shlex_frame *f = lx->frames;
	size_t i;

	if (lx->lost != NULL)
		return lx->lost;
	for (i = 0; i < lx->nframes; i++) {
		if (contexts[f[i].context].why != NULL)
			return contexts[f[i].context].why;
		/* bash evaluates it as arithmetic, which can run commands. */
		if (f[i].word.shape == SHWORD_SUBSCRIPT)
			return "in an array's subscript";
	}
	return lx->escape == '$' ? "right after a $" : NULL;
}

static void
classify(struct shlex *lx, struct shwalk_place *p)
{
	struct shlex_frame *f = shlex_top(lx);

	p->at = lx->at;
	p->kind = contexts[f->context].kind;
	p->why = refusal(lx);
	/* In double quotes a \ stays, but before these. */
	p->escaped = lx->escape == '\\' && p->kind == SHWALK_IN_DOUBLE &&
	    strchr("$`\"\\\n", lx->src[lx->at]) == NULL;
	if (p->why == NULL && lx->escape == '\\' && !p->escaped)
		p->why = "right after a backslash";
	if (p->why != NULL)
		p->kind = SHWALK_REFUSED;
	shword_mark(&f->word);
}

static void
step(struct shlex *lx)
{
	void (*read)(struct shlex *) = contexts[shlex_top(lx)->context].step;
	char c = lx->src[lx->at];

	lx->escape = '\0';
	if (lx->lost != NULL || (lx->in_comment && c != '\n'))
		lx->at++;
	else if (c == '`' && shlex_is_within(lx, SHLEX_BACKQUOTE))
		shcmd_end_backquote(lx);
	else if (c == '\n' && read != shcmd_bare && shcmd_is_body_awaited(lx))
		shlex_lose(lx, "after a line of a here-document that goes on");
	else
		read(lx);
}

bool
shwalk_next(struct shlex *lx, struct shwalk_place *p)
{
	while (lx->src[lx->at] != '\0') {
		if (lx->in_body && lx->lost == NULL && lx->at >= lx->body_end) {
			shcmd_end_body(lx);
			continue;
		}
		p->len = lx->match(lx->src + lx->at, lx->ctx);
		if (p->len > 0 && !lx->in_comment) {
			classify(lx, p);
			lx->escape = '\0';
			lx->at += p->len;
			return true;
		}
		lx->commented |= p->len > 0;
		step(lx);
	}
	if (lx->lost == NULL)
		shcmd_end_word(lx);
	return false;
}

bool
shwalk_can_append(const struct shlex *lx)
{
	const struct shword *word = &lx->frames[0].word;

	/* behind an operator it would be the name of a command */
	return lx->lost == NULL && !lx->unsure && lx->nframes == 1 &&
	    !lx->in_comment && lx->ndocs == 0 &&
	    word->position != SHWORD_FRESH &&
	    !(word->position == SHWORD_COMMAND && word->shape == SHWORD_NONE);
}
