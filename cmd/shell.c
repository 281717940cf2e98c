/*
 * shell: owns how a value is given to a place in a script, and what of a value
 * or a word is safe in a shell.  It must not know how a place is found.
 */
#include "cmd/shell.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/shwalk.h"
#include "worker/show.h"

/* What no shell reads as anything but itself. */
#define PLAIN                                                                  \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"       \
	"_@%+=:,./-"

#define NO_PLACE "no place for the value; write {} where it belongs"

#define NAME_SIZE 16 /* of a variable's name without its number, bytes */

/* A script that is being rewritten. */
struct rewrite {
	struct shell_script *script;
	const char *src;
	size_t done;	      /* bytes of src that are written */
	char name[NAME_SIZE]; /* of the variables, before their number */
	FILE *out;
	shell_count *count;
	void *ctx;
};

static int
refuse(struct shell_script *s, const char *why, size_t where)
{
	s->why = why;
	s->where = where;
	errno = EINVAL;
	return -1;
}

/* True when name and a digit stand in src. */
static bool
is_used(const char *src, const char *name)
{
	size_t len = strlen(name);

	while ((src = strstr(src, name)) != NULL) {
		src += len;
		if (isdigit((unsigned char)*src))
			return true;
	}
	return false;
}

/* The variables are called fp1 and so on; fp_1 in a script that has an fp1. */
static void
choose_name(struct rewrite *r)
{
	size_t len = strlcpy(r->name, "fp", sizeof(r->name));

	while (is_used(r->src, r->name) && len < sizeof(r->name) - 1)
		len = strlcat(r->name, "_", sizeof(r->name));
}

/* The variable for a replacement string; NULL without memory. */
static struct shell_var *
find_var(struct rewrite *r, const char *string, size_t len)
{
	struct shell_script *s = r->script;
	struct shell_var *v;
	size_t i;

	for (i = 0; i < s->nvars; i++) {
		v = &s->vars[i];
		if (strlen(v->string) == len &&
		    memcmp(v->string, string, len) == 0)
			return v;
	}
	v = reallocarray(s->vars, s->nvars + 1, sizeof(*v));
	if (v == NULL)
		return NULL;
	s->vars = v;
	v += s->nvars;
	v->integer = false;
	if ((v->string = strndup(string, len)) == NULL)
		return NULL;
	v->first = s->nvalues + 1;
	v->nvalues = r->count != NULL ? r->count(v->string, r->ctx) : 1;
	s->nvalues += v->nvalues;
	s->nvars++;
	return v;
}

/* Writes the source up to here. */
static void
put_source(struct rewrite *r, size_t end)
{
	fwrite(r->src + r->done, 1, end - r->done, r->out);
	r->done = end;
}

/* Its values, with so much before, between and after them. */
static void
put_values(struct rewrite *r, const struct shell_var *v, const char *before,
    const char *between, const char *after)
{
	size_t i;

	for (i = 0; i < v->nvalues; i++)
		fprintf(r->out, "%s${%s%zu}", i == 0 ? before : between,
		    r->name, v->first + i);
	if (i > 0)
		fputs(after, r->out);
}

static int
put_place(struct rewrite *r, const struct shwalk_place *p)
{
	struct shell_var *v;

	if (p->kind == SHWALK_REFUSED)
		return refuse(r->script, p->why, p->at);
	if ((v = find_var(r, r->src + p->at, p->len)) == NULL)
		return -1;
	put_source(r, p->at);
	r->done += p->len;
	switch (p->kind) {
	case SHWALK_BARE:
		put_values(r, v, "\"", "\" \"", "\"");
		break;
	case SHWALK_IN_DOUBLE:
		put_values(r, v, p->escaped ? "\\" : "", " ", "");
		break;
	case SHWALK_IN_SINGLE:
		put_values(r, v, "'\"", " ", "\"'");
		break;
	default:
		v->integer = true;
		/* So that the sign of -1 makes no -- with one before it. */
		put_values(
		    r, v, strchr("+-", r->src[p->at - 1]) ? " " : "", " ", "");
	}
	return 0;
}

/* Writes what is behind the last place, and there the value if it's nowhere. */
static int
put_rest(struct rewrite *r, const struct shlex *lx, const char *append)
{
	struct shell_script *s = r->script;
	const struct shell_var *v;

	put_source(r, strlen(r->src));
	s->uses_args = lx->uses_args;
	if (append == NULL || s->nvars > 0 || lx->commented || lx->uses_args)
		return 0;
	if (!shwalk_can_append(lx))
		return refuse(s, NO_PLACE, r->done);
	if ((v = find_var(r, append, strlen(append))) == NULL)
		return -1;
	put_values(r, v, " \"", "\" \"", "\"");
	return 0;
}

