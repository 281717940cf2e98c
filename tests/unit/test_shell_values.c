/*
 * test_shell_values: owns the proof that a value arrives as it is: rewritten
 * scripts are run by dash and by bash, with values that would do harm as text.
 * It must not know how a script is rewritten.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/shell.h"
#include "tests/unit/tap.h"

#define OUTPUT_MAX 4096 /* bytes of a script's output that are compared */
#define ARGS_MAX   16

/* In what is expected, V stands for the value, W for the one of {.}. */
#define V      "\1"
#define W      "\2"
#define SECOND "second $(touch x)"

struct check {
	const char *script;
	const char *want;
};

struct shell {
	const char *path;
	const char *name; /* bash goes by the standard when it's called sh */
};

static const struct shell dash = {"/bin/dash", "dash"};
static const struct shell bash = {"/bin/bash", "bash"};
static const struct shell bash_as_sh = {"/bin/bash", "sh"};

/* The first FEW hold the rest's dangers, and go into every script. */
static const char *const values[] = {
    "a b'; $(touch x) \"\\",
    "  ); touch x; `touch x`\n\n",
    "'\"'\"'$(touch x)' ${fp1} $1",
    "\n\nEOF\nE\nA\n\\",
    "/* ? [e]",
    "-n",
    "",
    "~",
    "!",
    "{}",
    "a[$(touch x)]=1",
    "\xc3\xa9\xe2\x82\xac \x01\x7f\t\r\x1b",
    "\xff\xfe\x80\x81\x82\x88\xc3",
    "plain",
    "a b",
    "$(touch x)",
    "`touch x`",
    "'; touch x; '",
    "\"; touch x; \"",
    "| touch x",
    "> x",
    "back\\",
    "\\",
    "\\\\n \\$x",
    "two\nlines",
    "\n",
    "--",
    "~root",
    "{a,b}",
    "fp2=2",
    "#c",
    "%s%n",
    "[$(touch x)]=1",
    "esac",
};
#define FEW	5
#define NVALUES (sizeof(values) / sizeof(values[0]))

/* One script for each kind of place, and all values. */
static const struct check kinds[] = {
    {"printf %s {}", V},
    {"printf %s \"\\{}\"", "\\" V},
    {"printf %s '{}'", V},
    {"printf %s \"$(printf %s. {})\"", V "."},
    {"printf %s \"`printf %s. {}`\"", V "."},
    {"cat <<EOF\n\\{}\nEOF\n", "\\" V "\n"},
    {"case {} in {}) printf yes;; *) printf no;; esac", "yes"},
};

