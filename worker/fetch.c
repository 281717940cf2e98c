/*
 * fetch: a kind that fetches URLs over HTTP, by libcurl's blocking calls.
 * It owns the worker's one curl handle, kept so that connections are reused.
 */
#include <curl/curl.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "worker/kind.h"

#define REDIRECTS_MAX	10
#define CONNECTIONS_MAX 16 /* kept open by one worker */
#define DEFAULT_JOBS	16

/* What a module exports: see worker/kind.h. */
extern const struct kind forkpool_kind;

/* One transfer. */
struct fetch {
	struct reply *reply;
	bool begun;  /* the body has begun */
	bool wanted; /* and it is a body that is asked for */
};

static CURL *curl;
static char error[CURL_ERROR_SIZE];

static bool
status_is_ok(long status)
{
	return status >= 200 && status <= 299;
}

/* A piece of the body; that of a status other than 2xx is left out. */
static size_t
fetch_write(char *data, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;
	long status = 0;

	if (!f->begun) {
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
		f->wanted = status_is_ok(status);
		f->begun = true;
	}
	if (f->wanted)
		reply_output(f->reply, 1, data, size * n);
	return size * n;
}

static int
fetch_open(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -1;
	if ((curl = curl_easy_init()) == NULL)
		return -1;
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, "https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "forkpool/" FP_VERSION);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, fetch_write);
	return 0;
}

static void
fetch_close(void)
{
	curl_easy_cleanup(curl);
	curl_global_cleanup();
}

/* Tells what became of a transfer. */
static void
fetch_tell(struct reply *reply, const char *url, CURLcode code)
{
	char number[16];
	long status = 0;

	if (code != CURLE_OK) {
		reply_error(reply, "%s: %s", url,
		    error[0] != '\0' ? error : curl_easy_strerror(code));
		reply_outcome(reply, OUTCOME_ERROR, 0);
		return;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status_is_ok(status))
		return;
	snprintf(number, sizeof(number), "%ld", status);
	reply_fact(reply, "status", number);
	reply_error(reply, "%s: HTTP %ld", url, status);
	reply_outcome(reply, OUTCOME_HTTP, (int)status);
}

static int
fetch_job(const struct job *job, struct reply *reply)
{
	struct fetch f;
	size_t i;

	for (i = 0; i < job->nargs; i++) {
		f = (struct fetch){.reply = reply};
		error[0] = '\0';
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, &f);
		curl_easy_setopt(curl, CURLOPT_URL, job->args[i]);
		fetch_tell(reply, job->args[i], curl_easy_perform(curl));
	}
	return 0;
}

static const struct option_def fetch_options[] = {
    {NULL, 0, 0, NULL, NULL},
};

const struct kind forkpool_kind = {
    .abi = KIND_ABI,
    .name = "fetch",
    .summary = "fetch a list of URLs",
    .synopsis = "[URL ...]",
    .options = fetch_options,
    .open = fetch_open,
    .job = fetch_job,
    .close = fetch_close,
    .default_jobs = DEFAULT_JOBS,
    .words = WORDS_RECORDS,
    .flags = KIND_REPEATABLE | KIND_WHOLE,
};
