/*
 * test_shell: owns the tests of what a script is rewritten to, which places
 * are refused, and of what is safe in a shell.  It must not run a shell:
 * test_shell_values does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/shell.h"
#include "tests/unit/tap.h"

#define IN_TEST	     "in [[...]]"
#define IN_PARAMETER "in ${...}"
#define IN_QUOTED    "in a quoted here-document"
#define IN_SUBSCRIPT "in an array's subscript"
#define IN_BACKQUOTE "in backquotes with a backslash, # or <<; use $(...)"
#define NO_PLACE     "no place for the value; write {} where it belongs"

static const struct {
	const char *src;
	const char *text;
} rewrites[] = {
    {"echo {}", "fp1=$1; shift 1; echo \"${fp1}\""},
    {"echo a{}b", "fp1=$1; shift 1; echo a\"${fp1}\"b"},
    {"echo \"{}\"", "fp1=$1; shift 1; echo \"${fp1}\""},
    {"echo \"\\{}\"", "fp1=$1; shift 1; echo \"\\\\${fp1}\""},
    {"echo '{}'", "fp1=$1; shift 1; echo ''\"${fp1}\"''"},
    {"echo $(({}))", "fp1=$1; shift 1; echo $((${fp1}))"},
    {"echo $((1-{}))", "fp1=$1; shift 1; echo $((1- ${fp1}))"},
    {"echo $(cat '{}')", "fp1=$1; shift 1; echo $(cat ''\"${fp1}\"'')"},
    {"echo `cat {}`", "fp1=$1; shift 1; echo `cat \"${fp1}\"`"},
    {"cat <<E\n{}\nE", "fp1=$1; shift 1; cat <<E\n${fp1}\nE"},
    {"cat <<E\n\\{}\nE", "fp1=$1; shift 1; cat <<E\n\\\\${fp1}\nE"},
    {"echo {} # it's {}", "fp1=$1; shift 1; echo \"${fp1}\" # it's {}"},
    {"{} {.} {}", "fp1=$1 fp2=$2; shift 2; \"${fp1}\" \"${fp2}\" \"${fp1}\""},
    {"echo $fp1 {}", "fp_1=$1; shift 1; echo $fp1 \"${fp_1}\""},
    {"echo fp1 fp_2 {}", "fp__1=$1; shift 1; echo fp1 fp_2 \"${fp__1}\""},
    /* appended */
    {"echo", "fp1=$1; shift 1; echo \"${fp1}\""},
    {"cat <", "fp1=$1; shift 1; cat < \"${fp1}\""},
    {"wc 2>/dev/null", "fp1=$1; shift 1; wc 2>/dev/null \"${fp1}\""},
    {"a\nb", "fp1=$1; shift 1; a\nb \"${fp1}\""},
    {"awk '{ print $1 }'", "fp1=$1; shift 1; awk '{ print $1 }' \"${fp1}\""},
    {"echo \\$1 \"\\$@\"", "fp1=$1; shift 1; echo \\$1 \"\\$@\" \"${fp1}\""},
    {"echo ${#} $#", "fp1=$1; shift 1; echo ${#} $# \"${fp1}\""},
    /* left alone */
    {"echo # {}", "echo # {}"},
    {"echo $1", "echo $1"},
    {"echo \"$@\"", "echo \"$@\""},
    {"for i in $*; do :; done", "for i in $*; do :; done"},
    {"f() { echo ${2}; }; f", "f() { echo ${2}; }; f"},
    {"cat <<E\n${1-}\nE", "cat <<E\n${1-}\nE"},
    {"echo $((${@}))", "echo $((${@}))"},
    {"echo ${x:-$*} ${#1}", "echo ${x:-$*} ${#1}"},
};

