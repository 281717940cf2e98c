/*
 * shcmd: the commands of a shell script: words, operators, here-documents,
 * and what brackets them.  Each function reads one step of a walk.  It must
 * not know what a word is made of.
 */
#ifndef CMD_SHCMD_H
#define CMD_SHCMD_H

#include "cmd/shlex.h"

/* A character where commands stand. */
void shcmd_bare(struct shlex *);

/* A character inside [[ ]]. */
void shcmd_test(struct shlex *);

/* The backquote that ends backquotes, wherever it is met. */
void shcmd_end_backquote(struct shlex *);

/* The end of the word that is being read, if one is. */
void shcmd_end_word(struct shlex *);

/* True when the body of a here-document begins after the line. */
bool shcmd_is_body_awaited(const struct shlex *);

/* The end of the body that is being read, and what follows it. */
void shcmd_end_body(struct shlex *);

#endif
