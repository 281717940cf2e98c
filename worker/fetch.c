/*
 * fetch: a kind that fetches URLs over HTTP, by libcurl's blocking calls.
 * It owns the worker's curl handle; connections are kept by fetchloop.
 */
#include <sys/stat.h>

#include <curl/curl.h>

#include <errno.h>
#include <locale.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/fetchbody.h"
#include "worker/fetchloop.h"
#include "worker/fetchopt.h"
#include "worker/fetchset.h"
#include "worker/fetchtell.h"
#include "worker/fetchurl.h"
#include "worker/kind.h"
#include "worker/url.h"

#define DEFAULT_JOBS   16
#define HEAD_MAX       (256U * 1024U) /* bytes of all heads of a transfer */
#define STATUS_NO_PART 416 /* there is nothing where we want to go on */
#define UNWANTED_MAX   (1024 * 1024) /* bytes of a body that nobody wants */
#define LIBCURL_8_1    0x080100

/* Before the URLs of a job: see KIND_URLS. */
enum { ARG_FILE, ARG_RESUME, ARG_URLS };

/* A transfer. */
struct fetch {
	bool asked;	 /* it has begun: libcurl knows about it */
	bool headed;	 /* the head came to its end */
	bool guarded;	 /* no line of a head was kept so far */
	bool secure;	 /* the last head came over TLS */
	size_t headlen;	 /* bytes of all heads, those of redirects too */
	bool begun;	 /* the body has begun */
	bool wanted;	 /* and it is a body that is asked for */
	uint64_t from;	 /* the body goes on there; 0: it is whole */
	bool enough;	 /* of a body that isn't asked for */
	bool private;	 /* --no-private has refused an address of its host */
	const char *why; /* why we broke it off, in words; NULL: we didn't */
};

static bool prepared; /* libcurl is, in this process or in its parent */
static CURL *curl;
static bool keeps_line;	      /* libcurl does, see guard_head() */
static struct fetch transfer; /* the one that is going on */
static struct fetchbody body; /* and of the job which it is for */
static char error[CURL_ERROR_SIZE];

/* --head: the last one. */
static char *head;
static size_t headlen;

static bool
status_is_ok(long status)
{
	return status >= 200 && status <= 299;
}

/* --head: keeps a line of the head, the last one of a chain of redirects. */
static int
keep_head(const char *data, size_t n, bool first)
{
	char *grown;

	if (first)
		headlen = 0;
	if ((grown = realloc(head, headlen + n)) == NULL)
		return -1;
	head = grown;
	memcpy(head + headlen, data, n);
	headlen += n;
	return 0;
}

/* A head begins: what it may redirect to depends on how it came. */
static void
begin_head(struct fetch *f)
{
	char *scheme = NULL;
	bool secure;

	f->headed = false;
	curl_easy_getinfo(curl, CURLINFO_SCHEME, &scheme);
	secure = scheme != NULL && strcasecmp(scheme, "https") == 0;
	if (secure == f->secure || fetchopt.downgrade)
		return;
	f->secure = secure;
	fetchset_redirects(curl, secure);
}

/*
 * Before 8.1 libcurl keeps, from one transfer to the next, a pointer to the
 * last line of a head that it has freed, and a head whose first line goes on
 * with the one before is added there (curl#11101).  So that fetch_write() can
 * refuse it, it gets each line first, until one was kept.
 */
static void
guard_head(struct fetch *f, bool on)
{
	if (f->guarded == on)
		return;
	f->guarded = on;
	curl_easy_setopt(curl, CURLOPT_HEADER, (long)on);
}

static void
end_head(struct fetch *f)
{
	long status = 0;

	f->headed = true;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	/* behind 1xx comes another head */
	if (status < 100 || status > 199)
		guard_head(f, false);
}

/*
 * A line of a head.  libcurl takes a reply that breaks off there for one with
 * an empty body, so the empty line that ends it is looked for.
 */
