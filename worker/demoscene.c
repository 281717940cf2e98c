/*
 * demoscene: one of the demonstration's lists of jobs, and how it is run.
 * It owns how much there is to do; it must not know what comes of it.
 */
#include "worker/demoscene.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>

#include "worker/demochild.h"
#include "worker/demowork.h"
#include "worker/duration.h"

#define NS_PER_MS  1000000ULL
#define PROBE_NS   (10 * NS_PER_MS)
#define PROBES	   3
#define WORK_NS	   (120 * NS_PER_MS) /* of a job that computes or asks */
#define PARSE_NS   (60 * NS_PER_MS)  /* of a page */
#define DELAY_NS   (150 * NS_PER_MS) /* before an answer */
#define PAGE_LINES 40000	     /* at most */
#define BAD_JOB	   3		     /* the one that crashes or hangs */

static const struct demoscene scenes[DEMOSCENE_N] = {
    {
	.id = DEMOSCENE_WAIT,
	.name = "waiting",
	.about = "wait for 0.2 s",
	.njobs = 8,
	.nworkers = 8,
    },
    {
	.id = DEMOSCENE_FETCH,
	.name = "fetching",
	.about = "fetch a page, which comes after 0.15 s, and parse it",
	.njobs = 10,
	.nworkers = 10,
    },
    {
	.id = DEMOSCENE_COMPUTE,
	.name = "computing",
	.about = "look for the longest of many sequences of numbers",
	.njobs = 8,
    },
    {
	.id = DEMOSCENE_QUERY,
	.name = "queries",
	.about = "fill a table of SQLite and ask what is in it",
	.njobs = 8,
    },
    {
	.id = DEMOSCENE_CRASH,
	.name = "a crash",
	.about = "wait for 0.2 s, but number 3 crashes after 0.1 s",
	.njobs = 6,
	.nworkers = 6,
	.nlost = 1,
    },
    {
	.id = DEMOSCENE_HANG,
	.name = "a hang",
	.about = "wait for 0.2 s, but number 3 hangs after 0.1 s",
	.njobs = 6,
	.nworkers = 6,
	.nlost = 1,
	.timeout = "1s",
	.limit_ms = 1500,
    },
};

unsigned
demoscene_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

static uint64_t
time_collatz(uint64_t below)
{
	uint64_t begin = duration_now_ns();

	/* the result is used, or the compiler would leave it out */
	return demowork_collatz(below) > 0 ? duration_now_ns() - begin : 0;
}

static uint64_t
time_query(uint64_t rows)
{
	uint64_t begin = duration_now_ns(), values;

	return demowork_query(rows, &values) == 0 ? duration_now_ns() - begin
						  : UINT64_MAX;
}

static uint64_t
time_links(uint64_t nlines)
{
	uint64_t ns = UINT64_MAX, begin;
	struct buf page;

	buf_init(&page, SIZE_MAX);
	if (demowork_page(&page, nlines) == 0) {
		begin = duration_now_ns();
		ns = demowork_links(&page) > 0 ? duration_now_ns() - begin
					       : UINT64_MAX;
	}
	buf_clear(&page);
	return ns;
}

/* How much it is that takes so long on this machine. */
static uint64_t
amount_for(uint64_t (*time)(uint64_t amount), uint64_t target_ns)
{
	uint64_t amount = 1000, best, ns;
	int i;

	while ((best = time(amount)) < PROBE_NS)
		amount *= 2;
	/* the others that want the processor have not always been there */
	for (i = 1; i < PROBES; i++) {
		if ((ns = time(amount)) < best)
			best = ns;
	}
	amount = amount * (target_ns / 1000) / (best / 1000 + 1);
	return amount > 0 ? amount : 1;
}

static int
start_server(struct demoscene *s)
{
	uint64_t nlines = amount_for(time_links, PARSE_NS);
	struct buf page;
	int result = -1;

	buf_init(&page, SIZE_MAX);
	if (demowork_page(&page, nlines < PAGE_LINES ? nlines : PAGE_LINES) ==
	    0)
		result = demoserver_start(&s->server, DELAY_NS, &page);
	buf_clear(&page);
	return result;
}

static void
write_word(struct demoscene *s, size_t i, uint64_t amount)
{
	static const char *const bad[] = {
	    [DEMOSCENE_CRASH] = "crash:0.1", [DEMOSCENE_HANG] = "hang:0.1"};
	char *word = s->words[i];
	size_t size = sizeof(s->words[i]);

	switch (s->id) {
	case DEMOSCENE_COMPUTE:
		snprintf(word, size, "compute:%ju", (uintmax_t)amount);
		break;
	case DEMOSCENE_QUERY:
		snprintf(word, size, "query:%ju", (uintmax_t)amount);
		break;
	case DEMOSCENE_FETCH:
		snprintf(word, size, "fetch:http://127.0.0.1:%u/page/%zu",
		    s->server.port, i + 1);
		break;
	case DEMOSCENE_CRASH:
	case DEMOSCENE_HANG:
		snprintf(word, size, "%s",
		    i + 1 == BAD_JOB ? bad[s->id] : "wait:0.2");
		break;
	default:
		snprintf(word, size, "wait:0.2");
	}
}

int
demoscene_make(struct demoscene *s, enum demoscene_id id)
{
	unsigned processors = demoscene_processors();
	uint64_t amount = 0;
	size_t i;

	*s = scenes[id];
	if (s->nworkers == 0)
		s->nworkers =
		    processors < s->njobs ? processors : (unsigned)s->njobs;
	if (id == DEMOSCENE_FETCH && start_server(s) == -1)
		return -1;
	if (id == DEMOSCENE_COMPUTE)
		amount = amount_for(time_collatz, WORK_NS);
	if (id == DEMOSCENE_QUERY)
		amount = amount_for(time_query, WORK_NS);
	for (i = 0; i < s->njobs; i++) {
		write_word(s, i, amount);
		if (demojob_parse(&s->jobs[i], i + 1, s->words[i]) == -1) {
			demoscene_clear(s);
			errno = EINVAL;
			return -1;
		}
	}
	return 0;
}

void
demoscene_clear(struct demoscene *s)
{
	if (s->server.pid > 0)
		demochild_end(s->server.pid);
	s->server.pid = 0;
}
