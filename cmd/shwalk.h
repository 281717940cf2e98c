/*
 * shwalk: walks over a shell script and says of each replacement string what
 * it stands in.  It reads what dash and bash read alike; where they part, it
 * refuses all later places rather than guess.  Pure; it must not know what
 * becomes of a place.
 */
#ifndef CMD_SHWALK_H
#define CMD_SHWALK_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/shlex.h"

enum shwalk_kind {
	SHWALK_BARE,
	SHWALK_IN_DOUBLE, /* or in the body of a here-document */
	SHWALK_IN_SINGLE,
	SHWALK_IN_ARITH,
	SHWALK_REFUSED
};

struct shwalk_place {
	enum shwalk_kind kind;
	size_t at, len;	 /* of the replacement string, bytes */
	bool escaped;	 /* a \ before it, which is to stay one */
	const char *why; /* refused: the reason, a constant */
};

/* Finds the next place; comments have none.  False at the script's end. */
bool shwalk_next(struct shlex *, struct shwalk_place *);

/* True when, after the end, an argument can be put behind the script. */
bool shwalk_can_append(const struct shlex *);

#endif
