/*
 * test_second: owns the tests of cmd/second.  It must not know how a template
 * is run.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/second.h"
#include "tests/unit/tap.h"

#define WORDS_MAX 12

static const struct replace_set set;

/* The program that is found in words, which end in NULL; NULL: none. */
static const char *
in_words(const char *const *words, bool append)
{
	static struct second found;
	char *copy[WORDS_MAX];
	size_t n;

	for (n = 0; words[n] != NULL; n++)
		copy[n] = (char *)(uintptr_t)words[n];
	return second_in_words(&set, copy, n, append, &found) ? found.program
							      : NULL;
}

static void
test_words(void)
{
	static const struct {
		const char *words[WORDS_MAX];
		const char *program;
		bool append;
	} cases[] = {
	    {{"sh", "-c", "echo {}"}, "sh", false},
	    {{"/bin/bash", "-c", "f '{.}' &"}, "bash", false},
	    {{"bash", "-euo", "pipefail", "-c", "echo {2}"}, "bash", false},
	    {{"bash", "-lc", "echo {/}"}, "bash", false},
	    {{"sh", "-c", "-e", "echo {}"}, "sh", false},
	    {{"bash", "--norc", "-c", "echo {}"}, "bash", false},
	    {{"env", "A=b", "nice", "-n", "5", "sh", "-c", "x {}"}, "sh",
		false},
	    {{"xargs", "-a", "f", "sh", "-c", "x {}"}, "sh", false},
	    {{"docker", "exec", "c", "sh", "-c", "x {}"}, "sh", false},
	    {{"ssh", "host", "ls {}"}, "ssh", false},
	    {{"ssh", "host", "ls", "{}"}, "ssh", false},
	    {{"ssh", "-p", "22", "-v", "host", "ls"}, "ssh", true},
	    {{"timeout", "5s", "ssh", "host", "ls", "{}"}, "ssh", false},
	    {{"su", "-", "bob", "-c", "ls {}"}, "su", false},
	    {{"su", "--command", "ls {}", "bob"}, "su", false},
	    {{"python3.11", "-c", "print('{}')"}, "python3.11", false},
	    {{"perl", "-ne", "print if /{}/", "f"}, "perl", false},
	    {{"node", "-e", "f('{}')"}, "node", false},
	    /* as it should be */
	    {{"sh", "-c", "echo \"$1\"", "sh", "{}"}, NULL, false},
	    {{"sh", "-c", "echo \"$1\"", "sh"}, NULL, true},
	    {{"sh", "script", "-c", "x {}"}, NULL, false},
	    {{"sh", "x{}"}, NULL, false},
	    {{"sh", "-c"}, NULL, false},
	    {{"sh", "-c", "echo {#} {%}"}, NULL, false},
	    {{"sh", "-c", "echo {x}"}, NULL, false},
	    {{"python3", "-c", "import sys", "x{}"}, NULL, false},
	    {{"perl", "-Mre", "f{}"}, NULL, false},
	    {{"ssh", "{}", "uptime"}, NULL, false},
	    {{"ssh", "-l", "{}", "host", "uptime"}, NULL, false},
	    {{"rsync", "-e", "ssh", "{}", "host:dir{}"}, NULL, false},
	    {{"echo", "eval", "x{}"}, NULL, false},
	    {{"su", "bob", "{}"}, NULL, false},
	    {{"git", "-c", "user.name={}", "commit"}, NULL, false},
	    /* by intent: the value is all of it */
	    {{"sh", "-c", "{}"}, NULL, false},
	    {{"bash", "-c"}, NULL, true},
	    {{"ssh", "host", "{}"}, NULL, false},
	    {{"ssh", "host"}, NULL, true},
	};
	char name[256];
	size_t i, j;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		strlcpy(name, "words:", sizeof(name));
		for (j = 0; cases[i].words[j] != NULL; j++) {
			strlcat(name, " ", sizeof(name));
			strlcat(name, cases[i].words[j], sizeof(name));
		}
		tap_str(in_words(cases[i].words, cases[i].append),
		    cases[i].program, name);
	}
}

