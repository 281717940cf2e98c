/*
 * url: what can be told of a URL by looking at it.
 * It owns how a URL is divided; it must not know what is done with the parts.
 */
#include "worker/url.h"

#include <string.h>

/*
 * Bytes of "http://" at the beginning, with as many slashes as there are, since
 * libcurl takes one or three for two; 0: there is no such thing.
 */
static size_t
scheme_length(const char *url)
{
	size_t n = strcspn(url, ":/?#");

	if (n == 0 || url[n] != ':' || url[n + 1] != '/')
		return 0;
	n++;
	return n + strspn(url + n, "/");
}

/* Bytes before the user or the host: a protocol may be left out of a page. */
static size_t
authority_at(const char *url)
{
	size_t n = scheme_length(url);

	return n > 0 || strncmp(url, "//", 2) != 0 ? n : strspn(url, "/");
}

bool
url_has_scheme(const char *url)
{
	return scheme_length(url) > 0;
}

const char *
url_path(const char *url)
{
	url += authority_at(url);
	return url + strcspn(url, "/?#");
}

const char *
url_host(const char *url, size_t *len)
{
	const char *begin = url + authority_at(url), *end = url_path(url);
	const char *at = memrchr(begin, '@', (size_t)(end - begin));

	if (at != NULL)
		begin = at + 1;
	*len = (size_t)(end - begin);
	return begin;
}

/*
 * Where a password stands that has a "/", "?" or "#" in it: no URL, but libcurl
 * says so of it, and it shall not be shown.
 */
static const char *
find_broken(const char *begin, const char *path)
{
	const char *colon = memchr(begin, ':', (size_t)(path - begin));

	if (colon == NULL || *begin == '[' || strchr(path, '@') == NULL ||
	    strspn(colon + 1, "0123456789") == (size_t)(path - colon - 1))
		return NULL;
	return colon + 1;
}

/* What is to be hidden, up to *at, an "@"; NULL: nothing. */
static const char *
find_secret(const char *url, const char **at)
{
	const char *begin = url + authority_at(url), *path = url_path(url);
	const char *colon;

	*at = memrchr(begin, '@', (size_t)(path - begin));
	if (*at == NULL) {
		*at = strrchr(path, '@');
		return find_broken(begin, path);
	}
	colon = memchr(begin, ':', (size_t)(*at - begin));
	if (colon == NULL)
		return begin < *at ? begin : NULL;
	if (colon == begin)
		return begin;
	return colon + 1 < *at ? colon + 1 : NULL;
}

bool
url_has_secret(const char *url)
{
	const char *at;

	return strchr(url, '@') != NULL && find_secret(url, &at) != NULL;
}

bool
url_may_be_address(const char *s)
{
	return s[strcspn(s, ":/?#@")] == '@';
}

void
url_hide(char *url)
{
	const char *at, *secret = find_secret(url, &at);
	char *p;

	if (secret == NULL)
		return;
	p = url + (secret - url);
	*p++ = '*';
	memmove(p, at, strlen(at) + 1);
}
