/*
 * table: tables of options as getopt_long(3) wants them.
 */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include <getopt.h>
#include <stddef.h>

#include "worker/kind.h"

#define TABLE_MAX 512 /* options in all */

struct table {
	struct option longs[TABLE_MAX + 1];
	char shorts[3 * TABLE_MAX + 3];
	size_t nlongs;
	size_t nshorts;
};

/*
 * There are none so far.  Options end at the first word that is none, and a
 * missing argument is told apart.
 */
void table_init(struct table *);

/*
 * Adds options.  getopt_long(3) returns base and the id for a long one, and the
 * letter for a short one.
 */
void table_add(struct table *, const struct option_def *, int base);

/* The id of the option with that letter; -1: there is none. */
int table_id(const struct option_def *, int letter);

#endif
