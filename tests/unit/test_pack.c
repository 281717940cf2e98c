/*
 * test_pack: owns the tests of cmd/pack: which records become one job.  It must
 * not know how much a job may hold.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/pack.h"
#include "tests/unit/tap.h"

#define SLOTS 2

/* What packs, and what it borrows. */
struct packing {
	struct pack_conf conf;
	struct template_conf template_conf;
	struct job_template t;
	struct pack pack;
};

static void
begin(struct packing *p, struct pack_conf conf)
{
	static char *words[] = {(char *)(uintptr_t) "echo", NULL};

	memset(p, 0, sizeof(*p));
	p->conf = conf;
	p->conf.on = true;
	p->template_conf = (struct template_conf){.words = words, .nwords = 1};
	p->t = (struct job_template){
	    .conf = &p->template_conf, .mode = TEMPLATE_VECTOR, .append = true};
	pack_init(&p->pack, &p->conf, &p->t);
}

/* The record of a text in which a comma ends an argument. */
static struct record
record_of(const char *text)
{
	static char copy[4096];
	struct record r = {.text = copy, .nargs = 1};

	strlcpy(copy, text, sizeof(copy));
	r.len = strlen(copy);
	for (char *s = copy; (s = strchr(s, ',')) != NULL; s++) {
		*s = '\0';
		r.nargs++;
	}
	return r;
}

/* The job that comes of what is packed: its arguments in <>. */
static const char *
take(struct packing *p)
{
	static char shown[4096];
	struct record r;
	const char *s;
	size_t i;

	memset(&r, 0x55, sizeof(r));
	pack_take(&p->pack, &r);
	shown[0] = '\0';
	s = r.text;
	for (i = 0; i < r.nargs; i++, s += strlen(s) + 1) {
		strlcat(shown, "<", sizeof(shown));
		strlcat(shown, s, sizeof(shown));
		strlcat(shown, ">", sizeof(shown));
	}
	if (r.nargs > 0 && s != r.text + r.len + 1)
		strlcat(shown, " of another length", sizeof(shown));
	if (r.why != NULL)
		strlcat(shown, " refused", sizeof(shown));
	return shown;
}

/* All jobs of the records, up to NULL, one a line; as a source packs them. */
static const char *
jobs(struct packing *p, ...)
{
	static char shown[8192];
	const char *text;
	struct record r;
	va_list ap;

	shown[0] = '\0';
	va_start(ap, p);
	while ((text = va_arg(ap, const char *)) != NULL) {
		r = record_of(text);
		if (pack_is_full(&p->pack) || !pack_fits(&p->pack, &r)) {
			strlcat(shown, take(p), sizeof(shown));
			strlcat(shown, "\n", sizeof(shown));
		}
		if (pack_add(&p->pack, &r) == -1)
			strlcat(shown, "no memory", sizeof(shown));
	}
	va_end(ap);
	pack_spread(&p->pack, SLOTS);
	while (!pack_is_empty(&p->pack)) {
		strlcat(shown, take(p), sizeof(shown));
		strlcat(shown, "\n", sizeof(shown));
	}
	pack_clear(&p->pack);
	return shown;
}

static void
test_records(void)
{
	struct packing p;

	begin(&p, (struct pack_conf){.max_records = 2});
	tap_ok(pack_is_empty(&p.pack), "there is nothing at first");
	tap_str(jobs(&p, "a", "b", "c", "d", "e", NULL),
	    "<a><b>\n<c><d>\n<e>\n", "two records a job, and what is left");
	begin(&p, (struct pack_conf){.max_records = 2});
	tap_str(jobs(&p, "", "", "", NULL), "<><>\n<>\n",
	    "a record that is empty is one");
	begin(&p, (struct pack_conf){.max_records = 2});
	tap_str(jobs(&p, "a,b", "c,d", "e", NULL), "<a><b><c><d>\n<e>\n",
	    "records of two arguments");
	begin(&p, (struct pack_conf){.max_records = 1, .nothing = true});
	tap_str(jobs(&p, "a", "b", NULL), "\n\n", "one, and nothing of it");
	begin(&p,
	    (struct pack_conf){
		.max_records = 1, .nothing = true, .max_chars = 6});
	tap_str(jobs(&p, "abcdefghi", "b", NULL), "\n\n",
	    "so it may be as long as it likes");
}

static void
test_lines(void)
{
	struct packing p;

	begin(&p, (struct pack_conf){.max_lines = 2});
	tap_str(jobs(&p, "a", "b", "c", NULL), "<a><b>\n<c>\n", "two lines");
	begin(&p, (struct pack_conf){.max_lines = 1});
	tap_str(jobs(&p, "a ", "b\t", "c", "d", NULL), "<a b\tc>\n<d>\n",
	    "a line that ends in a blank goes on");
	begin(&p, (struct pack_conf){.max_lines = 2});
	tap_str(jobs(&p, "a", "b ", NULL), "<a><b >\n",
	    "also when nothing comes then");
	begin(&p, (struct pack_conf){.max_lines = 1});
	tap_str(jobs(&p, "a", "", "b", NULL), "<a>\n<>\n<b>\n",
	    "an empty line is one that has ended");
}

