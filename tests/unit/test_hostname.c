/*
 * test_hostname: owns the tests of cmd/hostname: which URLs go to one host.
 */
#include <string.h>

#include "cmd/hostname.h"
#include "tests/unit/tap.h"

static const struct {
	const char *url;
	const char *name;
} cases[] = {
    {"http://example.com/a?b#c", "example.com"},
    {"https://example.com", "example.com"},
    {"HTTP://EXAMPLE.com:80/", "example.com"},
    {"https://example.com:443?x", "example.com"},
    {"http://example.com:8080/", "example.com:8080"},
    {"http://example.com:1443/", "example.com:1443"},
    {"http://user:pass@example.com/@x", "example.com"},
    {"http://a@b@example.com:81", "example.com:81"},
    {"http://[::1]:8080/x", "[::1]:8080"},
    {"http://[::80]/x", "[::80]"},
    {"http://[FE80::1]:80", "[fe80::1]"},
    {"example.com/http://other/", "example.com"},
    {"Example.com:8080/x", "example.com:8080"},
    {"example.com?http://other/", "example.com"},
    {"user@example.com", "example.com"},
    {"127.0.0.1", "127.0.0.1"},
    {"http:///x", "x"},
    {":80", ":80"},
    {"", ""},
};

int
main(void)
{
	char name[HOSTNAME_SIZE], small[4];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hostname_of(cases[i].url, name, sizeof(name));
		tap_str(name, cases[i].name, cases[i].url);
	}
	hostname_of("http://example.com", small, sizeof(small));
	tap_str(small, "exa", "what is too long is cut");
	return tap_done();
}
