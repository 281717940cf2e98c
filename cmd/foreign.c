/*
 * foreign: the options of GNU parallel, xargs, xe and curl that are not here.
 * It owns their table; it must not know which options we have: a row for what
 * has become one of ours is found by a unit test, and to be taken out.
 */
#include "cmd/foreign.h"

#include <string.h>

#define GNU   "GNU parallel"
#define XARGS "xargs"
#define XE    "xe"
#define CURL  "curl"
#define WGET  "wget2"
#define ARIA  "aria2"

#define ONE_MACHINE                                                            \
	"all jobs run on this machine; a command may be ssh HOST ... itself"
#define NO_TERMINAL "a job has no terminal; run such a command in a shell loop"
#define NO_PERL                                                                \
	"there are no Perl expressions; a script can use ${1%.*}, sed and so on"
#define NO_SQL "write --journal FILE: an SQLite database of the jobs"
#define NO_BLOCKS                                                              \
	"data is not dealt out by its contents; sort or split it first"
#define NO_TIMEOUT "a block is waited for until it is full or the input ends"
#define NO_SEMAPHORE                                                           \
	"there are no semaphores; use flock(1), or one forkpool for all jobs"
#define NO_COPY	  "a block is standard input: /dev/stdin, or cat > a file"
#define NO_COLOUR "the output is not coloured; --tag tells the jobs apart"
#define NO_COUNT  "nproc(1) and lscpu(1) count the CPUs"
#define NO_LOAD                                                                \
	"load and memory are not watched; -j limits the jobs, ulimit their "   \
	"memory"
#define ONLY_GET "only GET and HEAD are made; write run curl for the others"
#define NO_LINKS "links are not followed; a list of URLs is fetched"
#define NO_BAR	 "-t names each job on standard error as it starts"

