/*
 * test_cut: owns the tests of cmd/cut: where data may be cut into records.  It
 * must not know where the data comes from.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cut.h"
#include "tests/unit/tap.h"

#define LONG (200U * 1024U) /* more than is looked at in one go */

/* A string and its length, NULs inside it too. */
#define TEXT(s) (s), sizeof(s) - 1

static struct cut
cut_of(const struct cut_conf *conf)
{
	struct cut c;
	const char *why;

	if (cut_init(&c, conf, &why) == -1) {
		printf("Bail out! %s\n", why != NULL ? why : "no memory");
		exit(1);
	}
	return c;
}

static struct cut
cut_at(const char *recend, const char *recstart)
{
	return cut_of(
	    &(struct cut_conf){.recend = recend, .recstart = recstart});
}

static struct cut
cut_at_regexp(const char *recend, const char *recstart)
{
	return cut_of(&(struct cut_conf){
	    .recend = recend, .recstart = recstart, .regexp = true});
}

/* The data with a | wherever cut_next() ends a record; NUL is shown as 0. */
static const char *
records(const struct cut *c, const char *data, size_t n, bool whole)
{
	static char shown[256];
	size_t from = 0, place, i, len = 0;

	while (from < n) {
		place = cut_next(c, data, from, n, whole);
		for (i = from; i < (place > 0 ? place : n); i++)
			shown[len++] = data[i] != '\0' ? data[i] : '0';
		if (place == 0)
			break;
		shown[len++] = '|';
		from = place;
	}
	shown[len] = '\0';
	return shown;
}

/* The same for one that is cleared then, at the end of all data. */
static void
becomes(struct cut c, const char *data, size_t n, const char *want,
    const char *name)
{
	tap_str(records(&c, data, n, true), want, name);
	cut_clear(&c);
}

static void
test_text(void)
{
	becomes(cut_at(NULL, NULL), TEXT("a\nb\n\nc"), "a\n|b\n|\n|c",
	    "a new line ends a record by default, and an empty one too");
	becomes(cut_at("END", NULL), TEXT("aENDbENENDEND"), "aEND|bENEND|END|",
	    "a text of several bytes does");
	becomes(cut_at(NULL, ">"), TEXT(">a\n>b>c"), ">a\n|>b|>c",
	    "a record begins with a text, and no new line ends one then");
	becomes(cut_at(NULL, ">"), TEXT("x>>>"), "x|>|>|>",
	    "a beginning right behind a beginning counts");
	becomes(cut_at("\n", ">"), TEXT(">a\nb\n>c>d\n>"), ">a\nb\n|>c>d\n|>",
	    "of an end and a beginning both must be there");
	becomes(cut_at("aa", NULL), TEXT("aaaaa"), "aa|aa|a",
	    "ends do not overlap");
	becomes(cut_at("aab", NULL), TEXT("aaabaab"), "aaab|aab|",
	    "half of an end is none");
	becomes(cut_at("\n", NULL), TEXT(""), "", "nothing is no record");
	becomes(cut_at("\n", NULL), TEXT("\n"), "\n|", "an end alone is one");
}

static void
test_escapes(void)
{
	becomes(cut_at("\\n", NULL), TEXT("a\\nb\nc"), "a\\nb\n|c", "\\n");
	becomes(cut_at("\\t\\r", NULL), TEXT("a\tb\t\rc"), "a\tb\t\r|c",
	    "\\t and \\r");
	becomes(cut_at("\\0", NULL), TEXT("a\0b\0"), "a0|b0|", "\\0");
	becomes(cut_at("\\0x\\0", NULL), TEXT("a\0x\0b\0x\0"), "a0x0|b0x0|",
	    "a NUL at both ends of it");
	becomes(cut_at("\\\\", NULL), TEXT("a\\b"), "a\\|b", "\\\\");
	becomes(cut_at("\\q", NULL), TEXT("aq\\qb"), "aq\\q|b",
	    "what is no escape stays as it is");
	becomes(cut_at("x\\", NULL), TEXT("ax\\b"), "ax\\|b",
	    "so does a backslash at the end");
}

