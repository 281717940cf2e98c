/*
 * test_stop: owns the tests of cmd/stop: which signal the jobs get, and when.
 * It must not know of processes, nor look at a clock.
 */
#include <signal.h>

#include "cmd/stop.h"
#include "tests/unit/tap.h"

#define NS_PER_SEC 1000000000ULL
#define SAME_NS	   30000000ULL	      /* within this it is the same one */
#define START	   (100 * NS_PER_SEC) /* when the first signal comes */
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
test_second(int second, uint64_t after_ns)
{
	struct stop s;

	stop_init(&s);
	stop_ask(&s, SIGINT, START);
	tap_int(stop_ask(&s, second, START + after_ns), SIGKILL,
	    "a second signal is KILL for the jobs");
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
	stop_ask(&s, SIGINT, START);
	stop_step(&s, TERM_AT);
	tap_int(stop_ask(&s, SIGINT, TERM_AT + 1), SIGKILL,
	    "a second signal between TERM and KILL is KILL");
	tap_int(stop_step(&s, KILL_AT), 0, "which doesn't come twice");
	tap_int(s.signo, SIGINT, "we die of the first");
}

/* timeout(1) signals its child, and then the group that the child is in. */
static void
test_same_at_once(int signo)
{
	struct stop s;

	stop_init(&s);
	stop_ask(&s, signo, START);
	tap_int(stop_ask(&s, signo, START), 0,
	    "the same signal at the same time is the same request");
	tap_int(stop_ask(&s, signo, START + SAME_NS - 1), 0,
	    "and so it is a little later");
	tap_ok(!stop_is_last(&s), "nothing is killed for that");
	tap_ok(s.due_ns == TERM_AT, "what is due is so as before");
	tap_int(stop_step(&s, TERM_AT), SIGTERM, "and comes");
}

/* The kernel and the shell both tell of a terminal that is gone. */
static void
test_hang_up_again(void)
{
	struct stop s;

	stop_init(&s);
	stop_ask(&s, SIGHUP, START);
	tap_int(stop_ask(&s, SIGHUP, START + 2 * NS_PER_SEC - 1), 0,
	    "HUP is not urgent when it comes again");
	tap_int(stop_step(&s, TERM_AT), SIGTERM, "TERM is due as before");
	tap_int(stop_ask(&s, SIGHUP, KILL_AT - 1), SIGKILL,
	    "but later somebody sends it");
	stop_init(&s);
	stop_ask(&s, SIGHUP, START);
	tap_int(stop_ask(&s, SIGINT, START + 1), SIGKILL, "INT is urgent");
	stop_init(&s);
	stop_ask(&s, SIGHUP, START);
	tap_int(stop_ask(&s, SIGHUP, START + 2 * NS_PER_SEC), SIGKILL,
	    "and so is HUP after 2 s");
}

/* That nobody reads was no wish of anybody's: the next signal is the first. */
static void
test_signal_after_pipe(void)
{
	struct stop s;

	stop_init(&s);
	stop_ask(&s, SIGPIPE, START - NS_PER_SEC);
	tap_int(stop_ask(&s, SIGHUP, START), SIGHUP,
	    "HUP when the reader is gone already: the jobs get HUP");
	tap_ok(s.due_ns == TERM_AT, "and 5 s from then");
	tap_int(stop_ask(&s, SIGINT, START), SIGKILL, "the next is KILL");
	stop_init(&s);
	stop_ask(&s, SIGPIPE, START - 60 * NS_PER_SEC);
	stop_step(&s, START - 50 * NS_PER_SEC);
	stop_step(&s, START - 40 * NS_PER_SEC);
	tap_int(stop_ask(&s, SIGHUP, START), SIGKILL,
	    "but when the jobs were killed they are killed again");
}

/* An end that we decided: by its own sequence, and nobody is in a hurry. */
static void
test_begin(void)
{
	struct termseq seq = {2, {{SIGUSR1, 300}, {SIGKILL, 0}}};
	uint64_t at = START + 300000000ULL;
	struct stop s;

	stop_init(&s);
	tap_ok(!stop_is_on(&s), "no stop at first");
	tap_int(stop_begin(&s, &seq, START), SIGUSR1, "the first of its own");
	tap_ok(stop_is_on(&s), "that is a stop");
	tap_int(s.signo, 0, "but no signal asked for it");
	tap_int(stop_begin(&s, &seq, START), 0, "it can't begin twice");
	tap_int(stop_step(&s, at - 1), 0, "nothing before its time");
	tap_int(stop_step(&s, at), SIGKILL, "then the last");
	tap_ok(!stop_is_last(&s), "output may still take its time");
	tap_int(stop_ask(&s, SIGINT, at), SIGINT, "then a person comes");
	tap_ok(s.due_ns == at + 5 * NS_PER_SEC, "and waits as usual");
	tap_int(stop_ask(&s, SIGINT, at + NS_PER_SEC), SIGKILL, "or doesn't");
	tap_ok(stop_is_last(&s), "now there is hurry");
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
	test_second(SIGINT, SAME_NS);
	test_second(SIGTERM, 0);
	test_second(SIGPIPE, 0);
	test_second_in_the_middle();
	test_same_at_once(SIGINT);
	test_same_at_once(SIGTERM);
	test_hang_up_again();
	test_signal_after_pipe();
	test_begin();
	return tap_done();
}
