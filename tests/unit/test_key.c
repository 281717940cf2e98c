/*
 * test_key: owns the tests of cmd/key.  It must not know of the journal.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/key.h"
#include "tests/unit/tap.h"

static char word_echo[] = "echo", word_args[] = "{}", word_both[] = "echo {}",
	    word_ech[] = "ech", word_o[] = "o{}";
static char *echo[] = {word_echo, word_args};

static const char *
hex(const struct key *key)
{
	static char text[2 * KEY_LEN + 1];
	size_t i;

	for (i = 0; i < KEY_LEN; i++)
		snprintf(text + 2 * i, 3, "%02x", key->bytes[i]);
	return text;
}

/* The key of a job of kind, with n words, and of arguments. */
static struct key
key_for(const char *kind, char **words, size_t n, const char *text, size_t len,
    size_t nargs)
{
	struct key_base base;
	struct key key;

	key_begin(&base, kind, words, n);
	key_of_job(&base, text, len, nargs, &key);
	return key;
}

#define RUN(text, nargs) key_for("run", echo, 2, text, sizeof(text) - 1, nargs)

static bool
same(struct key a, struct key b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

/* Another program made these, from what the header says. */
static void
test_known(void)
{
	struct key_base base;
	struct key key;

	key = RUN("a\0b c", 2);
	tap_str(hex(&key),
	    "547e7555cf770464e9d32dba93c58560"
	    "9231d743a100f4c946057c9cea83507d",
	    "the key of a job");
	key_begin(&base, "run", echo, 2);
	key_of_job(&base, "x", 1, 1, &key);
	key_of_template(&base, &key);
	tap_str(hex(&key),
	    "8ffd033c36936cdde8e282eca9856926"
	    "3d50171db0f8d3a7292f4f359b464933",
	    "the key of the template");
}

static void
test_distinct(void)
{
	char *one[] = {word_both}, *split[] = {word_ech, word_o};
	struct key job = RUN("a b", 1);

	tap_ok(same(job, RUN("a b", 1)), "the same job has the same key");
	tap_ok(!same(job, RUN("a\0b", 2)), "two arguments are not one");
	tap_ok(!same(RUN("a\0bc", 2), RUN("ab\0c", 2)),
	    "they are cut at another place");
	tap_ok(!same(RUN("", 1), RUN("\0", 2)), "an empty one counts");
	tap_ok(!same(job, key_for("run", one, 1, "a b", 3, 1)),
	    "two words are not one");
	tap_ok(!same(job, key_for("run", split, 2, "a b", 3, 1)),
	    "words are cut at another place");
	tap_ok(
	    !same(job, key_for("map", echo, 2, "a b", 3, 1)), "another kind");
	tap_ok(!same(key_for("run", echo, 1, "{}\0a", 4, 2),
		   key_for("run", echo, 2, "a", 1, 1)),
	    "a word is not an argument");
}

int
main(void)
{
	test_known();
	test_distinct();
	return tap_done();
}
