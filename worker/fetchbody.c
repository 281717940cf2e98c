/*
 * fetchbody: what comes of a job, on its way to stdout or a file.
 * It owns the file, the hash, and the rules by which a part of a body may be
 * gone on with; it must not know how a transfer goes.
 */
#include "worker/fetchbody.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/fetchopt.h"
#include "worker/fetchurl.h"

#define HASH_BUFFER    (16U * 1024U) /* bytes of a file read at a time */
#define STATUS_WHOLE   200
#define STATUS_PARTIAL 206

static const char too_long[] = "the body is longer than --max-filesize allows";

int
fetchbody_open(struct fetchbody *b)
{
	*b = (struct fetchbody){.file = {.fd = -1}};
	if (kind_wants_facts() && (b->hash = EVP_MD_CTX_new()) == NULL)
		return -1;
	return 0;
}

void
fetchbody_close(struct fetchbody *b)
{
	EVP_MD_CTX_free(b->hash);
	b->hash = NULL;
}

int
fetchbody_begin(struct fetchbody *b, struct reply *reply, const char *name)
{
	b->reply = reply;
	b->bytes = 0;
	b->tag[0] = '\0';
	b->foreign = false;
	b->why = NULL;
	b->error = 0;
	return fetchfile_begin(&b->file, name);
}

/* The hash begins anew, with what an earlier attempt has left in the file. */
static int
begin_hash(struct fetchbody *b, uint64_t size)
{
	unsigned char bytes[HASH_BUFFER];
	uint64_t at;
	ssize_t n;

	if (b->hash == NULL)
		return 0;
	EVP_DigestInit_ex(b->hash, EVP_sha256(), NULL);
	for (at = 0; at < size; at += (uint64_t)n) {
		n = pread(b->file.fd, bytes, sizeof(bytes), (off_t)at);
		if (n <= 0)
			return -1;
		EVP_DigestUpdate(b->hash, bytes, (size_t)n);
	}
	return 0;
}

static int
fail(struct fetchbody *b)
{
	b->error = errno;
	return -1;
}

/* What is known of an earlier attempt: bytes, and in b->tag their name. */
static int
look(struct fetchbody *b, const char *resume, uint64_t *from)
{
	char noted[FETCHFILE_TAG], *end;

	if (*resume != '\0') {
		*from = strtoull(resume, &end, 10);
		strlcpy(b->tag, *end == ' ' ? end + 1 : "", sizeof(b->tag));
	}
	if (b->file.name == NULL || (*resume == '\0' && !fetchopt.go_on))
		return 0;
	if (fetchfile_look(&b->file, noted) == -1)
		return fail(b);
	if (*resume == '\0')
		strlcpy(b->tag, noted, sizeof(b->tag));
	*from = b->file.size;
	return 0;
}

int
fetchbody_find(struct fetchbody *b, const char *resume, uint64_t *from)
{
	*from = 0;
	if (look(b, resume, from) == -1)
		return -1;
	/* what has no name can't be asked for */
	if (*b->tag != '"' || !fetchurl_is_line(b->tag) ||
	    begin_hash(b, b->file.name != NULL ? *from : 0) == -1)
		*from = 0;
	if (*from > 0)
		return 0;
	(void)begin_hash(b, 0);
	/* what is there is of no use */
	if (b->file.fd != -1 && fetchfile_restart(&b->file) == -1)
		return fail(b);
	return 0;
}

int
fetchbody_restart(struct fetchbody *b)
{
	b->bytes = 0;
	b->tag[0] = '\0';
	b->foreign = false;
	(void)begin_hash(b, 0);
	if (b->file.name == NULL)
		reply_forget(b->reply);
	else if (fetchfile_restart(&b->file) == -1)
		return fail(b);
	return 0;
}

/* A header of the last head; NULL: it hasn't got that. */
static const char *
header(CURL *curl, const char *name)
{
	struct curl_header *h;

	return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &h) ==
		CURLHE_OK
	    ? h->value
	    : NULL;
}