static size_t
fetch_head(char *data, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;
	bool first;

	n *= size;
	f->headlen += n;
	if (f->headlen > HEAD_MAX) {
		f->why = "the reply's head is longer than 256 KiB";
		return 0;
	}
	first = n >= 5 && memcmp(data, "HTTP/", 5) == 0;
	if (first)
		begin_head(f);
	else if (n > 0 && (data[0] == '\r' || data[0] == '\n'))
		end_head(f);
	else
		guard_head(f, false);
	if (fetchopt.head && keep_head(data, n, first) == -1)
		return 0;
	return n;
}

/* The body begins.  -1: it is none that we can take. */
static int
begin_body(struct fetch *f)
{
	long status = 0;

	f->begun = true;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	f->wanted = status_is_ok(status);
	return f->wanted ? fetchbody_head(&body, curl, &f->from) : 0;
}

/* A line of a head: see guard_head(). */
static bool
guard_line(struct fetch *f, const char *line)
{
	if (line[0] != ' ' && line[0] != '\t')
		return true;
	f->why = "the reply's head begins as if it went on";
	return false;
}

/* A piece of the body; that of a status other than 2xx is left out. */
static size_t
fetch_write(char *data, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;

	n *= size;
	if (f->guarded)
		return guard_line(f, data) ? n : 0;
	if (!f->begun && begin_body(f) == -1)
		return 0;
	if (!f->wanted)
		return n;
	return fetchbody_write(&body, data, n) == -1 ? 0 : n;
}

/* What is read for the sake of the connection alone shall come to an end. */
static bool
is_enough(const struct fetch *f, curl_off_t n)
{
	long status = 0;

	if (f->wanted || n <= UNWANTED_MAX)
		return false;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return !status_is_ok(status);
}

/* Called now and then. */
static int
fetch_progress(void *ctx, curl_off_t dltotal, curl_off_t dlnow,
    curl_off_t ultotal, curl_off_t ulnow)
{
	struct fetch *f = ctx;

	(void)dltotal;
	(void)ultotal;
	(void)ulnow;
	f->enough = is_enough(f, dlnow);
	return f->enough;
}

/* --no-private: each address is looked at, of redirects too. */
static curl_socket_t
fetch_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct fetch *f = ctx;

	(void)purpose;
	if (fetchurl_is_private(&a->addr)) {
		f->private = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static void
set_callbacks(void)
{
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, fetch_head);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, fetch_write);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, fetch_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	if (!fetchopt.no_private)
		return;
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, fetch_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
}

