/*
 * value: what follows an option: numbers, sizes, spans of time.
 * It owns how they are written; it must not know what they are for.
 */
#include "cmd/value.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/options.h"
#include "worker/duration.h"
#include "worker/size.h"

void
value_mistake(const char *option, const char *arg, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (arg == NULL)
		options_mistake("%s: %s", option, text);
	else
		options_mistake(
		    "%s %s: %s", option, *arg != '\0' ? arg : "''", text);
}

uint64_t
value_duration(const char *option, const char *arg)
{
	uint64_t ns;

	if (duration_parse(arg, &ns) == -1)
		value_mistake(option, arg, DURATION_WRONG);
	return ns;
}

uint32_t
value_number(const char *option, const char *arg, uint32_t least)
{
	const char *why;
	uint32_t n = (uint32_t)strtonum(arg, least, UINT32_MAX, &why);

	if (why != NULL)
		value_mistake(
		    option, arg, "%s; write a number from %u", why, least);
	return n;
}

uint64_t
value_size(const char *option, const char *arg)
{
	uint64_t n;

	if (size_parse(arg, &n) == -1)
		value_mistake(option, arg, SIZE_WRONG);
	return n;
}

char
value_delimiter(const char *option, const char *arg)
{
	static const char escapes[] = "0\0t\tn\nr\r\\\\";
	size_t i;

	if (arg[0] != '\0' && arg[1] == '\0')
		return arg[0];
	for (i = 0; arg[0] == '\\' && i + 1 < sizeof(escapes); i += 2) {
		if (arg[1] == escapes[i] && arg[2] == '\0')
			return escapes[i + 1];
	}
	value_mistake(option, arg,
	    "not one character; write it, or one of \\0 \\t \\n \\r \\\\");
}

const char *
value_dir(const char *option, const char *arg)
{
	struct stat st;

	if (stat(arg, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (access(arg, W_OK | X_OK) == 0)
		return arg;
	value_mistake(option, arg, "%s; write a directory to write files in",
	    strerror(errno));
}