static const struct {
	const char *src;
	long where;	 /* the place itself */
	const char *why; /* NULL: it doesn't matter */
} refusals[] = {
    {"cat <<'E'\n{}\nE", 10, IN_QUOTED},
    {"cat <<\\E\na {}\nE", 11, IN_QUOTED},
    {"cat <<\"E\"\n{}\nE", 10, IN_QUOTED},
    {"cat <<-E'F'\n\t'{}\n\tEF", 14, IN_QUOTED},
    {"cat <<{}\na\n{}", 6, "in a here-document's delimiter"},
    {"cat <<E{}\na\nE{}", 7, "in a here-document's delimiter"},
    {"cat <<\"$x\"\n{}", 11, "after a here-document's unusual delimiter"},
    {"cat <<E\n{}", 8, "in a here-document whose end is not clear"},
    {"cat <<E\n\\\nE\n{}\nE", 12, "in a here-document whose end is not clear"},
    {"cat <<E\na\\\nE\n{}\nE", 13, NULL},
    {"$(cat <<E)\n{}\nE", 11, "after a here-document without a body"},
    {"$(cat <<E\n{}\nE)", 10, "in a here-document whose end is not clear"},
    {"cat <<E $(\n)\n{}\nE", 13, NULL},
    {"cat <<E \"\n\"\n{}\nE", 12, NULL},
    {"cat <<E\n$(\nE\n{}\nE", 13, NULL},
    {"cat <<E\n$(cat <<F\nF\n)\n{}\nE", 22, NULL},
    {"echo ${x:-{}}", 10, IN_PARAMETER},
    {"echo \"${x#{}}\"", 10, IN_PARAMETER},
    {"echo ${x:-$(echo {})}", 17, IN_PARAMETER},
    {"echo ${x:-\"{}\"}", 11, IN_PARAMETER},
    {"echo \"${x:-'}'}\" {}", 17, "after quotes in a ${...} that is quoted"},
    {"echo ${ a; } {}", 13, "after a ${ that holds a command"},
    {"echo ${}", 6, "right after a $"},
    {"echo \"${}\"", 7, "right after a $"},
    {"echo \\{}", 6, "right after a backslash"},
    {"echo \\\\\\{}", 8, "right after a backslash"},
    {"echo $[{}]", 7, "in $[...]"},
    {"echo \"$[ a[{}] ]\"", 11, "in $[...]"},
    {"echo $['a'] {}", 12, "after an odd character in $[...]"},
    {"(({}))", 2, "in ((...))"},
    {"for ((i={}; ; )) do :; done", 8, "in ((...))"},
    {"((a) || b); {}", 12, "after a (( that does not end in ))"},
    {"((1<<2)) ; {}", 11, "after a # or << in ((...))"},
    {"(('1')); {}", 9, "after quotes in ((...))"},
    {"echo $((\"{}\"))", 9, "after quotes in ((...))"},
    {"echo $((1); a) {}", 15, "after a (( that does not end in ))"},
    {"echo $'{}'", 7, "in $'...'"},
    {"echo $'a\\'b' {}", 13, "after a \\' in $'...'"},
    {"a[{}]=1", 2, IN_SUBSCRIPT},
    {"declare a[$x{}]=1", 12, IN_SUBSCRIPT},
    {"a[\"{}\"]=1", 3, IN_SUBSCRIPT},
    {"a\\\n[{}]=1", 4, IN_SUBSCRIPT},
    {"a=([{}]=1)", 4, IN_SUBSCRIPT},
    {"a=(x; y)\n{}", 9, "after an operator in an array's elements"},
    {"a=((x))\n{}", 8, "after an operator in an array's elements"},
    {"[[ {} -eq 1 ]]", 3, IN_TEST},
    {"[[ x = \"{}\" ]]", 8, IN_TEST},
    {"[[ a && ( b || c ]] ; {}", 22, "after a ]] inside parentheses"},
    {"[[ a ]] case x in x) '{}'", 22, NULL},
    {"echo `echo \\{}`", 12, IN_BACKQUOTE},
    {"echo `echo \\`echo {}\\``", 18, IN_BACKQUOTE},
    {"echo `echo {} # a`", 11, IN_BACKQUOTE},
    {"echo `cat <<E\n{}\nE\n`", 14, IN_BACKQUOTE},
    {"echo `echo \"a` {}", 15, "after backquotes that end inside quotes"},
    {"echo @(a|{})", 9, "after a pattern such as @(...)"},
    {"a) {}", 3, "after a parenthesis that was not open"},
    {"select i in a; do {}; done", 18, NULL},
    {"alias x=y\n{}", 10, NULL},
    {"{ :; } >f case a in a) {}", 23, NULL},
    {"echo $\\\n(a) {}", 12, "after a token broken over two lines"},
    {"cat <\\\n<E\n{}", 10, "after a token broken over two lines"},
    /* nothing to append to */
    {"echo # a", 8, NO_PLACE},
    {"echo a;", 7, NO_PLACE},
    {"cd / && ", 8, NO_PLACE},
    {"echo 'a", 7, NO_PLACE},
    {"echo \"a", 7, NO_PLACE},
    {"echo $(a", 8, NO_PLACE},
    {"cat <<E", 7, NO_PLACE},
    {"cat <<E\nE", 9, NO_PLACE},
    {"cat <<'E'\n$1\nE\n", 15, NO_PLACE},
    {"echo a\n", 7, NO_PLACE},
    {"if a; then b; fi", 16, NO_PLACE},
    {"(echo a)", 8, NO_PLACE},
    {"{ echo a; }", 11, NO_PLACE},
    {"case a in a) b;; esac", 21, NO_PLACE},
    {"echo a \\", 8, NO_PLACE},
    {"echo `echo \\$1`", 15, NO_PLACE},
    {"", 0, NO_PLACE},
};

