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

#define TABLE_LEAST 1024
#define TRIES	    8
#define PART	    ".part" /* behind the name of a file that grows */

/* FNV-1a */
#define HASH_BASE  0xcbf29ce484222325ULL
#define HASH_PRIME 0x100000001b3ULL

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
	free(s->taken);
	s->taken = NULL;
}

/* The hash of n bytes of a name: 'f', of a file; 'd', of a directory. */
static uint64_t
hash_of(char what, const char *name, size_t n)
{
	uint64_t h = (HASH_BASE ^ (unsigned char)what) * HASH_PRIME;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)name[i]) * HASH_PRIME;
	return h != 0 ? h : 1;
}

/* Where a hash is, or would be. */
static size_t
place_in(const uint64_t *taken, size_t size, uint64_t h)
{
	size_t i = (size_t)(h >> 16) & (size - 1);

	while (taken[i] != 0 && taken[i] != h)
		i = (i + 1) & (size - 1);
	return i;
}

static bool
is_taken(const struct save *s, uint64_t h)
{
	return s->size > 0 && s->taken[place_in(s->taken, s->size, h)] != 0;
}

static int
grow(struct save *s)
{
	size_t size = s->size > 0 ? 2 * s->size : TABLE_LEAST, i;
	uint64_t *taken = calloc(size, sizeof(*taken));

	if (taken == NULL)
		return -1;
	for (i = 0; i < s->size; i++) {
		if (s->taken[i] != 0)
			taken[place_in(taken, size, s->taken[i])] = s->taken[i];
	}
	free(s->taken);
	s->taken = taken;
	s->size = size;
	return 0;
}

static int
take(struct save *s, uint64_t h)
{
	size_t i;

	if (s->ntaken + 1 > s->size / 4 * 3 && grow(s) == -1)
		return -1;
	i = place_in(s->taken, s->size, h);
	s->ntaken += s->taken[i] == 0;
	s->taken[i] = h;
	return 0;
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
		if (is_taken(s, hash_of('f', name, (size_t)(p - name))))
			return p;
	}
	if (is_taken(s, hash_of('f', name, n)) ||
	    is_taken(s, hash_of('d', name, n)))
		return name + n;
	return NULL;
}

/* The file has the name, and what is before it are directories. */
static int
take_name(struct save *s, const char *name)
{
	const char *p = name + (*name == '/');

	for (; (p = strchr(p, '/')) != NULL; p++) {
		if (take(s, hash_of('d', name, (size_t)(p - name))) == -1)
			return -1;
	}
	return take(s, hash_of('f', name, strlen(name)));
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
	free(s->taken);
	s->taken = kept->taken;
	s->ntaken = kept->ntaken;
	s->size = kept->size;
	*kept = (struct save){.taken = NULL};
}
