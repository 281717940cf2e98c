/*
 * table: tables of options as getopt_long(3) wants them.
 * It owns how they are put together; it must not know what an option does.
 */
#include "cmd/table.h"

#include <string.h>

void
table_init(struct table *t)
{
	memset(t, 0, sizeof(*t));
	t->nshorts = strlcpy(t->shorts, "+:", sizeof(t->shorts));
}

void
table_add(struct table *t, const struct option_def *def, int base)
{
	for (; def->name != NULL && t->nlongs < TABLE_MAX; def++) {
		t->longs[t->nlongs++] = (struct option){def->name,
		    def->argname != NULL ? required_argument : no_argument,
		    NULL, base + def->id};
		if (def->letter == 0)
			continue;
		t->shorts[t->nshorts++] = (char)def->letter;
		if (def->argname != NULL)
			t->shorts[t->nshorts++] = ':';
	}
}

int
table_id(const struct option_def *def, int letter)
{
	for (; def->name != NULL; def++) {
		if (def->letter == letter)
			return def->id;
	}
	return -1;
}