/* True for a body that is packed for the way. */
static bool
is_packed(CURL *curl)
{
	const char *encoding = header(curl, "Content-Encoding");

	return encoding != NULL && strcasecmp(encoding, "identity") != 0;
}

/* True when a part begins there, and is one of the body that was begun. */
static bool
goes_on(const struct fetchbody *b, CURL *curl, uint64_t from)
{
	const char *range = header(curl, "Content-Range");
	const char *tag = header(curl, "ETag");

	return range != NULL && strncmp(range, "bytes ", 6) == 0 &&
	    strtoull(range + 6, NULL, 10) == from && !is_packed(curl) &&
	    (tag == NULL || strcmp(tag, b->tag) == 0);
}

/*
 * A range was asked for.  Not every server heeds If-Range, and some send what
 * they like: that is given up.
 */
static int
check_range(struct fetchbody *b, CURL *curl, uint64_t *from)
{
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == STATUS_WHOLE) {
		*from = 0;
		return fetchbody_restart(b);
	}
	if (status == STATUS_PARTIAL && goes_on(b, curl, *from))
		return 0;
	b->foreign = true;
	return -1;
}

/*
 * True when its head says that it is longer than it may be.  The length of a
 * packed body tells nothing.
 */
static bool
is_too_long(const struct fetchbody *b, CURL *curl)
{
	curl_off_t n = -1;

	if (fetchopt.filesize_max == 0 || fetchopt.head ||
	    (!fetchopt.plain && is_packed(curl)))
		return false;
	curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &n);
	return n > 0 && b->bytes + (uint64_t)n > fetchopt.filesize_max;
}

/*
 * What the server calls the body, byte for byte: without that, or when it was
 * packed for the way, nobody can go on with it.  NULL: it can't be.
 */
static const char *
strong_tag(CURL *curl)
{
	const char *ranges = header(curl, "Accept-Ranges"), *tag;

	if (is_packed(curl) ||
	    (ranges != NULL && strcasecmp(ranges, "none") == 0))
		return NULL;
	tag = header(curl, "ETag");
	return tag != NULL && *tag == '"' && strlen(tag) < FETCHFILE_TAG &&
		fetchurl_is_line(tag)
	    ? tag
	    : NULL;
}

int
fetchbody_head(struct fetchbody *b, CURL *curl, uint64_t *from)
{
	const char *tag;

	if (*from > 0 && check_range(b, curl, from) == -1)
		return -1;
	if (is_too_long(b, curl)) {
		b->why = too_long;
		return -1;
	}
	if (*from > 0 || b->file.name == NULL)
		return 0;
	if (b->file.fd == -1 && fetchfile_restart(&b->file) == -1)
		return fail(b);
	if (fetchopt.go_on && (tag = strong_tag(curl)) != NULL)
		fetchfile_note(&b->file, tag);
	return 0;
}

int
fetchbody_write(struct fetchbody *b, const void *data, size_t n)
{
	b->bytes += n;
	if (fetchopt.filesize_max > 0 && b->bytes > fetchopt.filesize_max) {
		b->why = too_long;
		return -1;
	}
	if (b->hash != NULL)
		EVP_DigestUpdate(b->hash, data, n);
	if (b->file.name == NULL)
		reply_output(b->reply, STDOUT_FILENO, data, n);
	else if (fetchfile_write(&b->file, data, n) == -1)
		return fail(b);
	return 0;
}

bool
fetchbody_offer(struct fetchbody *b, CURL *curl)
{
	const char *tag = NULL;

	/* the hash of what the parent holds can't go on in another process */
	if (b->bytes > 0 && (b->hash == NULL || b->file.name != NULL))
		tag = strong_tag(curl);
	if (tag != NULL)
		reply_fact(b->reply, ".resume", tag);
	return tag != NULL;
}

void
fetchbody_tell(struct fetchbody *b)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	char text[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned len = 0, i;

	if (EVP_DigestFinal_ex(b->hash, bytes, &len) != 1)
		return;
	for (i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	reply_fact(b->reply, "sha256", text);
}
