/*
 * tuple: the arguments that values of lists make, one behind the other.
 * It owns their layout; it must not know where a value comes from.
 */
#include "cmd/tuple.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int
tuple_colsep(regex_t *colsep, const char *text, const char **why)
{
	static char message[128];
	char *regex = strdup(text), *p, *q;
	int error;

	if (regex == NULL)
		return -1;
	/* "\t" stands for a tab, as it does in other tools' expressions */
	for (p = q = regex; *p != '\0'; p++) {
		if (p[0] == '\\' && p[1] == 't') {
			*q++ = '\t';
			p++;
		} else {
			if (p[0] == '\\' && p[1] != '\0')
				*q++ = *p++;
			*q++ = *p;
		}
	}
	*q = '\0';
	error = regcomp(colsep, regex, REG_EXTENDED);
	free(regex);
	if (error == 0)
		return 0;
	regerror(error, colsep, message, sizeof(message));
	*why = message;
	return -1;
}

struct tuple *
tuple_add(struct tuple *t, const char *arg, size_t len)
{
	size_t used = t != NULL ? t->len + 1 : 0;
	struct tuple *grown;

	if ((grown = realloc(t, sizeof(*t) + used + len + 1)) == NULL)
		return NULL;
	if (t == NULL)
		*grown = (struct tuple){.why = NULL};
	else
		grown->text[grown->len] = '\0';
	memcpy(grown->text + used, arg, len);
	grown->len = used + len;
	grown->nargs++;
	return grown;
}

int
tuple_add_value(struct tuple **t, const regex_t *colsep,
    const struct input_format *format, const struct value *v)
{
	const char *p = v->data, *end = v->data + v->len;
	struct value column;
	struct tuple *grown;
	regmatch_t match;
	bool cut = true;

	while (cut) {
		match.rm_so = 0;
		match.rm_eo = (regoff_t)(end - p);
		cut = colsep != NULL && v->why == NULL && p < end &&
		    regexec(colsep, p, 1, &match, REG_STARTEND) == 0 &&
		    match.rm_eo > 0;
		column.data = p;
		column.len = cut ? (size_t)match.rm_so : (size_t)(end - p);
		if (colsep != NULL)
			input_trim(format, &column);
		if ((grown = tuple_add(*t, column.data, column.len)) == NULL)
			return -1;
		*t = grown;
		p += cut ? match.rm_eo : 0;
	}
	if (v->why != NULL)
		(*t)->why = v->why;
	return 0;
}
