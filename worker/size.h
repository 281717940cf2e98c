/* size: numbers of bytes as people write them. */
#ifndef WORKER_SIZE_H
#define WORKER_SIZE_H

#include <stdint.h>

/* What is to be said of a word that is no size. */
#define SIZE_WRONG "not a size; write 1000000, 64M or 2G"

/*
 * Reads "1000000", "64M" (of 1024) or "64m" (of 1000, as GNU parallel has it).
 * 0, or -1 when it is none, is 0, or is too large.
 */
int size_parse(const char *, uint64_t *bytes);

#endif
