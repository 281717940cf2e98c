/*
 * fetch: a kind that fetches URLs over HTTP, by libcurl's blocking calls.
 * It owns the worker's one curl handle, kept so that connections are reused.
 */
#include <curl/curl.h>

#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "worker/kind.h"

#define REDIRECTS_MAX	10
#define CONNECTIONS_MAX 16 /* kept open by one worker */
#define DEFAULT_JOBS	16
#define READ_BYTES	(64L * 1024) /* of a body at a time: two frames */
#define URL_SHOWN	1024	     /* bytes of a URL in a message */
#define LIVE_MS		100 /* output of a slow body is shown after that */

/* What a module exports: see worker/kind.h. */
extern const struct kind forkpool_kind;

/* A transfer. */
struct fetch {
	struct reply *reply;
	bool headed;	   /* the head came to its end */
	bool begun;	   /* the body has begun */
	bool wanted;	   /* and it is a body that is asked for */
	uint64_t waits_ms; /* since when output of it waits; 0: none does */
};

static CURL *curl;
static struct fetch transfer; /* the one that is going on */
static char error[CURL_ERROR_SIZE];

static bool
status_is_ok(long status)
{
	return status >= 200 && status <= 299;
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/*
 * A line of a head.  libcurl takes a reply that breaks off there for one with
 * an empty body, so the empty line that ends it is looked for.
 */
static size_t
fetch_head(char *data, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;

	n *= size;
	if (n >= 5 && memcmp(data, "HTTP/", 5) == 0)
		f->headed = false;
	else if (n > 0 && (data[0] == '\r' || data[0] == '\n'))
		f->headed = true;
	return n;
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
	if (f->wanted && f->waits_ms == 0)
		f->waits_ms = now_ms();
	return size * n;
}

/*
 * Called now and then, once a second at least: what came of a slow body goes
 * to the parent, who may print it while the rest is waited for.
 */
static int
fetch_progress(void *ctx, curl_off_t dltotal, curl_off_t dlnow,
    curl_off_t ultotal, curl_off_t ulnow)
{
	struct fetch *f = ctx;

	(void)dltotal;
	(void)dlnow;
	(void)ultotal;
	(void)ulnow;
	if (f->waits_ms != 0 && now_ms() - f->waits_ms >= LIVE_MS) {
		kind_yield(f->reply);
		f->waits_ms = 0;
	}
	return 0;
}

/* 0, or -1: this libcurl can't be held to these protocols. */
static int
limit_protocols(void)
{
	if (curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") !=
		CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") !=
		CURLE_OK)
		return -1;
	curl_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, "https");
	return 0;
}

static int
fetch_open(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -1;
	if ((curl = curl_easy_init()) == NULL)
		return -1;
	if (limit_protocols() == -1)
		return -1;
	/* libcurl reads names that are not ASCII as the locale says */
	setlocale(LC_CTYPE, "C.UTF-8");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, READ_BYTES);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "forkpool/" FP_VERSION);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, fetch_head);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, fetch_write);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, fetch_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	return 0;
}

static void
fetch_close(void)
{
	curl_easy_cleanup(curl);
	curl_global_cleanup();
}

/* Names a URL that failed, and why; a long one is cut, not the reason. */
static void
fetch_name(struct reply *reply, const char *url, const char *why)
{
	reply_error(reply, "%.*s%s: %s", URL_SHOWN, url,
	    strlen(url) > URL_SHOWN ? "..." : "", why);
}

/* What went wrong with a transfer, in words; NULL: nothing. */
static const char *
fetch_why(CURLcode code)
{
	if (code == CURLE_OK)
		return transfer.headed ? NULL : "the reply's head breaks off";
	return error[0] != '\0' ? error : curl_easy_strerror(code);
}

/* Tells what became of a transfer. */
static void
fetch_tell(struct reply *reply, const char *url, CURLcode code)
{
	const char *why = fetch_why(code);
	char number[16], text[32];
	long status = 0;

	if (why != NULL) {
		fetch_name(reply, url, why);
		reply_outcome(reply, OUTCOME_ERROR, 0);
		return;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status_is_ok(status))
		return;
	snprintf(number, sizeof(number), "%ld", status);
	reply_fact(reply, "status", number);
	snprintf(text, sizeof(text), "HTTP %ld", status);
	fetch_name(reply, url, text);
	reply_outcome(reply, OUTCOME_HTTP, (int)status);
}

/*
 * True when a connection that was kept had died meanwhile.  libcurl tries
 * again by itself, but before 8.17 it counts that over the life of its handle,
 * and gives up every sixth time.
 */
static bool
fetch_was_stale(CURLcode code)
{
	long fresh = 0;

	if (transfer.begun ||
	    (code != CURLE_SEND_ERROR && code != CURLE_RECV_ERROR &&
		code != CURLE_GOT_NOTHING))
		return false;
	curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &fresh);
	return fresh == 0;
}

static CURLcode
fetch_perform(struct reply *reply)
{
	transfer = (struct fetch){.reply = reply};
	error[0] = '\0';
	return curl_easy_perform(curl);
}

static int
fetch_job(const struct job *job, struct reply *reply)
{
	CURLcode code;
	size_t i;

	for (i = 0; i < job->nargs; i++) {
		curl_easy_setopt(curl, CURLOPT_URL, job->args[i]);
		code = fetch_perform(reply);
		if (fetch_was_stale(code)) {
			curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
			code = fetch_perform(reply);
			curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 0L);
		}
		fetch_tell(reply, job->args[i], code);
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
