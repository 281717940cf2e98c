/*
 * test_termseq: owns the tests of worker/termseq and worker/signame: sequences
 * of signals as they are written.  It must not send any.
 */
#include <signal.h>
#include <string.h>

#include "tests/unit/tap.h"
#include "worker/signame.h"
#include "worker/termseq.h"

static void
test_names(void)
{
	tap_int(signame_parse("TERM"), SIGTERM, "TERM");
	tap_int(signame_parse("SIGTERM"), SIGTERM, "SIGTERM");
	tap_int(signame_parse("sigusr1"), SIGUSR1, "in small letters");
	tap_int(signame_parse("9"), SIGKILL, "a number");
	tap_int(signame_parse(""), -1, "nothing");
	tap_int(signame_parse("SIG"), -1, "SIG alone");
	tap_int(signame_parse("TERMX"), -1, "no name");
	tap_int(signame_parse("0"), -1, "0");
	tap_int(signame_parse("1000"), -1, "1000");
	tap_ok(strcmp(signame_of(SIGHUP), "HUP") == 0, "the name of one");
	tap_ok(strcmp(signame_of(40), "real-time") == 0, "one without a name");
}

static void
test_parse(void)
{
	struct termseq s;

	tap_int(termseq_parse(&s, "TERM,200,int,100,9,25"), 0, "three signals");
	tap_int(s.n, 3, "are three steps");
	tap_ok(s.step[0].signo == SIGTERM && s.step[0].ms == 200, "the first");
	tap_ok(s.step[1].signo == SIGINT && s.step[1].ms == 100, "the second");
	tap_ok(s.step[2].signo == SIGKILL && s.step[2].ms == 25, "the last");
	tap_int(termseq_ms(&s), 325, "all of its time");
	tap_int(termseq_parse(&s, "INT,1000"), 0, "one without a KILL");
	tap_ok(s.n == 2 && s.step[1].signo == SIGKILL && s.step[0].ms == 1000,
	    "has one in the end");
	tap_int(termseq_parse(&s, "KILL"), 0, "KILL alone");
	tap_ok(s.n == 1 && s.step[0].ms == 0, "stays alone");
}

static void
test_mistakes(void)
{
	static const char *const texts[] = {"", ",", "TERM,", "TERM,x",
	    "TERM,-1", "100", "NOSUCH", "TERM,100,", "TERM,100,,KILL",
	    "TERM 100", "TERM,86400001",
	    "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"};
	struct termseq s;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		tap_int(termseq_parse(&s, texts[i]), -1, texts[i]);
}

static void
test_chosen(void)
{
	struct termseq s;

	tap_int(termseq_get()->n, 4, "the default has four signals");
	tap_int(termseq_ms(termseq_get()), 375, "and takes so long");
	termseq_parse(&s, "INT,1,KILL");
	termseq_set(&s);
	tap_int(termseq_get()->step[0].signo, SIGINT, "another may be chosen");
}

int
main(void)
{
	test_names();
	test_parse();
	test_mistakes();
	test_chosen();
	return tap_done();
}
