/* signame: signals by their names. */
#ifndef WORKER_SIGNAME_H
#define WORKER_SIGNAME_H

/* The signal that "TERM", "sigterm" or "15" names; -1: none. */
int signame_parse(const char *);

/* Its name without SIG, "real-time" where it has none of its own. */
const char *signame_of(int signo);

#endif
