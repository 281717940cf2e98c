/*
 * test_median: owns the tests of cmd/median: how near it is, against sorting.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "cmd/median.h"
#include "tests/unit/tap.h"

#define N 2000

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Not less than what is right, and not more than by 1/64 of it. */
static bool
is_near(uint64_t got, uint64_t want)
{
	return got >= want && got - want <= want / 64;
}

/* After each of many numbers of all sizes, in a known order. */
static void
test_against_sort(uint64_t seed, unsigned sizes, const char *name)
{
	struct median *m = median_new();
	uint64_t v[N], sorted[N], x = seed;
	bool near = m != NULL;
	size_t i, j;

	for (i = 0; i < N && near; i++) {
		x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		v[i] = (x >> 32 | x << 32) >> (x >> 40) % sizes;
		median_add(m, v[i]);
		if (i > 50 && i % 50 != 0)
			continue;
		for (j = 0; j <= i; j++)
			sorted[j] = v[j];
		qsort(sorted, i + 1, sizeof(sorted[0]), compare);
		near = is_near(median_get(m), sorted[(i + 1) / 2]);
	}
	tap_ok(near, name);
	median_free(m);
}

static void
test_few(void)
{
	struct median *m = median_new();

	tap_int(median_get(m), 0, "of none it is 0");
	median_add(m, 100);
	tap_int(median_get(m), 100, "of one it is that");
	median_add(m, 1);
	tap_int(median_get(m), 100, "of two the larger");
	median_add(m, 2);
	tap_int(median_get(m), 2, "of three the middle");
	median_add(m, 0);
	median_add(m, 0);
	tap_int(median_get(m), 1, "small ones are exact");
	median_free(m);
}

static void
test_extremes(void)
{
	struct median *m = median_new();

	median_add(m, UINT64_MAX);
	tap_ok(median_get(m) == UINT64_MAX, "the largest number");
	median_add(m, 0);
	median_add(m, 0);
	tap_int(median_get(m), 0, "the smallest");
	median_free(m);
}

int
main(void)
{
	test_few();
	test_extremes();
	test_against_sort(1, 64, "numbers of all sizes");
	test_against_sort(7, 1, "large ones");
	test_against_sort(3, 8, "within a few powers of two");
	return tap_done();
}