const struct foreign foreign_table[] = {
    /* what is so here anyway */
    {"gnu", 0, GNU, NULL},
    {"no-notice", 0, GNU, NULL},
    {"plain", 0, GNU, NULL},
    {"plus", 0, GNU, NULL},
    {"silent", 0, GNU, NULL},
    {"will-cite", 0, GNU, NULL},
    {"willcite", 0, GNU, NULL},

    {"bar", 0, GNU, NO_BAR},
    {"basefile", 0, GNU, ONE_MACHINE},
    {"bf", 0, GNU, ONE_MACHINE},
    {"bg", 0, GNU, NO_SEMAPHORE},
    {"bibtex", 0, GNU, "there is nothing to cite"},
    {"bin", 0, GNU, NO_BLOCKS},
    {"block-timeout", 0, GNU, NO_TIMEOUT},
    {"bt", 0, GNU, NO_TIMEOUT},
    {"cat", 0, GNU, NO_COPY},
    {"cf", 0, GNU, NO_COLOUR},
    {"citation", 0, GNU, "there is nothing to cite"},
    {"cleanup", 0, GNU, ONE_MACHINE},
    {"color", 0, GNU, NO_COLOUR},
    {"color-failed", 0, GNU, NO_COLOUR},
    {"colour", 0, GNU, NO_COLOUR},
    {"colour-failed", 0, GNU, NO_COLOUR},
    {"compress", 0, GNU, "what is held on disk is not compressed; see TMPDIR"},
    {"compress-program", 0, GNU, "what is held on disk is not compressed"},
    {"controlmaster", 'M', GNU, ONE_MACHINE},
    {"csv", 0, GNU, "-C , cuts columns, but knows no quotes"},
    {"ctag", 0, GNU, "write --tag; it has no colour"},
    {"ctagstring", 0, GNU, "write --tag; it has no colour"},
    {"decompress-program", 0, GNU, "what is held on disk is not compressed"},
    {"embed", 0, GNU, "a script can call forkpool"},
    {"env", 0, GNU, "jobs have the whole environment; export the variable"},
    {"eta", 0, GNU, NO_BAR},
    {"fg", 0, GNU, NO_SEMAPHORE},
    {"fifo", 0, GNU, NO_COPY},
    {"filter", 0, GNU, "filter the list before, or test in the command"},
    {"filter-hosts", 0, GNU, ONE_MACHINE},
    {"group-by", 0, GNU, NO_BLOCKS},
    {"halt-on-error", 0, GNU, "write --halt"},
    {"hashbang", 0, GNU, "begin the script with #!/bin/sh and call forkpool"},
    {"hgrp", 0, GNU, ONE_MACHINE},
    {"hostgroups", 0, GNU, ONE_MACHINE},
    {"id", 0, GNU, NO_SEMAPHORE},
    {"jl", 0, GNU, "write --joblog"},
    {"latest-line", 0, GNU, "write --line-buffer"},
    {"limit", 0, GNU, NO_LOAD},
    {"ll", 0, GNU, "write --line-buffer"},
    {"load", 0, GNU, NO_LOAD},
    {"max-line-length-allowed", 0, GNU, "getconf ARG_MAX tells the limit"},
    {"memfree", 0, GNU, NO_LOAD},
    {"memsuspend", 0, GNU, NO_LOAD},
    {"minversion", 0, GNU, "--version prints the version"},
    {"no-keep-order", 0, GNU, "write --as-completed"},
    {"nonall", 0, GNU, ONE_MACHINE},
    {"noswap", 0, GNU, NO_LOAD},
    {"number-of-cores", 0, GNU, NO_COUNT},
    {"number-of-cpus", 0, GNU, NO_COUNT},
    {"number-of-sockets", 0, GNU, NO_COUNT},
    {"number-of-threads", 0, GNU, NO_COUNT},
    {"onall", 0, GNU, ONE_MACHINE},
    {"open-tty", 'o', XARGS, NO_TERMINAL},
    {"output-as-files", 0, GNU, "write --files"},
    {"outputasfiles", 0, GNU, "write --files"},
    {"parens", 0, GNU, NO_PERL},
    {"profile", 'J', GNU, "there are no profiles; use an alias of the shell"},
    {"progress", 0, GNU, NO_BAR},
    {"record-env", 0, GNU, "jobs have the whole environment"},
    {"return", 0, GNU, ONE_MACHINE},
    {"rpl", 0, GNU, NO_PERL},
    {"rsync-opts", 0, GNU, ONE_MACHINE},
    {"sem", 0, GNU, NO_SEMAPHORE},
    {"semaphore", 0, GNU, NO_SEMAPHORE},
    {"semaphore-name", 0, GNU, NO_SEMAPHORE},
    {"semaphore-timeout", 0, GNU, NO_SEMAPHORE},
    {"session", 0, GNU, "jobs have the whole environment"},
    {"shard", 0, GNU, NO_BLOCKS},
    {"shebang", 0, GNU, "begin the script with #!/bin/sh and call forkpool"},
    {"shebang-wrap", 0, GNU, "begin the script with #!/bin/sh"},
    {"shell-completion", 0, GNU, "there is no completion; see --help"},
    {"shell-quote", 0, GNU, "values need no quotes; --dry-run shows some"},
    {"show-limits", 0, XARGS, "getconf ARG_MAX tells the limit"},
    {"skip-first-line", 0, GNU, "write --header :, or tail -n +2 before it"},
    {"slf", 0, GNU, ONE_MACHINE},
    {"spreadstdin", 0, GNU, "write --pipe"},
    {"sql", 0, GNU, NO_SQL},
    {"sql-and-worker", 0, GNU, NO_SQL},
    {"sql-master", 0, GNU, NO_SQL},
    {"sql-worker", 0, GNU, NO_SQL},
    {"sqlandworker", 0, GNU, NO_SQL},
    {"sqlmaster", 0, GNU, NO_SQL},
    {"sqlworker", 0, GNU, NO_SQL},
    {"ssh", 0, GNU, ONE_MACHINE},
    {"ssh-delay", 0, GNU, ONE_MACHINE},
    {"sshdelay", 0, GNU, ONE_MACHINE},
    {"sshlogin", 'S', GNU, ONE_MACHINE},
    {"sshloginfile", 0, GNU, ONE_MACHINE},
    {"st", 0, GNU, NO_SEMAPHORE},
    {"tee", 0, GNU, "a command may read a file; several can read the same"},
    {"template", 0, GNU, "a script can write the file: cat > {}.conf <<END"},
    {"tf", 0, GNU, ONE_MACHINE},
    {"tmpl", 0, GNU, "a script can write the file: cat > {}.conf <<END"},
    {"tmux", 0, GNU, NO_TERMINAL},
    {"tmuxpane", 0, GNU, NO_TERMINAL},
    {"total", 0, GNU, "{##} is their number, for lists of words"},
    {"total-jobs", 0, GNU, "{##} is their number, for lists of words"},
    {"transfer", 0, GNU, ONE_MACHINE},
    {"transferfile", 0, GNU, ONE_MACHINE},
    {"trc", 0, GNU, ONE_MACHINE},
    {"tty", 0, GNU, NO_TERMINAL},
    {"unquote", 0, GNU, "a record that is a script runs without a command"},
    {"use-cores-instead-of-threads", 0, GNU, "write -j N"},
    {"use-cpus-instead-of-cores", 0, GNU, "write -j N"},
    {"use-sockets-instead-of-threads", 0, GNU, "write -j N"},
    {"wait", 0, GNU, NO_SEMAPHORE},
    {"xapply", 0, GNU, "write --link"},
    {"zenity", 0, GNU, NO_BAR},

    {"exit", 'x', XARGS, "a command line that is too long fails its own job"},
    {"interactive", 'p', XARGS, "nobody is asked; --dry-run shows what runs"},
    {"", 'e', XARGS, "write -E STR"},
    {"", 'i', XARGS, "write -I STR, or nothing for {}"},
    {"", 'l', XARGS, "write -L N"},
    {"", 'v', GNU, "write -t"},
    {"", 'D', GNU, "write --debug"},

    {"", 'A', XE, "write --arg-sep WORD"},
    {"", 'F', XE, "write --halt now,fail=1"},
    {"", 'R', XE, "an empty list is no failure, and runs nothing"},
    {"", 'f', XE, "write -a FILE"},
    {NULL, 0, NULL, NULL},
};

