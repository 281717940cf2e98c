/*
 * fetch: a kind that fetches URLs over HTTP, by libcurl's blocking calls.
 * It owns the worker's one curl handle, kept so that connections are reused.
 */
#include <curl/curl.h>

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "worker/duration.h"
#include "worker/fetchfile.h"
#include "worker/fetchopt.h"
#include "worker/fetchtell.h"
#include "worker/fetchurl.h"
#include "worker/kind.h"
#include "worker/url.h"

#define CONNECTIONS_MAX 16 /* kept open by one worker */
#define DEFAULT_JOBS	16
#define READ_BYTES	(64L * 1024)   /* of a body at a time: two frames */
#define HEAD_MAX	(256U * 1024U) /* bytes of all heads of a transfer */
#define LIVE_NS		100000000ULL   /* output of a slow body is shown then */
#define HASH_MAX	EVP_MAX_MD_SIZE

/* Before the URLs of a job: see KIND_URLS. */
enum { ARG_FILE, ARG_RESUME, ARG_URLS };

/* A transfer. */
struct fetch {
	struct reply *reply;
	bool headed;	   /* the head came to its end */
	bool secure;	   /* the last head came over TLS */
	size_t headlen;	   /* bytes of all heads, those of redirects too */
	bool begun;	   /* the body has begun */
	bool wanted;	   /* and it is a body that is asked for */
	uint64_t waits_ns; /* since when output of it waits; 0: none does */
	uint64_t from;	   /* a range was asked for, from there; 0: it wasn't */
	bool private;	   /* --no-private has refused an address of its host */
	const char *why;   /* why we broke it off, in words; NULL: we didn't */
	int error;	   /* likewise: errno of writing; 0 */
};

/* What a job has, which may be several transfers. */
struct task {
	struct fetchfile file;
	uint64_t bytes;		 /* of bodies, decoded */
	char tag[FETCHFILE_TAG]; /* what its body was called before */
	char *head;		 /* --head: the last one */
	size_t headlen;
};

static CURL *curl;
static EVP_MD_CTX *hash;      /* NULL: nobody wants it */
static struct fetch transfer; /* the one that is going on */
static struct task task;      /* and of which job */
static char error[CURL_ERROR_SIZE];

static bool
status_is_ok(long status)
{
	return status >= 200 && status <= 299;
}

/* A header of the last head; NULL: it hasn't got that. */
static const char *
header(const char *name)
{
	struct curl_header *h;

	return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &h) ==
		CURLHE_OK
	    ? h->value
	    : NULL;
}