static const struct check both[] = {
    /* bare */
    {"printf %s a{}b", "a" V "b"},
    {"printf '<%s>' {} {}", "<" V "><" V ">"},
    {"printf '<%s>' {}{}", "<" V V ">"},
    {"printf '<%s>' {.} {}", "<" W "><" V ">"},
    {"printf '%s,%s,%s' $# \"$1\" {}", "1,arg," V},
    {"printf %s \\\n{}", V},
    {"printf %s a\\\n{}", "a" V},
    {"printf %s \\\"{}\\\"", "\"" V "\""},
    {"printf %s \\\\{}", "\\" V},
    {"printf %s ~{}", "~" V},
    {"printf %s *{}", "*" V},
    {"printf %s [{}]", "[" V "]"},
    {"printf %s {},{}", V "," V},
    {"printf %s $?{}", "0" V},
    {"printf %s ${x}{}", V},
    {"printf %s ${x:-'}'}{}", "}" V},
    {"printf %s ${x:-\"}\"}{}", "}" V},
    {"printf %s ${x:-\\}}{}", "}" V},
    {"printf %s $((1<<2)){}", "4" V},
    {"printf %s $(( (1 + 2) * 3 )){}", "9" V},
    {"IFS=0abtouch; printf %s {}", V},
    {"set -eu; printf %s {}", V},
    /* quotes */
    {"printf %s \"{}\"", V},
    {"printf %s \"a {} b\"", "a " V " b"},
    {"printf %s \"\\\\{}\"", "\\" V},
    {"printf %s \"\\\\\\{}\"", "\\\\" V},
    {"printf %s \"a\\\n{}\"", "a" V},
    {"printf %s \"a'{}'b\"", "a'" V "'b"},
    {"printf %s \"$x{}$#\"", V "1"},
    {"printf %s \"#{}\"", "#" V},
    {"printf %s \"a[{}]\" 'b[{}]'", "a[" V "]b[" V "]"},
    {"printf %s 'a {} b'", "a " V " b"},
    {"printf %s '\\{}'", "\\" V},
    {"printf %s 'a\"{}\"b'", "a\"" V "\"b"},
    {"printf %s '{}{.}'", V W},
    {"printf %s 'it'\\''s '{}", "it's " V},
    /* substitutions */
    {"printf %s \"$(printf %s. {})\"", V "."},
    {"printf %s \"$(printf %s. \"{}\")\"", V "."},
    {"printf %s \"$(printf %s. '{}')\"", V "."},
    {"printf %s \"$(printf %s. \"\\{}\")\"", "\\" V "."},
    {"x=$(printf %s. {}); printf %s \"$x\"", V "."},
    {"printf %s \"$(printf %s \"$(printf %s. \"{}\")\")\"", V "."},
    {"printf %s \"$( (printf %s. {}) )\"", V "."},
    {"printf %s \"$({ printf %s. {}; })\"", V "."},
    {"printf %s \"$(printf %s. `printf a`{})\"", "a" V "."},
    {"printf %s \"$(# it's )\nprintf %s. {})\"", V "."},
    {"printf %s \"`printf %s. {}`\"", V "."},
    {"printf %s \"`printf %s. \"{}\"`\"", V "."},
    {"printf %s \"`printf %s. '{}'`\"", V "."},
    {"x=`printf %s. {}`; printf %s \"$x\"", V "."},
    {"x=`printf %s. '{}'`; printf %s \"$x\"", V "."},
    {"x=`printf %s. \"{}\"`; printf %s \"$x\"", V "."},
    {"x=`case a in a) printf %s. {};; esac`; printf %s \"$x\"", V "."},
    {"printf %s \"`printf %s \"$(printf %s. {})\"`\"", V "."},
    {"x=`printf '\\\\\\\\'`; printf %s \"$x\"{}", "\\" V},
    {"x=`printf a # it's`; printf %s \"$x\"{}", "a" V},
    /* commands */
    {"(printf %s {})", V},
    {"{ printf %s {}; }", V},
    {"{\nprintf %s {}\n}", V},
    {"printf %s {} | cat", V},
    {": && printf %s {} || :", V},
    {"! false | printf %s {}", V},
    {"printf %s {} & wait", V},
    {"printf %s {} 2>/dev/null 3>&1 >&3", V},
    {">/dev/null; printf %s {} 2>&-", V},
    {"f() { printf %s {}; }; f a b", V},
    {"f () ( printf %s {} ); f", V},
    {"f() { set -- q; shift; printf %s {}; }; f", V},
    {"f() { local x={}; printf %s \"$x\"; }; f", V},
    {"set -- x y; shift; printf %s {}", V},
    {"shift $#; printf %s {}", V},
    {"if [ {} = {} ]; then printf %s {}; else printf no; fi", V},
    {"if (:) then printf %s {}; fi", V},
    {"while printf %s {}; do break; done", V},
    {"until printf %s {}; do :; done", V},
    {"for i in {} {}; do printf '<%s>' \"$i\"; done", "<" V "><" V ">"},
    {"for i do printf '<%s>' \"$i\" {}; done", "<arg><" V ">"},
    {"for case in a; do printf %s {}; done", V},
    {"x={}; printf %s \"$x\"", V},
    {"x='{}'; printf %s \"$x\"", V},
    {"x=a\"{}\"; printf %s \"$x\"", "a" V},
    {"x={} sh -c 'printf %s \"$x\"'", V},
    {"export x={}; sh -c 'printf %s \"$x\"'", V},
    {"fp1=x; printf %s%s \"$fp1\" {}", "x" V},
    {"printf %s%s $((2)) '{}'", "2" V},
    {"echo case in >/dev/null; printf %s {}", V},
    /* case */
    {"case {} in {}) printf yes;; *) printf no;; esac", "yes"},
    {"case a{} in \"a{}\") printf yes;; *) printf no;; esac", "yes"},
    {"case x in a) ;; (b|x) printf %s {} ;; esac", V},
    {"case x in\nx)\nprintf %s {}\nesac", V},
    {"case x in # it's\nx) printf %s {};; # it's\nesac", V},
    {"x=$(case a in a) printf %s. {};; esac); printf %s \"$x\"", V "."},
    {"printf %s \"$(case a in a) printf %s. '{}';; esac)\"", V "."},
    {"printf %s \"$(case a in a) case b in b) printf %s. '{}';; esac esac)\"",
	V "."},
    {"printf %s \"$(case a in esac; printf %s. '{}')\"", V "."},
    {"printf %s \"$(echo case; printf %s. '{}')\"", "case\n" V "."},
    {"case case in case) printf %s {};; esac", V},
    {"case a in a) if :; then printf %s {}; fi esac", V},
    /* comments */
    {"# it's {}\nprintf %s {}", V},
    {"printf %s {} # it's \"{}\" `", V},
    {"printf %s a#'b'{}", "a#b" V},
    {"printf %s {}#{}", V "#" V},
    {"printf %s $(printf a)#'{}'", "a#" V},
    {"printf %s \\#'{}'", "#" V},
    {"(:)#it's\nprintf %s {};#it's", V},
    /* here-documents */
    {"cat <<EOF\n{}\nEOF", V "\n"},
    {"cat <<EOF\n\\{}\nEOF\n", "\\" V "\n"},
    {"cat <<EOF\n'{}' \"{}\" \\$x\nEOF", "'" V "' \"" V "\" $x\n"},
    {"cat <<-EOF\n\t{}\n\t\tEOF\nprintf %s {}", V "\n" V},
    {"cat <<A; cat <<B\n{}\nA\n-{}-\nB\nprintf %s {}", V "\n-" V "-\n" V},
    {"cat <<EOF && printf %s '{}' # it's\n{}\nEOF", V "\n" V},
    {"(cat <<EOF)\n{}\nEOF", V "\n"},
    {"f() { cat <<EOF\n{}\nEOF\n}; f", V "\n"},
    {"case x in x) cat <<EOF ;; esac\n{}\nEOF", V "\n"},
    {"x=$(cat <<EOF\n{})'.\nEOF\n); printf %s \"$x\"", V ")'."},
    {"printf %s \"$(cat <<EOF\n\"{}\".\nEOF\n)\"", "\"" V "\"."},
    {"cat <<EOF\n$(printf %s. '{}')`printf %s. \"{}\"`\nEOF", V "." V ".\n"},
    {"cat <<EOF\na\\\n{}\nEOF", "a" V "\n"},
    {"cat <<'E'\nit's $( \" `\nE\nprintf %s {}", "it's $( \" `\n" V},
    {"cat <<\"E F\"\n'\nE F\nprintf %s {}", "'\n" V},
    {"cat <<\\E\n'\nE\nprintf %s {}", "'\n" V},
    {"cat <<E 2>&1 | cat\n{}\nE", V "\n"},
    {"cat 0<<E\n{}\nE", V "\n"},
    {"cat <<E\n$((1<<1)) ${x:-a}{}\nE", "2 a" V "\n"},
    {"cat <<E\nEE\n E\n{}\nE", "EE\n E\n" V "\n"},
};

