/* show: text from outside, made fit for a person's terminal. */
#ifndef WORKER_SHOW_H
#define WORKER_SHOW_H

#include <stddef.h>

/*
 * Copies src into dst of size bytes, cut to fit and terminated: valid UTF-8
 * stays, what a terminal would obey or can't show is escaped as vis(3) does.
 * Returns dst.
 */
const char *show_text(char *dst, size_t size, const char *src);

/* Bytes of the character at text that show_text() leaves as it is; or 0. */
size_t show_plain(const char *text);

#endif