/* --head: keeps a line of the head, the last one of a chain of redirects. */
static int
keep_head(const char *data, size_t n, bool first)
{
	char *grown;

	if (first)
		task.headlen = 0;
	if ((grown = realloc(task.head, task.headlen + n)) == NULL)
		return -1;
	task.head = grown;
	memcpy(task.head + task.headlen, data, n);
	task.headlen += n;
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
	curl_easy_setopt(
	    curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
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
		f->headed = true;
	if (fetchopt.head && keep_head(data, n, first) == -1)
		return 0;
	return n;
}

/* The hash begins anew, with what an earlier attempt has left in the file. */
static int
begin_hash(const struct fetchfile *f, uint64_t size)
{
	unsigned char bytes[16 * 1024];
	uint64_t at;
	ssize_t n;

	if (hash == NULL)
		return 0;
	EVP_DigestInit_ex(hash, EVP_sha256(), NULL);
	for (at = 0; at < size; at += (uint64_t)n) {
		n = pread(f->fd, bytes, sizeof(bytes), (off_t)at);
		if (n <= 0)
			return -1;
		EVP_DigestUpdate(hash, bytes, (size_t)n);
	}
	return 0;
}

/* What came of the job's body is not to count. */
static int
forget_body(struct fetch *f)
{
	f->from = 0;
	task.bytes = 0;
	task.tag[0] = '\0';
	(void)begin_hash(&task.file, 0);
	if (task.file.name == NULL) {
		reply_forget(f->reply);
	} else if (fetchfile_restart(&task.file) == -1) {
		f->error = errno;
		return -1;
	}
	return 0;
}

/* A range was asked for: does this go on where we are?  -1: break off. */
static int
check_range(struct fetch *f, long status)
{
	const char *range;

	if (status == 200)
		return forget_body(f);
	range = header("Content-Range");
	if (status != 206 || range == NULL ||
	    strncmp(range, "bytes ", 6) != 0 ||
	    strtoull(range + 6, NULL, 10) != f->from) {
		f->why = "the server sends another part than it was asked for";
		return -1;
	}
	return 0;
}

/*
 * What the server calls the body, byte for byte: without that, or when it was
 * packed for the way, nobody can go on with it.  NULL: it can't be.
 */
static const char *
strong_tag(void)
{
	const char *encoding = header("Content-Encoding"), *tag;
	const char *ranges = header("Accept-Ranges");

	if (encoding != NULL && strcasecmp(encoding, "identity") != 0)
		return NULL;
	if (ranges != NULL && strcasecmp(ranges, "none") == 0)
		return NULL;
	tag = header("ETag");
	return tag != NULL && *tag == '"' && strlen(tag) < FETCHFILE_TAG &&
		fetchurl_is_line(tag)
	    ? tag
	    : NULL;
}

/* The body begins.  -1: it is none that we can take. */
static int
begin_body(struct fetch *f)
{
	long status = 0;
	const char *tag;

	f->begun = true;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	f->wanted = status_is_ok(status);
	if (f->from > 0 && f->wanted && check_range(f, status) == -1)
		return -1;
	if (!f->wanted || task.file.name == NULL || f->from > 0)
		return 0;
	if (task.file.fd == -1 && fetchfile_restart(&task.file) == -1) {
		f->error = errno;
		return -1;
	}
	if (fetchopt.go_on && (tag = strong_tag()) != NULL)
		fetchfile_note(&task.file, tag);
	return 0;
}

/* A piece of the body; that of a status other than 2xx is left out. */
static size_t
fetch_write(char *data, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;

	n *= size;
	if (!f->begun && begin_body(f) == -1)
		return 0;
	if (!f->wanted)
		return n;
	task.bytes += n;
	if (fetchopt.filesize_max > 0 && task.bytes > fetchopt.filesize_max) {
		f->why = "the body is longer than --max-filesize allows";
		return 0;
	}
	if (hash != NULL)
		EVP_DigestUpdate(hash, data, n);
	if (task.file.name != NULL) {
		if (fetchfile_write(&task.file, data, n) == 0)
			return n;
		f->error = errno;
		return 0;
	}
	reply_output(f->reply, STDOUT_FILENO, data, n);
	if (f->waits_ns == 0)
		f->waits_ns = duration_now_ns();
	return n;
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
	if (f->waits_ns != 0 && duration_now_ns() - f->waits_ns >= LIVE_NS) {
		kind_yield(f->reply);
		f->waits_ns = 0;
	}
	return 0;
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

/* What is so for every transfer. */
static void
set_fixed(void)
{
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, READ_BYTES);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, fetch_head);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, fetch_write);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, fetch_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

/* What options say of the connection. */
static void
set_connection(void)
{
	const struct fetchopt *o = &fetchopt;

	if (o->connect_ms > 0)
		curl_easy_setopt(
		    curl, CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_ms);
	if (o->proxy != NULL)
		curl_easy_setopt(curl, CURLOPT_PROXY, o->proxy);
	if (o->cacert != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, o->cacert);
	if (o->insecure) {
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (!o->no_private)
		return;
	/* behind a proxy of the environment addresses would not be seen */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, fetch_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
}

/* And of requests and replies. */
static void
set_request(void)
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
	if (o->filesize_max > 0)
		curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
		    (curl_off_t)o->filesize_max);
	if (o->speed_limit > 0) {
		curl_easy_setopt(
		    curl, CURLOPT_LOW_SPEED_LIMIT, (long)o->speed_limit);
		curl_easy_setopt(
		    curl, CURLOPT_LOW_SPEED_TIME, (long)o->speed_s);
	}
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
	if (kind_wants_facts() && (hash = EVP_MD_CTX_new()) == NULL)
		return -1;
	/* libcurl reads names that are not ASCII as the locale says */
	setlocale(LC_CTYPE, "C.UTF-8");
	set_fixed();
	set_connection();
	set_request();
	return 0;
}

