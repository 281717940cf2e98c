/* told: the facts that a worker tells of a job, kept as --json prints them. */
#ifndef CMD_TOLD_H
#define CMD_TOLD_H

#include "cmd/task.h"
#include "ipc/msg.h"

/*
 * Takes the facts of a DONE.  Keys with "." before them are for us: t->resume.
 * -1 without memory.
 */
int told_take(struct task *t, struct msg_strings *facts);

#endif
