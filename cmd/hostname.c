/*
 * hostname: which host a URL goes to.
 * It owns what counts as the same host; it must not know what is done with it.
 */
#include "cmd/hostname.h"

#include <ctype.h>
#include <string.h>

#include "worker/url.h"

/* True when the n bytes end in the string. */
static int
ends_in(const char *s, size_t n, const char *end)
{
	size_t len = strlen(end);

	return n > len && memcmp(s + n - len, end, len) == 0;
}

void
hostname_of(const char *url, char *name, size_t size)
{
	size_t len, i;
	const char *host = url_host(url, &len);

	/* an address of IPv6 has colons too, but between brackets */
	if (ends_in(host, len, ":443"))
		len -= strlen(":443");
	else if (ends_in(host, len, ":80"))
		len -= strlen(":80");
	for (i = 0; i < len && i + 1 < size; i++)
		name[i] = (char)tolower((unsigned char)host[i]);
	name[i] = '\0';
}
