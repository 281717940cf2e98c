/*
 * urlname: what of a URL can stand in the name of a file.
 * It owns the rules for that; it must not know which files there are.
 */
#include "cmd/urlname.h"

#include <sys/types.h>

#include <ctype.h>
#include <sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker/url.h"

#define COMPONENT_MAX 200 /* bytes of a name, without a hash */
#define INDEX	      "index.html"

void
urlname_hash(const char *s, unsigned long long n, char hash[URLNAME_HASH + 1])
{
	unsigned char bytes[SHA256_DIGEST_LENGTH];
	char number[32] = "";
	SHA2_CTX ctx;
	size_t i;

	if (n > 0)
		snprintf(number, sizeof(number), " %llu", n);
	SHA256Init(&ctx);
	SHA256Update(&ctx, (const unsigned char *)s, strlen(s));
	SHA256Update(&ctx, (const unsigned char *)number, strlen(number));
	SHA256Final(bytes, &ctx);
	for (i = 0; i < URLNAME_HASH / 2; i++)
		snprintf(hash + 2 * i, 3, "%02x", bytes[i]);
}

/* One component, so that it means nothing but itself. */
static void
put_component(FILE *f, const char *s, size_t n, const char *hash)
{
	size_t i, len = n < COMPONENT_MAX ? n : COMPONENT_MAX;

	if (n > 0 && (*s == '.' || *s == '-')) {
		putc('_', f);
		len -= len == COMPONENT_MAX;
	}
	for (i = 0; i < len; i++)
		putc(iscntrl((unsigned char)s[i]) || s[i] == '/' ? '_' : s[i],
		    f);
	if (len < n)
		fprintf(f, "-%s", hash);
	/* so are files called that are not whole */
	else if (n > 5 && memcmp(s + n - 5, ".part", 5) == 0)
		putc('_', f);
}

/* The path without what has no name, and the query with it. */
static void
put_path(FILE *f, const char *path, const char *hash)
{
	const char *end = path + strcspn(path, "?#"), *slash;
	size_t n;

	for (; path < end; path = slash + 1) {
		slash = memchr(path, '/', (size_t)(end - path));
		if (slash == NULL)
			break;
		if (slash > path) {
			put_component(f, path, (size_t)(slash - path), hash);
			putc('/', f);
		}
	}
	n = strcspn(path, "#");
	if (path >= end)
		fputs(INDEX, f);
	put_component(f, path, n, hash);
}

/* Its last component, without the query. */
static void
put_name(FILE *f, const char *path, const char *hash)
{
	size_t n = strcspn(path, "?#");
	const char *slash = memrchr(path, '/', n);

	if (slash != NULL) {
		n -= (size_t)(slash + 1 - path);
		path = slash + 1;
	}
	if (n > 0)
		put_component(f, path, n, hash);
	else
		fputs(INDEX, f);
}

static void
put_extension(FILE *f, const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot != NULL && dot > name)
		fputs(dot + 1, f);
}

/* The host, whose port matters where it is not the usual one. */
static void
put_host(FILE *f, const char *host, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < COMPONENT_MAX; i++) {
		if (i == 0 && (*host == '.' || *host == '-'))
			putc('_', f);
		if (isalnum((unsigned char)host[i]) || (host[i] & 0x80) ||
		    strchr(".-_", host[i]) != NULL)
			putc(tolower((unsigned char)host[i]), f);
		else if (host[i] == ':')
			putc('_', f);
	}
	if (n == 0)
		fputs("host", f);
}

/* Writes one part into a string of its own. */
static char *
make_part(enum replace_url part, const char *url, const struct urlname *u)
{
	const char *host, *path = url_path(url);
	char *made = NULL;
	size_t size, n;
	FILE *f;

	if ((f = open_memstream(&made, &size)) == NULL)
		return NULL;
	host = url_host(url, &n);
	switch (part) {
	case URL_HOST:
		put_host(f, host, n);
		break;
	case URL_PATH:
		put_path(f, path, u->part[URL_HASH]);
		break;
	case URL_NAME:
		put_name(f, path, u->part[URL_HASH]);
		break;
	case URL_EXT:
		put_extension(f, u->part[URL_NAME]);
		break;
	default:
		break;
	}
	if (fclose(f) == 0)
		return made;
	free(made);
	return NULL;
}

int
urlname_make(struct urlname *u, const char *url)
{
	char hash[URLNAME_HASH + 1];
	int i;

	memset(u, 0, sizeof(*u));
	urlname_hash(url, 0, hash);
	if ((u->part[URL_HASH] = strdup(hash)) == NULL)
		return -1;
	/* the name before its extension */
	for (i = 0; i < URL_HASH; i++) {
		u->part[i] = make_part((enum replace_url)i, url, u);
		if (u->part[i] == NULL) {
			urlname_clear(u);
			return -1;
		}
	}
	return 0;
}

void
urlname_clear(struct urlname *u)
{
	size_t i;

	for (i = 0; i < URL_PARTS; i++)
		free(u->part[i]);
	memset(u, 0, sizeof(*u));
}
