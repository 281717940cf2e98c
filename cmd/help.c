/*
 * help: the manual pages, where this program stands.
 * It owns nothing; it must not know what the pages say.
 */
#include "cmd/help.h"

#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/module.h"
#include "worker/show.h"

#define STATUS_USAGE  2
#define STATUS_BROKEN 4

/*
 * Finds the file of a page: man/ beside the program, as built, or share/man as
 * "make install" puts it.  NULL when there is none.
 */
static const char *
find_page(const char *page)
{
	static const int sections[] = {1, 7, 5};
	static char path[PATH_MAX];
	const char *dir = module_program_dir();
	int n, s;
	size_t i;

	for (i = 0; dir != NULL && i < 3; i++) {
		s = sections[i];
		n = snprintf(path, sizeof(path), "%s/man/%s.%d", dir, page, s);
		if (n < (int)sizeof(path) && access(path, R_OK) == 0)
			return path;
		n = snprintf(path, sizeof(path), "%s/../share/man/man%d/%s.%d",
		    dir, s, page, s);
		if (n < (int)sizeof(path) && access(path, R_OK) == 0)
			return path;
	}
	return NULL;
}

void
help_open(const char *topic)
{
	char page[128], shown[512];
	const char *path;

	snprintf(page, sizeof(page), "forkpool%s%.64s",
	    topic != NULL ? "-" : "", topic != NULL ? topic : "");
	path = strchr(page, '/') == NULL ? find_page(page) : NULL;
	if (path == NULL && topic == NULL)
		errx(STATUS_USAGE,
		    "no manual pages beside the program, nor in "
		    "../share/man, where make install puts them");
	if (path == NULL)
		errx(STATUS_USAGE, "no manual page for %s; try forkpool help",
		    *topic != '\0' ? show_text(shown, sizeof(shown), topic)
				   : "''");
	execlp("man", "man", "-l", path, (char *)NULL);
	execlp("mandoc", "mandoc", "-a", path, (char *)NULL);
	err(STATUS_BROKEN, "cannot run man or mandoc to show %s", path);
}
