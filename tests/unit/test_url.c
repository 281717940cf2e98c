/*
 * test_url: owns the tests of what is told of a URL by looking at it.
 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/tap.h"
#include "worker/url.h"

static const struct {
	const char *url, *hidden, *host, *path;
} urls[] = {
    {"http://h/p", "http://h/p", "h", "/p"},
    {"http://u:pw@h:8/p", "http://u:*@h:8/p", "h:8", "/p"},
    {"https://token@h", "https://*@h", "h", ""},
    {"u:pw@h/p?q", "u:*@h/p?q", "h", "/p?q"},
    {"http:///u:pw@h/", "http:///u:*@h/", "h", "/"},
    {"http:/u:pw@h/", "http:/u:*@h/", "h", "/"},
    {"http://u:a@b@h/", "http://u:*@h/", "h", "/"},
    {"http://:pw@h/", "http://*@h/", "h", "/"},
    {"http://u:@h/", "http://u:@h/", "h", "/"},
    {"http://@h/", "http://@h/", "h", "/"},
    {"http://u:p/w@h/", "http://u:*@h/", "u:p", "/w@h/"},
    {"http://u:p#w@h/", "http://u:*@h/", "u:p", "#w@h/"},
    {"http://h:80/@me", "http://h:80/@me", "h:80", "/@me"},
    {"http://h/?to=a@b", "http://h/?to=a@b", "h", "/?to=a@b"},
    {"http://[::1]:80/@me", "http://[::1]:80/@me", "[::1]:80", "/@me"},
    {"joe@h", "*@h", "h", ""},
    {"//u:pw@h/p", "//u:*@h/p", "h", "/p"},
    {"/u:pw@h/p", "/u:pw@h/p", "", "/u:pw@h/p"},
    {"h?a@b", "h?a@b", "h", "?a@b"},
    {"", "", "", ""},
    {"@", "@", "", ""},
};

static void
test_parts(void)
{
	char url[64], name[128];
	const char *host;
	size_t i, n;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		snprintf(name, sizeof(name), "the host of \"%s\"", urls[i].url);
		host = url_host(urls[i].url, &n);
		snprintf(url, sizeof(url), "%.*s", (int)n, host);
		tap_str(url, urls[i].host, name);
		snprintf(name, sizeof(name), "the path of \"%s\"", urls[i].url);
		tap_str(url_path(urls[i].url), urls[i].path, name);
	}
}

static void
test_secrets(void)
{
	char url[64], name[128];
	size_t i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		snprintf(url, sizeof(url), "%s", urls[i].url);
		url_hide(url);
		snprintf(name, sizeof(name), "\"%s\" is hidden", urls[i].url);
		tap_str(url, urls[i].hidden, name);
		tap_int(url_has_secret(urls[i].url),
		    strcmp(urls[i].url, urls[i].hidden) != 0, name);
	}
}

int
main(void)
{
	test_parts();
	test_secrets();
	tap_ok(url_has_scheme("http://h") && !url_has_scheme("h:80/") &&
		!url_has_scheme("h/?a=http://b"),
	    "a scheme is told from a port");
	tap_ok(url_may_be_address("joe@h/p") && !url_may_be_address("u:p@h") &&
		!url_may_be_address("http://joe@h") &&
		!url_may_be_address("h/@joe"),
	    "what may be an address is told from a URL");
	return tap_done();
}
