/*
 * test_told: owns the tests of the facts about a job: as JSON, and for us.
 * And of secrets in records, which workers get and nobody sees.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/secret.h"
#include "cmd/told.h"
#include "ipc/msgfrom.h"
#include "tests/unit/tap.h"

static void
told(const char *const *facts, size_t n, const char *want, const char *name)
{
	struct record r = {.text = "x", .len = 1, .nargs = 1};
	struct task *t = task_new(1, &r);
	struct msg_done done = {0}, got;
	struct frame f;
	struct buf b;
	char *text;

	buf_init(&b, 1 << 20);
	if (msg_add_done(&b, 1, &done, facts, n) == -1 ||
	    frame_decode(buf_head(&b), b.len, &f) != FRAME_OK ||
	    msg_parse_done(&f, &got) == -1 || told_take(t, &got.facts) == -1)
		abort();
	text = t->told != NULL
	    ? strndup((char *)buf_head(t->told), t->told->len)
	    : strdup("");
	tap_str(text, want, name);
	if (n > 0 && strcmp(facts[0], ".resume") == 0)
		tap_str(t->resume, facts[1], "and is kept");
	free(text);
	buf_clear(&b);
	task_free(t);
}

#define TOLD(want, name, ...)                                                  \
	do {                                                                   \
		const char *const facts[] = {__VA_ARGS__};                     \
		told(facts, sizeof(facts) / sizeof(facts[0]), want, name);     \
	} while (0)

static void
test_facts(void)
{
	TOLD(",\"a\":\"b\"", "a string", "a", "b");
	TOLD(",\"n\":-1.5,\"t\":true", "numbers and words", "#n", "-1.5", "#t",
	    "true");
	TOLD(",\"a\":\"\\\"\\n\"", "quotes", "a", "\"\n");
	TOLD(
	    ",\"n\":\"\\\"},\"", "no number passes that is none", "#n", "\"},");
	TOLD(",\"o\":{\"a\":\"1\",\"b\":2},\"c\":\"3\"", "an object", "o.a",
	    "1", "#o.b", "2", "c", "3");
	TOLD(",\"o\":{\"a\":1},\"p\":{\"a\":2}", "two objects", "#o.a", "1",
	    "#p.a", "2");
	TOLD(",\"a_base64\":\"/w==\"", "what is no text", "a", "\xff");
	TOLD("", "what is for us is not told", ".resume", "\"v1\"");
	TOLD(",\"a\":\"b\"", "nor among others", ".x", "y", "a", "b");
}

static void
test_secrets(void)
{
	static const char text[] = "http://u:pw@h/\0name";
	struct record r = {.text = text, .len = sizeof(text) - 1, .nargs = 2};
	struct record whole = r;
	const char *words[] = {"fetch", "http://t@h", "x@y"};
	char *const *same = (char *const *)(uintptr_t)words, *const * copy;
	char *hidden, **args;

	tap_int(secret_hide(&r, false, &hidden), 0, "a record with a password");
	tap_ok(hidden != NULL && r.len == sizeof(text) - 2 &&
		memcmp(r.text, "http://u:*@h/\0name", r.len) == 0,
	    "has none any more");
	args = secret_args(&whole);
	tap_str(args[0], "http://u:pw@h/", "but its worker gets it");
	tap_ok(strcmp(args[1], "name") == 0 && args[2] == NULL,
	    "and the other arguments");
	free(args);
	free(hidden);
	r = (struct record){.text = "a@b", .len = 3, .nargs = 1};
	tap_ok(secret_hide(&r, false, &hidden) == 0 && hidden == NULL &&
		strncmp(r.text, "a@b", 3) == 0,
	    "what may be no URL is left");
	tap_ok(secret_hide(&r, true, &hidden) == 0 && hidden != NULL &&
		strncmp(r.text, "*@b", 3) == 0,
	    "unless it is known to be one");
	free(hidden);
	copy = secret_hide_words(same, 2, true);
	tap_str(copy[1], "http://*@h", "words too");
	free(copy[0]);
	free(copy[1]);
	free((void *)(uintptr_t)copy);
	tap_ok(secret_hide_words(same, 1, true) == same, "or they stay");
}

int
main(void)
{
	test_facts();
	test_secrets();
	return tap_done();
}
