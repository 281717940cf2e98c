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

/* A character inside the context that each is named after. */
void shpart_double(struct shlex *); /* and in a here-document's body */
void shpart_single(struct shlex *);
void shpart_escapes(struct shlex *);
void shpart_parameter(struct shlex *);
void shpart_arith(struct shlex *); /* and in (( )) */
void shpart_arith_old(struct shlex *);
void shpart_raw_backquote(struct shlex *);

#endif
