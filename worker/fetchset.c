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

/* An option that libcurl keeps a copy of; NULL: as it is without it. */
static int
set_string(CURL *curl, CURLoption option, const char *s)
{
	return s == NULL || curl_easy_setopt(curl, option, s) == CURLE_OK ? 0
									  : -1;
}

/* What options say of the connection.  -1: libcurl does not take it. */
static int
set_connection(CURL *curl)
{
	const struct fetchopt *o = &fetchopt;
	/* behind a proxy of the environment addresses would not be seen */
	const char *proxy = o->no_private ? "" : o->proxy;

	if (o->connect_ms > 0)
		curl_easy_setopt(
		    curl, CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_ms);
	if (set_string(curl, CURLOPT_PROXY, proxy) == -1 ||
	    set_string(curl, CURLOPT_CAINFO, o->cacert) == -1)
		return -1;
	/* a directory of the system's would be looked into as well */
	if (o->cacert != NULL)
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	if (o->insecure) {
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	return 0;
}

/* Those that libcurl can unpack. */
static int
set_encoding(CURL *curl)
{
	return set_string(
	    curl, CURLOPT_ACCEPT_ENCODING, fetchopt.plain ? NULL : "");
}

/* And of requests and replies; likewise. */
static int
set_request(CURL *curl)
{
	const struct fetchopt *o = &fetchopt;
	const char *agent =
	    o->agent != NULL ? o->agent : "forkpool/" FP_VERSION;

	if (set_string(curl, CURLOPT_USERAGENT, agent) == -1 ||
	    set_string(curl, CURLOPT_USERPWD, o->user) == -1 ||
	    set_encoding(curl) == -1)
		return -1;
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, o->headers);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, o->redirects);
	curl_easy_setopt(curl, CURLOPT_NOBODY, (long)o->head);
	if (o->speed_limit > 0) {
		curl_easy_setopt(
		    curl, CURLOPT_LOW_SPEED_LIMIT, (long)o->speed_limit);
		curl_easy_setopt(
		    curl, CURLOPT_LOW_SPEED_TIME, (long)o->speed_s);
	}
	return 0;
}

int
fetchset_all(CURL *curl, char *error)
{
	if (limit_protocols(curl) == -1)
		return -1;
	set_fixed(curl, error);
	return set_connection(curl) == -1 ? -1 : set_request(curl);
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
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fetchopt.headers);
	/* unpacked will do as well */
	(void)set_encoding(curl);
	curl_slist_free_all(headers);
}
