/*
 * pipe: the options about blocks of input.
 * It owns their table; it must not know how data is cut into blocks.
 */
#include "cmd/pipe.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/value.h"

#define SHARES_MAX 1000000

enum pipe_id {
	ID_BLOCK = 1,
	ID_PART,
	ID_PIPE,
	ID_RECEND,
	ID_RECSTART,
	ID_REGEXP,
	ID_ROUND_ROBIN,
	ID_RRS
};

const struct option_def pipe_table[] = {
    {"block", 0, ID_BLOCK, "SIZE", "bytes of a block (1M)"},
    {"block-size", 0, ID_BLOCK, "SIZE", "the same as --block"},
    {"pipe", 0, ID_PIPE, NULL, "jobs read blocks of standard input"},
    {"pipe-part", 0, ID_PART, NULL, "jobs read parts of the file of -a"},
    {"pipepart", 0, ID_PART, NULL, "the same as --pipe-part"},
    {"recend", 0, ID_RECEND, "STR", "a record ends with STR (\\n)"},
    {"recstart", 0, ID_RECSTART, "STR", "a record begins with STR"},
    {"regexp", 0, ID_REGEXP, NULL, "those two are regular expressions"},
    {"remove-rec-sep", 0, ID_RRS, NULL, "the same as --rrs"},
    {"round", 0, ID_ROUND_ROBIN, NULL, "the same as --round-robin"},
    {"round-robin", 0, ID_ROUND_ROBIN, NULL,
	"a job for each worker, and blocks to those"},
    {"rrs", 0, ID_RRS, NULL, "take what separates records out"},
    {NULL, 0, 0, NULL, NULL},
};

/* A size; or -N, so many blocks for each worker. */
static void
parse_block(struct blocks_conf *b, const char *arg)
{
	const char *why;

	if (*arg != '-') {
		b->size = value_size("--block", arg);
		return;
	}
	b->shares = (unsigned)strtonum(arg + 1, 1, SHARES_MAX, &why);
	if (why != NULL)
		value_mistake("--block", arg,
		    "%s; write a size, or -N for N blocks to each worker", why);
}

void
pipe_option(struct options *o, int id, const char *arg)
{
	struct blocks_conf *b = &o->blocks;

	switch (id) {
	case ID_BLOCK:
		parse_block(b, arg);
		break;
	case ID_PART:
		b->on = b->part = true;
		break;
	case ID_PIPE:
		b->on = true;
		break;
	case ID_RECEND:
		b->cut.recend = arg;
		break;
	case ID_RECSTART:
		b->cut.recstart = arg;
		break;
	case ID_REGEXP:
		b->cut.regexp = true;
		break;
	case ID_ROUND_ROBIN:
		b->round_robin = true;
		break;
	case ID_RRS:
		b->strip = true;
	}
}

/* What only makes sense with data that passes through us. */
static void
check_part(const struct options *o)
{
	const struct blocks_conf *b = &o->blocks;

	if (o->nlist == 0 || strcmp(o->list[0].path, "-") == 0)
		options_mistake(
		    "--pipe-part: a file is missing; write -a FILE, "
		    "or --pipe for standard input");
	if (o->lists.pack.on)
		options_mistake("--pipe-part: -N, -n and -L count from the "
				"beginning of the data; write --pipe");
	if (b->round_robin || b->strip)
		options_mistake("--pipe-part: jobs read the file as it is; "
				"write --pipe with --round-robin and --rrs");
}

/* What is about the records of lists, and the arguments they become. */
static void
check_no_list(const struct source_conf *lists)
{
	const struct input_format *f = &lists->format;
	const struct pack_conf *pack = &lists->pack;

	if (f->delimiter != '\n' || f->crlf || f->end != NULL || f->trim_left ||
	    f->trim_right || lists->link || lists->shuffle ||
	    lists->colsep != NULL)
		options_mistake("--pipe: -0, -C, -d, -E, --crlf, --link, "
				"--shuf and --trim are about lists; data is "
				"cut by --recend and --recstart");
	if (pack->nothing || pack->max_chars > 0 ||
	    (pack->on && pack->max_records == 0 && pack->max_lines == 0))
		options_mistake("--pipe: -m, -s, -X, --xargs and -N 0 are "
				"about arguments; write --block, -N or -L");
}

static void
check_pipe(const struct options *o)
{
	if (o->nwords == 0)
		options_mistake("--pipe: a command is missing; write one that "
				"reads its standard input");
	if (o->nlist > 1 || (o->nlist == 1 && o->list[0].words != NULL))
		options_mistake("--pipe: the input is data, not a list; write "
				"one -a FILE at most, and no :::");
	check_no_list(&o->lists);
	if (retry_is_on(&o->retry))
		options_mistake(
		    "--retries: with --pipe the input of a job that "
		    "failed is gone");
	if (o->blocks.shares > 0 && !o->blocks.part)
		options_mistake("--block -%u: the size of the data is not "
				"known; write --pipe-part -a FILE",
		    o->blocks.shares);
}

void
pipe_settle(struct options *o)
{
	struct blocks_conf *b = &o->blocks;
	struct pack_conf *pack = &o->lists.pack;

	if (!b->on &&
	    (b->size > 0 || b->shares > 0 || b->round_robin || b->strip ||
		b->cut.recend != NULL || b->cut.recstart != NULL ||
		b->cut.regexp))
		options_mistake("--block, --recend and the like cut data that "
				"jobs read; write --pipe too");
	if (!b->on) {
		if (o->header != NULL && strcmp(o->header, ":") != 0)
			options_mistake(
			    "--header %s: write --header :", o->header);
		o->lists.header = o->header != NULL;
		return;
	}
	check_pipe(o);
	if (b->part)
		check_part(o);
	/* what packs records of lists counts those of a block */
	if (pack->max_lines > 0)
		b->cut.lines = pack->max_lines;
	b->records = pack->max_records;
	b->header = o->header;
	pack->on = false;
}
