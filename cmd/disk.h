/*
 * disk: what is done with files in more than one place.
 */
#ifndef CMD_DISK_H
#define CMD_DISK_H

#include <stddef.h>

/* Writes n bytes, all of them.  -1 with errno. */
int disk_write(int fd, const void *data, size_t n);

/* Makes the directories that path goes through, if need be.  -1 with errno. */
int disk_make_parents(const char *path);

#endif
