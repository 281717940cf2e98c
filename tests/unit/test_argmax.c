/*
 * test_argmax: owns the tests of cmd/argmax: how many arguments fit into one
 * job, as execve(2) has it.  It must not know how records are packed.
 */
#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/expand.h"
#include "cmd/argmax.h"
#include "tests/unit/tap.h"

#define SYSTEM_MAX  (256U * 1024U) /* of all strings of a process, here */
#define UNBOUNDED   (64U * 1024U * 1024U)
#define ARGS_MAX    70000
#define ROUNDS	    20
#define WORDS_MAX   4
#define WORD(s)	    ((char *)(uintptr_t)(s))
#define PROGRAM	    WORD("/bin/true")
#define PAGE_STRING 131071 /* the most of one string, without its NUL */

/* A template of words, which must outlive it. */
struct made {
	char *words[WORDS_MAX + 1]; /* none of them is changed */
	struct template_conf conf;
	struct job_template t;
};

static void
make(struct made *m, bool script, bool context)
{
	char why[256];
	size_t n = 0;

	while (m->words[n] != NULL)
		n++;
	m->conf = (struct template_conf){.words = m->words,
	    .nwords = n,
	    .script = script,
	    .shell = "/bin/true",
	    .context = context};
	if (template_make(&m->t, &m->conf, why, sizeof(why)) == -1) {
		printf("Bail out! %s\n", why);
		exit(1);
	}
}

/* Arguments. */
struct list {
	char *args[ARGS_MAX];
	struct argmax_load load;
};

static void
push(struct list *l, size_t len)
{
	char *arg = malloc(len + 1);

	memset(arg, 'a', len);
	arg[len] = '\0';
	l->args[l->load.nargs++] = arg;
	l->load.bytes += len;
	if (len > l->load.longest)
		l->load.longest = len;
}

static void
list_clear(struct list *l)
{
	while (l->load.nargs > 0)
		free(l->args[--l->load.nargs]);
}

/* The arguments of the job; its length as a line. */
static size_t
expand(struct made *m, struct list *l, struct args *a)
{
	struct replace_values v = {.args = l->args,
	    .nargs = l->load.nargs,
	    .seq = UINT64_MAX,
	    .slot = 99};
	const char *why = NULL;
	size_t i, len = 0;

	if (expand_args(&m->t, &v, a, &why) == -1) {
		printf("Bail out! %s\n", why);
		exit(1);
	}
	for (i = 0; i < a->n; i++)
		len += strlen(a->v[i]) + 1;
	return len;
}

/* What the system says of it: 0, or errno. */
static int
start(const struct args *a)
{
	pid_t pid;
	int error = posix_spawn(&pid, a->v[0], NULL, NULL, a->v, environ);

	if (error == 0)
		waitpid(pid, NULL, 0);
	return error;
}

/* Three values of different length in words: what is counted is what is. */
static void
is_counted(
    const char *first, const char *second, bool context, const char *name)
{
	struct made m = {.words = {PROGRAM, WORD(first), WORD(second)}};
	struct list l = {.load = {0, 0, 0}};
	struct argmax a;
	struct args made;
	size_t len;

	make(&m, false, context);
	push(&l, 3);
	push(&l, 1);
	push(&l, 10);
	len = expand(&m, &l, &made);
	argmax_init(&a, &m.t, len);
	tap_ok(argmax_fits(&a, &l.load), name);
	argmax_init(&a, &m.t, len - 1);
	tap_ok(!argmax_fits(&a, &l.load), "and not in a byte less");
	args_clear(&made);
	list_clear(&l);
	template_clear(&m.t);
}

static void
test_line(void)
{
	is_counted(NULL, NULL, false, "a line with the arguments behind it");
	is_counted("{}", NULL, false, "with {} for them");
	is_counted("x", "{}", false, "and another word");
	is_counted("a{}b", NULL, false, "{} in a word");
	is_counted("a{}b", "{}", false, "and once more");
	is_counted("a{}b", NULL, true, "a word around {} that is repeated");
	is_counted("a{}b", "c{}{}", true, "and another one");
	is_counted("{}", "x", true, "{} alone");
	is_counted("{3}", "{}", false, "the longest argument once more");
	is_counted("{3}{}", NULL, true, "and with each of the others");
}

/* True when one argument of so many bytes does. */
static bool
one_fits(const struct argmax *a, size_t len)
{
	return argmax_fits(a, &(struct argmax_load){1, len, len});
}

