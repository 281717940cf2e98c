/*
 * fetchtell: what is told of a transfer.
 * It owns the words; it must not change the course of the transfer.
 */
#include "worker/fetchtell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker/url.h"

#define URL_SHOWN 1024 /* bytes of a URL in a message */
#define US_PER_S  1000000
#define MS_PER_S  1000
#define AFTER_MAX (INT64_MAX / MS_PER_S)

void
fetchtell_why(struct reply *reply, const char *url, const char *why)
{
	char *shown = strdup(url);

	if (kind_wants_facts())
		reply_fact(reply, "error", why);
	if (shown == NULL) {
		reply_error(reply, "%s", why);
		return;
	}
	url_hide(shown);
	reply_error(reply, "%.*s%s: %s", URL_SHOWN,
	    *shown != '\0' ? shown : "''",
	    strlen(shown) > URL_SHOWN ? "..." : "", why);
	free(shown);
}

static void
tell_long(struct reply *reply, const char *key, long n)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", n);
	reply_fact(reply, key, text);
}

void
fetchtell_connects(struct reply *reply, CURL *curl)
{
	long connects = 0;

	curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connects);
	if (connects > 0)
		tell_long(reply, ".connects", connects);
}

void
fetchtell_error(struct reply *reply, CURLcode code)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		reply_outcome(reply, OUTCOME_TIMEOUT, 0);
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
		reply_outcome(reply, OUTCOME_ERROR, FAILURE_CONNECT);
		break;
	case CURLE_OK: /* in mid-head */
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		reply_outcome(reply, OUTCOME_ERROR, FAILURE_PARTIAL);
		break;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_PEER_FAILED_VERIFICATION:
		reply_outcome(reply, OUTCOME_ERROR, FAILURE_TLS);
		break;
	default:
		reply_outcome(reply, OUTCOME_ERROR, FAILURE_REFUSED);
	}
}

/* The host and port that have answered. */
static void
tell_host(struct reply *reply, CURL *curl)
{
	char *url = NULL;
	const char *host;
	size_t len;

	curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &url);
	if (url == NULL)
		return;
	host = url_host(url, &len);
	if ((url = strndup(host, len)) != NULL)
		reply_fact(reply, ".host", url);
	free(url);
}

void
fetchtell_status(struct reply *reply, CURL *curl, long status)
{
	curl_off_t after = 0;
	char text[32];

	tell_host(reply, curl);
	/* libcurl reads seconds and dates; 0: the head has none */
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &after);
	if (after > AFTER_MAX)
		after = AFTER_MAX;
	if (after > 0) {
		snprintf(text, sizeof(text), "%jd", (intmax_t)after * MS_PER_S);
		reply_fact(reply, ".retry_after_ms", text);
		/* those behind it may be for the same host */
		kind_give_back(reply);
	}
	reply_outcome(reply, OUTCOME_HTTP, (int)status);
}

static void
tell_string(struct reply *reply, CURL *curl, CURLINFO info, const char *key)
{
	char *s = NULL;

	curl_easy_getinfo(curl, info, &s);
	if (s != NULL)
		reply_fact(reply, key, s);
}

/* Of a redirect too the user and the password are nobody's business. */
static void
tell_url(struct reply *reply, CURL *curl)
{
	char *url = NULL;

	curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &url);
	if (url == NULL || (url = strdup(url)) == NULL)
		return;
	url_hide(url);
	reply_fact(reply, "effective_url", url);
	free(url);
}

static void
tell_times(struct reply *reply, CURL *curl)
{
	static const struct {
		const char *key;
		CURLINFO info;
	} times[] = {
	    {"times.dns", CURLINFO_NAMELOOKUP_TIME_T},
	    {"times.connect", CURLINFO_CONNECT_TIME_T},
	    {"times.tls", CURLINFO_APPCONNECT_TIME_T},
	    {"times.first_byte", CURLINFO_STARTTRANSFER_TIME_T},
	    {"times.total", CURLINFO_TOTAL_TIME_T},
	};
	curl_off_t us;
	char text[48];
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		us = 0;
		curl_easy_getinfo(curl, times[i].info, &us);
		snprintf(text, sizeof(text), "%jd.%06jd",
		    (intmax_t)(us / US_PER_S), (intmax_t)(us % US_PER_S));
		reply_number(reply, times[i].key, text);
	}
}

void
fetchtell_facts(struct reply *reply, CURL *curl, uint64_t bytes)
{
	long status = 0, redirects = 0;
	char text[32];

	tell_url(reply, curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status > 0)
		tell_long(reply, "#status", status);
	else
		reply_number(reply, "status", "null");
	tell_string(reply, curl, CURLINFO_CONTENT_TYPE, "content_type");
	curl_easy_getinfo(curl, CURLINFO_REDIRECT_COUNT, &redirects);
	tell_long(reply, "#redirects", redirects);
	tell_times(reply, curl);
	snprintf(text, sizeof(text), "%ju", (uintmax_t)bytes);
	reply_number(reply, "bytes", text);
}
