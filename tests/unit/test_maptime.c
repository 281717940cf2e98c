/*
 * test_maptime: owns the tests of worker/maptime: when something is to be done
 * about a program of map.  It must not run one.
 */
#include "worker/maptime.h"

#include "tests/unit/tap.h"
#include "worker/duration.h"
#include "worker/loop.h"

#define SECOND 1000000000ULL

static const struct map_conf conf = {.end = '\n', .lines = 1};
static const struct map_conf conf_old = {
    .end = '\n', .lines = 1, .recycle_ns = 10 * SECOND};

static struct worker worker;

/* A program started just now, that has answered once, and has two records. */
static struct mapprog
make(const struct map_conf *c)
{
	struct mapprog m = {.conf = c,
	    .worker = &worker,
	    .running = true,
	    .started_ns = duration_now_ns()};

	mapreply_init(&m.reply, NULL, c);
	mapreply_begin(&m.reply, m.started_ns);
	m.reply.answered = true;
	(void)pending_add(&m.reply.pending, 1, "1\n", 2);
	(void)pending_add(&m.reply.pending, 2, "2\n", 2);
	return m;
}

static void
test_none(void)
{
	struct mapprog m = make(&conf);

	tap_ok(maptime_due(&m) == MAPTIME_NEVER, "all is well for ever");
	m.reply.answered = false;
	tap_ok(maptime_due(&m) == m.started_ns + 2 * SECOND,
	    "one that has not answered so far gets a hint");
	m.running = false;
	tap_ok(maptime_due(&m) == MAPTIME_NEVER, "but not when it is no more");
	mapreply_clear(&m.reply);
}

/* It gets no more records, and may have kept the answers in a buffer. */
static void
test_silent(void)
{
	struct mapprog m = make(&conf);

	worker.quit = true;
	m.reply.pending.written = 2;
	tap_ok(maptime_due(&m) == m.started_ns + 2 * SECOND,
	    "one that gets no more is looked at when it is silent");
	m.look_ns = m.started_ns + 3 * SECOND;
	tap_ok(maptime_due(&m) == m.look_ns, "and again later");
	m.closed = true;
	tap_ok(
	    maptime_due(&m) == MAPTIME_NEVER, "not after the end of its input");
	worker.quit = false;
	mapreply_clear(&m.reply);
}

/* Its input is closed, and a record waits that the next program is to get. */
static void
test_end(void)
{
	struct mapprog m = make(&conf);

	m.closed = true;
	m.closed_ns = m.started_ns + SECOND;
	m.reply.pending.written = 2;
	tap_ok(maptime_due(&m) == MAPTIME_NEVER,
	    "an answer that is not there has its time");
	pending_remove(&m.reply.pending, pending_find(&m.reply.pending, 1));
	tap_ok(maptime_due(&m) == m.closed_ns + 3 * SECOND / 2,
	    "after the last answer it is to end, though more records wait");
	m.killed = true;
	tap_ok(maptime_due(&m) == MAPTIME_NEVER, "killed once, that is all");
	mapreply_clear(&m.reply);
}

static void
test_old(void)
{
	struct mapprog m = make(&conf_old);

	tap_ok(maptime_due(&m) == m.started_ns + 10 * SECOND,
	    "its time is up when it is old");
	m.started_ns -= 10 * SECOND;
	maptime_run(&m);
	tap_ok(m.reply.pending.limit == 4, "then it gets no more records");
	tap_ok(maptime_due(&m) == MAPTIME_NEVER, "which is done once");
	mapreply_clear(&m.reply);
}

static void
test_hold(void)
{
	struct mapprog m = make(&conf_old);
	uint64_t now = m.started_ns;

	/* all was long ago, and held since then */
	m.closed = true;
	m.started_ns = m.closed_ns = m.reply.mark_ns = m.held_ns =
	    now - 100 * SECOND;
	pending_job(&m.reply.pending, 0)->timeout_ns = SECOND;
	tap_ok(maptime_due(&m) == MAPTIME_NEVER, "while held nothing is due");
	maptime_run(&m);
	tap_ok(m.ending == 0 && !m.killed &&
		m.reply.pending.limit == PENDING_NO_LIMIT,
	    "nor done");
	m.stopped = true;
	maptime_release(&m);
	tap_ok(m.held_ns != 0, "a program that is stopped is held");
	m.stopped = false;
	maptime_release(&m);
	tap_ok(maptime_due(&m) >= now + SECOND, "the pause does not count");
	tap_ok(m.started_ns >= now, "nor to its age");
	tap_ok(m.closed_ns >= now, "nor to the time that its end takes");
	mapreply_clear(&m.reply);
}

int
main(void)
{
	test_none();
	test_silent();
	test_end();
	test_old();
	test_hold();
	return tap_done();
}
