/* demosay: the demonstration's words: what is seen, and the table of it all. */
#ifndef WORKER_DEMOSAY_H
#define WORKER_DEMOSAY_H

#include "worker/demorun.h"
#include "worker/demoscene.h"

/* What is kept of a list of jobs for the table at the end. */
struct demosay_row {
	const char *name;
	size_t njobs;
	size_t ndone[DEMORUN_WAYS];
	uint64_t ns[DEMORUN_WAYS];
};

/* Prints, in a sentence, what is seen; the numbers are those of the runs. */
void demosay_seen(const struct demoscene *, const struct demorun *runs);

/* Prints the table. */
void demosay_table(const struct demosay_row *, size_t n);

#endif
