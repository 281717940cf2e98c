/*
 * signals: what was asked of us by signals since we last looked.
 * Handlers only set flags; the signals are blocked except inside ppoll(2).
 */
#ifndef CMD_SIGNALS_H
#define CMD_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/*
 * Notes what was inherited, for the jobs to be started with; then ignores PIPE
 * and XFSZ.
 */
void signals_init(void);

/*
 * Blocks and catches INT, TERM, HUP, CHLD, TSTP, CONT, USR1 and USR2.  Those
 * that were ignored stay so, but for TERM, CHLD and CONT.  After
 * signals_init(), before any worker is forked; until then these signals end
 * us, which is right while there is nothing but lists to be opened.
 */
void signals_catch(void);

/* The mask for ppoll(2). */
const sigset_t *signals_wait_mask(void);

/* True when signo came since the last call. */
bool signals_take(int signo);

/*
 * Stops this process as ^Z does; returns when it is continued, or at once when
 * there is no shell that would continue it.
 */
void signals_suspend(void);

/* Ends this process by signo, so that who waits for it sees that. */
_Noreturn void signals_die(int signo);

#endif