static void
fetch_close(void)
{
	EVP_MD_CTX_free(hash);
	free(task.head);
	curl_easy_cleanup(curl);
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
	if (f->error != 0)
		return strerror(f->error);
	if (code == CURLE_OK)
		return f->headed ? NULL : "the reply's head breaks off";
	if (code == CURLE_FILESIZE_EXCEEDED)
		return "the body is longer than --max-filesize allows";
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
fetch_fail(struct reply *reply, const char *url, CURLcode code, const char *why)
{
	const struct fetch *f = &transfer;
	char text[2048];

	if (f->error != 0) {
		snprintf(text, sizeof(text), "cannot write %s: %s",
		    task.file.name != NULL ? task.file.name : "the body", why);
		why = text;
	}
	fetchtell_name(reply, url, why);
	if (kind_wants_facts())
		reply_fact(reply, "error", why);
	if (f->error != 0)
		reply_outcome(reply, OUTCOME_ERROR, f->error);
	else if (f->why != NULL ||
	    (f->private && code == CURLE_COULDNT_CONNECT))
		reply_outcome(reply, OUTCOME_ERROR, FAILURE_REFUSED);
	else
		fetchtell_error(reply, code);
}

/* Tells what became of a transfer.  true: all is well. */
static bool
fetch_tell(struct reply *reply, const char *url, CURLcode code)
{
	const char *why = fetch_why(code);
	long status = 0, connects = 0;
	char text[32];

	curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connects);
	if (connects > 0) {
		snprintf(text, sizeof(text), "%ld", connects);
		reply_fact(reply, ".connects", text);
	}
	if (why != NULL) {
		fetch_fail(reply, url, code, why);
		return false;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status_is_ok(status))
		return true;
	snprintf(text, sizeof(text), "HTTP %ld", status);
	fetchtell_name(reply, url, text);
	if (kind_wants_facts())
		reply_fact(reply, "error", text);
	fetchtell_status(reply, curl, status);
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
perform(struct reply *reply, uint64_t from)
{
	CURLcode code;

	/* as it is before the first head */
	if (transfer.secure)
		curl_easy_setopt(
		    curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	transfer = (struct fetch){.reply = reply, .from = from};
	error[0] = '\0';
	code = curl_easy_perform(curl);
	if (code == CURLE_OK && transfer.headed && !transfer.begun &&
	    begin_body(&transfer) == -1)
		code = CURLE_WRITE_ERROR;
	return code;
}

static CURLcode
perform_fresh(struct reply *reply, uint64_t from)
{
	CURLcode code = perform(reply, from);

	if (!fetch_was_stale(code))
		return code;
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	code = perform(reply, from);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 0L);
	return code;
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

/*
 * Asks for the rest of a body, if it is still the one with that tag.  A server
 * that has another sends all of it; one that has no more is asked again.
 */
static CURLcode
perform_rest(struct reply *reply, uint64_t from)
{
	char line[FETCHFILE_TAG + 16], range[32];
	struct curl_slist *headers;
	long status = 0;
	CURLcode code;

	snprintf(line, sizeof(line), "If-Range: %s", task.tag);
	if ((headers = headers_and(line)) == NULL)
		return CURLE_OUT_OF_MEMORY;
	snprintf(range, sizeof(range), "%" PRIu64 "-", from);
	curl_easy_setopt(curl, CURLOPT_RANGE, range);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, NULL);
	code = perform_fresh(reply, from);
	curl_easy_setopt(curl, CURLOPT_RANGE, NULL);
	set_request();
	curl_slist_free_all(headers);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (code != CURLE_OK || status != 416)
		return code;
	if (forget_body(&transfer) == -1)
		return CURLE_WRITE_ERROR;
	return perform_fresh(reply, 0);
}

/* Offers to go on with a body that broke off, in another attempt. */
static bool
offer_rest(struct reply *reply, CURLcode code)
{
	const char *tag = NULL;

	if (code != CURLE_PARTIAL_FILE && code != CURLE_RECV_ERROR &&
	    code != CURLE_OPERATION_TIMEDOUT && code != CURLE_HTTP2_STREAM)
		return false;
	/* the hash of a body can't go on in another process */
	if (hash != NULL && task.file.name == NULL)
		return false;
	if (transfer.begun && transfer.wanted && task.bytes > 0)
		tag = strong_tag();
	if (tag != NULL)
		reply_fact(reply, ".resume", tag);
	return tag != NULL;
}

/*
 * Where to go on, by what the parent says of the last attempt ("BYTES TAG") or
 * by what an earlier run has left; 0: at the beginning.
 */
static uint64_t
find_rest(const char *resume)
{
	char *end, noted[FETCHFILE_TAG];
	uint64_t from = 0;

	task.tag[0] = '\0';
	if (*resume != '\0') {
		from = strtoull(resume, &end, 10);
		strlcpy(task.tag, *end == ' ' ? end + 1 : "", sizeof(task.tag));
	}
	if (task.file.name != NULL && (*resume != '\0' || fetchopt.go_on)) {
		if (fetchfile_look(&task.file, noted) == -1)
			return 0;
		if (*resume == '\0')
			strlcpy(task.tag, noted, sizeof(task.tag));
		from = task.file.size;
	}
	/* what has no name can't be asked for */
	return *task.tag == '"' && fetchurl_is_line(task.tag) ? from : 0;
}

/* One URL of a job.  true: its body is there, or its head. */
static bool
fetch_one(struct reply *reply, const char *url, uint64_t from, bool *rest)
{
	CURLcode code;

	transfer.why = NULL;
	*rest = false;
	if (!fetchurl_is_line(url)) {
		transfer = (struct fetch){.reply = reply,
		    .why = "it holds a new line or another control character"};
		return fetch_tell(reply, url, CURLE_URL_MALFORMAT);
	}
	curl_easy_setopt(curl, CURLOPT_URL, url);
	task.bytes = from;
	if (from > 0)
		code = perform_rest(reply, from);
	else
		code = perform_fresh(reply, 0);
	if (fetch_tell(reply, url, code))
		return true;
	*rest = offer_rest(reply, code);
	return false;
}

/* --head: the head is what the job has to say. */
static int
put_head(struct reply *reply)
{
	if (task.file.name != NULL)
		return fetchfile_write(&task.file, task.head, task.headlen);
	reply_output(reply, STDOUT_FILENO, task.head, task.headlen);
	return 0;
}

static void
tell_facts(struct reply *reply, bool ok)
{
	unsigned char bytes[HASH_MAX];
	char text[2 * HASH_MAX + 1];
	unsigned len = 0, i;

	fetchtell_facts(reply, curl);
	snprintf(text, sizeof(text), "%" PRIu64, ok ? task.bytes : 0);
	reply_number(reply, "bytes", text);
	if (!ok || fetchopt.head || EVP_DigestFinal_ex(hash, bytes, &len) != 1)
		return;
	for (i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	reply_fact(reply, "sha256", text);
}

/* The file can't be written: errno. */
static bool
fail_file(const struct job *job, struct reply *reply)
{
	transfer.error = errno;
	fetch_fail(reply, job->args[ARG_URLS], CURLE_WRITE_ERROR,
	    strerror(transfer.error));
	return false;
}

/* All URLs of a job, one after the other.  true: all is well. */
static bool
fetch_all(const struct job *job, struct reply *reply, bool *rest)
{
	uint64_t from = 0, bytes = 0;
	bool ok = true;
	size_t i;

	if (job->nargs == ARG_URLS + 1)
		from = find_rest(job->args[ARG_RESUME]);
	if (begin_hash(&task.file, from) == -1) {
		from = 0;
		(void)begin_hash(&task.file, from);
	}
	/* what is there is of no use */
	if (task.file.fd != -1 && from == 0 &&
	    fetchfile_restart(&task.file) == -1)
		return fail_file(job, reply);
	for (i = ARG_URLS; i < job->nargs; i++) {
		if (!fetch_one(reply, job->args[i], from, rest))
			ok = false;
		else if (fetchopt.head && put_head(reply) == -1)
			ok = fail_file(job, reply);
		bytes += task.bytes;
	}
	task.bytes = bytes;
	return ok;
}

/* The file of a job, at its end. */
static void
finish_file(const struct job *job, struct reply *reply, bool ok, bool rest)
{
	struct fetchfile *f = &task.file;

	if (ok && fetchfile_commit(f) == -1)
		ok = fail_file(job, reply);
	fetchfile_end(f, !ok && !rest);
}

static int
fetch_job(const struct job *job, struct reply *reply)
{
	bool ok, rest = false;

	if (job->nargs <= ARG_URLS)
		return 0;
	if (fetchfile_begin(&task.file, job->args[ARG_FILE]) == -1) {
		reply_outcome(reply, OUTCOME_ERROR, errno);
		return 0;
	}
	if (fetchopt.skip_existing && task.file.name != NULL &&
	    access(task.file.name, F_OK) == 0) {
		reply_number(reply, "existing", "true");
		fetchfile_end(&task.file, false);
		return 0;
	}
	ok = fetch_all(job, reply, &rest);
	if (hash != NULL)
		tell_facts(reply, ok);
	if (task.file.name != NULL)
		finish_file(job, reply, ok, rest);
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
