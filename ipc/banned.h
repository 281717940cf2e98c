/*
 * banned: functions that this project does not use, because they can't be told
 * how much room there is, or hide an error.  Included before everything else.
 */
#ifndef IPC_BANNED_H
#define IPC_BANNED_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef strcpy
#undef strcat
#undef strtok
#undef sprintf
#undef atoi
#undef signal
#define strcpy(d, s) banned_use_strlcpy(d, s)
#define strcat(d, s) banned_use_strlcat(d, s)
#define strtok(s, d) banned_use_strsep(s, d)
#define sprintf(...) banned_use_snprintf(__VA_ARGS__)
#define atoi(s)	     banned_use_strtonum(s)
#define signal(n, h) banned_use_sigaction(n, h)

#endif
