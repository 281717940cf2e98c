/*
 * fetchloop: one transfer at a time, waited for.
 * It owns the connections that are kept; it must not know what is transferred.
 *
 * curl_easy_perform() would do, but for what waits in this process meanwhile:
 * replies, and jobs behind this one.  A slow transfer must not hold them up.
 */
#include "worker/fetchloop.h"

#include <stddef.h>
#include <stdint.h>

#include "worker/duration.h"

#define CONNECTIONS_MAX 16 /* kept open by one worker */
#define NS_PER_MS	1000000ULL
#define YIELD_MIN_MS	5    /* from the beginning to the first yield … */
#define YIELD_MAX_MS	100  /* … and from one to the next while bytes come */
#define WAIT_MAX_MS	1000 /* for bytes */
#define CONNECTS_MAX	256  /* then libcurl is to forget hosts */

static CURLM *multi;
static long nconnects; /* since then */

int
fetchloop_open(void)
{
	if ((multi = curl_multi_init()) == NULL)
		return -1;
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
	nconnects = 0;
	return 0;
}

void
fetchloop_close(void)
{
	curl_multi_cleanup(multi);
	multi = NULL;
}

/* The end of the transfer, if it has come. */
static CURLcode
result(void)
{
	int left;
	CURLMsg *msg = curl_multi_info_read(multi, &left);

	return msg != NULL ? msg->data.result : CURLE_OUT_OF_MEMORY;
}

/* Until the transfer has ended. */
static CURLcode
wait_for_end(struct reply *reply)
{
	uint64_t now, due = duration_now_ns() + YIELD_MIN_MS * NS_PER_MS;
	int going, nready, wait_ms = YIELD_MIN_MS;

	while (curl_multi_perform(multi, &going) == CURLM_OK && going > 0) {
		if (curl_multi_poll(multi, NULL, 0, wait_ms, &nready) !=
		    CURLM_OK)
			return CURLE_OUT_OF_MEMORY;
		if ((now = duration_now_ns()) < due)
			continue;
		kind_yield(reply);
		if (wait_ms < WAIT_MAX_MS / 2)
			wait_ms *= 2;
		else
			wait_ms = WAIT_MAX_MS;
		due = now +
		    NS_PER_MS *
			(wait_ms < YIELD_MAX_MS ? wait_ms : YIELD_MAX_MS);
	}
	return result();
}

/* Counts what libcurl has been told of hosts, at most. */
static void
count_connects(CURL *curl)
{
	long n = 0;

	curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &n);
	nconnects += n;
}

CURLcode
fetchloop_perform(CURL *curl, struct reply *reply)
{
	CURLcode code;

	/* it keeps something of each host, and goes through that every time */
	if (nconnects >= CONNECTS_MAX) {
		fetchloop_close();
		if (fetchloop_open() == -1)
			return CURLE_OUT_OF_MEMORY;
	}
	if (curl_multi_add_handle(multi, curl) != CURLM_OK)
		return CURLE_OUT_OF_MEMORY;
	code = wait_for_end(reply);
	curl_multi_remove_handle(multi, curl);
	count_connects(curl);
	return code;
}