/* The replacement strings of these tests. */
static size_t
match(const char *s, void *ctx)
{
	(void)ctx;
	if (strncmp(s, "{}", 2) == 0)
		return 2;
	return strncmp(s, "{.}", 3) == 0 ? 3 : 0;
}

static void
test_rewrites(void)
{
	struct shell_script s;
	size_t i;

	for (i = 0; i < sizeof(rewrites) / sizeof(rewrites[0]); i++) {
		if (shell_rewrite(
			&s, rewrites[i].src, match, NULL, NULL, "{}") == -1)
			s.text = NULL;
		tap_str(s.text, rewrites[i].text, "rewritten as it should be");
		shell_clear(&s);
	}
}

static void
test_refusals(void)
{
	struct shell_script s;
	size_t i;
	int result;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		errno = 0;
		result =
		    shell_rewrite(&s, refusals[i].src, match, NULL, NULL, "{}");
		if (!tap_ok(result == -1 && errno == EINVAL && s.why != NULL,
			"refused")) {
			printf("# %s\n", result == 0 ? s.text : "");
			shell_clear(&s);
			continue;
		}
		tap_int((long long)s.where, refusals[i].where, "at the place");
		if (refusals[i].why != NULL)
			tap_str(s.why, refusals[i].why, "for the reason");
	}
}

static void
test_variables(void)
{
	struct shell_script s;

	tap_int(shell_rewrite(
		    &s, "a {} $(({.})) '{}' {.}", match, NULL, NULL, NULL),
	    0, "two replacement strings are taken");
	tap_int((long long)s.nvars, 2, "each is one variable");
	tap_str(s.vars[0].string, "{}", "in the order of the script");
	tap_str(s.vars[1].string, "{.}", "by its text");
	tap_ok(!s.vars[0].integer, "a string may be anything");
	tap_ok(s.vars[1].integer, "in arithmetic it must be an integer");
	tap_ok(!s.uses_args, "no argument is used");
	shell_clear(&s);
	tap_ok(s.text == NULL && s.vars == NULL && s.nvars == 0, "cleared");
	shell_clear(&s);
	tap_int(shell_rewrite(&s, "echo", match, NULL, NULL, NULL), 0,
	    "nothing is appended unless asked for");
	tap_str(s.text, "echo", "a script without a place stays as it is");
	shell_clear(&s);
	tap_int(
	    shell_rewrite(&s, "echo $2", match, NULL, NULL, NULL), 0, "taken");
	tap_ok(s.uses_args, "the use of an argument is seen");
	shell_clear(&s);
	tap_int(
	    shell_rewrite(&s, "echo $(( {} + {} ))", match, NULL, NULL, "{.}"),
	    0, "what is appended doesn't matter when there is a place");
	tap_int((long long)s.nvars, 1, "and makes no variable");
	shell_clear(&s);
}

/* Each byte at s is a replacement string of its own. */
static size_t
match_letter(const char *s, void *ctx)
{
	const char *letters = ctx;

	return *s != '\0' && strchr(letters, *s) != NULL;
}

static void
test_many_variables(void)
{
	char letters[] = "ABCDEFGHIJK";
	struct shell_script s;

	tap_int(shell_rewrite(&s, letters, match_letter, NULL, letters, NULL),
	    0, "eleven variables are taken");
	tap_ok(strstr(s.text, "fp9=$9 fp10=${10} fp11=${11}; shift 11; \"") !=
		NULL,
	    "from the tenth on in braces");
	shell_clear(&s);
	tap_int(shell_rewrite(
		    &s, "echo \"\\$\"", match_letter, NULL, letters, NULL),
	    0, "no place");
	shell_clear(&s);
	strlcpy(letters, "$", sizeof(letters));
	tap_int(shell_rewrite(
		    &s, "echo \"\\$\"", match_letter, NULL, letters, NULL),
	    -1, "a string that the backslash would escape");
	tap_str(s.why, "right after a backslash", "is refused");
}

