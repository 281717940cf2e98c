/*
 * nearest: what somebody probably meant who wrote a name that is not there.
 * It owns the measure of nearness; it must not know what the names are of.
 */
#include "cmd/nearest.h"

#include <string.h>

#define NAME_LONGEST 40 /* longer names are not compared */

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * The optimal string alignment distance, row by row: row[1] is of one letter of
 * a less than row[0], row[2] of two less.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][NAME_LONGEST + 1], *row[3] = {rows[0], rows[1], rows[2]};
	size_t i, j, n = strlen(b), *oldest;

	for (j = 0; j <= n; j++)
		row[0][j] = j;
	for (i = 1; a[i - 1] != '\0'; i++) {
		oldest = row[2];
		row[2] = row[1];
		row[1] = row[0];
		row[0] = oldest;
		row[0][0] = i;
		for (j = 1; j <= n; j++) {
			row[0][j] = least(row[1][j] + 1, row[0][j - 1] + 1,
			    row[1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] &&
			    row[2][j - 2] + 1 < row[0][j])
				row[0][j] = row[2][j - 2] + 1;
		}
	}
	return row[0][n];
}

void
nearest_try(struct nearest *n, const char *name)
{
	size_t len = strlen(n->written), d;

	if (len > NAME_LONGEST || strlen(name) > NAME_LONGEST)
		return;
	d = distance(n->written, name);
	/* a quarter of the letters may be wrong */
	if (d > (len + 1) / 4 || (n->name != NULL && d >= n->distance))
		return;
	n->name = name;
	n->distance = d;
}
