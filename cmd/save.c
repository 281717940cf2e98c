/*
 * save: the names of the files that workers write.
 * It owns the names that are taken, as hashes: two names that have the same one
 * cost no more than a longer name.  It must not look at the file system.
 */
#include "cmd/save.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/urlname.h"

#define TRIES 8
#define PART  ".part" /* behind the name of a file that grows */

/* The sorts of names that are taken. */
#define A_FILE	    'f'
#define A_DIRECTORY 'd'

int
save_init(struct save *s, const char *template, const struct replace_set *set,
    uint64_t total)
{
	*s = (struct save){.set = *set};
	s->set.url = true;
	return place_init(&s->place, template, &s->set, total);
}

void
save_clear(struct save *s)
{
	place_clear(&s->place);
	taken_clear(&s->taken);
}

/*
 * Looks for what stands in the way of a name: where that component ends; NULL:
 * nothing does.
 */
static const char *
find_conflict(const struct save *s, const char *name)
{
	const char *p = name + (*name == '/');
	size_t n = strlen(name);

	for (; (p = strchr(p, '/')) != NULL; p++) {
		if (taken_has(&s->taken,
			taken_hash(A_FILE, name, (size_t)(p - name))))
			return p;
	}
	if (taken_has(&s->taken, taken_hash(A_FILE, name, n)) ||
	    taken_has(&s->taken, taken_hash(A_DIRECTORY, name, n)))
		return name + n;
	return NULL;
}

/* The file has the name, and what is before it are directories. */
static int
take_name(struct save *s, const char *name)
{
	const char *p = name + (*name == '/');

	for (; (p = strchr(p, '/')) != NULL; p++) {
		if (taken_add(&s->taken,
			taken_hash(A_DIRECTORY, name, (size_t)(p - name))) ==
		    -1)
			return -1;
	}
	return taken_add(&s->taken, taken_hash(A_FILE, name, strlen(name)));
}

/* The name with a hash in its component that ends there, before its dot. */
static char *
add_hash(const char *name, const char *end, const char *hash)
{
	const char *begin = memrchr(name, '/', (size_t)(end - name));
	const char *dot;
	char *made;

	begin = begin != NULL ? begin + 1 : name;
	dot = memrchr(begin, '.', (size_t)(end - begin));
	if (dot == NULL || dot == begin)
		dot = end;
	if (asprintf(&made, "%.*s-%s%s", (int)(dot - name), name, hash, dot) ==
	    -1)
		return NULL;
	return made;
}

/* A name that no other job has, in the place of this one, which is freed. */
static char *
make_unique(
    struct save *s, char *name, const char *url, uint64_t seq, const char **why)
{
	char hash[URLNAME_HASH + 1], *longer;
	const char *end;
	int i;

	for (i = 0; (end = find_conflict(s, name)) != NULL; i++) {
		if (i == TRIES) {
			*why = "another job has that name";
			return name;
		}
		/* the URL may be there twice */
		urlname_hash(url, i > 0 ? seq : 0, hash);
		longer = add_hash(name, end, hash);
		free(name);
		if ((name = longer) == NULL)
			return NULL;
	}
	if (take_name(s, name) == -1) {
		free(name);
		return NULL;
	}
	return name;
}

/* True for what can't be the name of a file, whatever is in the directory. */
static const char *
find_fault(const char *name)
{
	size_t n = strlen(name);

	if (name[n - 1] == '/')
		return "the name ends in a slash";
	if (n >= sizeof(PART) &&
	    strcmp(name + n - (sizeof(PART) - 1), PART) == 0)
		return "the name ends in .part, as those of unfinished files";
	return NULL;
}

char *
save_name(
    struct save *s, const struct task *t, const char *url, const char **why)
{
	struct replace_values values = task_values(t, s->place.total);
	struct urlname u;
	char *name;

	/* of a job that is repeated alone, its number in the list */
	values.seq = t->ids.log;
	if (urlname_make(&u, url) == -1)
		return NULL;
	values.url = u.part;
	name = place_of_values(&s->place, &values, why);
	urlname_clear(&u);
	if (name == NULL || *why != NULL || (*why = find_fault(name)) != NULL)
		return name;
	return make_unique(s, name, url, values.seq, why);
}

int
save_keep(struct save *s, const char *name)
{
	return take_name(s, name);
}

void
save_forget(struct save *s, struct save *kept)
{
	taken_clear(&s->taken);
	s->taken = kept->taken;
	*kept = (struct save){.taken = {.n = 0}};
}
