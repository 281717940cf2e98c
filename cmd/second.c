/*
 * second: finds where a template would put a value into the text of a second
 * shell.  It owns what is known of the programs that take such a text; it must
 * not know how the first shell gets its values.
 */
#include "cmd/second.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/shscan.h"

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* Whether a value gets into what a program runs, whose words go on at i. */
typedef bool check(const struct shscan_command *, size_t i);

static check check_eval, check_flock, check_ssh, check_su, check_trap;

#define INNER_SHELL                                                            \
	"write sh -c '... \"$1\" ...' sh {}, or leave the inner shell out: "   \
	"forkpool runs a script itself"

/* Programs that run the word behind an option, wherever they are called. */
static const struct {
	const char *name;
	char option;
	const char *with_value; /* options that take the next word */
	const char *instead;
} interpreters[] = {
    {"sh", 'c', "oO", INNER_SHELL},
    {"ash", 'c', "oO", INNER_SHELL},
    {"bash", 'c', "oO", INNER_SHELL},
    {"dash", 'c', "oO", INNER_SHELL},
    {"ksh", 'c', "oO", INNER_SHELL},
    {"mksh", 'c', "oO", INNER_SHELL},
    {"zsh", 'c', "oO", INNER_SHELL},
    {"python", 'c', "WX", "write python -c '... sys.argv[1] ...' {}"},
    {"perl", 'e', "IMm", "write perl -e '... $ARGV[0] ...' {}"},
    {"ruby", 'e', "CIr", "write ruby -e '... ARGV[0] ...' {}"},
    {"node", 'e', "r", "write node -e '... process.argv[1] ...' {}"},
};

/* Those that are known only where a command's name stands. */
static const struct {
	const char *name;
	check *check;
	const char *instead;
} commands[] = {
    {"eval", check_eval,
	"leave eval out, or write x={}; eval '... \"$x\" ...'"},
    {"ssh", check_ssh,
	"write --shell-program bash 'ssh HOST \"... ${1@Q} ...\"'"},
    {"su", check_su, "write su USER -c '... \"$1\" ...' sh {}"},
    {"trap", check_trap, "write x={}; trap '... \"$x\" ...' EXIT"},
    {"flock", check_flock, "write flock FILE COMMAND {}, without -c"},
    {"runuser", check_su, "write runuser USER -c '... \"$1\" ...' sh {}"},
};

/* What may stand before a command's name. */
static const char *const wrappers[] = {"!", "builtin", "chronic", "command",
    "do", "elif", "else", "env", "exec", "if", "ionice", "nice", "nohup",
    "setsid", "sshpass", "stdbuf", "sudo", "then", "time", "timeout", "until",
    "while", "xargs", "{"};

static const char *
base_name(const char *word)
{
	const char *slash = strrchr(word, '/');

	return slash != NULL ? slash + 1 : word;
}

/* True when the word names this program; python3.11 is python. */
static bool
is_called(const char *word, const char *name)
{
	size_t n = strlen(name);

	word = base_name(word);
	return strncmp(word, name, n) == 0 &&
	    word[n + strspn(word + n, "0123456789.")] == '\0';
}

static bool
is_option(const char *word)
{
	return (word[0] == '-' || word[0] == '+') && word[1] != '\0';
}

/* True when the word holds this short option, maybe among others. */
static bool
has_letter(const char *word, char letter)
{
	return word[0] == '-' && word[1] != '-' && strchr(word, letter) != NULL;
}

/* The word behind an option: the next, or the one after its value. */
static size_t
past_option(const char *word, size_t i, const char *with_value)
{
	size_t len = strlen(word);

	if (word[1] != '-' && len > 1 && strchr(with_value, word[len - 1]))
		return i + 2;
	return i + 1;
}

/*
 * True when a value will be a part of the word.  One that is all of it is
 * taken for a script by intent.
 */
static bool
is_mixed(const char *word)
{
	return strchr(word, SHSCAN_VALUE) != NULL && word[1] != '\0';
}

static bool
is_input(const char *word)
{
	return strcmp(word, SHSCAN_INPUT) == 0;
}

/* True when the i-th word on is a text that is read, and a value in it. */
static bool
is_mixed_input(const struct shscan_command *c, size_t i)
{
	while (i < c->n && strcmp(c->words[i], "-") == 0)
		i++;
	return i + 1 < c->n && is_input(c->words[i]) &&
	    is_mixed(c->words[i + 1]);
}

/* As is_mixed(), for the words from the i-th on, which will be joined. */
static bool
are_mixed(const struct shscan_command *c, size_t i)
{
	if (i + 1 == c->n || (i + 1 < c->n && is_input(c->words[i + 1])))
		return is_mixed(c->words[i]);
	for (; i < c->n && !is_input(c->words[i]); i++) {
		if (strchr(c->words[i], SHSCAN_VALUE) != NULL)
			return true;
	}
	return false;
}

