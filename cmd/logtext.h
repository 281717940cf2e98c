/*
 * logtext: what a journal holds, told to a person.
 */
#ifndef CMD_LOGTEXT_H
#define CMD_LOGTEXT_H

#include "cmd/log.h"

/* Prints the run, counts, the slowest jobs and those that failed. */
void logtext_summary(struct log *);

/* Prints a line for each job that failed. */
void logtext_failures(struct log *);

#endif