static void
test_size(void)
{
	struct packing p;

	/* "echo", and its NUL, are 5 */
	begin(&p, (struct pack_conf){.max_chars = 5 + 3 + 3});
	tap_str(jobs(&p, "aa", "bb", "cc", "dddd", "e", NULL),
	    "<aa><bb>\n<cc>\n<dddd>\n<e>\n", "as many as fit");
	begin(&p, (struct pack_conf){.max_records = 3, .max_chars = 5 + 3 + 3});
	tap_str(jobs(&p, "aa", "bb", "c", "d", "e", "f", NULL),
	    "<aa><bb>\n<c><d><e>\n<f>\n", "whichever is less");
	begin(&p, (struct pack_conf){.max_chars = 5 + 2 + 2});
	tap_str(jobs(&p, "a,b", "c,d", NULL), "<a><b>\n<c><d>\n",
	    "the arguments of a record stay together");
	begin(&p, (struct pack_conf){.max_lines = 1, .max_chars = 5 + 5});
	tap_str(jobs(&p, "aa ", "bb", "c", NULL), "<aa >\n<bb>\n<c>\n",
	    "a line that would go on, but for want of room");
	begin(&p, (struct pack_conf){.max_lines = 2, .max_chars = 5 + 4 + 2});
	tap_str(jobs(&p, "a ", "bb", "cc", NULL), "<a bb>\n<cc>\n",
	    "of a line that goes on all of it counts");
}

static void
test_alone(void)
{
	struct packing p;
	struct record r;

	begin(&p, (struct pack_conf){.max_chars = 5 + 3});
	r = record_of("aa");
	tap_ok(pack_fits(&p.pack, &r), "what is just as long fits");
	r = record_of("aaa");
	tap_ok(!pack_fits(&p.pack, &r), "one byte more does not");
	r = record_of("a,b");
	tap_ok(!pack_fits(&p.pack, &r), "nor two arguments of two");
	r = record_of("a");
	pack_add(&p.pack, &r);
	(void)take(&p);
	r = record_of("aa");
	tap_ok(pack_fits(&p.pack, &r), "what was taken counts no more");
	pack_clear(&p.pack);
}

static void
test_spread(void)
{
	struct packing p;

	begin(&p, (struct pack_conf){.spread = true});
	tap_str(jobs(&p, "a", "b", "c", "d", "e", NULL), "<a><b><c>\n<d><e>\n",
	    "what is left goes to all slots");
	begin(&p, (struct pack_conf){.spread = true});
	tap_str(jobs(&p, "a", NULL), "<a>\n", "of one record one has none");
	begin(&p, (struct pack_conf){.spread = true});
	tap_str(jobs(&p, NULL), "", "of no record all have none");
	begin(&p, (struct pack_conf){.spread = true});
	tap_str(jobs(&p, "a,b", "c,d", "e,f", NULL), "<a><b><c><d>\n<e><f>\n",
	    "records of two stay together");
	begin(&p, (struct pack_conf){.spread = true});
	tap_str(jobs(&p, "a,b", "c", "d", NULL), "<a><b>\n<c><d>\n",
	    "those of different width do not");
	begin(&p, (struct pack_conf){.spread = true, .max_chars = 5 + 6});
	tap_str(jobs(&p, "a", "b", "c", "d", "e", NULL),
	    "<a><b><c>\n<d>\n<e>\n", "only the last job is spread");
	begin(&p, (struct pack_conf){.max_records = 4});
	tap_str(jobs(&p, "a", "b", NULL), "<a><b>\n", "without it nothing is");
}

/* A line that goes on can become too long for one argument. */
static void
test_long_line(void)
{
	static char half[100000];
	struct packing p;
	struct record r = {.text = half, .len = sizeof(half) - 1, .nargs = 1};

	memset(half, 'a', sizeof(half) - 2);
	half[sizeof(half) - 2] = ' ';
	begin(&p, (struct pack_conf){.max_lines = 2, .max_chars = 1000000});
	pack_add(&p.pack, &r);
	tap_ok(!pack_fits(&p.pack, &r), "two halves make one argument");
	half[sizeof(half) - 2] = 'a';
	(void)take(&p);
	pack_add(&p.pack, &r);
	tap_ok(pack_fits(&p.pack, &r), "but two lines make two");
	pack_clear(&p.pack);
}

/* The longest argument so far must not stay for ever. */
static void
test_longest(void)
{
	static char *words[] = {
	    (char *)(uintptr_t) "echo", (char *)(uintptr_t) "{1}{}", NULL};
	struct packing p;
	struct record r;

	begin(&p, (struct pack_conf){.max_chars = 40});
	p.template_conf.words = words;
	p.template_conf.nwords = 2;
	p.template_conf.context = true;
	p.t.append = false;
	pack_init(&p.pack, &p.conf, &p.t);
	r = record_of("aaaaaaaaaaaa");
	pack_add(&p.pack, &r);
	r = record_of("b");
	tap_ok(!pack_fits(&p.pack, &r), "a long one is repeated for each");
	(void)take(&p);
	pack_add(&p.pack, &r);
	tap_ok(pack_fits(&p.pack, &r), "but not in the next job");
	pack_clear(&p.pack);
}

int
main(void)
{
	test_records();
	test_lines();
	test_size();
	test_alone();
	test_spread();
	test_long_line();
	test_longest();
	return tap_done();
}
