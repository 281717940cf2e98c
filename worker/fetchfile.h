/*
 * fetchfile: the file that a job of fetch writes.  It grows under another name,
 * NAME.part, and gets its own when it is whole.
 */
#ifndef WORKER_FETCHFILE_H
#define WORKER_FETCHFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FETCHFILE_TAG 256 /* bytes of an entity tag, NUL included */

struct fetchfile {
	const char *name; /* NULL: there is none; borrowed */
	char *part;	  /* NAME.part */
	int fd;		  /* -1: not opened so far */
	uint64_t size;	  /* bytes in it */
};

/* The job has a file of that name; "" for none.  -1 without memory. */
int fetchfile_begin(struct fetchfile *, const char *name);

/*
 * Opens what is there of it.  Its size and, in tag (FETCHFILE_TAG bytes), what
 * the server called the body; "" when that is not known.  Nothing is there: the
 * size is 0.  -1 with errno.
 */
int fetchfile_look(struct fetchfile *, char *tag);

/*
 * Keeps what the server calls the body, so that another run can go on with it.
 * A file system that has no room for it is no error.
 */
void fetchfile_note(struct fetchfile *, const char *tag);

/* Empties it; makes it, and its directories, if it is not there.  -1: errno. */
int fetchfile_restart(struct fetchfile *);

/* Adds bytes at its end; it is made when it was not opened.  -1 with errno. */
int fetchfile_write(struct fetchfile *, const void *data, size_t n);

/* The file is whole: it gets its name.  -1 with errno. */
int fetchfile_commit(struct fetchfile *);

/* What was begun of the file of that name goes. */
void fetchfile_discard(const char *name);

/* Closes it; drop: it goes.  For the next attempt it may stay.  Keeps errno. */
void fetchfile_end(struct fetchfile *, bool drop);

#endif