/* Ends what open_memstream(3) began: -1 when *text is not all of it. */
static int
close_text(FILE *f, char *const *text)
{
	bool failed = ferror(f) != 0;

	/* without memory for the first byte, closing is no error */
	return fclose(f) == 0 && !failed && *text != NULL ? 0 : -1;
}

/* The source with variables in its places, in *body; caller frees. */
static int
rewrite_body(
    struct rewrite *r, struct shlex *lx, const char *append, char **body)
{
	struct shwalk_place p;
	int result = 0;
	size_t size;

	if ((r->out = open_memstream(body, &size)) == NULL)
		return -1;
	while (result == 0 && shwalk_next(lx, &p))
		result = put_place(r, &p);
	if (result == 0)
		result = put_rest(r, lx, append);
	if (close_text(r->out, body) == -1)
		result = -1;
	return result;
}

/* Puts before the body what gives its variables their values. */
static int
finish(const struct rewrite *r, const char *body)
{
	struct shell_script *s = r->script;
	size_t i, size;
	FILE *out;

	if ((out = open_memstream(&s->text, &size)) == NULL)
		return -1;
	for (i = 1; i <= s->nvalues; i++)
		fprintf(out, "%s%s%zu=$%s%zu%s", i > 1 ? " " : "", r->name, i,
		    i < 10 ? "" : "{", i, i < 10 ? "" : "}");
	if (s->nvalues > 0)
		fprintf(out, "; shift %zu; ", s->nvalues);
	fputs(body, out);
	return close_text(out, &s->text);
}

int
shell_rewrite(struct shell_script *s, const char *src, shell_match *match,
    shell_count *count, void *ctx, const char *append)
{
	struct rewrite r = {
	    .script = s, .src = src, .count = count, .ctx = ctx};
	char *body = NULL;
	struct shlex lx;
	int result;

	memset(s, 0, sizeof(*s));
	choose_name(&r);
	shlex_init(&lx, src, match, ctx);
	result = rewrite_body(&r, &lx, append, &body);
	if (result == 0)
		result = finish(&r, body);
	free(body);
	/* The reason of a refusal stays. */
	if (result == -1)
		shell_clear(s);
	return result;
}

void
shell_clear(struct shell_script *s)
{
	int saved = errno;
	size_t i;

	for (i = 0; i < s->nvars; i++)
		free(s->vars[i].string);
	free(s->vars);
	free(s->text);
	s->vars = NULL;
	s->text = NULL;
	s->nvars = 0;
	s->nvalues = 0;
	errno = saved;
}

bool
shell_is_script(const char *word)
{
	return strpbrk(word, " \t\n\v\f\r|&;<>()$`") != NULL;
}

bool
shell_is_integer(const char *value)
{
	const char *digits = value + (*value == '-' || *value == '+');
	int base = 10, saved = errno;
	bool ok;
	char *end;

	if (!isdigit((unsigned char)*digits))
		return false;
	if (digits[0] == '0')
		base = digits[1] == 'x' || digits[1] == 'X' ? 16 : 8;
	errno = 0;
	(void)strtoimax(digits, &end, base);
	ok = errno == 0 && *end == '\0';
	errno = saved;
	return ok;
}

/* An = in front is a file name to zsh; an empty word would vanish. */
static bool
is_plain(const char *word)
{
	return *word != '\0' && *word != '=' &&
	    word[strspn(word, PLAIN)] == '\0';
}

/* What is not shown at the beginning of word.  Returns how many bytes. */
static size_t
put_hidden(FILE *out, const char *word)
{
	static const char letters[] = "a\ab\bf\fn\nr\rt\tv\v";
	const char *letter;
	size_t n;

	fputs("'$'", out);
	for (n = 0; word[n] != '\0' && show_plain(word + n) == 0; n++) {
		letter = strchr(letters, word[n]);
		if (letter != NULL)
			fprintf(out, "\\%c", letter[-1]);
		else
			fprintf(out, "\\%03o", (unsigned char)word[n]);
	}
	fputs("''", out);
	return n;
}

/* shown: nothing is to be in it that a terminal does not show. */
static char *
quote(const char *word, bool shown)
{
	char *quoted = NULL;
	size_t size, n;
	FILE *out;

	if (is_plain(word))
		return strdup(word);
	if ((out = open_memstream(&quoted, &size)) == NULL)
		return NULL;
	fputc('\'', out);
	for (; *word != '\0'; word += n) {
		n = shown ? show_plain(word) : 1;
		if (n == 0)
			n = put_hidden(out, word);
		else if (*word == '\'')
			fputs("'\\''", out);
		else
			fwrite(word, 1, n, out);
	}
	fputc('\'', out);
	if (fclose(out) == 0)
		return quoted;
	free(quoted);
	return NULL;
}

char *
shell_quote(const char *word)
{
	return quote(word, false);
}

char *
shell_quote_shown(const char *word)
{
	return quote(word, true);
}