static bool
check_eval(const struct shscan_command *c, size_t i)
{
	return are_mixed(c, i);
}

static bool
check_flock(const struct shscan_command *c, size_t i)
{
	while (i < c->n && is_option(c->words[i]))
		i = past_option(c->words[i], i, "Ew");
	/* behind the file */
	return i + 2 < c->n && strcmp(c->words[i + 1], "-c") == 0 &&
	    is_mixed(c->words[i + 2]);
}

static bool
check_ssh(const struct shscan_command *c, size_t i)
{
	while (i < c->n && is_option(c->words[i]))
		i = past_option(c->words[i], i, "BbcDEeFIiJLlmOopQRSWw");
	/* behind the host */
	return i < c->n && (are_mixed(c, i + 1) || is_mixed_input(c, i + 1));
}

static bool
check_su(const struct shscan_command *c, size_t i)
{
	for (; i + 1 < c->n; i++) {
		if (has_letter(c->words[i], 'c') ||
		    strcmp(c->words[i], "--command") == 0)
			return is_mixed(c->words[i + 1]);
	}
	return false;
}

static bool
check_trap(const struct shscan_command *c, size_t i)
{
	while (i < c->n && is_option(c->words[i]))
		i++;
	return i < c->n && is_mixed(c->words[i]);
}

/* Whether the k-th interpreter, whose words go on at the i-th, gets a value. */
static bool
check_interpreter(const struct shscan_command *c, size_t i, size_t k)
{
	const char *with_value = interpreters[k].with_value;
	bool code = false;

	while (i < c->n && is_option(c->words[i])) {
		if (strchr(with_value, c->words[i][1]) == NULL &&
		    has_letter(c->words[i], interpreters[k].option))
			code = true;
		i = past_option(c->words[i], i, with_value);
	}
	if (!code)
		return is_mixed_input(c, i);
	return i < c->n && is_mixed(c->words[i]);
}

/* True for what may stand before a command: options, X=1 and 10s too. */
static bool
is_wrapper(const char *word)
{
	size_t i;

	if (is_option(word) || strchr(word, '=') != NULL ||
	    isdigit((unsigned char)word[0]))
		return true;
	for (i = 0; i < NELEM(wrappers); i++) {
		if (is_called(word, wrappers[i]))
			return true;
	}
	return false;
}

static bool
found_in(struct second *found, const char *word, const char *instead)
{
	strlcpy(found->program, base_name(word), sizeof(found->program));
	found->instead = instead;
	return true;
}

static bool
check_command(const struct shscan_command *c, void *ctx)
{
	struct second *found = ctx;
	bool first = true;
	size_t i, k;

	for (i = 0; i < c->n; i++) {
		for (k = 0; k < NELEM(interpreters); k++) {
			if (is_called(c->words[i], interpreters[k].name) &&
			    check_interpreter(c, i + 1, k))
				return found_in(found, c->words[i],
				    interpreters[k].instead);
		}
		for (k = 0; first && k < NELEM(commands); k++) {
			if (is_called(c->words[i], commands[k].name) &&
			    commands[k].check(c, i + 1))
				return found_in(
				    found, c->words[i], commands[k].instead);
		}
		first = first && is_wrapper(c->words[i]);
	}
	return false;
}

/* A copy of a word with SHSCAN_VALUE in it; caller frees. */
static char *
copy_word(const struct replace_set *set, const char *word)
{
	char *copy = malloc(strlen(word) + 1), *p = copy, c;
	size_t n;

	while (copy != NULL && *word != '\0') {
		n = shscan_replacement(set, word, &c);
		*p++ = n > 0 ? c : *word;
		word += n > 0 ? n : 1;
	}
	if (copy != NULL)
		*p = '\0';
	return copy;
}

bool
second_in_words(const struct replace_set *set, char *const *words, size_t n,
    bool append, struct second *found)
{
	char value[] = {SHSCAN_VALUE, '\0'};
	struct shscan_command c = {calloc(n + 1, sizeof(*c.words)), 0};
	bool result = false;

	while (c.words != NULL && c.n < n &&
	    (c.words[c.n] = copy_word(set, words[c.n])) != NULL)
		c.n++;
	if (c.words != NULL && c.n == n) {
		c.words[n] = value;
		c.n += append;
		result = check_command(&c, found);
		c.n = n;
	}
	while (c.n > 0)
		free(c.words[--c.n]);
	free(c.words);
	return result;
}

bool
second_in_script(const struct replace_set *set, const char *script, bool append,
    struct second *found)
{
	return shscan_commands(set, script, append, check_command, found);
}
