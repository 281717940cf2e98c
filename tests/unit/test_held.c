/*
 * test_held: owns the tests of cmd/held: output comes back as it was written,
 * whether it waited in memory or in the spool, and the account of both is
 * right.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/held.h"
#include "tests/unit/tap.h"

#define KIB 1024U

static const char *tmpdir;

static void
store_init(struct store *s, uint64_t memory_max, uint64_t spool_max)
{
	memset(s, 0, sizeof(*s));
	s->memory_max = memory_max;
	spool_init(&s->spool, tmpdir, spool_max);
}

/* Moves everything out, at most max bytes at a time; -1: it can't be. */
static int
move_all(struct held *h, struct store *s, struct buf out[2], size_t max)
{
	unsigned stream;

	while (!held_is_empty(h)) {
		stream = held_stream(h);
		if (stream != 1 && stream != 2)
			return -1;
		if (held_move(h, s, &out[stream - 1], max) <= 0)
			return -1;
	}
	return 0;
}

static void
out_init(struct buf out[2])
{
	buf_init(&out[0], 64 * KIB * KIB);
	buf_init(&out[1], 64 * KIB * KIB);
}

static bool
buf_is(const struct buf *b, const struct buf *want)
{
	return b->len == want->len &&
	    (b->len == 0 || memcmp(buf_head(b), buf_head(want), b->len) == 0);
}

/* Reads what is held of a stream behind what came out: both are all of it. */
static bool
reads_as(const struct held *h, const struct store *s, unsigned stream,
    const struct buf *out, const struct buf *want, size_t max)
{
	struct held_cursor c;
	struct buf all;
	bool same;

	buf_init(&all, 64 * KIB * KIB);
	if (out->len > 0)
		buf_add(&all, buf_head(out), out->len);
	held_begin(h, &c, stream);
	while (held_read(&c, s, &all, max) > 0)
		continue;
	same = c.piece == NULL && buf_is(&all, want) &&
	    held_size(h, stream) == want->len - out->len;
	buf_clear(&all);
	return same;
}

/*
 * Pieces of all sizes to both streams, some of it moved out meanwhile: what
 * comes out of each stream is what went in.
 */
static void
test_round_trip(uint64_t memory_max, size_t max, const char *name)
{
	struct buf want[2], out[2];
	unsigned char data[2000];
	struct store s;
	struct held h;
	unsigned stream;
	size_t i, n;

	store_init(&s, memory_max, 0);
	held_init(&h);
	out_init(want);
	out_init(out);
	srandom(1);
	for (i = 0; i < 3000; i++) {
		n = (size_t)random() % (i % 10 == 0 ? sizeof(data) : 40) + 1;
		stream = random() % 4 == 0 ? 2 : 1;
		memset(data, (int)i, n);
		buf_add(&want[stream - 1], data, n);
		if (held_add(&h, &s, stream, data, n) == -1)
			break;
		if (random() % 8 == 0 && !held_is_empty(&h))
			held_move(&h, &s, &out[held_stream(&h) - 1], max);
	}
	tap_int((long long)i, 3000, name);
	tap_ok(reads_as(&h, &s, 1, &out[0], &want[0], max) &&
		reads_as(&h, &s, 2, &out[1], &want[1], max),
	    "... and can be read, stream by stream, where it is");
	tap_ok(move_all(&h, &s, out, max) == 0 && buf_is(&out[0], &want[0]) &&
		buf_is(&out[1], &want[1]),
	    "... and comes back byte for byte");
	tap_ok(s.memory == 0 && s.spool.used == 0, "... and nothing remains");
	tap_ok(!s.full, "... and there was room");
	spool_clear(&s.spool);
	for (i = 0; i < 2; i++) {
		buf_clear(&want[i]);
		buf_clear(&out[i]);
	}
}

/* The streams change where the writer changed them. */
static void
test_order(uint64_t memory_max)
{
	static const char written[] = "aaBBcDDDe";
	char got[sizeof(written)] = "";
	struct store s;
	struct held h;
	struct buf out;
	const char *p;

	store_init(&s, memory_max, 0);
	held_init(&h);
	buf_init(&out, KIB);
	for (p = written; *p != '\0'; p++)
		held_add(&h, &s, *p < 'a' ? 2 : 1, p, 1);
	for (p = written; *p != '\0' && !held_is_empty(&h); p++) {
		if (held_stream(&h) != (*p < 'a' ? 2 : 1))
			break;
		held_move(&h, &s, &out, 1);
	}
	memcpy(got, buf_head(&out), out.len);
	tap_str(got, written,
	    memory_max > 0 ? "in memory both streams keep their common order"
			   : "in the spool, too");
	tap_int((long long)held_stream(&h), 0, "no stream when nothing waits");
	buf_clear(&out);
	spool_clear(&s.spool);
}