static const struct check bash_only[] = {
    {"cat <(printf %s {})", V},
    {"cat <(printf %s '{}') <(printf %s \"{}\")", V V},
    {"cat <<<{}", V "\n"},
    {"cat <<< \"a{}\"'{}'", "a" V V "\n"},
    {"a=({} y); printf %s \"${a[0]}\"", V},
    {"a=(x # it's\n{}); printf %s \"${a[1]}\"", V},
    {"declare -a a=(case \"{}\"); printf %s \"${a[1]}\"", V},
    {"a[1]=x; printf %s {}", V},
    {"x=a; x+={}; printf %s \"$x\"", "a" V},
    {"[[ a == a ]] && printf %s {}", V},
    {"if [[ x =~ ^(x|y)$ && -n \"a ]]\" ]]; then printf %s '{}'; fi", V},
    {"x=`[[ a ]] && printf %s. {}`; printf %s \"$x\"", V "."},
    {"((1)) && printf %s {}", V},
    {"for ((i = 0; i < 2; i++)) do printf %s {}; done", V V},
    {"printf %s $[1+1]\"{}\"", "2" V},
    {"printf %s $'a\\n'{}", "a\n" V},
    {"printf %s $\"x{}\"", "x" V},
    {"function f { printf %s {}; }; f", V},
    {"printf %s {a,'{}'}", "a" V},
    {"case a in a) printf %s {} ;;& b) ;; esac", V},
    {"case a in a) printf a ;& b) printf %s {};; esac", "a" V},
    {"printf %s {} |& cat", V},
    {"printf %s {} &>/dev/stdout", V},
    {"time -p printf %s {}", V},
    {"time { printf %s '{}'; }", V},
    {"printf %s \"$(case a in a) echo ')';; esac <<<')'; printf %s. '{}')\"",
	")\n" V "."},
};

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))
#define NBOTH  (sizeof(both) / sizeof(both[0]))
#define NBASH  (sizeof(bash_only) / sizeof(bash_only[0]))

