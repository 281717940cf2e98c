/*
 * logrows: what a journal holds, for programs to read.
 */
#ifndef CMD_LOGROWS_H
#define CMD_LOGROWS_H

#include "cmd/log.h"

/* Prints a row for each job, or each that failed: columns with tabs between. */
void logrows_tsv(struct log *);

/* The same, each as a JSON object on a line of its own. */
void logrows_json(struct log *);

/* Prints the arguments of what failed, one job a line, to be read again. */
void logrows_arguments(struct log *);

#endif
