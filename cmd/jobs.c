/*
 * jobs: a mixed list: each of its lines is a kind of job and its words.
 * It owns how such a line is read; it must not know how jobs are run.
 */
#include "cmd/jobs.h"

#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/options.h"
#include "cmd/words.h"

#define STATUS_USAGE  2
#define STATUS_BROKEN 4
#define JOB_MAX	      (16U * 1024U * 1024U) /* bytes, however many lines */
#define ROWS_MAX      256   /* options of all kinds that are mentioned */
#define ID_OF_KIND    0x100 /* ids of the n-th kind begin at n times that */

static struct option_def rows[ROWS_MAX + 1];
static size_t nrows;

/* The kind whose option argument id is. */
static const struct kind *
kind_of(int id)
{
	const char *summary, *why;

	return kind_find(kind_name((size_t)(id / ID_OF_KIND), &summary), &why);
}

static const char *
take_option(int id, const char *arg)
{
	const struct kind *kind = kind_of(id);

	id %= ID_OF_KIND;
	/* --shell and --quote of run */
	if (kind->words == WORDS_TEMPLATE && (id == 'c' || id == 'q'))
		return "each line of the list says by its words whether it is "
		       "a script";
	return kind->option(id, arg);
}

/* Adds "KIND-OPTION" for each of a kind's options; they are never freed. */
static void
add_rows(const struct kind *kind, size_t number)
{
	const struct option_def *def;
	char *name;

	for (def = kind->options; def->name != NULL; def++) {
		if (nrows == ROWS_MAX || def->id >= ID_OF_KIND ||
		    asprintf(&name, "%s-%s", kind->name, def->name) == -1)
			err(STATUS_BROKEN, "cannot take the options of %s",
			    kind->name);
		rows[nrows] = *def;
		rows[nrows].name = name;
		rows[nrows].letter = 0;
		rows[nrows].id = (int)number * ID_OF_KIND + def->id;
		nrows++;
	}
}

/* map and call start what their first words name, for all jobs. */
static bool
has_one_program(const struct kind *kind)
{
	return (kind->flags & (KIND_KEEPS | KIND_LOADED)) != 0;
}

/* True when an option of that kind is among the words. */
static bool
is_mentioned(const char *name, int argc, char **argv)
{
	size_t len = strlen(name);
	int i;

	for (i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) == 0 &&
		    strncmp(argv[i] + 2, name, len) == 0 &&
		    argv[i][2 + len] == '-')
			return true;
	}
	return false;
}

void
jobs_find_options(int argc, char **argv)
{
	const char *name, *summary, *why;
	const struct kind *kind;
	size_t i;

	for (i = 0; (name = kind_name(i, &summary)) != NULL; i++) {
		if (!is_mentioned(name, argc, argv))
			continue;
		if ((kind = kind_find(name, &why)) == NULL)
			errx(STATUS_BROKEN, "cannot load the kind %s: %s", name,
			    why);
		if (!has_one_program(kind))
			add_rows(kind, i);
	}
}

void
jobs_init(struct jobs *j)
{
	buf_init(&j->line, JOB_MAX);
	buf_init(&j->words, JOB_MAX);
}

void
jobs_clear(struct jobs *j)
{
	buf_clear(&j->line);
	buf_clear(&j->words);
}

const struct kind *
jobs_kind(const struct kind *given, const char *name)
{
	const struct kind *kind;
	const char *why;

	if (given != &kind_jobs)
		return given;
	kind = kind_find(name, &why);
	return kind != NULL ? kind : given;
}

const char *
jobs_command(const struct kind *kind)
{
	static char command[64];

	if (strcmp(kind->name, "run") == 0)
		return NULL;
	snprintf(command, sizeof(command), "forkpool %s", kind->name);
	return command;
}

/* True when a line ends in a backslash that quotes the new line behind it. */
static bool
goes_on(const struct record *line)
{
	size_t n = line->len;

	while (n > 0 && line->text[n - 1] == '\\')
		n--;
	return (line->len - n) % 2 == 1;
}

/* A line that says nothing. */
static bool
is_comment(const struct record *line)
{
	const char *p = line->text, *end = p + line->len;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p == end || *p == '#';
}

/* True when a word behind the kind of job begins like an option. */
static bool
has_dash(const struct record *job)
{
	const char *word = job->text;
	size_t i;

	for (i = 1; i < job->nargs; i++) {
		word += strlen(word) + 1;
		if (*word == '-')
			return true;
	}
	return false;
}

/* What can't be a job of its kind.  NULL: it can. */
static const char *
check_job(const struct record *job)
{
	const struct kind *kind;
	const char *why;

	if ((kind = kind_find(job->text, &why)) == NULL)
		return why != NULL ? why
				   : "the line does not begin with a kind of "
				     "job; write run, fetch or another";
	if (has_one_program(kind))
		return "this kind has one program for all its jobs, so it is "
		       "none for a mixed list";
	if (job->nargs < 2)
		return "a word is missing behind the kind of job";
	/* of other kinds it may be the name of a file */
	if ((kind->flags & KIND_URLS) != 0 && has_dash(job))
		return "no URL begins with a dash; options stand on the "
		       "command line, as in --fetch-max-redirs 3";
	return NULL;
}