/* Several jobs write in turns, more than memory may hold. */
static void
test_many(void)
{
	enum { NHELD = 20, ROUNDS = 500, SIZE = 300 };
	struct held h[NHELD];
	struct store s;
	struct buf out[2];
	char data[SIZE];
	size_t i, round, good = 0, peak = 0;

	store_init(&s, 64 * KIB, 0);
	out_init(out);
	for (i = 0; i < NHELD; i++)
		held_init(&h[i]);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < NHELD; i++) {
			memset(data, (int)('a' + i), SIZE);
			held_add(&h[i], &s, 1, data, SIZE);
			if (s.memory > peak)
				peak = s.memory;
		}
	}
	tap_ok(s.spool.used > 2000 * KIB, "jobs in turns: the spool is used");
	for (i = 0; i < NHELD; i++) {
		move_all(&h[i], &s, out, 10000);
		memset(data, (int)('a' + i), SIZE);
		for (round = 0; round < ROUNDS; round++) {
			if (memcmp(buf_head(&out[0]), data, SIZE) != 0)
				break;
			buf_consume(&out[0], SIZE);
		}
		good += round == ROUNDS && out[0].len == 0;
	}
	tap_int((long long)good, NHELD, "each gets its own output back");
	tap_ok(s.memory == 0 && s.spool.used == 0, "nothing remains");
	buf_clear(&out[0]);
	buf_clear(&out[1]);
	spool_clear(&s.spool);
}

static void
test_full_spool(void)
{
	char data[1000] = "";
	struct store s;
	struct held h, other;
	struct buf out[2];
	int i, bad = 0;

	store_init(&s, 2000, 3000);
	held_init(&h);
	held_init(&other);
	out_init(out);
	for (i = 0; i < 10; i++) {
		memset(data, 'a' + i, sizeof(data));
		bad += held_add(i < 5 ? &h : &other, &s, 1, data, 1000) != 0;
	}
	tap_int(bad, 0, "when the spool is full output is taken all the same");
	tap_ok(s.full, "but it is told that there should be no more");
	tap_int(s.error, EDQUOT, "and why");
	tap_ok(move_all(&h, &s, out, KIB) == 0 && out[0].len == 5000,
	    "it comes back");
	tap_ok(!s.full, "and makes room");
	tap_ok(move_all(&other, &s, out, KIB) == 0 && out[0].len == 10000,
	    "with the rest");
	for (i = 0; i < 10; i++)
		bad += buf_head(&out[0])[1000 * i + 999] != 'a' + i;
	tap_int(bad, 0, "in order");
	tap_ok(s.memory == 0 && s.spool.used == 0, "nothing remains");
	buf_clear(&out[0]);
	buf_clear(&out[1]);
	spool_clear(&s.spool);
}

static void
test_no_spool(void)
{
	static const char data[10000];
	struct store s;
	struct held h;

	store_init(&s, 0, 0);
	s.spool.dir = "/nonexistent/directory";
	held_init(&h);
	tap_int(held_add(&h, &s, 1, data, sizeof(data)), 0,
	    "without a spool output is taken all the same");
	tap_ok(s.full && s.error == ENOENT, "and it is told why there is none");
	held_drop(&h, &s, 0);
	tap_ok(held_is_empty(&h) && s.memory == 0, "what is dropped is gone");
}

static void
test_drop(uint64_t memory_max)
{
	struct store s;
	struct held h;
	struct buf out[2];
	size_t i;

	store_init(&s, memory_max, 0);
	held_init(&h);
	out_init(out);
	for (i = 0; i < 2000; i++)
		held_add(&h, &s, i % 3 == 0 ? 2 : 1,
		    i % 3 == 0 ? "error" : "output", i % 3 == 0 ? 5 : 6);
	held_drop(&h, &s, 1);
	tap_int(move_all(&h, &s, out, KIB), 0, "one stream is dropped");
	tap_ok(out[0].len == 0 && out[1].len == 667 * 5, "the other is kept");
	held_drop(&h, &s, 0);
	tap_ok(s.memory == 0 && s.spool.used == 0, "nothing remains");
	for (i = 0; i < 2000; i++)
		held_add(&h, &s, 1 + i % 2, "bytes", 5);
	held_drop(&h, &s, 0);
	tap_ok(held_is_empty(&h), "everything is dropped");
	tap_ok(s.memory == 0 && s.spool.used == 0, "nothing remains");
	tap_int(held_add(&h, &s, 1, "x", 1), 0, "and it can be used again");
	held_drop(&h, &s, 0);
	buf_clear(&out[0]);
	buf_clear(&out[1]);
	spool_clear(&s.spool);
}

static void
test_bad_spool(void)
{
	char data[1000] = "";
	struct store s;
	struct held h;
	struct buf out;
	int i;
	ssize_t n;

	store_init(&s, 0, 0);
	held_init(&h);
	buf_init(&out, 64 * KIB);
	for (i = 0; i < 100; i++)
		held_add(&h, &s, 1, data, sizeof(data));
	(void)!ftruncate(s.spool.fd, 10);
	errno = 0;
	while ((n = held_move(&h, &s, &out, KIB)) > 0)
		continue;
	tap_ok(n == -1 && errno == EIO,
	    "what the spool has lost is an error, not other bytes");
	held_drop(&h, &s, 0);
	tap_ok(s.memory == 0 && s.spool.used == 0, "nothing remains");
	buf_clear(&out);
	spool_clear(&s.spool);
}

int
main(void)
{
	tmpdir = getenv("TMPDIR");
	if (tmpdir == NULL)
		tmpdir = "/tmp";
	test_round_trip(KIB * KIB * KIB, 100, "all goes into memory");
	test_round_trip(20 * KIB, 64 * KIB, "part goes into the spool");
	test_round_trip(20 * KIB, 7, "the same, moved by few bytes");
	test_round_trip(0, 1000, "all goes into the spool");
	test_order(KIB * KIB);
	test_order(0);
	test_many();
	test_full_spool();
	test_no_spool();
	test_drop(KIB * KIB);
	test_drop(500);
	test_bad_spool();
	return tap_done();
}
