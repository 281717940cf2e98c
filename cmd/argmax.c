/*
 * argmax: how many arguments fit into one job.
 * It owns the arithmetic; it must not know which arguments they are.
 */
#include "cmd/argmax.h"

#include <string.h>
#include <unistd.h>

#define STRING_MAX  131071 /* execve(2): 32 pages, the NUL among them */
#define HEADROOM    4096   /* what POSIX would leave free; our variables */
#define POINTER	    sizeof(char *)
#define BLANKS	    " \t\n" /* between words of a script */
#define VAR_BYTES   18	    /* "fp12345=${12345} ": a value in a script … */
#define PLACE_BYTES 14	    /* … and `"${fp12345}" `, in each place of it */
#define DIGITS	    20	    /* of a number, at most */
#define SCRIPT_ARGS 64	    /* "/bin/sh -c … forkpool", "; shift 12345; " */

/* What stands in a word. */
struct census {
	size_t all;    /* strings that stand for all arguments */
	size_t others; /* those for one of them */
	size_t dirs;   /* of both, those that make a dot of nothing */
	size_t plain;  /* bytes of the rest, and of numbers at most */
};

static struct census
census_of(const struct replace_set *set, const char *s, size_t len)
{
	struct census c = {0, 0, 0, 0};
	const char *end = s + len;
	struct replacement r;
	size_t n;

	while (s < end) {
		if ((n = replace_parse(set, s, &r)) == 0) {
			c.plain++;
			s++;
			continue;
		}
		if (r.what == REPLACE_ALL)
			c.all++;
		else if (r.what == REPLACE_POSITION)
			c.others++;
		else
			c.plain += DIGITS;
		c.dirs += r.part == PART_DIR;
		s += n;
	}
	return c;
}

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* A string of the vector: of all of them the one that grows most counts. */
static void
add_string(struct argmax *a, const struct census *c, bool context)
{
	struct argmax_cost *cost = &a->string;

	if (c->all == 0 || context || c->plain + c->others + c->all == 1) {
		/* it holds no more than one argument in each place */
		cost = &a->word;
		cost->per_longest =
		    larger(cost->per_longest, c->all + c->others);
	} else {
		cost->per_arg = larger(cost->per_arg, c->all + c->dirs);
		cost->per_byte = larger(cost->per_byte, c->all);
		cost->per_longest = larger(cost->per_longest, c->others);
	}
	if (c->all + c->others > 0)
		cost->fixed = larger(cost->fixed, c->plain + c->dirs);
}

/* Adds a word of the line: its bytes and one behind it. */
static void
add_word(struct argmax *a, const struct census *c, bool context)
{
	struct argmax_cost *line = &a->line;

	line->per_byte += c->all;
	line->per_arg += c->dirs;
	if (c->all > 0 && context) {
		/* so many words as arguments */
		line->per_arg += c->plain + 1;
		line->per_product += c->others;
		a->vector.per_arg += POINTER;
		return;
	}
	/* the arguments with spaces between them */
	line->per_longest += c->others;
	line->per_arg += c->all;
	if (c->plain + 1 > c->all)
		line->fixed += c->plain + 1 - c->all;
	a->vector.fixed += POINTER;
	if (c->all > 0 && c->plain + c->others == 0)
		a->vector.per_arg += POINTER;
}

static void
add_vector(struct argmax *a, const struct job_template *t)
{
	const struct template_conf *conf = t->conf;
	struct census c;
	size_t i;

	for (i = 0; i < conf->nwords; i++) {
		c = census_of(
		    &conf->set, conf->words[i], strlen(conf->words[i]));
		add_word(a, &c, conf->context);
		add_string(a, &c, conf->context);
	}
	if (t->append) {
		a->line.per_arg++;
		a->line.per_byte++;
		a->vector.per_arg += POINTER;
	}
	a->vector.fixed += a->line.fixed;
	a->vector.per_arg += a->line.per_arg;
	a->vector.per_byte += a->line.per_byte;
	a->vector.per_longest += a->line.per_longest;
	a->vector.per_product += a->line.per_product;
}

/* The text grows with each value; values and arguments stand behind it. */
static void
add_script(struct argmax *a, const struct job_template *t)
{
	const struct replace_set *set = &t->conf->set;
	const char *p = t->source;
	struct census c, sum = {0, 0, 0, 0};
	size_t len, all = 0;

	for (; *p != '\0'; p += len + (p[len] != '\0')) {
		len = t->conf->context ? strcspn(p, BLANKS) : strlen(p);
		c = census_of(set, p, len);
		add_word(a, &c, t->conf->context);
		sum.all += c.all;
		sum.others += c.others;
		sum.plain += c.plain + 1;
	}
	/* {} is put behind it where nothing else is */
	if (sum.all + sum.others == 0 && !t->script.uses_args) {
		a->line.per_arg++;
		a->line.per_byte++;
	}
	all = sum.all + sum.others > 0 ? sum.all + sum.others : 1;
	a->string.fixed = sum.plain + SCRIPT_ARGS;
	a->string.per_arg = a->line.per_arg + all * (VAR_BYTES + PLACE_BYTES);
	a->string.per_byte = 0;
	a->vector.fixed += STRING_MAX;
	a->vector.per_arg = (all + 1) * (POINTER + 1);
	a->vector.per_byte = all + 1;
}

/* The record is the script, or the arguments. */
static void
add_record(struct argmax *a, bool is_line)
{
	a->line.per_arg = a->line.per_byte = 1;
	a->vector.fixed += SCRIPT_ARGS;
	a->vector.per_arg = POINTER + 1;
	a->vector.per_byte = 1;
	if (is_line)
		a->string.per_arg = a->string.per_byte = 1;
}

static size_t
environment_bytes(void)
{
	size_t i, n = POINTER;

	for (i = 0; environ[i] != NULL; i++)
		n += strlen(environ[i]) + 1 + POINTER;
	return n;
}

void
argmax_init(struct argmax *a, const struct job_template *t, size_t max_chars)
{
	long system = sysconf(_SC_ARG_MAX);

	memset(a, 0, sizeof(*a));
	a->line.max = max_chars > 0 ? max_chars : ARGMAX_CHARS;
	a->vector.max = system > 0 ? (size_t)system : ARGMAX_CHARS;
	a->vector.fixed = environment_bytes() + HEADROOM;
	a->string.max = STRING_MAX;
	a->word.max = STRING_MAX;
	a->word.per_longest = 1;
	switch (t->mode) {
	case TEMPLATE_VECTOR:
		add_vector(a, t);
		break;
	case TEMPLATE_SCRIPT:
		add_script(a, t);
		break;
	default:
		add_record(a, t->mode == TEMPLATE_LINE);
	}
}

static bool
cost_fits(const struct argmax_cost *c, const struct argmax_load *load)
{
	return c->fixed + c->per_arg * load->nargs + c->per_byte * load->bytes +
	    c->per_longest * load->longest +
	    c->per_product * load->nargs * load->longest <=
	    c->max;
}

bool
argmax_fits(const struct argmax *a, const struct argmax_load *load)
{
	return cost_fits(&a->line, load) && cost_fits(&a->vector, load) &&
	    cost_fits(&a->string, load) && cost_fits(&a->word, load);
}
