/*
 * fetchurl: what fetch may ask for, and whom.
 * It owns the ranges of addresses; it must not look up a name.
 */
#include "worker/fetchurl.h"

#include <netinet/in.h>

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

bool
fetchurl_is_line(const char *s)
{
	for (; *s != '\0'; s++) {
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == '\177')
			return false;
	}
	return true;
}

const char *
fetchurl_token_end(const char *s)
{
	const char *begin = s;

	while (isalnum((unsigned char)*s) ||
	    (*s != '\0' && strchr("!#$%&'*+-.^_`|~", *s) != NULL))
		s++;
	return s > begin ? s : "";
}

/* Addresses that begin with these bits (RFC 6890). */
static const struct {
	uint32_t address;
	int bits;
} ranges4[] = {
    {0x00000000, 8},  /* 0.0.0.0: this host */
    {0x0a000000, 8},  /* 10.0.0.0 */
    {0x64400000, 10}, /* 100.64.0.0: of providers */
    {0x7f000000, 8},  /* 127.0.0.0: the loopback */
    {0xa9fe0000, 16}, /* 169.254.0.0: of a link */
    {0xac100000, 12}, /* 172.16.0.0 */
    {0xc0000000, 24}, /* 192.0.0.0 */
    {0xc0a80000, 16}, /* 192.168.0.0 */
    {0xc6120000, 15}, /* 198.18.0.0: for benchmarks */
    {0xe0000000, 3},  /* 224.0.0.0 and above: of many, or of nobody */
};

static const struct {
	unsigned char bytes[16];
	int bits;
} ranges6[] = {
    {{0}, 128},						     /* :: */
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128}, /* ::1 */
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48},			     /* local NAT64 */
    {{0x01}, 64},					     /* 100:: discard */
    {{0xfc}, 7},					     /* fc00:: */
    {{0xfe, 0x80}, 10},					     /* fe80:: */
    {{0xfe, 0xc0}, 10},					     /* fec0:: */
    {{0xff}, 8},					     /* ff00:: */
};

/* IPv6 addresses that stand for one of IPv4. */
static const struct {
	unsigned char bytes[16];
	int bits;
	size_t at; /* where that is */
} mapped[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 12},
    {{0}, 96, 12},		     /* as they once were */
    {{0, 0x64, 0xff, 0x9b}, 96, 12}, /* NAT64 */
    {{0x20, 0x02}, 16, 2},	     /* 6to4 */
};

static bool
begins_with(const unsigned char *address, const unsigned char *bytes, int bits)
{
	int whole = bits / 8, rest = bits % 8;

	if (memcmp(address, bytes, (size_t)whole) != 0)
		return false;
	return rest == 0 || (address[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

static bool
is_private4(const unsigned char *p)
{
	uint32_t a = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
	size_t i;

	for (i = 0; i < sizeof(ranges4) / sizeof(ranges4[0]); i++) {
		if ((a ^ ranges4[i].address) >> (32 - ranges4[i].bits) == 0)
			return true;
	}
	return false;
}

static bool
is_private6(const unsigned char *p)
{
	size_t i;

	for (i = 0; i < sizeof(ranges6) / sizeof(ranges6[0]); i++) {
		if (begins_with(p, ranges6[i].bytes, ranges6[i].bits))
			return true;
	}
	for (i = 0; i < sizeof(mapped) / sizeof(mapped[0]); i++) {
		if (begins_with(p, mapped[i].bytes, mapped[i].bits))
			return is_private4(p + mapped[i].at);
	}
	return false;
}

bool
fetchurl_is_private(const struct sockaddr *sa)
{
	const void *any = sa;
	const struct sockaddr_in *sin = any;
	const struct sockaddr_in6 *sin6 = any;

	switch (sa->sa_family) {
	case AF_INET:
		return is_private4((const unsigned char *)&sin->sin_addr);
	case AF_INET6:
		return is_private6(sin6->sin6_addr.s6_addr);
	default:
		return true; /* whatever it is, it is not the Internet */
	}
}
