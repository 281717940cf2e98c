/* fetchtell: what is told of a transfer: its end, and facts about it. */
#ifndef WORKER_FETCHTELL_H
#define WORKER_FETCHTELL_H

#include <curl/curl.h>

#include "worker/kind.h"

/* Names a URL that failed, and why; a long one is cut, not the reason. */
void fetchtell_name(struct reply *, const char *url, const char *why);

/* The outcome of a transfer that ended with code, not CURLE_OK. */
void fetchtell_error(struct reply *, CURLcode code);

/* Its outcome by its status, which is not 2xx, and what the server asks for. */
void fetchtell_status(struct reply *, CURL *, long status);

/* Facts for --json about the transfer that was last. */
void fetchtell_facts(struct reply *, CURL *);

#endif
