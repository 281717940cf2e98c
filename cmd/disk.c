/*
 * disk: what is done with files in more than one place.
 * It owns nothing; it must not know what the files are.
 */
#include "cmd/disk.h"

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

int
disk_write(int fd, const void *data, size_t n)
{
	const char *p = data;
	ssize_t w;

	for (; n > 0; p += w, n -= (size_t)w) {
		if ((w = write(fd, p, n)) == -1) {
			if (errno != EINTR)
				return -1;
			w = 0;
		}
	}
	return 0;
}

int
disk_make_parents(const char *path)
{
	const char *slash = path;
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	while ((slash = strchr(slash + 1, '/')) != NULL) {
		strlcpy(part, path, (size_t)(slash - path) + 1);
		if (mkdir(part, 0777) == -1 && errno != EEXIST)
			return -1;
	}
	return 0;
}
