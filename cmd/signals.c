/*
 * signals: what was asked of us by signals since we last looked.
 * It owns the flags; it must not know what follows from them.
 */
#include "cmd/signals.h"

#include <sys/resource.h>

#include <stdlib.h>
#include <unistd.h>

#include "worker/process.h"
#include "worker/tree.h"

static const int caught[] = {
    SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGTSTP, SIGCONT, SIGUSR1, SIGUSR2};

#define NCAUGHT (sizeof(caught) / sizeof(caught[0]))

static volatile sig_atomic_t came[NSIG];
static struct process_origin origin;
static sigset_t wait_mask;

static void
handler(int signo)
{
	came[signo] = 1;
}

/* What was ignored before us is to be ignored by the jobs. */
static void
note_ignored(sigset_t *ignored)
{
	struct sigaction sa;
	int signo;

	sigemptyset(ignored);
	for (signo = 1; signo < NSIG; signo++) {
		if (sigaction(signo, NULL, &sa) == 0 &&
		    sa.sa_handler == SIG_IGN)
			sigaddset(ignored, signo);
	}
}

void
signals_init(void)
{
	const struct sigaction sa = {.sa_handler = SIG_IGN};
	size_t i;

	note_ignored(&origin.ignored);
	getrlimit(RLIMIT_NOFILE, &origin.nofile);
	sigemptyset(&origin.caught);
	for (i = 0; i < NCAUGHT; i++)
		sigaddset(&origin.caught, caught[i]);
	sigprocmask(SIG_SETMASK, NULL, &origin.mask);
	process_set_origin(&origin);
	/* both come of a write that fails, too, and that is looked at */
	sigaction(SIGPIPE, &sa, NULL);
	sigaction(SIGXFSZ, &sa, NULL);
}

void
signals_catch(void)
{
	const struct sigaction sa = {
	    .sa_handler = handler, .sa_flags = SA_RESTART};
	size_t i;

	sigprocmask(SIG_BLOCK, &origin.caught, NULL);
	wait_mask = origin.mask;
	for (i = 0; i < NCAUGHT; i++) {
		sigdelset(&wait_mask, caught[i]);
		if (caught[i] != SIGTERM && caught[i] != SIGCHLD &&
		    caught[i] != SIGCONT &&
		    sigismember(&origin.ignored, caught[i]))
			continue;
		sigaction(caught[i], &sa, NULL);
	}
}

const sigset_t *
signals_wait_mask(void)
{
	return &wait_mask;
}

bool
signals_take(int signo)
{
	bool did = came[signo] != 0;

	came[signo] = 0;
	return did;
}

void
signals_suspend(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL}, old;
	sigset_t one;

	/* not STOP: TSTP stops nobody who has no shell to continue him */
	sigaction(SIGTSTP, &sa, &old);
	tree_send(getpid(), false, SIGTSTP);
	sigemptyset(&one);
	sigaddset(&one, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	sigprocmask(SIG_BLOCK, &one, NULL);
	sigaction(SIGTSTP, &old, NULL);
}

void
signals_die(int signo)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t one;

	sigaction(signo, &sa, NULL);
	sigemptyset(&one);
	sigaddset(&one, signo);
	tree_send(getpid(), false, signo);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	_exit(128 + signo);
}
