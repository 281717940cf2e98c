/* hostname: which host a URL goes to, told by looking at it.  Pure. */
#ifndef CMD_HOSTNAME_H
#define CMD_HOSTNAME_H

#include <stddef.h>

#define HOSTNAME_SIZE 264 /* of a name that DNS knows, a port, and NUL */

/*
 * Puts the name that the URL has for its host into name, of size bytes: in
 * small letters, without user and password, and with the port unless that is 80
 * or 443, so that http and https go to the same host.  What is too long is cut.
 * "" when there is none.  The URL may lack "https://", and be "HOST:PORT" only.
 */
void hostname_of(const char *url, char *name, size_t size);

#endif
