/*
 * frames: what the tests of ipc/ and the fuzzer share: a valid frame of every
 * type, and a reader that believes nothing.
 */
#ifndef TESTS_UNIT_FRAMES_H
#define TESTS_UNIT_FRAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "ipc/buf.h"
#include "ipc/frame.h"

/*
 * Parses a frame as the message that its type says, and reads every byte of
 * the result, so that a sanitizer sees one that is not ours.
 * 0, or -1 with errno when it is refused.
 */
int frames_walk(const struct frame *);

/* Appends n bytes to b: a frame of any type, with any payload. */
int frames_add_raw(struct buf *b, unsigned type, unsigned flags,
    unsigned long long id, const void *payload, size_t n);

/*
 * Small valid frames: every type, each empty, at its least and with
 * something in it.  frames_add_sample() appends number i (from 0) to b:
 * 0, or -1 with errno.
 */
size_t frames_nsamples(void);
int frames_add_sample(struct buf *b, size_t i);
const char *frames_sample_name(size_t i);
bool frames_sample_from_worker(size_t i);

/* True when any payload of that length would do: INPUT, OUTPUT, LOG. */
bool frames_sample_is_open(size_t i);

#endif