/* For kinds about URLs these come first. */
const struct foreign foreign_urls_table[] = {
    /* what is so here anyway */
    {"create-dirs", 0, CURL, NULL},
    {"fail", 'f', CURL, NULL},
    {"globoff", 'g', CURL, NULL},
    {"location", 0, CURL, NULL},
    {"no-progress-meter", 0, CURL, NULL},
    {"parallel", 'Z', CURL, NULL},
    {"parallel-immediate", 0, CURL, NULL},
    {"remove-on-error", 0, CURL, NULL},
    {"show-error", 'S', CURL, NULL},

    {"config", 'K', CURL, "write -a FILE: a plain list of URLs"},
    {"cookie", 'b', CURL, "write -H 'Cookie: NAME=VALUE'"},
    {"data", 0, CURL, ONLY_GET},
    {"dump-header", 'D', CURL, "--json tells what became of each URL"},
    {"fail-early", 0, CURL, "write --halt now,fail=1"},
    {"form", 'F', CURL, ONLY_GET},
    {"include", 'i', CURL, "--json tells what became of each URL"},
    {"location-trusted", 0, CURL, "credentials stay with their host"},
    {"max-time", 0, CURL, "write --timeout T"},
    {"next", 0, CURL, "the options are for all URLs"},
    {"noproxy", 0, CURL, "set no_proxy in the environment"},
    {"parallel-max", 0, CURL, "write -j N"},
    {"parallel-max-host", 0, CURL, "write --per-host N"},
    {"range", 0, CURL, "a body is fetched whole; --continue goes on with one"},
    {"referer", 'e', CURL, "write -H 'Referer: URL'"},
    {"remote-name", 'O', CURL, "write -o '{name}'"},
    {"remote-name-all", 0, CURL, "write -o '{name}'"},
    {"request", 0, CURL, ONLY_GET},
    {"retry", 0, CURL, "write --retries N: attempts, the first included"},
    {"retry-all-errors", 0, CURL, "write --retry-on LIST"},
    {"url", 0, CURL, "write the URL alone, or a list of them"},
    {"write-out", 'w', CURL, "write --json"},
    {"", 'x', CURL, "write --proxy URL"},
    {"", 'y', CURL, "write --speed-time T"},
    {"", 'Y', CURL, "write --speed-limit N"},

    {"directory-prefix", 0, WGET, "write --output-dir DIR"},
    {"input-file", 0, WGET, "write -a FILE"},
    {"max-threads", 0, WGET, "write -j N"},
    {"mirror", 0, WGET, NO_LINKS},
    {"no-check-certificate", 0, WGET, "write --insecure"},
    {"no-clobber", 0, WGET, "write --skip-existing"},
    {"output-document", 0, WGET, "write -o TEMPLATE, or read standard output"},
    {"recursive", 0, WGET, NO_LINKS},
    {"spider", 0, WGET, "write --head"},
    {"tries", 0, WGET, "write --retries N"},
    {"wait", 0, WGET, "write --delay T, or --rate 1/s for each host"},

    {"dir", 0, ARIA, "write --output-dir DIR"},
    {"max-concurrent-downloads", 0, ARIA, "write -j N"},
    {"max-connection-per-server", 0, ARIA, "write --per-host N"},
    {"max-tries", 0, ARIA, "write --retries N"},
    {"split", 0, ARIA, "a URL is fetched over one connection"},
    {NULL, 0, NULL, NULL},
};

