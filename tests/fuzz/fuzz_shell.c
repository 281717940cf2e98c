/*
 * fuzz_shell: owns the libFuzzer entry for the rewriting of scripts.
 * It must not know how a script is read: what it checks is true of any.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
match(const char *s, void *ctx)
{
	(void)ctx;
	return strncmp(s, "{}", 2) == 0 ? 2 : 0;
}

static void
expect(bool condition)
{
	if (!condition)
		abort();
}

/* What is true of every script that was rewritten. */
static void
check_rewritten(const struct shell_script *s, const char *src, bool append)
{
	bool has_place = strstr(src, "{}") != NULL;

	expect(s->why == NULL);
	expect(s->nvars <= 1);
	if (s->nvars == 0) {
		expect(strcmp(s->text, src) == 0);
		expect(!append || has_place || s->uses_args);
		return;
	}
	expect(strcmp(s->vars[0].string, "{}") == 0);
	expect(strncmp(s->text, "fp", 2) == 0);
	expect(strstr(s->text, "=$1; shift 1; ") != NULL);
	expect(strlen(s->text) > strlen(src));
	expect(has_place || append);
}

static void
rewrite(const char *src, bool append)
{
	struct shell_script s;

	errno = 0;
	if (shell_rewrite(&s, src, match, NULL, NULL, append ? "{}" : NULL) ==
	    0) {
		check_rewritten(&s, src, append);
		shell_clear(&s);
		return;
	}
	expect(s.text == NULL && s.vars == NULL && s.nvars == 0);
	expect(errno == EINVAL && s.why != NULL && s.where <= strlen(src));
	expect(match(src + s.where, NULL) > 0 ||
	    (append && s.where == strlen(src)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *src = malloc(size + 1), *quoted;

	if (src == NULL)
		return 0;
	memcpy(src, data, size);
	src[size] = '\0';
	rewrite(src, true);
	rewrite(src, false);
	quoted = shell_quote(src);
	expect(quoted != NULL && strlen(quoted) >= strlen(src));
	(void)shell_is_script(quoted);
	(void)shell_is_integer(src);
	free(quoted);
	free(src);
	return 0;
}
