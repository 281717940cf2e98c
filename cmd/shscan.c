/*
 * shscan: the commands of a shell script, as far as they are written plainly.
 * It owns the reading of quotes and substitutions, roughly: where it errs, a
 * command is not seen, or an odd one.  It must not know what a command does.
 */
#include "cmd/shscan.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/shdoc.h"

#define DEPTH_MAX 16 /* substitutions in each other that are looked at */

size_t
shscan_replacement(const struct replace_set *set, const char *s, char *c)
{
	struct replacement r = {.what = REPLACE_SEQ};
	size_t n = replace_parse(set, s, &r);

	*c = r.what == REPLACE_ALL || r.what == REPLACE_POSITION ? SHSCAN_VALUE
								 : SHSCAN_OTHER;
	return n;
}

/* A script that is being read. */
struct script {
	const struct replace_set *set;
	const char *at; /* what is read next */
	bool append;
	unsigned depth;
	shscan_visit *visit;
	void *ctx;
	bool stopped;
};

/* One level of it: a substitution, a subshell or the top. */
struct level {
	struct shscan_command command;
	char *text; /* of its words */
	char *p;    /* the end of it */
	bool begun; /* a word is */
	const char
	    *after; /* the here-document begun on this line; NULL: none */
};

static void scan_level(struct script *, char end);

static void
begin_word(struct level *l)
{
	if (!l->begun)
		l->command.words[l->command.n] = l->p;
	l->begun = true;
}

static void
put(struct level *l, char c)
{
	begin_word(l);
	*l->p++ = c;
}

static void
end_word(struct level *l)
{
	if (!l->begun)
		return;
	*l->p++ = '\0';
	l->command.n++;
	l->begun = false;
}

static void
end_command(struct script *s, struct level *l)
{
	end_word(l);
	if (!s->stopped && l->command.n > 0)
		s->stopped = s->visit(&l->command, s->ctx);
	l->command.n = 0;
	l->p = l->text;
}

/*
 * Length of "$1", "${1…}", "$@" and the like at s; 0: there is none.  What
 * stands for it in a word is c: bash quotes "${1@Q}" for a second shell.
 */
static size_t
read_positional(const char *s, char *c)
{
	size_t n = s[1] == '{' ? 2 : 1;

	*c = SHSCAN_VALUE;
	if (s[n] == '\0' || strchr("123456789@*", s[n]) == NULL)
		return 0;
	if (n == 1)
		return 2;
	n = strcspn(s, "}");
	if (strncmp(s + n - 2, "@Q", 2) == 0)
		*c = SHSCAN_OTHER;
	return s[n] != '\0' ? n + 1 : n;
}

/* A $ outside single quotes, and what belongs to it. */
static void
read_dollar(struct script *s, struct level *l)
{
	char c;
	size_t n = read_positional(s->at, &c);

	if (n > 0) {
		put(l, c);
		s->at += n;
	} else if (s->at[1] == '(') {
		put(l, SHSCAN_OTHER);
		s->at += 2;
		scan_level(s, ')');
	} else {
		put(l, *s->at++);
	}
}

/* A character inside quotes: those in which $ expands, or the others. */
static void
read_quoted(struct script *s, struct level *l, bool expands)
{
	size_t n;
	char c;

	if ((n = shscan_replacement(s->set, s->at, &c)) > 0) {
		put(l, c);
		s->at += n;
	} else if (expands && *s->at == '$') {
		read_dollar(s, l);
	} else if (expands && *s->at == '`') {
		put(l, SHSCAN_OTHER);
		s->at++;
		scan_level(s, '`');
	} else {
		if (expands && *s->at == '\\' && s->at[1] != '\0' &&
		    strchr("$`\"\\\n", s->at[1]) != NULL)
			s->at++;
		put(l, *s->at++);
	}
}

static void
read_quotes(struct script *s, struct level *l)
{
	char quote = *s->at++;

	begin_word(l);
	while (*s->at != '\0' && *s->at != quote)
		read_quoted(s, l, quote == '"');
	s->at += *s->at != '\0';
}

/* A word of two bytes. */
static void
put_word(struct level *l, const char *word)
{
	put(l, word[0]);
	put(l, word[1]);
	end_word(l);
}

