/*
 * demojob: a job of the demonstration: what it waits for, and what it does
 * then.
 * It owns the words for jobs; it must not know what other jobs there are.
 */
#include "worker/demojob.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "worker/demowork.h"
#include "worker/duration.h"

#define NS_PER_SEC 1000000000ULL
#define PAGE_BYTES (16U * 1024U * 1024U) /* at most */

static const char *const names[] = {
    [DEMOJOB_WAIT] = "wait",
    [DEMOJOB_COMPUTE] = "compute",
    [DEMOJOB_QUERY] = "query",
    [DEMOJOB_FETCH] = "fetch",
    [DEMOJOB_CRASH] = "crash",
    [DEMOJOB_HANG] = "hang",
};

static int
parse_value(struct demojob *job, const char *value)
{
	const char *why;

	switch (job->what) {
	case DEMOJOB_WAIT:
	case DEMOJOB_CRASH:
	case DEMOJOB_HANG:
		return duration_parse(value, &job->amount);
	case DEMOJOB_COMPUTE:
	case DEMOJOB_QUERY:
		job->amount = (uint64_t)strtonum(value, 1, INT_MAX, &why);
		return why == NULL ? 0 : -1;
	case DEMOJOB_FETCH:
		job->url = value;
		return 0;
	}
	return -1;
}

int
demojob_parse(struct demojob *job, uint64_t seq, const char *word)
{
	size_t i, len = strcspn(word, ":");

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strncmp(names[i], word, len) != 0 ||
		    names[i][len] != '\0' || word[len] == '\0')
			continue;
		*job = (struct demojob){.seq = seq};
		job->what = (enum demojob_what)i;
		return parse_value(job, word + len + 1);
	}
	return -1;
}

bool
demojob_is_timed(const struct demojob *job)
{
	return job->what == DEMOJOB_WAIT || job->what == DEMOJOB_CRASH ||
	    job->what == DEMOJOB_HANG;
}

void
demojob_tell(const struct demojob *job, const struct demojob_teller *teller,
    enum demojob_phase phase, uint64_t result)
{
	static const char *const phases[] = {"waits", "works", "ends"};
	char line[128];
	int n;

	n = snprintf(line, sizeof(line), "%ju %s %.6f", (uintmax_t)job->seq,
	    phases[phase], (double)duration_now_ns() / 1e9);
	if (phase == DEMOJOB_ENDS)
		n += snprintf(line + n, sizeof(line) - (size_t)n, " %ju",
		    (uintmax_t)result);
	line[n++] = '\n';
	teller->write(teller->ctx, line, (size_t)n);
}

static size_t
keep_body(char *data, size_t size, size_t n, void *ctx)
{
	return buf_add(ctx, data, size * n) == 0 ? size * n : 0;
}

CURL *
demojob_transfer(const struct demojob *job, struct buf *page)
{
	CURL *curl = curl_easy_init();

	if (curl == NULL)
		return NULL;
	curl_easy_setopt(curl, CURLOPT_URL, job->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, page);
	buf_init(page, PAGE_BYTES);
	return curl;
}

/* As an assertion that fails would do it; on purpose, so no core is kept. */
_Noreturn static void
crash(void)
{
	static const struct rlimit none;

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	abort();
}

_Noreturn static void
hang(void)
{
	for (;;)
		pause();
}

int
demojob_work(const struct demojob *job, const struct demojob_teller *teller,
    struct buf *page, const char **why)
{
	uint64_t result = 0;

	demojob_tell(job, teller, DEMOJOB_WORKS, 0);
	switch (job->what) {
	case DEMOJOB_WAIT:
		break;
	case DEMOJOB_COMPUTE:
		result = demowork_collatz(job->amount);
		break;
	case DEMOJOB_QUERY:
		*why = "SQLite could not answer";
		if (demowork_query(job->amount, &result) == -1)
			return -1;
		break;
	case DEMOJOB_FETCH:
		result = demowork_links(page);
		break;
	case DEMOJOB_CRASH:
		crash();
	case DEMOJOB_HANG:
		hang();
	}
	demojob_tell(job, teller, DEMOJOB_ENDS, result);
	return 0;
}

static void
wait_time(uint64_t ns)
{
	struct timespec left = {
	    .tv_sec = (time_t)(ns / NS_PER_SEC),
	    .tv_nsec = (long)(ns % NS_PER_SEC),
	};

	while (nanosleep(&left, &left) == -1 && errno == EINTR)
		continue;
}

static int
wait_page(const struct demojob *job, struct buf *page, const char **why)
{
	CURL *curl = demojob_transfer(job, page);
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (curl != NULL)
		code = curl_easy_perform(curl);
	*why = curl_easy_strerror(code);
	curl_easy_cleanup(curl);
	return code == CURLE_OK ? 0 : -1;
}

int
demojob_run(const struct demojob *job, const struct demojob_teller *teller,
    const char **why)
{
	struct buf page;
	int result = 0;

	buf_init(&page, 0);
	if (demojob_is_timed(job)) {
		demojob_tell(job, teller, DEMOJOB_WAITS, 0);
		wait_time(job->amount);
	} else if (job->what == DEMOJOB_FETCH) {
		demojob_tell(job, teller, DEMOJOB_WAITS, 0);
		result = wait_page(job, &page, why);
	}
	if (result == 0)
		result = demojob_work(job, teller, &page, why);
	buf_clear(&page);
	return result;
}
