/*
 * sections: the tables of options that a kind has beside its own.
 */
#ifndef CMD_SECTIONS_H
#define CMD_SECTIONS_H

#include <stdbool.h>

#include "cmd/options.h"
#include "worker/kind.h"

struct section {
	const char *about; /* what --help says behind "Options" */
	unsigned flag;	   /* of the kinds that have it; 0: all */
	const struct option_def *table;
	/* takes note of one, by its id; a mistake ends the process */
	void (*set)(struct options *, int id, const char *arg);
};

/* All of them, in the order of --help; ended by a NULL table. */
extern const struct section sections[];

/* True when the kind has those options. */
bool section_is_of(const struct section *, const struct kind *);

#endif
