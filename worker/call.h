/* call: a kind that is a user's own, in a module of his. */
#ifndef WORKER_CALL_H
#define WORKER_CALL_H

#include "worker/kind.h"

/* The kind "call": what has been loaded, or one that does nothing. */
extern struct kind kind_call;

/*
 * Loads the kind in the file path, which kind_call is from then on.  To be
 * called before any worker is forked.  0, or -1: *why says what is wrong with
 * the file, in a string that stays valid.
 */
int call_load(const char *path, const char **why);

#endif
