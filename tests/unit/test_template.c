/*
 * test_template: owns the tests of cmd/template: what a record becomes through
 * the words of a command line.  It must not know how a script is rewritten.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/expand.h"
#include "cmd/template.h"
#include "tests/unit/tap.h"

#define WORDS_MAX 16
#define WHY_SIZE  512

/* The words of one template; they must outlive it. */
static char *words[WORDS_MAX];

/* The conf of one template, likewise. */
static struct template_conf conf;

/* What one template is made for. */
enum how {
	PLAIN, /* a kind without shells */
	SHELL, /* one that has them */
	SCRIPT /* the words are a script, as by -c */
};

/* Makes a template of words, up to NULL. */
static int
make(struct job_template *t, char *why, enum how how, ...)
{
	size_t n = 0;
	va_list ap;

	va_start(ap, how);
	while ((words[n] = va_arg(ap, char *)) != NULL)
		n++;
	va_end(ap);
	conf = (struct template_conf){.words = words,
	    .nwords = n,
	    .script = how == SCRIPT,
	    .shell = how == PLAIN ? NULL : "/bin/ash"};
	return template_make(t, &conf, why, WHY_SIZE);
}

/* The arguments of a job whose record has n. */
static int
expand(struct job_template *t, char *const *record, size_t n, struct args *a,
    const char **why)
{
	struct replace_values v = {
	    .args = record, .nargs = n, .seq = 7, .slot = 3};

	return expand_args(t, &v, a, why);
}

/* True when a replacement string stands in word. */
static bool
has(const char *word)
{
	static const struct replace_set set;

	return replace_is_in(&set, word);
}

/* The arguments, with < and > around each; in a buffer of its own. */
static const char *
show(const struct args *a)
{
	static char line[4096];
	size_t i;

	line[0] = '\0';
	for (i = 0; i < a->n; i++) {
		strlcat(line, "<", sizeof(line));
		strlcat(line, a->v[i], sizeof(line));
		strlcat(line, ">", sizeof(line));
	}
	if (a->v[a->n] != NULL)
		strlcat(line, " without an end", sizeof(line));
	return line;
}

/* What one argument becomes through a template. */
static void
becomes(struct job_template *t, const char *record, const char *want,
    const char *name)
{
	char *copy[2] = {strdup(record), NULL};
	const char *why = "untouched";
	struct args a;

	if (expand(t, copy, 1, &a, &why) == -1) {
		tap_str(why, want, name);
	} else {
		tap_str(show(&a), want, name);
		tap_ok(why == NULL, "and there is no complaint");
		args_clear(&a);
	}
	free(copy[0]);
}

static void
test_replacement(void)
{
	tap_ok(has("{}"), "{} is a replacement string");
	tap_ok(has("a{}b"), "in a word too");
	tap_ok(!has(""), "nothing is none");
	tap_ok(!has("{"), "nor is one brace");
	tap_ok(!has("{ }"), "nor a pair with a blank");
	tap_ok(!has("}{"), "nor a pair turned round");
}

static void
test_record(void)
{
	char why[WHY_SIZE];
	struct job_template t;

	tap_int(make(&t, why, PLAIN, NULL), 0, "no words, no shell");
	becomes(&t, "a b", "<a b>", "the record is the arguments");
	becomes(&t, "", "<>", "an empty one too");
	becomes(&t, "{}", "<{}>", "and one that looks like a template");
	template_clear(&t);
}

static void
test_line(void)
{
	char why[WHY_SIZE];
	struct job_template t;

	tap_int(make(&t, why, SHELL, NULL), 0, "no words, a shell");
	becomes(&t, "echo {}; ls", "</bin/ash><-c><echo {}; ls>",
	    "the record is a script");
	template_clear(&t);
}

