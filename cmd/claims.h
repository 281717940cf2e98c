/*
 * claims: which jobs of earlier runs the list of this one has had so far, and
 * what the new ones are called.  A part of the module journal.
 */
#ifndef CMD_CLAIMS_H
#define CMD_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/database.h"
#include "cmd/journal.h"

struct claims {
	struct database *d; /* its owner closes it */
	int64_t first;	    /* the run whose list goes on */
	int64_t oldest_new; /* jobs with this id, and more, are of this run */
	int64_t next_new;
	unsigned char *claimed; /* of the others: a bit for each id */
	uint64_t nunclaimed;
	int64_t last_found;
	bool listed; /* see list_jobs() of claims.c */
};

/* Looks what there is to claim; first 0: nothing.  -1. */
int claims_init(struct claims *, struct database *, int64_t first);

/* Frees what it made. */
void claims_clear(struct claims *);

/* See claim() of struct journal_calls. */
int claims_take(
    struct claims *, const void *key, size_t keylen, struct journal_found *);

#endif
