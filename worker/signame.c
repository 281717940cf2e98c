/*
 * signame: signals by their names.
 * Pure; it must not know what a signal is for.
 */
#include "worker/signame.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

int
signame_parse(const char *text)
{
	const char *why, *name;
	int signo;

	signo = (int)strtonum(text, 1, NSIG - 1, &why);
	if (why == NULL)
		return signo;
	if (strncasecmp(text, "SIG", 3) == 0)
		text += 3;
	for (signo = 1; signo < NSIG; signo++) {
		name = sigabbrev_np(signo);
		if (name != NULL && strcasecmp(name, text) == 0)
			return signo;
	}
	return -1;
}

const char *
signame_of(int signo)
{
	const char *name = sigabbrev_np(signo);

	return name != NULL ? name : "real-time";
}