static void
test_scripts(void)
{
	static const struct {
		const char *script;
		const char *program;
		bool append;
	} cases[] = {
	    {"sh -c \"echo {}\"", "sh", false},
	    {"bash -c 'echo {}'", "bash", false},
	    {"cd d && sh -c \"a \\\"{}\\\"\" >log 2>&1", "sh", false},
	    {"sh -c \"echo $1\"", "sh", false},
	    {"sh -c \"echo ${1%.c}\"", "sh", false},
	    {"sh -c 'a '\\''{}'\\'", "sh", false},
	    {"x=$(sh -c \"echo {}\")", "sh", false},
	    {"echo \"$(date; sh -c \"a {}\") b\"", "sh", false},
	    {"echo `sh -c 'a {}'`", "sh", false},
	    {"(cd d; sh -c 'a {}')", "sh", false},
	    {"if true; then eval \"x={}\"; fi", "eval", false},
	    {"eval echo {}", "eval", false},
	    {"X=1 eval echo", "eval", true},
	    {"for h in a b; do ssh $h \"ls {}\"; done", "ssh", false},
	    {"cat {} | ssh host \"cat > {}\"", "ssh", false},
	    {"ssh host ls", "ssh", true},
	    {"2>&1 ssh host \"ls {}\"", "ssh", false},
	    {"# it's\nsh -c 'a {}'", "sh", false},
	    {"su bob -c \"ls {}\"", "su", false},
	    {"trap 'rm {}' EXIT", "trap", false},
	    {"trap -- \"rm $1\" EXIT INT; touch {}", "trap", false},
	    {"flock -w 3 f -c 'ls {}'", "flock", false},
	    {"bash <<E\necho {}\nE\n", "bash", false},
	    {"bash -s <<-E && date\n\techo $1\n\tE\n", "bash", false},
	    {"python3 - <<E\nprint({})\nE\n", "python3", false},
	    {"ssh host <<E\nls {}\nE\n", "ssh", false},
	    {"ssh host sh <<E\nls {}\nE\n", "sh", false},
	    {"bash <<< \"echo {}\"", "bash", false},
	    {"cat <<E; sh -c 'a {}'\nit's\nE\n", "sh", false},
	    /* as it should be */
	    {"ssh host 'cat > f' <<E\n{} b\nE\n", NULL, false},
	    {"cat > x.sh <<E\nsh -c 'a {}'\nE\necho {}", NULL, false},
	    {"bash <<E\ndate\nE\necho x{}", NULL, false},
	    {"bash -c 'cat' <<E\na {}\nE\n", NULL, false},
	    {"sh -c 'echo \"$1\"' sh {}", NULL, false},
	    {"sh -c 'echo \"$1\"' sh", NULL, true},
	    {"sh -c \"echo \\$1\" sh {}", NULL, false},
	    {"eval 'echo \"$1\"'", NULL, false},
	    {"x={}; trap 'rm \"$x\"' EXIT", NULL, false},
	    {"trap - EXIT; echo x{}", NULL, false},
	    {"flock f ls x{}", NULL, false},
	    {"flock -w 3 f cc -c x{}", NULL, false},
	    {"echo 'sh -c \"x {}\"'", NULL, false},
	    {"echo a # sh -c 'x {}'", NULL, false},
	    {"ssh host ls; echo {}", NULL, false},
	    {"ssh host \"ls ${1@Q}\"", NULL, false},
	    {"ssh host \"ls $(printf %q {})\"", NULL, false},
	    {"echo eval {}; sh -c true", NULL, false},
	    {"sh -c 'a' | grep x{}", NULL, false},
	    {"sh -c a\ngrep x{}", NULL, false},
	    {"sh -c \"$x\" \"{}\"", NULL, false},
	    /* by intent */
	    {"eval {}", NULL, false},
	    {"eval \"$1\"", NULL, false},
	    {"eval", NULL, true},
	    {"sh -c \"{}\"", NULL, false},
	    /* what is no script */
	    {"", NULL, false},
	    {"sh -c 'a {}", "sh", false},
	    {"sh -c \"a $", NULL, false},
	    {"sh -c \"a $(", NULL, false},
	    {"sh -c \"${1", NULL, false},
	    {"\\", NULL, true},
	    {"))) `", NULL, true},
	};
	struct second found;
	char name[256];
	size_t i;
	bool hit;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hit = second_in_script(
		    &set, cases[i].script, cases[i].append, &found);
		snprintf(name, sizeof(name), "script %zu: %.*s", i + 1,
		    (int)strcspn(cases[i].script, "\n"), cases[i].script);
		tap_str(hit ? found.program : NULL, cases[i].program, name);
	}
}

/* Substitutions in each other, more than are looked at. */
static void
test_depth(void)
{
	char script[4096];
	struct second found;
	size_t i;

	script[0] = '\0';
	for (i = 0; i < 1000; i++)
		strlcat(script, "$(", sizeof(script));
	strlcat(script, "sh -c 'a {}'", sizeof(script));
	tap_ok(!second_in_script(&set, script, false, &found),
	    "there is an end to the depth");
}

int
main(void)
{
	test_words();
	test_scripts();
	test_depth();
	return tap_done();
}
