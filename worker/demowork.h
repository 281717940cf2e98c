/*
 * demowork: what the demonstration's jobs do with a processor, in blocking C:
 * computing, asking SQLite, and parsing pages.
 */
#ifndef WORKER_DEMOWORK_H
#define WORKER_DEMOWORK_H

#include <stddef.h>
#include <stdint.h>

#include "ipc/buf.h"

/* The number below that which takes the most steps of Collatz to 1. */
uint64_t demowork_collatz(uint64_t below);

/*
 * Fills a table of so many rows in a database in memory, and asks how many
 * different values are in it.  0, or -1 when SQLite fails, for want of memory.
 */
int demowork_query(uint64_t rows, uint64_t *values);

/* Adds a page of so many lines of HTML to b.  0, or -1 as buf_add(). */
int demowork_page(struct buf *b, uint64_t nlines);

/*
 * The sum of the numbers of the pages that the page in b has links to, by a
 * regular expression for each line.  It uses b up.
 */
uint64_t demowork_links(struct buf *b);

#endif