static void
test_lines(void)
{
	struct cut c = cut_of(&(struct cut_conf){.lines = 2});

	tap_str(records(&c, TEXT("1\n2\n3\n4\n5\n"), true), "1\n2\n|3\n4\n|5\n",
	    "two lines are a record, one line is none");
	tap_int((long long)cut_last(&c, TEXT("1\n2\n3\n4\n5\n"), true), 8,
	    "the last of them");
	tap_int((long long)cut_after(&c, TEXT("1\n2\n3\n4\n5\n"), 2, true), 8,
	    "two of them");
	tap_int((long long)cut_after(&c, TEXT("1\n2\n3\n4\n5\n"), 3, true), 0,
	    "there are no three");
	cut_clear(&c);
}

static void
test_regexp(void)
{
	becomes(cut_at_regexp("[0-9]+;", NULL), TEXT("a1;b;c22;d"),
	    "a1;|b;c22;|d", "an expression ends a record");
	becomes(cut_at_regexp(NULL, "[a-z]:"), TEXT("a:1b:c:"),
	    "a:1|b:|c:", "or begins one");
	becomes(cut_at_regexp("x|y", "a|b"), TEXT("xaxcybyx"), "x|axcy|byx",
	    "both, with alternatives in each");
	becomes(cut_at_regexp("(a(b)?)+;", "(c|d)"), TEXT("aba;cab;d;c"),
	    "aba;|cab;|d;c", "groups in both");
	becomes(cut_at_regexp("[(]", NULL), TEXT("x(y[(z"), "x(|y[(|z",
	    "a parenthesis that is none of a group");
	becomes(cut_at_regexp("\\(", "[)(]"), TEXT("x((y(z()"), "x(|(y(z(|)",
	    "nor one behind a backslash");
	becomes(cut_at_regexp("\\n\\t", NULL), TEXT("a\nb\n\tc"), "a\nb\n\t|c",
	    "\\n and \\t in an expression");
	becomes(cut_at_regexp("\\.", NULL), TEXT("a.b"), "a.|b",
	    "other escapes are those of the expression");
	becomes(cut_at_regexp("^b\n", NULL), TEXT("ab\nb\nc"), "ab\nb\n|c",
	    "^ is the beginning of a line");
	becomes(cut_at_regexp(NULL, "^b"), TEXT("bb\nbab\nb"), "bb\n|bab\n|b",
	    "of all data, not of what is looked at");
	becomes(cut_at_regexp("x.y", NULL), TEXT("x\nyx\0yxayz"),
	    "x\nyx0yxay|z", "a dot is neither a new line nor a NUL");
	becomes(cut_at_regexp("x*", NULL), TEXT("axxbxc"), "axx|bx|c",
	    "what matches nothing is passed over");
}

static void
test_more_to_come(void)
{
	struct cut text = cut_at("\n", ">"), longest = cut_at_regexp("\n+", "");

	tap_str(records(&text, TEXT(">a\n"), false), ">a\n",
	    "an end at the end of what is there is not followed by a beginning");
	tap_str(
	    records(&text, TEXT(">a\n>"), false), ">a\n|>", "but it may be");
	tap_str(records(&longest, TEXT("a\nb\n\n"), false), "a\n|b\n\n",
	    "a match at the end may become longer");
	tap_str(records(&longest, TEXT("a\nb\n\n"), true), "a\n|b\n\n|",
	    "unless nothing comes behind it");
	cut_clear(&text);
	cut_clear(&longest);
}

static void
test_last_and_after(void)
{
	struct cut byte = cut_at("\n", NULL), text = cut_at("END", NULL);
	struct cut regexp = cut_at_regexp("[,;]", NULL);

	tap_int((long long)cut_last(&byte, TEXT("a\nb\nc"), false), 4,
	    "the last place, of a byte");
	tap_int((long long)cut_last(&byte, TEXT("abc"), true), 0, "none");
	tap_int((long long)cut_last(&text, TEXT("aENDbENDc"), false), 8,
	    "of a text");
	tap_int((long long)cut_last(&text, TEXT("aEN"), true), 0, "none");
	tap_int((long long)cut_last(&regexp, TEXT("a,b;c"), false), 4,
	    "of an expression");
	tap_int((long long)cut_after(&text, TEXT("aENDbENDc"), 1, false), 4,
	    "the place behind one record");
	tap_int((long long)cut_after(&text, TEXT("aENDbENDc"), 2, false), 8,
	    "behind two");
	tap_int((long long)cut_after(&text, TEXT("aENDbENDc"), 3, true), 0,
	    "there are no three: the rest has no end");
	cut_clear(&byte);
	cut_clear(&text);
	cut_clear(&regexp);
}