/* What can't be cut into words is shown as it is. */
static void
take_whole(struct jobs *j, struct record *job)
{
	/* without memory there may be nothing */
	if (j->line.len > 0)
		job->text = (const char *)buf_head(&j->line);
	job->len = j->line.len;
	job->nargs = 1;
}

/* The words of the line that was put together. */
static void
take_words(struct jobs *j, struct record *job)
{
	char *line, *text;
	int n;

	buf_truncate(&j->words, 0);
	if (j->too_long || buf_add(&j->line, "", 1) == -1 ||
	    (text = (char *)buf_reserve(&j->words, j->line.len)) == NULL) {
		take_whole(j, job);
		job->why = "the job is longer than 16 MiB";
		return;
	}
	line = (char *)(uintptr_t)buf_head(&j->line);
	n = words_split(line, text, &job->why);
	if (n > 0) {
		job->text = text;
		job->nargs = (size_t)n;
		for (; n > 0; n--)
			text += strlen(text) + 1;
		job->len = (size_t)(text - job->text) - 1;
		job->why = check_job(job);
	} else if (n == -1) {
		take_whole(j, job);
		job->len--; /* the NUL */
	}
}

/*
 * Makes the job whose last line was read; what follows is another one.  False:
 * its lines say nothing.
 */
static bool
end_job(struct jobs *j, struct record *job)
{
	*job = (struct record){.text = ""};
	take_words(j, job);
	buf_truncate(&j->line, 0);
	j->too_long = false;
	return job->nargs > 0;
}

bool
jobs_take(struct jobs *j, const struct record *line, struct record *job)
{
	bool more = goes_on(line);

	if (line->why != NULL) {
		*job = *line;
		return true;
	}
	if (j->line.len == 0 && is_comment(line))
		return false;
	/* the backslash goes, and the new line with it */
	if (buf_add(&j->line, line->text, line->len - more) == -1)
		j->too_long = true;
	if (more)
		return false;
	return end_job(j, job);
}

bool
jobs_end(struct jobs *j, struct record *job)
{
	return j->line.len > 0 && end_job(j, job);
}

/* Reads a mixed list that is a file, and ends at its first mistake. */
static void
check_list(const struct options *o, const char *path)
{
	struct source_conf conf = o->lists;
	struct source *source;
	struct record r;
	const char *name, *why;
	uint64_t line;

	/* in its own order, so that the place is that of the record */
	conf.shuffle = conf.whole = false;
	if ((source = source_new(&conf, &why)) == NULL ||
	    source_add(source, NULL, 0, path, false) == -1)
		err(STATUS_USAGE, "cannot read the list %s", path);
	while (source_next(source, &r) == SOURCE_RECORD) {
		name = source_place(source, &line);
		if (r.why != NULL)
			options_mistake(
			    "%s: line %ju: %s", name, (uintmax_t)line, r.why);
	}
	source_free(source);
}

void
jobs_check(const struct options *o)
{
	const char *path;
	struct stat st;
	off_t begin;
	size_t i;
	bool in;

	for (i = 0; i < o->nlist; i++) {
		if ((path = o->list[i].path) == NULL)
			continue;
		in = strcmp(path, "-") == 0;
		if ((in ? fstat(STDIN_FILENO, &st) : stat(path, &st)) == -1 ||
		    !S_ISREG(st.st_mode))
			continue;
		/* it is read once more, from where it stands */
		begin = in ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;
		check_list(o, path);
		if (in)
			(void)lseek(STDIN_FILENO, begin, SEEK_SET);
	}
}

/* Each kind whose options were given; NULL after the last. */
static const struct kind *
mentioned(size_t n)
{
	size_t i, last = SIZE_MAX;

	for (i = 0; i < nrows; i++) {
		if ((size_t)(rows[i].id / ID_OF_KIND) == last)
			continue;
		last = (size_t)(rows[i].id / ID_OF_KIND);
		if (n-- == 0)
			return kind_of(rows[i].id);
	}
	return NULL;
}

static const char *
settle(void)
{
	const struct kind *kind;
	const char *why = NULL;
	size_t i;

	for (i = 0; why == NULL && (kind = mentioned(i)) != NULL; i++) {
		/* what it misses may stand in the list */
		if (kind->settle != NULL && kind->own_words == NULL)
			why = kind->settle();
	}
	return why;
}

static const char *
files(void)
{
	const struct kind *kind;
	const char *template = NULL;
	size_t i;

	for (i = 0; template == NULL && (kind = mentioned(i)) != NULL; i++) {
		if (kind->inner != NULL && kind->inner->files != NULL)
			template = kind->inner->files();
	}
	return template;
}

static const struct kind_inner inner = {.files = files};

const struct kind kind_jobs = {
    .abi = KIND_ABI,
    .name = "jobs",
    .summary = "run a mixed list: each line is a kind and its words",
    .synopsis = "[FILE ...]",
    .options = rows,
    .option = take_option,
    .settle = settle,
    .words = WORDS_LISTS,
    .inner = &inner,
};