/* Scripts whose value must be an integer; V isn't used. */
static const struct {
	const char *script;
	const char *value;
	const char *want;
} integers[] = {
    {"printf %s $(({}))", "42", "42"},
    {"printf %s $(({}+1))", "-5", "-4"},
    {"printf %s \"$((3-{}))\"", "-5", "8"},
    {"i=3; printf %s $((i-{}))", "-5", "8"},
    {"i=3; printf %s $((i+{}))", "+5", "8"},
    {"printf %s $(( ({}) * ({} + 1) ))", "0x10", "272"},
    {"printf %s $((1{}))", "2", "12"},
    {"printf %s $(( $((-{})) ))", "-010", "8"},
    {"printf %s $(({}))'{}'", "0x1F", "310x1F"},
    {"cat <<E\n$(({} << 1))\nE", "4", "8\n"},
    {"printf %s \"`echo $(({} > 1))`\"", "9223372036854775807", "1"},
    {"printf %s $(($(printf %s '{}' | wc -c) + {}))", "100", "103"},
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

/* Fills in what is expected. */
static void
expect(char *out, size_t size, const char *want, const char *value)
{
	char one[2] = "";

	*out = '\0';
	for (; *want != '\0'; want++) {
		one[0] = *want;
		strlcat(out,
		    *want == *V	      ? value
			: *want == *W ? SECOND
				      : one,
		    size);
	}
}

/* Starts a shell with the script, its output in fd.  Returns its pid. */
static pid_t
start(const struct shell *shell, const struct shell_script *s,
    const char *value, const char *dir, int fd)
{
	const char *argv[ARGS_MAX] = {shell->name, "-c", s->text, "forkpool"};
	const char *env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
	posix_spawn_file_actions_t actions;
	size_t i, n = 4;
	pid_t pid;

	for (i = 0; i < s->nvars && n < ARGS_MAX - 2; i++)
		argv[n++] =
		    strcmp(s->vars[i].string, "{}") == 0 ? value : SECOND;
	argv[n] = "arg";
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fd, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addchdir_np(&actions, dir);
	if (posix_spawn(&pid, shell->path, &actions, NULL,
		(char **)(uintptr_t)argv, (char **)(uintptr_t)env) != 0)
		errx(1, "cannot start %s", shell->path);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* The whole output of a shell that runs the script in the directory dir. */
static void
run(const struct shell *shell, const struct shell_script *s, const char *value,
    const char *dir, char *out)
{
	size_t len = 0;
	int fds[2];
	ssize_t n;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) == -1)
		err(1, "pipe");
	pid = start(shell, s, value, dir, fds[1]);
	close(fds[1]);
	while ((n = read(fds[0], out + len, OUTPUT_MAX - 1 - len)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	close(fds[0]);
	if (waitpid(pid, NULL, 0) == -1)
		err(1, "waitpid");
}

static bool
is_empty(const char *dir)
{
	struct dirent *e;
	DIR *d = opendir(dir);
	size_t n = 0;

	if (d == NULL)
		err(1, "%s", dir);
	while ((e = readdir(d)) != NULL)
		n++;
	closedir(d);
	return n == 2; /* . and .. */
}

/* text as one line, its odd bytes in octal. */
static const char *
escape(const char *text)
{
	static char line[4 * OUTPUT_MAX + 1];
	char byte[5];

	for (*line = '\0'; *text != '\0'; text++) {
		snprintf(byte, sizeof(byte),
		    *text >= ' ' && *text <= '~' ? "%c" : "\\%03o",
		    (unsigned char)*text);
		strlcat(line, byte, sizeof(line));
	}
	return line;
}

/* One script with one value. */
static bool
arrives(const struct shell *shell, const char *dir, const char *script,
    const char *want, const char *value)
{
	char got[OUTPUT_MAX], expected[OUTPUT_MAX];
	struct shell_script s;
	bool ok;

	if (shell_rewrite(&s, script, match, NULL, NULL, NULL) == -1) {
		printf("# refused: %s\n", escape(s.why));
		return false;
	}
	expect(expected, sizeof(expected), want, value);
	run(shell, &s, value, dir, got);
	ok = strcmp(got, expected) == 0;
	if (!ok) {
		printf("# value: %s\n", escape(value));
		printf("# text: %s\n", escape(s.text));
		printf("# got: %s\n", escape(got));
		printf("# want: %s\n", escape(expected));
	}
	shell_clear(&s);
	return ok;
}

static void
report(const struct shell *shell, const char *dir, const char *script, bool ok)
{
	char shown[4 * OUTPUT_MAX + 32];

	snprintf(shown, sizeof(shown), "%s: %s", shell->name, escape(script));
	tap_ok(ok && is_empty(dir), shown);
}

/* Scripts, each with the first values. */
static void
test_values(const struct shell *shell, const char *dir,
    const struct check *checks, size_t n, size_t nvalues)
{
	size_t i, j;
	bool ok;

	for (i = 0; i < n; i++) {
		ok = true;
		for (j = 0; j < nvalues && ok; j++)
			ok = arrives(shell, dir, checks[i].script,
			    checks[i].want, values[j]);
		report(shell, dir, checks[i].script, ok);
	}
}

static void
test_integers(const struct shell *shell, const char *dir)
{
	size_t i;

	for (i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
		report(shell, dir, integers[i].script,
		    shell_is_integer(integers[i].value) &&
			arrives(shell, dir, integers[i].script,
			    integers[i].want, integers[i].value));
}

int
main(void)
{
	const struct shell *shells[] = {&dash, &bash, &bash_as_sh};
	char dir[] = "/tmp/test_shell_values.XXXXXX";
	/* The code is the same for all: one is enough to sanitize it. */
	bool one = getenv("FP_SANITIZED") != NULL;
	size_t few = one ? 1 : FEW, all = one ? 1 : NVALUES, i;

	if (mkdtemp(dir) == NULL)
		err(1, "cannot make a directory");
	for (i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		/* The last one differs from bash in scripts, not in values. */
		test_values(shells[i], dir, kinds, NKINDS, all);
		test_values(shells[i], dir, both, NBOTH,
		    shells[i] == &bash_as_sh ? 1 : few);
		test_integers(shells[i], dir);
	}
	test_values(&bash, dir, bash_only, NBASH, few);
	if (rmdir(dir) == -1)
		warn("%s", dir);
	return tap_done();
}
