/* fetchtell: what is told of a transfer: its end, and facts about it. */
#ifndef WORKER_FETCHTELL_H
#define WORKER_FETCHTELL_H

#include <curl/curl.h>

#include "worker/kind.h"

/*
 * Names a URL that failed, and why, on stderr and in a fact.  A long one is
 * cut, not the reason.
 */
void fetchtell_why(struct reply *, const char *url, const char *why);

/* How many connections were made for a transfer: none, if one was kept. */
void fetchtell_connects(struct reply *, CURL *);

/* The outcome of a transfer that ended with code, not CURLE_OK. */
void fetchtell_error(struct reply *, CURLcode code);

/* Its outcome by its status, which is not 2xx, and what the server asks for. */
void fetchtell_status(struct reply *, CURL *, long status);

/* Facts for --json about the transfer that was last; bytes: of bodies. */
void fetchtell_facts(struct reply *, CURL *, uint64_t bytes);

#endif
