/*
 * logrows: what a journal holds, for programs to read.
 */
#ifndef CMD_LOGROWS_H
#define CMD_LOGROWS_H

#include "cmd/log.h"

/* Prints a row for each job, or each that failed: as columns; as JSON. */
void logrows_tsv(struct log *);
void logrows_json(struct log *);

/* Prints the arguments of what failed, one job a line, to be read again. */
void logrows_arguments(struct log *);

#endif