/* Places around those where a search begins anew, or looks at more. */
static void
test_long(void)
{
	static const size_t sizes[] = {
	    1, 4095, 4096, 4097, 32768, 65535, 65536, 65537, 131072, LONG - 3};
	struct cut text = cut_at("END", NULL),
		   regexp = cut_at_regexp("EN+D", "");
	struct cut longest = cut_at_regexp("EN+", "");
	char *data = calloc(1, LONG + 1);
	size_t i, n, bad = 0;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		n = sizes[i];
		/* n bytes, an end, and the rest; or the same from behind */
		memset(data, 'E', LONG);
		memcpy(data + n, "END", 3);
		bad += cut_next(&text, data, 0, LONG, true) != n + 3;
		bad += cut_next(&regexp, data, 0, LONG, true) != n + 3;
		bad += cut_last(&text, data, LONG, true) != n + 3;
		bad += cut_last(&regexp, data, LONG, true) != n + 3;
		memset(data, 'D', LONG);
		memcpy(data + LONG - n - 3, "END", 3);
		bad += cut_last(&text, data, LONG, true) != LONG - n;
		bad += cut_last(&regexp, data, LONG, true) != LONG - n;
	}
	tap_int((long long)bad, 0, "one end, anywhere in much data, is found");
	memset(data, 'E', LONG);
	memset(data + 4000, 'N', 1000);
	data[5000] = 'D';
	tap_int((long long)cut_next(&longest, data, 0, LONG, true), 5000,
	    "a match is as long as it can be, however long that is");
	free(data);
	cut_clear(&text);
	cut_clear(&regexp);
	cut_clear(&longest);
}

static void
strips(struct cut c, const char *data, size_t n, const char *want,
    const char *name)
{
	char copy[64] = "";

	memcpy(copy, data, n);
	n = cut_strip(&c, copy, n);
	copy[n] = '\0';
	tap_str(copy, want, name);
	cut_clear(&c);
}

static void
test_strip(void)
{
	strips(
	    cut_at("\n", NULL), TEXT("a\n\nb\nc"), "abc", "ends are taken out");
	strips(cut_at("\n", NULL), TEXT("abc"), "abc", "nothing to take out");
	strips(cut_at("\n", NULL), TEXT(""), "", "of nothing");
	strips(cut_at("\n", NULL), TEXT("\n\n"), "", "nothing is left");
	strips(cut_at("\n", ">"), TEXT(">a\n>b>\n"), ">ab>\n",
	    "an end and a beginning are, where both are there");
	strips(cut_at_regexp("[0-9]+", NULL), TEXT("a12b3c"), "abc",
	    "what an expression matches is");
	strips(cut_at_regexp("x*", NULL), TEXT("axxbxc"), "abc",
	    "and nothing where it matches nothing");
}

static void
is_refused(const struct cut_conf *conf, const char *want, const char *name)
{
	struct cut c;
	const char *why = NULL;
	int result = cut_init(&c, conf, &why);

	tap_int(result, -1, name);
	if (result == 0)
		cut_clear(&c);
	tap_ok(why != NULL && strncmp(why, want, strlen(want)) == 0,
	    "and it is told why");
}

static void
test_mistakes(void)
{
	is_refused(&(struct cut_conf){.recend = ""}, "--recend: empty",
	    "an empty end, and no beginning");
	is_refused(&(struct cut_conf){.recend = "", .recstart = ""},
	    "--recend: empty", "both are empty");
	is_refused(&(struct cut_conf){.recend = "(", .regexp = true},
	    "--recend: ", "an end that is no expression");
	is_refused(
	    &(struct cut_conf){.recend = "x", .recstart = "[", .regexp = true},
	    "--recstart: ", "a beginning that is none");
	is_refused(
	    &(struct cut_conf){
		.recend = "a)", .recstart = "(b", .regexp = true},
	    "--rec", "two that are one only together");
	is_refused(
	    &(struct cut_conf){.recend = "(((((((((((((((((x)))))))))))))))))",
		.regexp = true},
	    "--recend: too many groups", "too many groups");
}

int
main(void)
{
	test_text();
	test_escapes();
	test_lines();
	test_regexp();
	test_more_to_come();
	test_last_and_after();
	test_long();
	test_strip();
	test_mistakes();
	return tap_done();
}
