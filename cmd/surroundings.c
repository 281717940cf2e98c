/*
 * surroundings: where and how nicely workers, and so their jobs, are to run.
 * It owns --wd and --nice; it must not change them for the parent, who reads
 * lists and writes files where it was started.
 */
#include "cmd/surroundings.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/disk.h"
#include "cmd/template.h"
#include "cmd/value.h"
#include "worker/spawn.h"

/* Makes path and what is missing above it.  -1 with errno. */
static int
make_directory(const char *path)
{
	if (disk_make_parents(path) == -1)
		return -1;
	return mkdir(path, 0777) == -1 && errno != EEXIST ? -1 : 0;
}

/* The directory, opened; made when it is missing. */
static int
open_directory(const struct options *o)
{
	const char *path = o->directory;
	int fd;

	if (strcmp(path, "...") == 0 || replace_is_in(&o->set, path))
		options_mistake("--wd %s: all jobs have the same directory; "
				"let the command make others and use cd",
		    path);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT && make_directory(path) == 0)
		fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* to be opened is allowed where to be entered is not */
	if (fd == -1 || faccessat(fd, ".", X_OK, AT_EACCESS) == -1)
		value_mistake("--wd", path, "cannot be used as a directory: %s",
		    strerror(errno));
	return fd;
}

/* Less nice than we are needs a privilege: tries whether we have it. */
static void
check_niceness(int niceness)
{
	int now = getpriority(PRIO_PROCESS, 0);

	if (niceness >= now)
		return;
	if (setpriority(PRIO_PROCESS, 0, niceness) == -1)
		options_mistake("--nice %d: less than ours needs a privilege: "
				"%s; write %d or more",
		    niceness, strerror(errno), now);
	(void)setpriority(PRIO_PROCESS, 0, now);
}

void
surroundings_set(const struct options *o)
{
	struct spawn_surroundings s = {
	    .dirfd = -1, .renice = o->renice, .niceness = o->niceness};

	if (o->directory != NULL)
		s.dirfd = open_directory(o);
	if (o->renice)
		check_niceness(o->niceness);
	spawn_set_surroundings(&s);
}
