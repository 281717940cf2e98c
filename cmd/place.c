/*
 * place: what a job's files are called.
 * It owns the order of columns; it must not know what is in the files, nor
 * whether they are there.
 */
#include "cmd/place.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/expand.h"
#include "cmd/template.h"

/* Sorts columns by their names, as GNU parallel does. */
static int
compare_columns(const void *a, const void *b, void *columns)
{
	char *const *names = columns;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	int order = strcmp(names[i], names[j]);

	return order != 0 ? order : (i > j) - (i < j);
}

static int
sort_columns(struct place *p)
{
	size_t i, n = p->set->ncolumns;

	if (p->is_template || n == 0)
		return 0;
	if ((p->order = calloc(n, sizeof(*p->order))) == NULL)
		return -1;
	for (i = 0; i < n; i++)
		p->order[i] = i;
	qsort_r(p->order, n, sizeof(*p->order), compare_columns,
	    (void *)(uintptr_t)p->set->columns);
	return 0;
}

/* Finds what of a template is the same for all jobs: a directory. */
static void
find_base(struct place *p)
{
	struct replacement unused;
	const char *s;

	for (s = p->name; *s != '\0'; s++) {
		if (replace_parse(p->set, s, &unused) > 0) {
			p->is_template = true;
			break;
		}
		if (*s == '/')
			p->base = (size_t)(s - p->name) + 1;
	}
}

/*
 * A value as the name of a directory: as GNU parallel writes it, and "." and
 * ".." so that they mean nothing.  An empty one is none.
 */
static void
put_component(FILE *f, const char *value)
{
	size_t len = 0;

	if (*value == '\0')
		return;
	putc('/', f);
	if (strcmp(value, ".") == 0 || strcmp(value, "..") == 0)
		len += (size_t)(putc('\\', f) != EOF);
	for (; *value != '\0' && len < NAME_MAX; value++, len++) {
		if (*value != '/' && *value != '\\') {
			putc(*value, f);
			continue;
		}
		if (++len == NAME_MAX)
			break;
		fputs(*value == '/' ? "\\_" : "\\\\", f);
	}
}

/*
 * A directory for each source and its value; of a job whose record is not the
 * first of equal ones, one in there with its number among them.  NULL without
 * memory.
 */
static char *
tree_name(const struct place *p, const struct task *t)
{
	size_t i, column, ncolumns = p->set->ncolumns, size;
	char *name = NULL;
	FILE *f;

	if ((f = open_memstream(&name, &size)) == NULL)
		return NULL;
	fputs(p->name, f);
	for (i = 0; i < (t->nargs > ncolumns ? t->nargs : ncolumns); i++) {
		column = i < ncolumns ? p->order[i] : i;
		if (column >= t->nargs)
			continue;
		if (column < ncolumns)
			put_component(f, p->set->columns[column]);
		else
			fprintf(f, "/%zu", column + 1);
		put_component(f, t->args[column]);
	}
	if (t->nth > 1)
		fprintf(f, "/#%ju", (uintmax_t)t->nth);
	if (fclose(f) == EOF) {
		free(name);
		return NULL;
	}
	return name;
}

/* True when a value has led out of the directory that the template names. */
static bool
leaves(const struct place *p, const char *name)
{
	const char *s = name + p->base;
	size_t n;

	if (p->base == 0 && *s == '/')
		return true;
	for (; *s != '\0'; s += n + (s[n] == '/')) {
		n = strcspn(s, "/");
		if (n == 2 && strncmp(s, "..", n) == 0)
			return true;
	}
	return false;
}

int
place_init(struct place *p, const char *name, const struct replace_set *set,
    uint64_t total)
{
	*p = (struct place){.name = name, .set = set, .total = total};
	find_base(p);
	return sort_columns(p);
}

void
place_clear(struct place *p)
{
	free(p->order);
	p->order = NULL;
}

char *
place_of_values(const struct place *p, const struct replace_values *values,
    const char **why)
{
	char *name = expand_word(p->set, p->name, values);

	*why = NULL;
	if (name == NULL)
		return NULL;
	if (*name == '\0')
		*why = "the name is empty";
	else if (p->is_template && leaves(p, name))
		*why = "it leaves its directory";
	return name;
}

char *
place_of(const struct place *p, const struct task *t, const char **why)
{
	struct replace_values values = task_values(t, p->total);

	*why = NULL;
	/* of a job that is repeated alone, its number in the list */
	if (t->ids.log != 0)
		values.seq = t->ids.log;
	if (!p->is_template)
		return tree_name(p, t);
	return place_of_values(p, &values, why);
}
