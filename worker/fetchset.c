/*
 * fetchset: what libcurl is told by the options, and of a range.
 * It owns the mapping of our options to libcurl's; it must not know how a
 * transfer goes.
 */
#include "worker/fetchset.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker/fetchfile.h"
#include "worker/fetchopt.h"

#define READ_BYTES (64L * 1024) /* of a body at a time: two frames */

/* 0, or -1: this libcurl can't be held to these protocols. */
static int
limit_protocols(CURL *curl)
{
	if (curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") !=
		CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") !=
		CURLE_OK)
		return -1;
	curl_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, "https");
	return 0;
}

/* What is so for every transfer. */
static void
set_fixed(CURL *curl, char *error)
{
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, READ_BYTES);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	/* a head of the proxy is none of the server's */
	curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
}

/* What options say of the connection. */
static void
set_connection(CURL *curl)
{
	const struct fetchopt *o = &fetchopt;

	if (o->connect_ms > 0)
		curl_easy_setopt(
		    curl, CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_ms);
	if (o->proxy != NULL)
		curl_easy_setopt(curl, CURLOPT_PROXY, o->proxy);
	if (o->cacert != NULL) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, o->cacert);
		/* a directory of the system's would be looked into as well */
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	if (o->insecure) {
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	/* behind a proxy of the environment addresses would not be seen */
	if (o->no_private)
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

/* And of requests and replies. */
static void
set_request(CURL *curl)
{
	const struct fetchopt *o = &fetchopt;

	curl_easy_setopt(curl, CURLOPT_USERAGENT,
	    o->agent != NULL ? o->agent : "forkpool/" FP_VERSION);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, o->headers);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, o->redirects);
	curl_easy_setopt(curl, CURLOPT_NOBODY, (long)o->head);
	if (!o->plain)
		curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	if (o->user != NULL)
		curl_easy_setopt(curl, CURLOPT_USERPWD, o->user);
	if (o->speed_limit > 0) {
		curl_easy_setopt(
		    curl, CURLOPT_LOW_SPEED_LIMIT, (long)o->speed_limit);
		curl_easy_setopt(
		    curl, CURLOPT_LOW_SPEED_TIME, (long)o->speed_s);
	}
}

int
fetchset_all(CURL *curl, char *error)
{
	if (limit_protocols(curl) == -1)
		return -1;
	set_fixed(curl, error);
	set_connection(curl);
	set_request(curl);
	return 0;
}

int
fetchset_url(CURL *curl, const char *url)
{
	char *whole = NULL;
	CURLcode code;

	/* libcurl adds a protocol to a host, but not to slashes before it */
	if (strncmp(url, "//", 2) == 0 &&
	    asprintf(&whole, "https:%s", url) == -1)
		return -1;
	code = curl_easy_setopt(curl, CURLOPT_URL, whole != NULL ? whole : url);
	free(whole);
	return code == CURLE_OK ? 0 : -1;
}

void
fetchset_redirects(CURL *curl, bool secure)
{
	curl_easy_setopt(
	    curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
}

/* The options' headers and one more; the caller frees. */
static struct curl_slist *
headers_and(const char *line)
{
	struct curl_slist *list = curl_slist_append(NULL, line), *h, *grown;

	for (h = fetchopt.headers; list != NULL && h != NULL; h = h->next) {
		if ((grown = curl_slist_append(list, h->data)) == NULL) {
			curl_slist_free_all(list);
			return NULL;
		}
		list = grown;
	}
	return list;
}

int
fetchset_range(
    CURL *curl, uint64_t from, const char *tag, struct curl_slist **headers)
{
	char line[FETCHFILE_TAG + 16], range[32];

	snprintf(line, sizeof(line), "If-Range: %s", tag);
	if ((*headers = headers_and(line)) == NULL)
		return -1;
	snprintf(range, sizeof(range), "%" PRIu64 "-", from);
	curl_easy_setopt(curl, CURLOPT_RANGE, range);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
	/* a range of a packed body is of no use */
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, NULL);
	return 0;
}

void
fetchset_whole(CURL *curl, struct curl_slist *headers)
{
	curl_easy_setopt(curl, CURLOPT_RANGE, NULL);
	set_request(curl);
	curl_slist_free_all(headers);
}
