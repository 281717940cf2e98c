/*
 * spare: memory of one size that was given back, for the next who needs it.
 * It owns what nobody uses; it must not know what it is used for.
 */
#include "cmd/spare.h"

#include <errno.h>
#include <stdlib.h>

/* Under a sanitizer none is kept: it has to see who uses what is given back. */
#ifdef __SANITIZE_ADDRESS__
#define KEEP_MAX 0
#else
#define KEEP_MAX 16384 /* of them, of each size */
#endif

void *
spare_get(struct spare *s)
{
	void *p = s->first;

	if (p == NULL)
		return malloc(s->size);
	s->first = *(void **)p;
	s->n--;
	return p;
}

void
spare_put(struct spare *s, void *p)
{
	int saved;

	if (s->n + 1 > KEEP_MAX) {
		saved = errno;
		free(p);
		errno = saved;
		return;
	}
	*(void **)p = s->first;
	s->first = p;
	s->n++;
}