static bool
holds_value(const struct script *s, const char *text, size_t len)
{
	size_t i, n;
	char c;

	for (i = 0; i < len; i++) {
		n = shscan_replacement(s->set, text + i, &c);
		if (n == 0 && text[i] == '$')
			n = read_positional(text + i, &c);
		if (n > 0 && c == SHSCAN_VALUE)
			return true;
	}
	return false;
}

/* The first here-document of a line, behind its <<: is a value in its body? */
static void
read_document(struct script *s, struct level *l)
{
	const char *line = strchr(s->at, '\n');
	size_t n, end, next;
	struct shdoc doc;

	n = shdoc_begin(&doc, s->at);
	s->at += n;
	if (n == 0 || line == NULL || l->after != NULL ||
	    !shdoc_find_end(&doc, line + 1, &end, &next))
		return;
	l->after = line + 1 + next;
	if (!holds_value(s, line + 1, end))
		return;
	put_word(l, SHSCAN_INPUT);
	put_word(l, (char[]){SHSCAN_OTHER, SHSCAN_VALUE});
}

/* A < or >, behind it. */
static void
read_redirection(struct script *s, struct level *l)
{
	end_word(l);
	if (strncmp(s->at, "<<", 2) == 0) {
		put_word(l, SHSCAN_INPUT);
		s->at += 2;
	} else if (*s->at == '<') {
		s->at++;
		read_document(s, l);
	} else if (*s->at == '&') {
		/* ">&1" does not end the command */
		s->at++;
	}
}

/* What ends a word or a command. */
static void
read_operator(struct script *s, struct level *l)
{
	char c = *s->at++;

	switch (c) {
	case ' ':
	case '\t':
		end_word(l);
		break;
	case '<':
	case '>':
		read_redirection(s, l);
		break;
	case '(':
		end_command(s, l);
		scan_level(s, ')');
		break;
	case '\n':
		end_command(s, l);
		if (l->after != NULL && l->after > s->at)
			s->at = l->after;
		l->after = NULL;
		break;
	default:
		end_command(s, l);
	}
}

/* A part of a word outside quotes. */
static void
read_bare(struct script *s, struct level *l)
{
	switch (*s->at) {
	case '\\':
		s->at++;
		if (*s->at != '\0' && *s->at != '\n')
			put(l, *s->at);
		s->at += *s->at != '\0';
		break;
	case '\'':
	case '"':
		read_quotes(s, l);
		break;
	case '$':
		read_dollar(s, l);
		break;
	case '`':
		put(l, SHSCAN_OTHER);
		s->at++;
		scan_level(s, '`');
		break;
	default:
		put(l, *s->at++);
	}
}

static void
read_any(struct script *s, struct level *l)
{
	size_t n;
	char c;

	if ((n = shscan_replacement(s->set, s->at, &c)) > 0) {
		put(l, c);
		s->at += n;
	} else if (*s->at == '#' && !l->begun) {
		s->at += strcspn(s->at, "\n");
	} else if (strchr(" \t\n;&|()<>", *s->at) != NULL) {
		read_operator(s, l);
	} else {
		read_bare(s, l);
	}
}

static void
read_level(struct script *s, struct level *l, char end)
{
	while (!s->stopped && *s->at != '\0' && *s->at != end)
		read_any(s, l);
	if (s->append && s->depth == 1) {
		end_word(l);
		put(l, SHSCAN_VALUE);
	}
	end_command(s, l);
	s->at += *s->at != '\0';
}

/* Reads commands up to end, which is passed over, or the end of the script. */
static void
scan_level(struct script *s, char end)
{
	size_t size = strlen(s->at) + 3; /* and for a value that is appended */
	struct level l = {.text = malloc(size)};

	l.p = l.text;
	l.command.words = calloc(size, sizeof(char *));
	if (l.text != NULL && l.command.words != NULL && s->depth < DEPTH_MAX) {
		s->depth++;
		read_level(s, &l, end);
		s->depth--;
	} else {
		s->at += strlen(s->at);
	}
	free(l.command.words);
	free(l.text);
}

bool
shscan_commands(const struct replace_set *set, const char *script, bool append,
    shscan_visit *visit, void *ctx)
{
	struct script s = {set, script, append, 0, visit, ctx, false};

	scan_level(&s, '\0');
	return s.stopped;
}
