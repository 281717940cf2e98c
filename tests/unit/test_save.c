/*
 * test_save: owns the tests of the names of files that workers write: safe,
 * different from each other, and the same each time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/save.h"
#include "cmd/urlname.h"
#include "tests/unit/tap.h"

#define MANY 10000

static const struct {
	const char *url, *host, *path, *name, *ext;
} urls[] = {
    {"http://H.org/a/b.html", "h.org", "a/b.html", "b.html", "html"},
    {"https://u:p@h:81", "h_81", "index.html", "index.html", "html"},
    {"h/d/", "h", "d/index.html", "index.html", "html"},
    {"http://h/d//e", "h", "d/e", "e", ""},
    {"http://h/?q=a/b", "h", "index.html?q=a_b", "index.html", "html"},
    {"http://h/x.cgi?q#f", "h", "x.cgi?q", "x.cgi", "cgi"},
    {"http://h/../../etc/passwd", "h", "_../_../etc/passwd", "passwd", ""},
    {"http://h/%2e%2e/%2Fx", "h", "%2e%2e/%2Fx", "%2Fx", ""},
    {"http://h/.bashrc", "h", "_.bashrc", "_.bashrc", "bashrc"},
    {"http://h/-rf", "h", "_-rf", "_-rf", ""},
    {"http://h/a\tb\x01", "h", "a_b_", "a_b_", ""},
    {"http://h/x.part", "h", "x.part_", "x.part_", "part_"},
    {"http://[::1]:8/", "__1_8", "index.html", "index.html", "html"},
    {"http://../x", "_..", "x", "x", ""},
    {"", "host", "index.html", "index.html", "html"},
};

static void
test_parts(void)
{
	struct urlname u;
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		if (urlname_make(&u, urls[i].url) == -1)
			abort();
		snprintf(name, sizeof(name), "parts of \"%s\"", urls[i].url);
		tap_str(u.part[URL_HOST], urls[i].host, name);
		tap_str(u.part[URL_PATH], urls[i].path, name);
		tap_str(u.part[URL_NAME], urls[i].name, name);
		tap_str(u.part[URL_EXT], urls[i].ext, name);
		urlname_clear(&u);
	}
}

static void
test_long(void)
{
	char url[700] = "http://h/", *p;
	struct urlname u;

	memset(url + 9, 'x', 600);
	url[609] = '\0';
	if (urlname_make(&u, url) == -1)
		abort();
	tap_int((long long)strlen(u.part[URL_NAME]), 200 + 1 + URLNAME_HASH,
	    "a long name is cut, and a hash stands for the rest");
	p = strdup(u.part[URL_NAME]);
	urlname_clear(&u);
	url[608] = 'y';
	if (urlname_make(&u, url) == -1)
		abort();
	tap_ok(p != NULL && strcmp(p, u.part[URL_NAME]) != 0,
	    "another rest has another hash");
	urlname_clear(&u);
	free(p);
}

/* The name that a URL gets; the caller frees. */
static char *
name_of(struct save *s, uint64_t seq, const char *url, const char **why)
{
	struct record r = {.text = url, .len = strlen(url), .nargs = 1};
	struct task *t = task_new(seq, &r);
	char *name = save_name(s, t, url, why);

	if (name == NULL)
		abort();
	task_free(t);
	return name;
}

static void
is_named(struct save *s, uint64_t seq, const char *url, const char *want)
{
	char name[256], hash[URLNAME_HASH + 1], *got;
	const char *why;

	got = name_of(s, seq, url, &why);
	snprintf(name, sizeof(name), "%s is %s", url, want);
	if (strchr(want, '@') != NULL) {
		urlname_hash(url, 0, hash);
		snprintf(name, sizeof(name), "%.*s%s%s",
		    (int)strcspn(want, "@"), want, hash, strchr(want, '@') + 1);
		tap_str(got, name, want);
	} else {
		tap_str(got, want, name);
	}
	tap_ok(why == NULL, "and is allowed");
	free(got);
}

static void
test_unique(void)
{
	static const struct replace_set set;
	struct save s;
	const char *why;
	char *one, *two;

	save_init(&s, "d/{path}", &set, 0);
	is_named(&s, 1, "http://h/a", "d/a");
	is_named(&s, 2, "http://i/a", "d/a-@");
	is_named(&s, 3, "http://h/a/b", "d/a-@/b");
	is_named(&s, 4, "http://h/c/d.e", "d/c/d.e");
	is_named(&s, 5, "http://i/c/d.e", "d/c/d-@.e");
	is_named(&s, 6, "http://h/c", "d/c-@");
	is_named(&s, 7, "http://h/.x", "d/_.x");
	one = name_of(&s, 8, "http://h/a", &why);
	two = name_of(&s, 9, "http://h/a", &why);
	tap_ok(strcmp(one, two) != 0, "the same URL, three times");
	free(one);
	free(two);
	save_clear(&s);
}

static void
test_refused(void)
{
	static const struct replace_set set;
	static const struct {
		const char *template, *record;
		bool fine;
	} cases[] = {
	    {"d/{}", "a", true},
	    {"d/{}", "../a", false},
	    {"d/{}", "a/../../b", false},
	    {"{}", "/etc/passwd", false},
	    {"/tmp/{}", "x", true},
	    {"../{}", "x", true},
	    {"d/{}", "", false},
	    {"d/{}", "a/", false},
	    {"{}", "", false},
	    {"{}.part", "x", false},
	};
	struct save s;
	const char *why;
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		save_init(&s, cases[i].template, &set, 0);
		free(name_of(&s, 1, cases[i].record, &why));
		snprintf(name, sizeof(name), "%s of \"%s\" is%s a name",
		    cases[i].template, cases[i].record,
		    cases[i].fine ? "" : " not");
		tap_int(why == NULL, cases[i].fine, name);
		save_clear(&s);
	}
}

/* Names without end don't make it slow, nor large. */
static void
test_many(void)
{
	static const struct replace_set set;
	const char *why, *wrong = NULL;
	struct save s;
	char url[64];
	uint64_t i;

	save_init(&s, "page.html", &set, 0);
	for (i = 1; i <= MANY; i++) {
		snprintf(url, sizeof(url), "http://h/%ju", (uintmax_t)i);
		free(name_of(&s, i, url, &why));
		if (why != NULL)
			wrong = why;
	}
	tap_ok(wrong == NULL, "of one name for many each gets its own");
	tap_int((long long)s.taken.n, MANY, "which are all different");
	tap_ok(s.taken.size * sizeof(*s.taken.hash) <= 32UL * MANY,
	    "and take 32 bytes each at most");
	save_clear(&s);
}

int
main(void)
{
	test_parts();
	test_long();
	test_unique();
	test_refused();
	test_many();
	return tap_done();
}
