/*
 * fetchopt: the options of fetch.
 * It owns their table and what they were set to; it must not fetch anything.
 */
#include "worker/fetchopt.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/duration.h"
#include "worker/fetchurl.h"
#include "worker/size.h"

#define NS_PER_MS     1000000ULL
#define NS_PER_S      1000000000ULL
#define REDIRECTS     10 /* followed, unless --max-redirs says otherwise */
#define REDIRECTS_MAX 1000
#define SPEED_S	      30 /* --speed-time where there is only a limit */

enum id {
	ID_ALLOW_DOWNGRADE = 1,
	ID_CACERT,
	ID_COMPRESSED,
	ID_CONNECT_TIMEOUT,
	ID_CONTINUE,
	ID_HEAD,
	ID_INSECURE,
	ID_MAX_FILESIZE,
	ID_MAX_REDIRS,
	ID_NO_COMPRESSED,
	ID_NO_PRIVATE,
	ID_OUTPUT,
	ID_OUTPUT_DIR,
	ID_PROXY,
	ID_REQUEST_HEADER,
	ID_SKIP_EXISTING,
	ID_SPEED_LIMIT,
	ID_SPEED_TIME,
	ID_USER,
	ID_USER_AGENT
};

const struct option_def fetchopt_table[] = {
    {"allow-downgrade", 0, ID_ALLOW_DOWNGRADE, NULL,
	"follow redirects from https to http"},
    {"cacert", 0, ID_CACERT, "FILE", "trust these authorities"},
    {"compressed", 0, ID_COMPRESSED, NULL,
	"ask for compressed bodies (default)"},
    {"connect-timeout", 0, ID_CONNECT_TIMEOUT, "T", "give up connecting"},
    {"continue", 0, ID_CONTINUE, NULL, "go on with files of an earlier run"},
    {"head", 0, ID_HEAD, NULL, "ask with HEAD, and print the head"},
    {"insecure", 0, ID_INSECURE, NULL, "trust any certificate"},
    {"max-filesize", 0, ID_MAX_FILESIZE, "SIZE", "of a body, decoded"},
    {"max-redirs", 0, ID_MAX_REDIRS, "N", "redirects in a row (10)"},
    {"no-compressed", 0, ID_NO_COMPRESSED, NULL, "take bodies as they come"},
    {"no-private", 0, ID_NO_PRIVATE, NULL,
	"refuse addresses of private networks"},
    {"output", 'o', ID_OUTPUT, "TEMPLATE", "write bodies to files"},
    {"output-dir", 0, ID_OUTPUT_DIR, "DIR", "write bodies to files in DIR"},
    {"proxy", 0, ID_PROXY, "URL", "go through this proxy"},
    {"request-header", 'H', ID_REQUEST_HEADER, "LINE", "send it as well"},
    {"skip-existing", 0, ID_SKIP_EXISTING, NULL,
	"don't fetch what has its file"},
    {"speed-limit", 0, ID_SPEED_LIMIT, "SIZE",
	"give up below so many bytes a second"},
    {"speed-time", 0, ID_SPEED_TIME, "T", "... for so long (30s)"},
    {"user", 0, ID_USER, "USER:PASSWORD", "who asks"},
    {"user-agent", 'A', ID_USER_AGENT, "NAME", "what asks"},
    {NULL, 0, 0, NULL, NULL},
};

struct fetchopt fetchopt = {.redirects = REDIRECTS};

static const struct {
	int id;
	size_t place; /* of a bool in struct fetchopt */
	bool value;
} flags[] = {
    {ID_ALLOW_DOWNGRADE, offsetof(struct fetchopt, downgrade), true},
    {ID_COMPRESSED, offsetof(struct fetchopt, plain), false},
    {ID_CONTINUE, offsetof(struct fetchopt, go_on), true},
    {ID_HEAD, offsetof(struct fetchopt, head), true},
    {ID_INSECURE, offsetof(struct fetchopt, insecure), true},
    {ID_NO_COMPRESSED, offsetof(struct fetchopt, plain), true},
    {ID_NO_PRIVATE, offsetof(struct fetchopt, no_private), true},
    {ID_SKIP_EXISTING, offsetof(struct fetchopt, skip_existing), true},
};

static const struct {
	int id;
	size_t place; /* of a pointer in struct fetchopt */
	bool header;  /* it reaches a head */
	bool secret;  /* it is nobody's business */
} strings[] = {
    {ID_CACERT, offsetof(struct fetchopt, cacert), false, false},
    {ID_OUTPUT, offsetof(struct fetchopt, output), false, false},
    {ID_OUTPUT_DIR, offsetof(struct fetchopt, dir), false, false},
    {ID_PROXY, offsetof(struct fetchopt, proxy), true, true},
    {ID_USER, offsetof(struct fetchopt, user), true, true},
    {ID_USER_AGENT, offsetof(struct fetchopt, agent), true, false},
};

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* Wipes a word of the command line: no message, ps(1) or journal tells it. */
static void
wipe(const char *arg)
{
	char *word = (char *)(uintptr_t)arg;
	size_t len = strlen(arg);

	if (len == 0)
		return;
	memset(word, '\0', len);
	word[0] = '*';
}