static bool
is_no_number(const char *word)
{
	return strspn(word, "0123456789") == 0;
}

static bool
is_number(const char *word)
{
	return word[strspn(word, "0123456789")] == '\0';
}

static bool
is_url(const char *word)
{
	return strstr(word, "://") != NULL;
}

static bool
is_method(const char *word)
{
	return word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

static bool
is_dash(const char *word)
{
	return strcmp(word, "-") == 0;
}

/* USER:PASSWORD, and not HOST:PORT. */
static bool
is_user(const char *word)
{
	const char *colon = strchr(word, ':');

	return colon != NULL && strchr(word, '/') == NULL &&
	    is_no_number(colon + 1);
}

/* Letters that mean something else to curl, and what they go with there. */
static const struct {
	int letter;
	bool (*fits)(const char *word);
	const char *why;
} curl_letters[] = {
    {'C', is_dash, "write --continue"},
    {'I', is_url, "write --head"},
    {'L', is_no_number, "leave it out: redirects are followed"},
    {'X', is_method, ONLY_GET},
    {'m', is_number, "write --timeout T"},
    {'n', is_no_number, "no .netrc is read; write --user USER:PASSWORD"},
    {'s', is_no_number, "leave it out: only failures are told"},
    {'u', is_user, "write --user USER:PASSWORD"},
};

const char *
foreign_curl_hint(int letter, const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(curl_letters) / sizeof(curl_letters[0]); i++) {
		if (curl_letters[i].letter == letter &&
		    curl_letters[i].fits(word))
			return curl_letters[i].why;
	}
	return NULL;
}

const struct foreign *
foreign_find(const struct foreign *table, const char *name, size_t len)
{
	const struct foreign *f;

	for (f = table; f->name != NULL; f++) {
		if (len > 0 && strlen(f->name) == len &&
		    memcmp(f->name, name, len) == 0)
			return f;
	}
	return NULL;
}

const struct foreign *
foreign_find_letter(const struct foreign *table, int letter)
{
	const struct foreign *f;

	for (f = table; f->name != NULL; f++) {
		if (f->letter != 0 && f->letter == letter)
			return f;
	}
	return NULL;
}

bool
foreign_is_perl(const char *word)
{
	const char *begin = strstr(word, "{=");

	return begin != NULL && strstr(begin + 2, "=}") != NULL;
}
