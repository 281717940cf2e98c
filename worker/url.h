/*
 * url: what can be told of a URL by looking at it, without libcurl.  Pure.
 */
#ifndef WORKER_URL_H
#define WORKER_URL_H

#include <stdbool.h>
#include <stddef.h>

/* True when the URL says by which protocol, as in "http://". */
bool url_has_scheme(const char *url);

/*
 * Where its host stands, and the port if it has one, without user and password;
 * *len bytes, of which the URL keeps the ownership.
 */
const char *url_host(const char *url, size_t *len);

/* Where its path begins, or what stands there instead: "?", "#", the end. */
const char *url_path(const char *url);

/* True when a user, or a user and a password, stand before the host. */
bool url_has_secret(const char *url);

/*
 * Puts "*" in the place of the password or, where there is only a user, who may
 * be a token, of the user of a URL.  In place: it never gets longer.
 */
void url_hide(char *url);

/* True for what may as well be somebody's address: "joe@example.org". */
bool url_may_be_address(const char *);

#endif
