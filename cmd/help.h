/* help: the manual pages, where this program stands. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

/*
 * Opens the page of topic, a kind or another page's name without "forkpool-";
 * NULL: forkpool(1).  Ends the process.
 */
_Noreturn void help_open(const char *topic);

#endif
