/*
 * usage: what --help prints.
 * It owns the layout; the tables say what options there are.
 */
#include "cmd/usage.h"

#include "cmd/jobs.h"
#include "cmd/sections.h"

void
usage_program(FILE *f)
{
	const char *name, *summary;
	size_t i;

	fputs("usage: forkpool KIND [options] [word ...] [::: argument ...]\n"
	      "       forkpool jobs [options] [FILE ...]\n"
	      "       forkpool log [options] JOURNAL\n"
	      "       forkpool demo\n"
	      "       forkpool help [TOPIC]\n"
	      "       forkpool --version\n\n"
	      "Runs a list of jobs in worker processes and prints what a plain "
	      "loop would have\nprinted.  Kinds of job:\n",
	    f);
	for (i = 0; (name = kind_name(i, &summary)) != NULL; i++)
		fprintf(f, "  %-8s %s\n", name, summary);
	fputs("\nExamples:\n"
	      "  forkpool fetch < urls\n"
	      "  forkpool run gzip -9 ::: *.log\n"
	      "  forkpool run convert {} {.}.png < images\n\n"
	      "Options: forkpool KIND --help.  More: forkpool help.\n",
	    f);
}

void
usage_table(const struct option_def *def)
{
	char left[64];

	for (; def->name != NULL; def++) {
		snprintf(left, sizeof(left), "%c%c%s--%s%s%s",
		    def->letter ? '-' : ' ', def->letter ? def->letter : ' ',
		    def->letter ? ", " : "  ", def->name,
		    def->argname != NULL ? " " : "",
		    def->argname != NULL ? def->argname : "");
		printf("  %-28s %s\n", left, def->help);
	}
}

void
usage_kind(const struct kind *kind)
{
	const struct section *s;

	printf("usage: forkpool %s [options] %s [::: argument ...]\n"
	       "%s\n",
	    kind->name, kind->synopsis, kind->summary);
	if (kind->options[0].name != NULL) {
		printf("\nOptions of %s:\n", kind->name);
		usage_table(kind->options);
	}
	for (s = sections; s->table != NULL; s++) {
		if (!section_is_of(s, kind))
			continue;
		printf("\nOptions %s:\n", s->about);
		usage_table(s->table);
	}
	if (kind == &kind_jobs)
		printf("\nOptions of one kind have its name in front, as in "
		       "--fetch-max-redirs 3.\n");
	printf("\nMore: forkpool help %s\n", kind->name);
}