static void
test_vector(void)
{
	char why[WHY_SIZE];
	struct job_template t;

	make(&t, why, SHELL, "echo", "-n", NULL);
	becomes(&t, "a b", "<echo><-n><a b>", "the record is appended");
	becomes(&t, "", "<echo><-n><>", "an empty one too");
	template_clear(&t);
	make(&t, why, SHELL, "a{}b{}", "{}", "", "c", "{}{}", NULL);
	becomes(&t, "12", "<a12b12><12><><c><1212>",
	    "a value stands at each of its places");
	becomes(&t, "", "<ab><><><c><>", "where an empty one is nothing");
	becomes(
	    &t, "{}", "<a{}b{}><{}><><c><{}{}>", "and is not looked at again");
	becomes(&t, "$(x) `x` 'x' \"x\" \\x *\n",
	    "<a$(x) `x` 'x' \"x\" \\x *\nb$(x) `x` 'x' \"x\" \\x *\n>"
	    "<$(x) `x` 'x' \"x\" \\x *\n><><c>"
	    "<$(x) `x` 'x' \"x\" \\x *\n$(x) `x` 'x' \"x\" \\x *\n>",
	    "nor does a byte of it mean anything");
	template_clear(&t);
	make(&t, why, SHELL, "{}", NULL);
	becomes(&t, "ls -l", "<ls -l>", "{} alone is the name of a program");
	template_clear(&t);
	make(&t, why, SHELL, "a b; c", "{", "}", NULL);
	becomes(&t, "1", "<a b; c><{><}><1>",
	    "several words are no script whatever is in them");
	template_clear(&t);
	make(&t, why, PLAIN, "a $x", NULL);
	becomes(&t, "1", "<a $x><1>", "nor is one, for a kind without shells");
	template_clear(&t);
}

static void
test_several_arguments(void)
{
	char one[] = "1", two[] = "2 2", why[WHY_SIZE];
	char *record[3] = {one, two, NULL};
	const char *reason;
	struct job_template t;
	struct args a;

	make(&t, why, SHELL, "a", NULL);
	expand(&t, record, 2, &a, &reason);
	tap_str(show(&a), "<a><1><2 2>", "all arguments are appended");
	args_clear(&a);
	template_clear(&t);
	make(&t, why, SHELL, "echo {}", NULL);
	expand(&t, record, 2, &a, &reason);
	tap_ok(a.n == 8 && strcmp(a.v[6], "1") == 0 &&
		strcmp(a.v[7], "2 2") == 0 && a.v[8] == NULL,
	    "a script has all of them as its own");
	args_clear(&a);
	template_clear(&t);
}

/* The script's text is another module's; what stands beside it is ours. */
static void
test_script(void)
{
	char why[WHY_SIZE], value[] = "a b'; $(x)", *record[] = {value, NULL};
	const char *reason;
	struct job_template t;
	struct args a;

	tap_int(make(&t, why, SHELL, "echo {} '{}'", NULL), 0,
	    "one word with a blank");
	tap_int(expand(&t, record, 1, &a, &reason), 0, "is expanded");
	tap_ok(a.n == 6 && a.v[6] == NULL, "to six arguments");
	tap_str(a.v[0], "/bin/ash", "the shell");
	tap_str(a.v[1], "-c", "that is given");
	tap_ok(strstr(a.v[2], value) == NULL, "a script without the value,");
	tap_str(a.v[3], "forkpool", "a name,");
	tap_str(a.v[4], value, "the value,");
	tap_str(a.v[5], value, "and the record's own argument");
	args_clear(&a);
	template_clear(&t);
	make(&t, why, SCRIPT, "echo", "a  b", "{}", NULL);
	tap_ok(t.mode == TEMPLATE_SCRIPT && strstr(t.script.text, "a  b \""),
	    "with -c the words are joined by blanks");
	template_clear(&t);
	make(&t, why, SCRIPT, "ls", NULL);
	tap_ok(t.mode == TEMPLATE_SCRIPT, "with -c one word is a script");
	template_clear(&t);
	make(&t, why, SHELL, "echo $1", NULL);
	expand(&t, record, 1, &a, &reason);
	tap_ok(a.n == 5 && strcmp(a.v[2], "echo $1") == 0 &&
		strcmp(a.v[4], value) == 0,
	    "a script that uses $1 gets it as it is");
	args_clear(&a);
	template_clear(&t);
}

