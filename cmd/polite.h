/*
 * polite: the hosts of jobs whose records are URLs: which host a new job goes
 * to, and what follows when one asks for a pause.
 */
#ifndef CMD_POLITE_H
#define CMD_POLITE_H

#include "cmd/pool.h"
#include "ipc/msgfrom.h"

/*
 * Notes which host a new task goes to, of a kind that has URLs: that of its
 * first one.  -1 without memory.
 */
int polite_enter(struct pool *, struct task *);

/* Among the slots that are free, one that had to do with its host, or slot. */
struct slot *polite_slot(struct pool *, struct slot *, const struct task *);

/*
 * Whether a task may be sent to a slot that holds others, to wait there behind
 * them.  A URL may when nothing limits what is asked of hosts, for what was
 * sent can't be held back any more; and when it is for their host, so that it
 * finds a connection.
 */
bool polite_may_queue(
    const struct pool *, const struct slot *, const struct task *);

/* An attempt has ended: has its host pause if it asked for that. */
void polite_heed(struct pool *, struct task *, const struct msg_done *);

#endif