static void
test_depth(void)
{
	struct shell_script s;
	char src[600] = "";
	size_t i;

	for (i = 0; i < 60; i++)
		strlcat(src, "$(", sizeof(src));
	strlcat(src, "{}", sizeof(src));
	tap_int(
	    shell_rewrite(&s, src, match, NULL, NULL, NULL), 0, "60 levels");
	shell_clear(&s);
	*src = '\0';
	for (i = 0; i < 80; i++)
		strlcat(src, "\"$(", sizeof(src));
	tap_int(shell_rewrite(&s, src, match, NULL, NULL, NULL), 0,
	    "80 levels without a place");
	shell_clear(&s);
	strlcat(src, "{}", sizeof(src));
	tap_int(shell_rewrite(&s, src, match, NULL, NULL, NULL), -1,
	    "and with one");
	tap_str(s.why, "in a script that is nested too deeply", "are refused");
	tap_int((long long)s.where, 240, "at the place");
}

static void
test_is_script(void)
{
	const char *scripts[] = {"a b", "a\tb", "a\nb", "a|b", "a&", "a;b",
	    "a<b", "a>b", "(a", "a)", "$a", "`a`"};
	const char *names[] = {"", "ls", "/bin/[", "{}", "a{.}b", "a-b.c_d",
	    "it's", "a\\b", "*", "#a", "~", "!"};
	size_t i;

	for (i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		tap_ok(shell_is_script(scripts[i]), "a script is one");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		tap_ok(!shell_is_script(names[i]), "a name isn't");
}

static void
test_is_integer(void)
{
	const char *good[] = {"0", "1", "-1", "+1", "007", "-0", "00", "0x1F",
	    "-0Xff", "9223372036854775807", "-9223372036854775807",
	    "0x7fffffffffffffff", "0777777777777777777777"};
	const char *bad[] = {"", "-", "+", "a", "1a", "08", "0x", "0xg", "0b1",
	    "--1", "+-1", " 1", "1 ", "1\n", "1.5", "1e3", "10#1", "1+1",
	    "0x-1", "- 1", "9223372036854775808", "-9223372036854775808",
	    "0x8000000000000000", "99999999999999999999999", "a[$(x)]",
	    "\xd9\xa1"};
	size_t i;

	errno = EDOM;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		tap_ok(shell_is_integer(good[i]), good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		tap_ok(!shell_is_integer(bad[i]), "no integer");
	tap_int(errno, EDOM, "errno is kept");
}

static void
test_quote(void)
{
	static const char *const pairs[][2] = {{"a", "a"},
	    {"/usr/bin/x-1.2_3", "/usr/bin/x-1.2_3"}, {"a=b", "a=b"},
	    {"--x=a,b:c@d%e+f", "--x=a,b:c@d%e+f"}, {"", "''"},
	    {"a b", "'a b'"}, {"it's", "'it'\\''s'"}, {"'", "''\\'''"},
	    {"~", "'~'"}, {"=ls", "'=ls'"}, {"a\nb", "'a\nb'"}, {"{}", "'{}'"},
	    {"#", "'#'"}, {"!", "'!'"}, {"*", "'*'"}, {"\\", "'\\'"},
	    {"\xc3\xa9", "'\xc3\xa9'"}, {"$x", "'$x'"}, {"a^b", "'a^b'"}};
	char *quoted;
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		quoted = shell_quote(pairs[i][0]);
		tap_str(quoted, pairs[i][1], "quoted as it should be");
		free(quoted);
	}
}

static void
test_quote_shown(void)
{
	static const char *const pairs[][2] = {{"a", "a"}, {"", "''"},
	    {"it's", "'it'\\''s'"}, {"\\n", "'\\n'"}, {"a\nb", "'a'$'\\n''b'"},
	    {"\t\n", "''$'\\t\\n'''"}, {"\r\a1", "''$'\\r\\a''1'"},
	    {"\x1b[m", "''$'\\033''[m'"}, {"\xc3\xa9", "'\xc3\xa9'"},
	    {"\xff\xc3\xa9", "''$'\\377''\xc3\xa9'"}, {"\xc3", "''$'\\303'''"}};
	char *quoted;
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		quoted = shell_quote_shown(pairs[i][0]);
		tap_str(quoted, pairs[i][1], "quoted to be shown");
		free(quoted);
	}
}

int
main(void)
{
	test_rewrites();
	test_refusals();
	test_variables();
	test_many_variables();
	test_depth();
	test_is_script();
	test_is_integer();
	test_quote();
	test_quote_shown();
	return tap_done();
}
