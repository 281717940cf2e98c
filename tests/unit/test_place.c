/*
 * test_place: owns the tests of cmd/place: what files are called, and which
 * names are none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/place.h"
#include "tests/unit/tap.h"

#define LONG 400

static struct replace_set set;

/* The place of a job of that record, as text; or why it has none. */
static const char *
place(const char *name, const char *record, size_t len, size_t nargs)
{
	static char text[2 * LONG];
	struct record r = {.text = record, .len = len, .nargs = nargs};
	struct task *t = task_new(7, &r);
	struct place p;
	const char *why;
	char *path;

	place_init(&p, name, &set, 0);
	path = place_of(&p, t, &why);
	snprintf(text, sizeof(text), "%s", why != NULL ? why : path);
	free(path);
	place_clear(&p);
	task_free(t);
	return text;
}

/* The same for one argument. */
static const char *
place_1(const char *name, const char *arg)
{
	return place(name, arg, strlen(arg), 1);
}

static void
test_tree(void)
{
	static const char record[] = "a b\0"
				     "c/d\\e\0"
				     "\0"
				     "..";
	static char names[3][3] = {"z", "a/", "m"};
	static char *columns[] = {names[0], names[1], names[2]};
	char value[LONG + 1], want[LONG];

	tap_str(place("d", record, sizeof(record) - 1, 4),
	    "d/1/a b/2/c\\_d\\\\e/3/4/\\..", "a directory for each value");
	tap_str(place_1("d/e/", "."), "d/e//1/\\.", "a dot means nothing");
	tap_str(place_1("d", ".x"), "d/1/.x", "but for itself");
	tap_str(place("d", "", 0, 0), "d", "no argument");
	set.columns = columns;
	set.ncolumns = 3;
	tap_str(place("d",
		    "1\0"
		    "2\0"
		    "3\0"
		    "4",
		    7, 4),
	    "d/a\\_/2/m/3/z/1/4/4", "columns are sorted by their names");
	tap_str(place("d",
		    "1\0"
		    "2",
		    3, 2),
	    "d/a\\_/2/z/1", "those that are missing are left out");
	set.ncolumns = 0;

	memset(value, 'x', LONG);
	value[LONG] = '\0';
	snprintf(want, sizeof(want), "d/1/%.255s", value);
	tap_str(place_1("d", value), want, "a long value is cut");
	value[254] = '/';
	snprintf(want, sizeof(want), "d/1/%.254s", value);
	tap_str(
	    place_1("d", value), want, "but not within what stands for one");
}

static void
test_template(void)
{
	static const char leaves[] = "it leaves its directory";

	tap_str(place_1("o/{/.}-{#}.txt", "a/b.c"), "o/b-7.txt", "a template");
	tap_str(place_1("o/{}", "a/b"), "o/a/b", "a value may be below");
	tap_str(place_1("o/{}", "/a"), "o//a", "wherever it is");
	tap_str(place_1("o/{}", "a..b/..c/.d"), "o/a..b/..c/.d",
	    "dots may stand in it");
	tap_str(place_1("../o/{}", "a"), "../o/a", "the template may be above");
	tap_str(place_1("/o/{}", "a"), "/o/a", "or anywhere");
	tap_str(place_1("o/{}", ".."), leaves, "a value may not be above");
	tap_str(place_1("o/{}.x", "../a"), leaves, "nor lead there");
	tap_str(place_1("o/{}", "a/../../b"), leaves, "on whatever way");
	tap_str(place_1("o{}", "/../b"), leaves, "nor complete a name");
	tap_str(place_1("{}", "/a"), leaves, "nor be somewhere else");
	tap_str(place_1("{}", ""), "the name is empty", "nor nothing");
}

int
main(void)
{
	test_tree();
	test_template();
	return tap_done();
}
