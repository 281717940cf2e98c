/*
 * test_options: owns the tests of the option tables, the common one and that of
 * every kind: together they must be one table in which nothing is twice.
 * It must not know what the options mean.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/common.h"
#include "cmd/foreign.h"
#include "cmd/hostopts.h"
#include "tests/unit/tap.h"
#include "worker/kind.h"
#include "worker/module.h"

#define HELP_MAX 50 /* characters that fit behind the name of an option */

/* The rows that have the same name, or the same letter. */
static size_t
count_twins(const struct option_def *table, const struct option_def *def)
{
	size_t n = 0;

	for (; table->name != NULL; table++) {
		n += strcmp(table->name, def->name) == 0 ||
		    (def->letter != 0 && table->letter == def->letter);
	}
	return n;
}

/* Prints what is wrong with a row, so that a failure explains itself. */
static bool
is_row_good(const struct option_def *def)
{
	const char *p, *wrong = NULL;

	for (p = def->name; *p != '\0'; p++) {
		if (!islower((unsigned char)*p) && *p != '-' &&
		    !isdigit((unsigned char)*p))
			wrong = "name";
	}
	if (strlen(def->name) < 2 || def->name[0] == '-')
		wrong = "name";
	if (def->letter != 0 && !isalnum(def->letter))
		wrong = "letter";
	if (def->id <= 0)
		wrong = "id";
	if (def->help == NULL || *def->help == '\0' ||
	    strlen(def->help) > HELP_MAX)
		wrong = "help";
	if (def->argname != NULL && *def->argname == '\0')
		wrong = "argument";
	if (wrong != NULL)
		printf("# --%s: %s\n", def->name, wrong);
	return wrong == NULL;
}

static void
test_table(const char *kind, const struct option_def *table)
{
	const struct option_def *def;
	char name[128];
	size_t twins = 0, bad = 0;

	for (def = table; def->name != NULL; def++) {
		if (count_twins(table, def) != 1) {
			printf("# --%s\n", def->name);
			twins++;
		}
		bad += !is_row_good(def);
	}
	snprintf(name, sizeof(name), "%s: no option is there twice", kind);
	tap_int((long long)twins, 0, name);
	snprintf(name, sizeof(name),
	    "%s: every option has a name, an id and a help text", kind);
	tap_int((long long)bad, 0, name);
}

/* No kind has what all have; nor one that getopt_long would take for it. */
static void
test_against_common(const char *kind, const struct option_def *table)
{
	const struct option_def *def;
	char name[128];
	size_t twins = 0;

	for (def = table; def->name != NULL; def++) {
		if (count_twins(common_table, def) != 0) {
			printf("# --%s is a common option\n", def->name);
			twins++;
		}
	}
	snprintf(name, sizeof(name), "%s: defines no common option", kind);
	tap_int((long long)twins, 0, name);
}

/* What we have is no longer a stranger's: its row in cmd/foreign.c goes. */
static void
test_against_foreign(const char *kind, const struct foreign *theirs,
    const struct option_def *table)
{
	const struct option_def *def;
	char name[128];
	size_t twins = 0;

	for (def = table; def->name != NULL; def++) {
		if (foreign_find(theirs, def->name, strlen(def->name)) !=
		    NULL) {
			printf("# --%s is in cmd/foreign.c\n", def->name);
			twins++;
		}
		if (foreign_find_letter(theirs, def->letter) != NULL) {
			printf("# -%c is in cmd/foreign.c\n", def->letter);
			twins++;
		}
	}
	snprintf(name, sizeof(name), "%s: none is said not to be there", kind);
	tap_int((long long)twins, 0, name);
}

/* Prints what is wrong with a row of theirs. */
static bool
is_foreign_good(const struct foreign *table, const struct foreign *f)
{
	bool good = true;

	if (f->name[0] != '\0' &&
	    foreign_find(table, f->name, strlen(f->name)) != f)
		good = false;
	if (f->letter != 0 && foreign_find_letter(table, f->letter) != f)
		good = false;
	if (f->name[0] == '\0' && f->letter == 0)
		good = false;
	if (f->of == NULL || (f->why != NULL && strlen(f->why) < 8))
		good = false;
	if (!good)
		printf("# --%s -%c\n", f->name, f->letter ? f->letter : ' ');
	return good;
}

static void
test_foreign(void)
{
	const struct foreign *f;
	size_t bad = 0;

	for (f = foreign_table; f->name != NULL; f++)
		bad += !is_foreign_good(foreign_table, f);
	for (f = foreign_urls_table; f->name != NULL; f++)
		bad += !is_foreign_good(foreign_urls_table, f);
	tap_int((long long)bad, 0, "each of theirs is there once, in full");
	tap_ok(foreign_find(foreign_table, "sshlogin=h", 8) != NULL,
	    "one is found");
	tap_ok(foreign_find(foreign_table, "sshlog", 6) == NULL,
	    "none by a part of its name");
	tap_ok(foreign_find(foreign_table, "", 0) == NULL, "none by no name");
	tap_ok(
	    foreign_find_letter(foreign_table, 0) == NULL, "none by no letter");
	tap_ok(foreign_is_perl("a{= s/a/b/ =}"), "an expression of Perl");
	tap_ok(!foreign_is_perl("=} {=") && !foreign_is_perl("{=}"),
	    "what is none");
}

/*
 * Modules lie beside the program, which is one directory above us: while this
 * runs they have a name here too.
 */
static void
link_module(const char *kind, bool there)
{
	char path[PATH_MAX], target[64];
	const char *dir = module_program_dir();

	snprintf(path, sizeof(path), "%s/%s.so", dir != NULL ? dir : ".", kind);
	snprintf(target, sizeof(target), "../%s.so", kind);
	if (there)
		(void)!symlink(target, path);
	else
		unlink(path);
}

static void
test_kind(const char *name, const char *summary)
{
	const struct kind *kind;
	const char *why;
	char text[256];

	link_module(name, true);
	kind = kind_find(name, &why);
	link_module(name, false);
	snprintf(text, sizeof(text), "%s: can be found%s%s", name,
	    why != NULL ? ": " : "", why != NULL ? why : "");
	if (!tap_ok(kind != NULL && why == NULL, text))
		return;
	snprintf(text, sizeof(text), "%s: its name", name);
	tap_str(kind->name, name, text);
	snprintf(text, sizeof(text), "%s: is summed up as in the list", name);
	tap_str(kind->summary, summary, text);
	test_table(name, kind->options);
	test_against_common(name, kind->options);
	/* the others may have one that means something else there */
	if (strcmp(name, "run") == 0)
		test_against_foreign(name, foreign_table, kind->options);
	if (kind->flags & KIND_URLS)
		test_against_foreign(name, foreign_urls_table, kind->options);
	snprintf(text, sizeof(text), "%s: takes options if it has any", name);
	tap_ok(kind->options[0].name == NULL || kind->option != NULL, text);
}

int
main(void)
{
	const char *name, *summary, *why;
	size_t i;

	test_table("common", common_table);
	test_against_foreign("common", foreign_table, common_table);
	test_against_foreign("common", foreign_urls_table, common_table);
	test_against_foreign("hosts", foreign_urls_table, hostopts_table);
	test_foreign();
	for (i = 0; (name = kind_name(i, &summary)) != NULL; i++)
		test_kind(name, summary);
	tap_ok(i >= 3, "there are kinds");
	tap_ok(kind_find("no-such-kind", &why) == NULL && why == NULL,
	    "what is no kind is not found, and that is no failure");
	return tap_done();
}
