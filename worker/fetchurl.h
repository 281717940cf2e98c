/* fetchurl: what fetch may ask for, and whom.  Pure. */
#ifndef WORKER_FETCHURL_H
#define WORKER_FETCHURL_H

#include <stdbool.h>
#include <sys/socket.h>

/* True when there is no control character in it: it fits into a line. */
bool fetchurl_is_line(const char *);

/* Behind the name of a header. */
const char *fetchurl_token_end(const char *);

/*
 * True for an address of this host, of a private network or a link, and for
 * those that are not of a single host of the Internet, IPv4 within IPv6 too.
 */
bool fetchurl_is_private(const struct sockaddr *);

#endif
