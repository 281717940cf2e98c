/*
 * test_pending: owns the tests of worker/pending: what is written next, what
 * another program gets again.
 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/tap.h"
#include "worker/pending.h"

#define MAX 4096U

/* Jobs 1 to n, whose bytes are "1;", "2;" and so on. */
static void
fill(struct pending *p, uint64_t n)
{
	char text[32];
	uint64_t i;

	pending_init(p, MAX);
	for (i = 1; i <= n; i++) {
		snprintf(text, sizeof(text), "%d;", (int)i);
		(void)pending_add(p, i, text, strlen(text));
	}
}

/* What is to be written, as a string. */
static const char *
unwritten(const struct pending *p)
{
	static char text[MAX + 1];
	size_t n;
	const unsigned char *data = pending_unwritten(p, &n);

	if (n > 0)
		memcpy(text, data, n);
	text[n] = '\0';
	return text;
}

static void
test_order(void)
{
	struct pending p;

	fill(&p, 3);
	tap_str(unwritten(&p), "1;2;3;", "all is to be written");
	p.written += 3;
	tap_str(unwritten(&p), ";3;", "what is written isn't again");
	tap_ok(pending_is_given(&p, pending_job(&p, 1)), "a part is given");
	tap_ok(!pending_is_given(&p, pending_job(&p, 2)), "nothing is");
	pending_remove(&p, pending_job(&p, 0));
	tap_str(unwritten(&p), ";3;", "an answer changes nothing there");
	pending_rewind(&p);
	tap_str(unwritten(&p), "2;3;", "another gets what is not answered");
	pending_clear(&p);
}

static void
test_holes(void)
{
	struct pending p;

	fill(&p, 5);
	p.written += 10;
	pending_remove(&p, pending_find(&p, 4));
	pending_remove(&p, pending_find(&p, 2));
	tap_ok(pending_find(&p, 2) == NULL, "it is forgotten");
	tap_int((long long)pending_find(&p, 5)->seq, 5, "its neighbour isn't");
	pending_rewind(&p);
	tap_str(unwritten(&p), "1;3;5;", "answers out of turn leave no hole");
	(void)pending_add(&p, 6, "6;", 2);
	p.written += 2;
	pending_remove(&p, pending_job(&p, 0));
	tap_str(unwritten(&p), "3;5;6;", "and it goes on from there");
	pending_clear(&p);
}

static void
test_limit(void)
{
	struct pending p;

	fill(&p, 3);
	p.limit = pending_job(&p, 1)->end;
	tap_str(unwritten(&p), "1;2;", "no more than the limit");
	p.written += 4;
	tap_str(unwritten(&p), "", "then nothing");
	pending_remove(&p, pending_job(&p, 0));
	pending_remove(&p, pending_job(&p, 0));
	pending_rewind(&p);
	tap_str(unwritten(&p), "3;", "the next program gets the rest");
	/* it answers before it has read the record */
	pending_remove(&p, pending_job(&p, 0));
	tap_str(unwritten(&p), "3;", "what was begun is written to its end");
	pending_rewind(&p);
	tap_str(unwritten(&p), "", "but not to another");
	tap_ok(pending_add(&p, 4, p.buf.data, MAX + 1) == NULL,
	    "more than there may be");
	pending_clear(&p);
}

static void
test_limit_here(void)
{
	struct pending p;

	fill(&p, 3);
	p.written += 2;
	pending_limit(&p);
	(void)pending_add(&p, 4, "4;", 2);
	tap_str(unwritten(&p), "2;3;", "those that are there are written");
	pending_rewind(&p);
	p.written += 8;
	pending_remove(&p, pending_find(&p, 4));
	pending_limit(&p);
	tap_ok(p.limit == p.written, "one that was answered out of turn too");
	pending_clear(&p);
	fill(&p, 0);
	pending_limit(&p);
	tap_ok(p.limit == p.written, "without any job it is here");
	pending_clear(&p);
}

/* A long run at a few pending ones needs no more room than these. */
static void
test_many(void)
{
	struct pending p;
	bool right = true;
	uint64_t i;

	fill(&p, 100);
	for (i = 101; i < 100000; i++) {
		p.written = p.base + p.buf.len;
		right = right && pending_job(&p, 0)->seq == i - 100;
		pending_remove(&p, pending_job(&p, 0));
		right = right && pending_add(&p, i, "x", 1) != NULL;
	}
	tap_ok(right, "each was the first in its turn");
	tap_ok(p.cap <= 512, "in little room");
	pending_clear(&p);
}

int
main(void)
{
	test_order();
	test_holes();
	test_limit();
	test_limit_here();
	test_many();
	return tap_done();
}
