/*
 * shlex: the state of a walk over a shell script: what its position stands in,
 * from the outermost context to the innermost.  It must not know how any of
 * them is read.
 */
#ifndef CMD_SHLEX_H
#define CMD_SHLEX_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/shdoc.h"
#include "cmd/shell.h"
#include "cmd/shword.h"

#define SHLEX_DEPTH 64 /* contexts in each other */
#define SHLEX_DOCS  8  /* here-documents begun on one line */

enum shlex_context {
	SHLEX_TOP,
	SHLEX_PAREN,	 /* ( ), and the ( ) of a function */
	SHLEX_COMMAND,	 /* $( ), <( ) and >( ) */
	SHLEX_BACKQUOTE, /* holding nothing that is read twice */
	SHLEX_CASE,	 /* from case to esac */
	SHLEX_ARRAY,	 /* NAME=( ) */
	SHLEX_TEST,	 /* [[ ]] */
	SHLEX_DOUBLE,
	SHLEX_SINGLE,
	SHLEX_ESCAPES,	     /* $' ' */
	SHLEX_PARAMETER,     /* ${ } */
	SHLEX_ARITH,	     /* $(( )) */
	SHLEX_ARITH_COMMAND, /* (( )) */
	SHLEX_ARITH_OLD,     /* $[ ] */
	SHLEX_RAW_BACKQUOTE,
	SHLEX_HEREDOC,
	SHLEX_RAW_HEREDOC
};

struct shlex_frame {
	enum shlex_context context;
	unsigned depth;	    /* of parentheses or brackets inside */
	bool quoted;	    /* a ' in it doesn't quote, or not everywhere */
	struct shword word; /* in a context that holds words */
};

/* A walk over a script. */
struct shlex {
	const char *src;
	size_t at;
	shell_match *match;
	void *ctx;

	struct shlex_frame frames[SHLEX_DEPTH];
	size_t nframes;
	const char *lost; /* why no later place can be classified */
	char escape;	  /* a $ or \ right before at, which would act on it */
	bool in_comment;

	struct shdoc docs[SHLEX_DOCS]; /* whose bodies are to come */
	size_t ndocs;
	size_t level; /* shlex_level() where they began */
	bool in_body; /* of docs[body] */
	size_t body;
	size_t body_end;  /* where its delimiter's line begins */
	size_t body_next; /* and where the line after that does */

	bool uses_args; /* $1 and the like were met */
	bool commented; /* a replacement string was met in a comment */
	bool unsure;	/* $1 could have been overlooked */
};

/* Begins a walk over src, which it borrows until the walk's end. */
void shlex_init(
    struct shlex *lx, const char *src, shell_match *match, void *ctx);

/* The innermost context. */
struct shlex_frame *shlex_top(struct shlex *);

/* Enters a context, n bytes ahead; gives up when there are too many. */
void shlex_push(struct shlex *, enum shlex_context, size_t n);

/* The same for one that is a part of the word that it stands in. */
void shlex_push_part(struct shlex *, enum shlex_context, size_t n);

/* Leaves the innermost context, n bytes ahead. */
void shlex_pop(struct shlex *, size_t n);

/* Gives up: no place from here on can be classified, for this reason. */
void shlex_lose(struct shlex *, const char *why);

/* True when some context is this one. */
bool shlex_is_within(const struct shlex *, enum shlex_context);

/* The context whose lines the current ones are: a substitution, or the top. */
size_t shlex_level(const struct shlex *);

#endif
