/*
 * test_stop: owns the tests of cmd/stop: which signal the jobs get, and when.
 * It must not know of processes, nor look at a clock.
 */
#include <signal.h>

#include "cmd/stop.h"
#include "tests/unit/tap.h"

#define NS_PER_SEC 1000000000ULL
#define START	   (7 * NS_PER_SEC) /* when the first signal comes */
#define TERM_AT	   (START + 5 * NS_PER_SEC)
#define KILL_AT	   (TERM_AT + 1 * NS_PER_SEC)

static void
test_nothing_asked(void)
{
	struct stop s;

	stop_init(&s);
	tap_int(s.signo, 0, "at first nothing is asked for");
	tap_ok(s.due_ns == UINT64_MAX, "and nothing is due");
	tap_int(stop_step(&s, 0), 0, "nothing happens at time 0");
	tap_int(stop_step(&s, UINT64_MAX - 1), 0, "nor as time goes by");
	tap_ok(!stop_is_last(&s), "and nothing was killed");
}

/* One signal, and then as much time as it takes. */
static void
test_sequence(int signo, int first, const char *name)
{
	struct stop s;

	stop_init(&s);
	tap_int(stop_ask(&s, signo, START), first, name);
	tap_int(s.signo, signo, "it is what we shall die of");
	tap_ok(s.due_ns == TERM_AT, "the next step is due after 5 s");
	tap_int(stop_step(&s, START), 0, "nothing follows at once");
	tap_int(stop_step(&s, TERM_AT - 1), 0, "nor before 5 s are over");
	tap_int(stop_step(&s, TERM_AT), SIGTERM, "after 5 s comes TERM");
	tap_ok(s.due_ns == KILL_AT, "the next step is due after 1 s more");
	tap_int(stop_step(&s, KILL_AT - 1), 0, "nothing comes before that");
	tap_ok(!stop_is_last(&s), "and so far nothing was killed");
	tap_int(stop_step(&s, KILL_AT), SIGKILL, "after 1 s more comes KILL");
	tap_ok(stop_is_last(&s), "that is the last step");
	tap_ok(s.due_ns == UINT64_MAX, "nothing is due after it");
	tap_int(stop_step(&s, UINT64_MAX - 1), 0, "and nothing follows");
	tap_int(s.signo, signo, "we still die of the signal that came first");
}

/* The loop was held up: one step is taken at a time, from when it was taken. */
static void
test_late(void)
{
	uint64_t late = KILL_AT + 60 * NS_PER_SEC;
	struct stop s;

	stop_init(&s);
	stop_ask(&s, SIGINT, START);
	tap_int(stop_step(&s, late), SIGTERM,
	    "TERM that is late is not left "
	    "out");
	tap_int(stop_step(&s, late), 0, "KILL doesn't come with it");
	tap_int(
	    stop_step(&s, late + NS_PER_SEC - 1), 0, "nor before 1 s is over");
	tap_int(stop_step(&s, late + NS_PER_SEC), SIGKILL, "but then");
}

static void
test_second(int second)
{
	struct stop s;

	stop_init(&s);
	stop_ask(&s, SIGINT, START);
	tap_int(stop_ask(&s, second, START), SIGKILL,
	    "a second signal is KILL for the jobs, even at the same time");
	tap_ok(stop_is_last(&s), "which is the last step");
	tap_int(s.signo, SIGINT, "we die of the first");
	tap_ok(s.due_ns == UINT64_MAX, "and nothing is due");
	tap_int(stop_step(&s, KILL_AT + NS_PER_SEC), 0, "nor follows");
	tap_int(
	    stop_ask(&s, SIGTERM, KILL_AT), SIGKILL, "a third is KILL again");
	tap_int(s.signo, SIGINT, "and changes nothing");
}

static void
test_second_in_the_middle(void)
{
	struct stop s;

	stop_init(&s);
	stop_ask(&s, SIGHUP, START);
	stop_step(&s, TERM_AT);
	tap_int(stop_ask(&s, SIGHUP, TERM_AT + 1), SIGKILL,
	    "a second signal between TERM and KILL is KILL");
	tap_int(stop_step(&s, KILL_AT), 0, "which doesn't come twice");
	tap_int(s.signo, SIGHUP, "we die of the first");
}

int
main(void)
{
	test_nothing_asked();
	test_sequence(SIGINT, SIGINT, "INT: the jobs get INT");
	test_sequence(SIGTERM, SIGTERM, "TERM: the jobs get TERM");
	test_sequence(SIGHUP, SIGHUP, "HUP: the jobs get HUP");
	test_sequence(SIGPIPE, SIGTERM, "nobody reads: the jobs get TERM");
	test_late();
	test_second(SIGINT);
	test_second(SIGTERM);
	test_second(SIGPIPE);
	test_second_in_the_middle();
	return tap_done();
}
