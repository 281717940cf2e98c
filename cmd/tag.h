/*
 * tag: what each line of a job's output begins with.
 */
#ifndef CMD_TAG_H
#define CMD_TAG_H

#include <stddef.h>
#include <stdint.h>

#include "cmd/replace.h"
#include "cmd/task.h"
#include "ipc/buf.h"

struct tag {
	char *word; /* with replacement strings; NULL: there are no tags */
	const struct replace_set *set;
	uint64_t total; /* jobs; 0: not known */
};

/*
 * Tags of that word, in which \t, \n and \r are a tab, a new line, a carriage
 * return; an empty one or NULL makes none.  The set is borrowed.  0, or -1
 * without memory; tag_clear() frees.
 */
int tag_init(
    struct tag *, const char *word, const struct replace_set *, uint64_t total);

/* Frees what tag_init() made. */
void tag_clear(struct tag *);

/*
 * How many bytes of a task's output to tag at a time, so that the result is of
 * bounded size even if each is a line.  0 without memory.
 */
size_t tag_at_a_time(const struct tag *, struct task *);

/*
 * Adds output of a task, which is of that stream, to the end of out, each line
 * with the tag and a tab in front.  -1 without memory, or as buf_add().
 */
int tag_add(const struct tag *, struct task *, unsigned stream, struct buf *out,
    const char *p, size_t n);

#endif
