/*
 * shpart: the parts of a word in a shell script: quotes, backslashes and what
 * begins with a $.  Each function reads one step of a walk.  It must not know
 * of commands.
 */
#ifndef CMD_SHPART_H
#define CMD_SHPART_H

#include "cmd/shlex.h"

/* A character of an unquoted word, or one that opens a quoted part. */
void shpart_word(struct shlex *);

/* A character between double quotes, and in a here-document's body. */
void shpart_double(struct shlex *);

/* A character between single quotes. */
void shpart_single(struct shlex *);

/* A character of $'…'. */
void shpart_escapes(struct shlex *);

/* A character of "${…}" behind the name. */
void shpart_parameter(struct shlex *);

/* A character of $((…)) and of (( )). */
void shpart_arith(struct shlex *);

/* A character of $[…]. */
void shpart_arith_old(struct shlex *);

/* A character between backquotes whose text the shell reads twice. */
void shpart_raw_backquote(struct shlex *);

#endif
