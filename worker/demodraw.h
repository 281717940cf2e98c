/* demodraw: the demonstration's timelines, in lines of text. */
#ifndef WORKER_DEMODRAW_H
#define WORKER_DEMODRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "worker/demorun.h"
#include "worker/demoscene.h"

/* Signs that are not ASCII from now on, or not. */
void demodraw_set_unicode(bool);

/* Prints what the signs mean. */
void demodraw_legend(void);

/*
 * Prints, side by side and on one scale of time, when each job waited and
 * worked in each of the DEMORUN_WAYS.
 */
void demodraw_draw(const struct demoscene *, const struct demorun *runs);

/* Hundredths of a second, rounded, one at least: as times are printed. */
uint64_t demodraw_hundredths(uint64_t ns);

/* How many times b goes into a, both as they are printed. */
double demodraw_quotient(uint64_t a_ns, uint64_t b_ns);

#endif