/* It takes longer than the fork. */
static void
fetch_prepare(void)
{
	if (!prepared)
		prepared = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static int
fetch_open(void)
{
	fetch_prepare();
	if (!prepared)
		return -1;
	/* or each block of libcurl's that is freed has all small ones merged */
	mallopt(M_MXFAST, 0);
	if ((curl = curl_easy_init()) == NULL || fetchloop_open() == -1)
		return -1;
	if (fetchset_all(curl, error) == -1 || fetchbody_open(&body) == -1)
		return -1;
	keeps_line =
	    curl_version_info(CURLVERSION_NOW)->version_num < LIBCURL_8_1;
	/* libcurl reads names that are not ASCII as the locale says */
	setlocale(LC_CTYPE, "C.UTF-8");
	set_callbacks();
	return 0;
}

static void
fetch_close(void)
{
	fetchbody_close(&body);
	free(head);
	curl_easy_cleanup(curl);
	fetchloop_close();
	curl_global_cleanup();
	curl_slist_free_all(fetchopt.headers);
}

/* What went wrong with a transfer, in words; NULL: nothing. */
static const char *
fetch_why(CURLcode code)
{
	const struct fetch *f = &transfer;

	if (f->why != NULL)
		return f->why;
	if (body.why != NULL)
		return body.why;
	if (body.error == EWOULDBLOCK)
		return "another process writes it";
	if (body.error != 0)
		return strerror(body.error);
	if (code == CURLE_OK)
		return f->headed ? NULL : "the reply's head breaks off";
	if (code == CURLE_COULDNT_CONNECT && f->private)
		return "its address is private, and --no-private refuses it";
	if (code == CURLE_UNSUPPORTED_PROTOCOL && f->secure &&
	    strcasestr(error, "\"http\"") != NULL)
		return "it redirects from https to http; --allow-downgrade "
		       "follows it";
	return error[0] != '\0' ? error : curl_easy_strerror(code);
}

/* A failure: names it, and tells the parent what it was. */
static void
fetch_fail(const char *url, CURLcode code)
{
	const struct fetch *f = &transfer;
	const char *why = fetch_why(code);
	char text[2048];

	if (body.error != 0) {
		snprintf(text, sizeof(text), "cannot write %s: %s",
		    body.file.name != NULL ? body.file.name : "the body", why);
		why = text;
	}
	fetchtell_why(body.reply, url, why);
	if (body.error != 0)
		reply_outcome(body.reply, OUTCOME_ERROR, body.error);
	else if (f->why != NULL || body.why != NULL ||
	    (f->private && code == CURLE_COULDNT_CONNECT))
		reply_outcome(body.reply, OUTCOME_ERROR, FAILURE_REFUSED);
	else
		fetchtell_error(body.reply, code);
}

/* Tells what became of a transfer.  true: all is well. */
static bool
fetch_tell(const char *url, CURLcode code)
{
	long status = 0;
	char text[32];

	if (transfer.asked)
		fetchtell_connects(body.reply, curl);
	if (transfer.enough)
		code = CURLE_OK;
	if (fetch_why(code) != NULL) {
		fetch_fail(url, code);
		return false;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status_is_ok(status))
		return true;
	snprintf(text, sizeof(text), "HTTP %ld", status);
	fetchtell_why(body.reply, url, text);
	fetchtell_status(body.reply, curl, status);
	return false;
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

/* One transfer, from that byte of the body. */
static CURLcode
perform(uint64_t from)
{
	CURLcode code;
	char *quoted;

	/* as it is before the first head */
	if (transfer.secure)
		fetchset_redirects(curl, false);
	transfer = (struct fetch){.asked = true, .from = from};
	guard_head(&transfer, keeps_line);
	error[0] = '\0';
	code = fetchloop_perform(curl, body.reply);
	/* a proxy that it can't use is named with its password */
	if ((quoted = strchr(error, '\'')) != NULL)
		url_hide(quoted + 1);
	if (code == CURLE_OK && transfer.headed && !transfer.begun &&
	    begin_body(&transfer) == -1)
		code = CURLE_WRITE_ERROR;
	return code;
}

static CURLcode
perform_fresh(uint64_t from)
{
	CURLcode code = perform(from);

	if (!fetch_was_stale(code))
		return code;
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	code = perform(from);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 0L);
	return code;
}

/*
 * Asks for the rest of a body, if it is still the one with that tag.  A server
 * that has another sends all of it; one that has no more, or sends something
 * else, is asked again.
 */
static CURLcode
perform_rest(uint64_t from)
{
	struct curl_slist *headers;
	long status = 0;
	CURLcode code;

	if (fetchset_range(curl, from, body.tag, &headers) == -1)
		return CURLE_OUT_OF_MEMORY;
	code = perform_fresh(from);
	fetchset_whole(curl, headers);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (!body.foreign && (code != CURLE_OK || status != STATUS_NO_PART))
		return code;
	if (fetchbody_restart(&body) == -1)
		return CURLE_WRITE_ERROR;
	return perform_fresh(0);
}

/* True when a body broke off in a way after which it can be gone on with. */
static bool
has_part(CURLcode code)
{
	return transfer.begun && transfer.wanted &&
	    (code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR ||
		code == CURLE_OPERATION_TIMEDOUT || code == CURLE_HTTP2_STREAM);
}

/* One URL of a job.  true: its body is there, or its head. */
static bool
fetch_one(const char *url, uint64_t from, bool *rest)
{
	CURLcode code;

	/* of the one before, what libcurl was told for it is still so */
	transfer = (struct fetch){.secure = transfer.secure};
	*rest = false;
	if (!fetchurl_is_line(url)) {
		transfer.why = "it holds a new line or another control "
			       "character";
		return fetch_tell(url, CURLE_URL_MALFORMAT);
	}
	body.bytes = from;
	if (fetchset_url(curl, url) == -1)
		code = CURLE_OUT_OF_MEMORY;
	else
		code = from > 0 ? perform_rest(from) : perform_fresh(0);
	if (fetch_tell(url, code))
		return true;
	*rest = has_part(code) && fetchbody_offer(&body, curl);
	return false;
}

/* The file of a job can't be written: body.error, or errno.  false. */
static bool
fail_file(const char *url)
{
	if (body.error == 0)
		body.error = errno;
	fetch_fail(url, CURLE_WRITE_ERROR);
	return false;
}

/* --head: the head is what the job has to say. */
static bool
put_head(const char *url)
{
	if (body.file.name == NULL)
		reply_output(body.reply, STDOUT_FILENO, head, headlen);
	else if (fetchfile_write(&body.file, head, headlen) == -1)
		return fail_file(url);
	return true;
}

/* All URLs of a job, one after the other.  true: all is well. */
static bool
fetch_all(const struct job *job, bool *rest)
{
	const char *resume =
	    job->nargs == ARG_URLS + 1 ? job->args[ARG_RESUME] : "";
	uint64_t from, bytes = 0;
	bool ok = true;
	size_t i;

	transfer = (struct fetch){.secure = transfer.secure};
	if (fetchbody_find(&body, resume, &from) == -1)
		return fail_file(job->args[ARG_URLS]);
	for (i = ARG_URLS; i < job->nargs; i++) {
		if (!fetch_one(job->args[i], from, rest) ||
		    (fetchopt.head && !put_head(job->args[i])))
			ok = false;
		bytes += body.bytes;
	}
	body.bytes = ok ? bytes : 0;
	return ok;
}

/* True when the job has its file already. */
static bool
is_there(void)
{
	struct stat st;

	return fetchopt.skip_existing && body.file.name != NULL &&
	    stat(body.file.name, &st) == 0 && !S_ISDIR(st.st_mode);
}

static int
fetch_job(const struct job *job, struct reply *reply)
{
	bool ok, rest = false;

	if (job->nargs <= ARG_URLS)
		return 0;
	if (fetchbody_begin(&body, reply, job->args[ARG_FILE]) == -1) {
		reply_outcome(reply, OUTCOME_ERROR, errno);
		return 0;
	}
	if (is_there()) {
		reply_number(reply, "existing", "true");
		fetchfile_end(&body.file, false);
		return 0;
	}
	ok = fetch_all(job, &rest);
	if (kind_wants_facts() && transfer.asked)
		fetchtell_facts(reply, curl, body.bytes);
	if (kind_wants_facts() && ok && !fetchopt.head)
		fetchbody_tell(&body);
	if (ok && body.file.name != NULL && fetchfile_commit(&body.file) == -1)
		ok = fail_file(job->args[ARG_URLS]);
	fetchfile_end(&body.file, !ok && !rest);
	return 0;
}

static void
fetch_discard(const char *name)
{
	if (!fetchopt.go_on)
		fetchfile_discard(name);
}

static const struct kind_inner fetch_inner = {
    .files = fetchopt_files,
    .discard = fetch_discard,
    .retry_on = "429,5xx,408,connect,timeout,partial",
    .prepare = fetch_prepare,
};

const struct kind forkpool_kind = {
    .abi = KIND_ABI,
    .name = "fetch",
    .summary = "fetch a list of URLs",
    .synopsis = "[URL ...]",
    .options = fetchopt_table,
    .option = fetchopt_option,
    .settle = fetchopt_settle,
    .open = fetch_open,
    .job = fetch_job,
    .close = fetch_close,
    .default_jobs = DEFAULT_JOBS,
    .words = WORDS_RECORDS,
    .flags = KIND_REPEATABLE | KIND_WHOLE | KIND_URLS,
    .inner = &fetch_inner,
};
