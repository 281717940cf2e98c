/*
 * test_fetchurl: owns the tests of which addresses are private, and what may
 * stand in a head.
 */
#include <arpa/inet.h>
#include <netinet/in.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/tap.h"
#include "worker/fetchurl.h"

static const struct {
	const char *address;
	bool private;
} addresses[] = {
    {"0.0.0.0", true},
    {"9.255.255.255", false},
    {"10.0.0.0", true},
    {"10.255.255.255", true},
    {"11.0.0.0", false},
    {"100.63.255.255", false},
    {"100.64.0.0", true},
    {"100.128.0.0", false},
    {"127.1.2.3", true},
    {"128.0.0.1", false},
    {"169.254.169.254", true},
    {"172.15.255.255", false},
    {"172.16.0.0", true},
    {"172.31.255.255", true},
    {"172.32.0.0", false},
    {"192.168.0.1", true},
    {"192.169.0.1", false},
    {"198.18.0.1", true},
    {"198.20.0.1", false},
    {"223.255.255.255", false},
    {"224.0.0.1", true},
    {"255.255.255.255", true},
    {"8.8.8.8", false},
    {"::", true},
    {"::1", true},
    {"::ffff:127.0.0.1", true},
    {"::ffff:8.8.8.8", false},
    {"::127.0.0.1", true},
    {"64:ff9b::10.0.0.1", true},
    {"64:ff9b::8.8.8.8", false},
    {"64:ff9b:1::8.8.8.8", true},
    {"2002:7f00:1::", true},
    {"2002:808:808::", false},
    {"fc00::1", true},
    {"fdff::1", true},
    {"fe80::1", true},
    {"fe7f::1", false},
    {"ff02::1", true},
    {"2606:4700::1", false},
};

static bool
is_private(const char *text)
{
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6};
	struct sockaddr_in sin = {.sin_family = AF_INET};

	if (inet_pton(AF_INET, text, &sin.sin_addr) == 1)
		return fetchurl_is_private((struct sockaddr *)&sin);
	if (inet_pton(AF_INET6, text, &sin6.sin6_addr) != 1)
		tap_ok(false, text);
	return fetchurl_is_private((struct sockaddr *)&sin6);
}

int
main(void)
{
	struct sockaddr sa = {.sa_family = AF_UNIX};
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		snprintf(name, sizeof(name), "%s is%s private",
		    addresses[i].address, addresses[i].private ? "" : " not");
		tap_int(is_private(addresses[i].address), addresses[i].private,
		    name);
	}
	tap_ok(fetchurl_is_private(&sa), "what is no address is private");
	tap_ok(fetchurl_is_line("a\tb \xc3\xa9") && !fetchurl_is_line("a\nb") &&
		!fetchurl_is_line("a\rb") && !fetchurl_is_line("\177"),
	    "a line has no control characters");
	tap_ok(*fetchurl_token_end("X-A: b") == ':' &&
		*fetchurl_token_end(": b") == '\0' &&
		*fetchurl_token_end("X A: b") == ' ',
	    "the name of a header ends at what it can't hold");
	return tap_done();
}
