/*
 * shlex: walks over a shell script and says of each replacement string what
 * it stands in.  It reads what dash and bash read alike; where they part, it
 * refuses all later places rather than guess.  Pure; it must not know what
 * becomes of a place.
 */
#ifndef CMD_SHLEX_H
#define CMD_SHLEX_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/shell.h"
#include "cmd/shstack.h"

enum shlex_kind {
	SHLEX_BARE,
	SHLEX_IN_DOUBLE, /* or in the body of a here-document */
	SHLEX_IN_SINGLE,
	SHLEX_IN_ARITH,
	SHLEX_REFUSED
};

struct shlex_place {
	enum shlex_kind kind;
	size_t at, len;	 /* of the replacement string, bytes */
	bool escaped;	 /* a \ before it, which is to stay one */
	const char *why; /* refused: the reason, a constant */
};

/* Begins a walk over src, which it borrows until the walk's end. */
void shlex_init(struct shlex *, const char *src, shell_match *, void *ctx);

/* Finds the next place; comments have none.  False at the script's end. */
bool shlex_next(struct shlex *, struct shlex_place *);

/* True when, after the end, an argument can be put behind the script. */
bool shlex_can_append(const struct shlex *);

#endif
