/*
 * demochild: a process of the demonstration, that ends with it.
 * It owns how that is made sure; it must not know what the process does.
 */
#include "worker/demochild.h"

#include <sys/prctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "worker/tree.h"

pid_t
demochild_fork(void)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	if ((pid = fork()) != 0)
		return pid;
	/* so no handler is needed to clean up, and no signal is too strong */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	return 0;
}

void
demochild_end(pid_t pid)
{
	tree_send(pid, false, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}
