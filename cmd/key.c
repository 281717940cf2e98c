/*
 * key: what a job is known by from one run to the next.
 * It owns the order of what is hashed; it must not know where keys are kept.
 */
#include "cmd/key.h"

#include <string.h>

#include "ipc/wire.h"

#define LENGTH_BYTES 8 /* before each string and each list of strings */

static void
add_number(SHA2_CTX *ctx, size_t n)
{
	unsigned char bytes[LENGTH_BYTES];

	wire_put_u64(bytes, n);
	SHA256Update(ctx, bytes, sizeof(bytes));
}

static void
add_string(SHA2_CTX *ctx, const char *s, size_t len)
{
	add_number(ctx, len);
	SHA256Update(ctx, (const unsigned char *)s, len);
}

void
key_begin(struct key_base *base, const char *kind, char *const *words, size_t n)
{
	size_t i;

	SHA256Init(&base->ctx);
	add_string(&base->ctx, kind, strlen(kind));
	add_number(&base->ctx, n);
	for (i = 0; i < n; i++)
		add_string(&base->ctx, words[i], strlen(words[i]));
}

void
key_of_template(const struct key_base *base, struct key *key)
{
	SHA2_CTX ctx = base->ctx;

	SHA256Final(key->bytes, &ctx);
}

void
key_of_job(const struct key_base *base, const char *text, size_t len,
    size_t nargs, struct key *key)
{
	const char *end = text + len, *nul;
	SHA2_CTX ctx = base->ctx;

	add_number(&ctx, nargs);
	for (; nargs > 1; nargs--, text = nul + 1) {
		if ((nul = memchr(text, '\0', (size_t)(end - text))) == NULL)
			break;
		add_string(&ctx, text, (size_t)(nul - text));
	}
	add_string(&ctx, text, (size_t)(end - text));
	SHA256Final(key->bytes, &ctx);
}
