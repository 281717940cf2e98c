/* fetchset: what libcurl is told by the options, and of a range. */
#ifndef WORKER_FETCHSET_H
#define WORKER_FETCHSET_H

#include <curl/curl.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * What is so for every transfer; error has CURL_ERROR_SIZE bytes and stays.
 * -1: this libcurl can't be held to http and https.
 */
int fetchset_all(CURL *, char *error);

/*
 * The next transfers are of this URL; https is taken where it has no protocol.
 * -1 without memory.
 */
int fetchset_url(CURL *, const char *url);

/* Redirects may lead to https alone, or to http too. */
void fetchset_redirects(CURL *, bool secure);

/*
 * The next transfers ask for what is behind so many bytes of a body, if that
 * still has the tag.  Until fetchset_whole(), which is given *headers.
 * -1 without memory.
 */
int fetchset_range(
    CURL *, uint64_t from, const char *tag, struct curl_slist **headers);

/* They ask for whole bodies again. */
void fetchset_whole(CURL *, struct curl_slist *headers);

#endif