static void
test_integers(void)
{
	char why[WHY_SIZE], good[] = "-42", bad[] = "x", *record[2] = {good};
	const char *reason = NULL;
	struct job_template t;
	struct args a;

	make(&t, why, SHELL, "echo $(({} + 1))", NULL);
	tap_int(expand(&t, record, 1, &a, &reason), 0,
	    "an integer is good in $((...))");
	args_clear(&a);
	record[0] = bad;
	tap_int(expand(&t, record, 1, &a, &reason), -1, "nothing else is");
	tap_ok(reason != NULL && strstr(reason, "not an integer") != NULL,
	    "and that is said");
	template_clear(&t);
}

static void
test_refused(void)
{
	char why[WHY_SIZE];
	struct job_template t;

	tap_int(make(&t, why, SHELL,
		    "a long first line of the script\ncat <<'E'\n{}\nE", NULL),
	    -1, "a quoted here-document is refused");
	tap_ok(strstr(why, "at byte 43 ") != NULL, "the place is told");
	tap_ok(strstr(why, "cat <<'E'\\n{}\\nE") != NULL, "and shown");
	tap_ok(strstr(why, "long first") == NULL, "with little around it");
	tap_ok(strstr(why, "here-document") != NULL, "and the reason");
	template_clear(&t);
	tap_int(make(&t, why, SHELL, "cat <<'E'\n\x1b[31m{}\nE", NULL), -1,
	    "what is shown of a script");
	tap_ok(strchr(why, '\x1b') == NULL, "does nothing to a terminal");
	template_clear(&t);
}

/* The line for one record. */
static void
quotes(const char *command, struct job_template *t, const char *record,
    const char *want, const char *name)
{
	char *copy[2] = {strdup(record), NULL}, *line = NULL;
	const char *reason;
	struct args a;

	if (expand(t, copy, 1, &a, &reason) == 0) {
		line = args_quote(command, &a);
		args_clear(&a);
	}
	tap_str(line, want, name);
	free(line);
	free(copy[0]);
}

static void
test_quote(void)
{
	char why[WHY_SIZE];
	struct job_template t;

	make(&t, why, SHELL, "echo", NULL);
	quotes(NULL, &t, "a", "echo a", "a plain line is as it was typed");
	quotes(NULL, &t, "a b", "echo 'a b'", "a blank is quoted");
	quotes(NULL, &t, "", "echo ''", "an empty word stays a word");
	quotes(NULL, &t, "it's", "echo 'it'\\''s'", "so does a quote");
	quotes(NULL, &t, "a\nb", "echo 'a\nb'", "and a new line");
	template_clear(&t);
	make(&t, why, SHELL, NULL);
	quotes(NULL, &t, "ls; ls", "/bin/ash -c 'ls; ls'", "a script");
	template_clear(&t);
	make(&t, why, PLAIN, NULL);
	quotes("forkpool sleep", &t, "1", "forkpool sleep 1",
	    "a kind that is no program is run by forkpool");
	quotes("forkpool sleep", &t, "-1", "forkpool sleep ::: -1",
	    "where what looks like an option is none");
	quotes("forkpool fetch", &t, "a/{}", "forkpool fetch ::: 'a/{}'",
	    "and what looks like a template is none");
	template_clear(&t);
}

int
main(void)
{
	test_replacement();
	test_record();
	test_line();
	test_vector();
	test_several_arguments();
	test_script();
	test_integers();
	test_refused();
	test_quote();
	return tap_done();
}