static void
test_default(void)
{
	struct made m = {.words = {PROGRAM}};
	struct argmax a;

	make(&m, false, false);
	argmax_init(&a, &m.t, 0);
	tap_ok(one_fits(&a, ARGMAX_CHARS - 11), "128K by default");
	tap_ok(!one_fits(&a, ARGMAX_CHARS - 10), "and not more");
	template_clear(&m.t);
}

static void
test_word(void)
{
	struct made m = {.words = {PROGRAM, WORD("ab{}")}};
	struct argmax a;

	make(&m, false, true);
	argmax_init(&a, &m.t, UNBOUNDED);
	tap_ok(one_fits(&a, PAGE_STRING - 2),
	    "the longest argument that execve(2) takes, in its word");
	tap_ok(!one_fits(&a, PAGE_STRING - 1), "and not one more");
	template_clear(&m.t);
}

/* Pieces of random templates. */
static const char *const pieces[] = {"{}", "{.}", "{/}", "{//}", "{1}", "{2/.}",
    "{-1}", "{#}", "{%}", "x", "pic-", ".jpg", " "};

/* A word of one to three pieces; of a script, with blanks. */
static char *
random_word(void)
{
	char *word = calloc(1, 64);
	size_t n = 1 + (size_t)random() % 3;

	while (n-- > 0)
		strlcat(word,
		    pieces[(size_t)random() %
			(sizeof(pieces) / sizeof(pieces[0]))],
		    64);
	return word;
}

static size_t
random_length(int manner)
{
	switch (manner) {
	case 0:
		return 0;
	case 1:
		return 1;
	case 2:
		return (size_t)random() % 40;
	default:
		return random() % 20 == 0 ? (size_t)random() % PAGE_STRING : 1;
	}
}

/* Adds arguments as long as they fit. */
static void
fill(struct list *l, const struct argmax *a)
{
	int manner = (int)(random() % 4);
	struct argmax_load load;
	size_t len;

	while (l->load.nargs < ARGS_MAX) {
		len = random_length(manner);
		load =
		    (struct argmax_load){l->load.nargs + 1, l->load.bytes + len,
			len > l->load.longest ? len : l->load.longest};
		if (argmax_fits(a, &load))
			push(l, len);
		else if (len <= 1 || random() % 4 == 0)
			break;
	}
}

/* One random template, full: 0, or what is wrong with it. */
static int
round_is_wrong(bool script, bool context)
{
	static const size_t lines[] = {2000, 131072, UNBOUNDED};
	struct made m = {.words = {PROGRAM}};
	struct list *l = calloc(1, sizeof(*l));
	size_t max = lines[random() % 3], i, n = 1 + (size_t)random() % 3;
	struct argmax a;
	struct args made;
	int wrong;

	for (i = 1; i <= n; i++)
		m.words[i] = random_word();
	make(&m, script, context);
	argmax_init(&a, &m.t, max);
	fill(l, &a);
	if (l->load.nargs == 0)
		push(l, 1);
	wrong = expand(&m, l, &made) > max && !script ? EOVERFLOW : 0;
	if (wrong == 0)
		wrong = start(&made);
	if (wrong != 0)
		printf("# %s %s %s %s: %zu arguments, %zu bytes: %s\n",
		    script ? "script" : "words", m.words[1],
		    n > 1 ? m.words[2] : "", n > 2 ? m.words[3] : "",
		    l->load.nargs, l->load.bytes, strerror(wrong));
	args_clear(&made);
	template_clear(&m.t);
	for (i = 1; i <= n; i++)
		free(m.words[i]);
	list_clear(l);
	free(l);
	return wrong;
}

/* What is said to fit never is too long, neither for a line nor to start. */
static void
test_random(const char *again)
{
	unsigned seed = (unsigned)getpid();
	int i, bad = 0;

	if (again != NULL)
		seed = (unsigned)strtonum(again, 0, UINT_MAX, NULL);

	printf("# seed %u\n", seed);
	srandom(seed);
	for (i = 0; i < ROUNDS; i++)
		bad += round_is_wrong(i % 3 == 0, i % 2 == 0) != 0;
	tap_int(bad, 0, "what fits can be started, and is not longer");
}

/* With an argument: the seed of a run before. */
int
main(int argc, char **argv)
{
	struct rlimit limit;

	getrlimit(RLIMIT_STACK, &limit);
	limit.rlim_cur = 4UL * SYSTEM_MAX;
	setrlimit(RLIMIT_STACK, &limit);
	test_line();
	test_default();
	test_word();
	test_random(argc > 1 ? argv[1] : NULL);
	return tap_done();
}