/* A copy of a word, which itself is wiped. */
static char *
take_secret(const char *arg)
{
	char *copy = strdup(arg);

	wipe(arg);
	return copy;
}

static const char *
add_header(const char *arg)
{
	struct curl_slist *grown;
	char end = *fetchurl_token_end(arg);
	/* it may well be an Authorization or a Cookie */
	char *line = take_secret(arg);

	if (line == NULL)
		return "no memory is left";
	if (end != ':' && end != ';') {
		free(line);
		return "no header; write NAME: VALUE, NAME: or NAME;";
	}
	grown = curl_slist_append(fetchopt.headers, line);
	free(line);
	if (grown == NULL)
		return "no memory is left";
	fetchopt.headers = grown;
	return NULL;
}

static const char *
set_string(size_t i, const char *arg)
{
	const char **place =
	    (const char **)(void *)((char *)&fetchopt + strings[i].place);

	if (*arg == '\0' && strings[i].id != ID_PROXY &&
	    strings[i].id != ID_USER_AGENT)
		return "empty; write a string";
	*place = strings[i].secret ? take_secret(arg) : arg;
	return *place != NULL ? NULL : "no memory is left";
}

static const char *
set_duration(uint64_t *place, uint64_t unit_ns, const char *arg)
{
	uint64_t ns;

	if (duration_parse(arg, &ns) == -1 || ns == 0 ||
	    ns / unit_ns > INT32_MAX)
		return DURATION_WRONG;
	*place = (ns + unit_ns - 1) / unit_ns;
	return NULL;
}

static const char *
set_size(uint64_t *place, const char *arg)
{
	return size_parse(arg, place) == -1 || *place > INT64_MAX ? SIZE_WRONG
								  : NULL;
}

static const char *
set_redirects(const char *arg)
{
	const char *why;

	fetchopt.redirects = (long)strtonum(arg, 0, REDIRECTS_MAX, &why);
	return why != NULL ? "not a number from 0 to 1000" : NULL;
}

/* What a new line in it would smuggle into a head. */
static bool
is_header(int id)
{
	size_t i;

	for (i = 0; i < NELEM(strings); i++) {
		if (strings[i].id == id)
			return strings[i].header;
	}
	return id == ID_REQUEST_HEADER;
}

const char *
fetchopt_option(int id, const char *arg)
{
	size_t i;

	if (is_header(id) && !fetchurl_is_line(arg)) {
		wipe(arg);
		return "it holds a new line or another control character";
	}
	for (i = 0; i < NELEM(flags); i++) {
		if (flags[i].id == id)
			*(bool *)((char *)&fetchopt + flags[i].place) =
			    flags[i].value;
	}
	for (i = 0; i < NELEM(strings); i++) {
		if (strings[i].id == id)
			return set_string(i, arg);
	}
	switch (id) {
	case ID_REQUEST_HEADER:
		return add_header(arg);
	case ID_CONNECT_TIMEOUT:
		return set_duration(&fetchopt.connect_ms, NS_PER_MS, arg);
	case ID_MAX_FILESIZE:
		return set_size(&fetchopt.filesize_max, arg);
	case ID_MAX_REDIRS:
		return set_redirects(arg);
	case ID_SPEED_LIMIT:
		return set_size(&fetchopt.speed_limit, arg);
	case ID_SPEED_TIME:
		return set_duration(&fetchopt.speed_s, NS_PER_S, arg);
	default:
		return NULL;
	}
}

/* What is wrong with a file that is read later; NULL: nothing. */
static const char *
check_file(const char *option, const char *path)
{
	static char why[1024];

	if (path == NULL || access(path, R_OK) == 0)
		return NULL;
	snprintf(why, sizeof(why), "%s %s: %s", option,
	    *path != '\0' ? path : "''", strerror(errno));
	return why;
}

const char *
fetchopt_settle(void)
{
	const char *why;

	if ((why = check_file("--cacert", fetchopt.cacert)) != NULL)
		return why;
	if (fetchopt.no_private && fetchopt.proxy != NULL &&
	    *fetchopt.proxy != '\0')
		return "--no-private and --proxy do not go together: behind a "
		       "proxy addresses are not seen";
	if (fetchopt_files() == NULL && fetchopt.skip_existing)
		return "--skip-existing needs files: add -o TEMPLATE or "
		       "--output-dir DIR";
	if (fetchopt_files() == NULL && fetchopt.go_on)
		return "--continue needs files: add -o TEMPLATE or "
		       "--output-dir DIR";
	if (fetchopt.head && fetchopt.go_on)
		return "--continue is about bodies, and --head asks for none";
	if (fetchopt.speed_limit > 0 && fetchopt.speed_s == 0)
		fetchopt.speed_s = SPEED_S;
	if (fetchopt.speed_s > 0 && fetchopt.speed_limit == 0)
		fetchopt.speed_limit = 1;
	return NULL;
}

const char *
fetchopt_files(void)
{
	static char *template;
	const char *name = fetchopt.output;

	if (name != NULL && strcmp(name, "-") == 0)
		return NULL;
	if (fetchopt.dir == NULL)
		return name;
	if (template == NULL &&
	    asprintf(&template, "%s/%s", fetchopt.dir,
		name != NULL ? name : "{path}") == -1)
		template = NULL;
	return template != NULL ? template : "{path}";
}
