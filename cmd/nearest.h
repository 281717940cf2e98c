/*
 * nearest: what somebody probably meant who wrote a name that is not there.
 * Pure.
 */
#ifndef CMD_NEAREST_H
#define CMD_NEAREST_H

#include <stddef.h>

/* The best name so far; begin with {name that was written, NULL, 0}. */
struct nearest {
	const char *written;
	const char *name; /* NULL: nothing is near enough */
	size_t distance;
};

/*
 * Compares one name (which must outlive n) with what was written: by how many
 * letters to add, to leave out, to change or to swap they differ.
 */
void nearest_try(struct nearest *n, const char *name);

#endif
