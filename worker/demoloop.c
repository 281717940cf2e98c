/*
 * demoloop: the demonstration's jobs in one event loop.
 * It owns the loop, its timers and transfers; it must not know what the work
 * of a job is.
 */
#include "worker/demoloop.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdlib.h>

#include "worker/duration.h"

#define NS_PER_MS 1000000ULL
#define IDLE_MS	  1000 /* without a timer */

/* A job, between two turns of the loop. */
struct entry {
	const struct demojob *job;
	uint64_t due_ns; /* its timer; 0: none */
	CURL *curl;	 /* its transfer; NULL: none */
	struct buf page;
};

struct loop {
	struct entry *entries;
	size_t n;
	size_t nleft; /* that have not ended */
	CURLM *multi;
	const struct demojob_teller *teller;
};

/* What follows its wait: nothing else happens in the loop meanwhile. */
static int
go_on(struct loop *l, struct entry *e)
{
	const char *why;

	e->due_ns = 0;
	l->nleft--;
	return demojob_work(e->job, l->teller, &e->page, &why);
}

static int
begin(struct loop *l, struct entry *e)
{
	const struct demojob *job = e->job;

	if (demojob_is_timed(job)) {
		demojob_tell(job, l->teller, DEMOJOB_WAITS, 0);
		e->due_ns = duration_now_ns() + job->amount;
		return 0;
	}
	if (job->what != DEMOJOB_FETCH)
		return go_on(l, e);
	demojob_tell(job, l->teller, DEMOJOB_WAITS, 0);
	if ((e->curl = demojob_transfer(job, &e->page)) == NULL)
		return -1;
	curl_easy_setopt(e->curl, CURLOPT_PRIVATE, e);
	return curl_multi_add_handle(l->multi, e->curl) == CURLM_OK ? 0 : -1;
}

/* The timer that is due first; NULL: there is none. */
static struct entry *
first_timer(const struct loop *l)
{
	struct entry *e, *first = NULL;

	for (e = l->entries; e < l->entries + l->n; e++) {
		if (e->due_ns != 0 &&
		    (first == NULL || e->due_ns < first->due_ns))
			first = e;
	}
	return first;
}

static int
take_timers(struct loop *l)
{
	struct entry *e;

	while ((e = first_timer(l)) != NULL && e->due_ns <= duration_now_ns()) {
		if (go_on(l, e) == -1)
			return -1;
	}
	return 0;
}

static int
take_transfers(struct loop *l)
{
	struct entry *e;
	CURLMsg *msg;
	int left;

	if (curl_multi_perform(l->multi, &left) != CURLM_OK)
		return -1;
	while ((msg = curl_multi_info_read(l->multi, &left)) != NULL) {
		if (msg->msg != CURLMSG_DONE || msg->data.result != CURLE_OK)
			return -1;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &e);
		if (go_on(l, e) == -1)
			return -1;
	}
	return 0;
}

/* Milliseconds until the next timer, rounded up. */
static int
time_left(const struct loop *l)
{
	const struct entry *first = first_timer(l);
	uint64_t now = duration_now_ns();

	if (first == NULL)
		return IDLE_MS;
	if (first->due_ns <= now)
		return 0;
	return (int)((first->due_ns - now + NS_PER_MS - 1) / NS_PER_MS);
}

static int
loop_run(struct loop *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (begin(l, &l->entries[i]) == -1)
			return -1;
	}
	while (l->nleft > 0) {
		if (take_timers(l) == -1 || take_transfers(l) == -1)
			return -1;
		if (l->nleft > 0 &&
		    curl_multi_poll(l->multi, NULL, 0, time_left(l), NULL) !=
			CURLM_OK)
			return -1;
	}
	return 0;
}

static void
loop_clear(struct loop *l)
{
	struct entry *e;

	for (e = l->entries; e < l->entries + l->n; e++) {
		if (e->curl != NULL)
			curl_multi_remove_handle(l->multi, e->curl);
		curl_easy_cleanup(e->curl);
		buf_clear(&e->page);
	}
	curl_multi_cleanup(l->multi);
	free(l->entries);
}

int
demoloop_run(
    const struct demojob *jobs, size_t n, const struct demojob_teller *teller)
{
	struct loop l = {.teller = teller};
	int result = -1;
	size_t i;

	if ((l.entries = calloc(n, sizeof(*l.entries))) == NULL)
		return -1;
	for (l.n = l.nleft = n, i = 0; i < n; i++)
		l.entries[i].job = &jobs[i];
	if ((l.multi = curl_multi_init()) != NULL)
		result = loop_run(&l);
	loop_clear(&l);
	return result;
}
