/* called: the kind of a user's own module, made ready to be used. */
#ifndef CMD_CALLED_H
#define CMD_CALLED_H

/*
 * Loads the module, which the kind "call" is from then on.  What is wrong with
 * it is told on stderr and ends the process with status 2.
 */
void called_load(const char *path);

#endif
