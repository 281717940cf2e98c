/*
 * test_spool: owns the tests of cmd/spool: what is read back, what counts, what
 * is left on the disk.
 */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/spool.h"
#include "tests/unit/tap.h"

#define KIB 1024ULL
#define MIB (1024 * KIB)

static char dir[256];

/* Names in the directory, "." and ".." left out. */
static int
count_files(void)
{
	struct dirent *entry;
	DIR *d = opendir(dir);
	int n = 0;

	while (d != NULL && (entry = readdir(d)) != NULL)
		n += entry->d_name[0] != '.';
	if (d != NULL)
		closedir(d);
	return n;
}

/* Bytes that the file takes on the disk. */
static long long
disk_space(const struct spool *sp)
{
	struct stat st;

	return fstat(sp->fd, &st) == 0 ? (long long)st.st_blocks * 512 : -1;
}

static void
test_nothing(void)
{
	struct spool sp;

	spool_init(&sp, dir, MIB);
	tap_ok(sp.fd == -1 && sp.used == 0, "nothing is made at first");
	errno = EDOM;
	spool_clear(&sp);
	spool_clear(&sp);
	tap_int(errno, EDOM, "clear may come first, and twice; it keeps errno");
}

static void
test_round_trip(void)
{
	char data[3000], back[3000];
	struct spool sp;
	off_t at[100];
	size_t i, good = 0;

	spool_init(&sp, dir, MIB);
	for (i = 0; i < 100; i++) {
		memset(data, (int)i, sizeof(data));
		if (spool_write(&sp, data, 30 * i + 1, &at[i]) == -1)
			break;
	}
	tap_int((long long)i, 100, "pieces of all sizes are taken");
	tap_int((long long)sp.used, 100 + 30 * 99 * 50, "and counted");
	tap_int(count_files(), 0, "no file has a name");
	tap_ok((fcntl(sp.fd, F_GETFD) & FD_CLOEXEC) != 0,
	    "no job inherits the file");
	for (i = 100; i-- > 0;) {
		memset(data, (int)i, sizeof(data));
		good += spool_read(&sp, at[i], back, 30 * i + 1) == 0 &&
		    memcmp(back, data, 30 * i + 1) == 0;
	}
	tap_int((long long)good, 100, "all come back, in any order");
	spool_clear(&sp);
	tap_int(sp.fd, -1, "clear closes it");
}

static void
test_maximum(void)
{
	struct spool sp;
	char data[600] = "";
	off_t first, second;

	spool_init(&sp, dir, 1000);
	tap_int(spool_write(&sp, data, 600, &first), 0, "below the maximum");
	errno = 0;
	tap_int(spool_write(&sp, data, 401, &second), -1, "above it: refused");
	tap_int(errno, EDQUOT, "with EDQUOT");
	tap_int(spool_write(&sp, data, 400, &second), 0, "the maximum fits");
	spool_free(&sp, first, 600);
	tap_int((long long)sp.used, 400, "what is freed doesn't count");
	tap_int(spool_write(&sp, data, 600, &first), 0, "and makes room");
	spool_free(&sp, first, 600);
	spool_free(&sp, second, 400);
	tap_int((long long)sp.used, 0, "all freed");
	tap_int(disk_space(&sp), 0, "leaves an empty file");
	spool_clear(&sp);
}

static void
test_default_maximum(void)
{
	struct statvfs vfs;
	struct spool sp;
	uint64_t free_space;
	off_t at;

	spool_init(&sp, dir, 0);
	tap_int(spool_write(&sp, "x", 1, &at), 0, "without a maximum");
	statvfs(dir, &vfs);
	free_space = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	/* others write to that disk, too */
	tap_ok(sp.max > free_space / 100 * 80 && sp.max <= free_space,
	    "it is most of what is free, not all");
	spool_clear(&sp);
}

static void
test_no_directory(void)
{
	struct spool sp;
	off_t at;

	spool_init(&sp, "/nonexistent/directory", MIB);
	errno = 0;
	tap_int(spool_write(&sp, "x", 1, &at), -1, "without a directory");
	tap_int(errno, ENOENT, "it says what is missing");
	tap_int((long long)sp.used, 0, "and nothing counts");
	spool_clear(&sp);
}

/* The disk is full in the middle of a write. */
static void
test_half_write(void)
{
	struct rlimit old, limit;
	struct spool sp;
	char data[6000], back[3000];
	off_t first, second;

	memset(data, 'a', sizeof(data));
	spool_init(&sp, dir, MIB);
	spool_write(&sp, "", 1, &first);
	getrlimit(RLIMIT_FSIZE, &old);
	limit = (struct rlimit){4096, old.rlim_max};
	sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	setrlimit(RLIMIT_FSIZE, &limit);
	errno = 0;
	tap_int(spool_write(&sp, data, sizeof(data), &second), -1,
	    "what goes in by half is refused");
	tap_int(errno, EFBIG, "with the reason");
	tap_int((long long)sp.used, 1, "and does not count");
	memset(data, 'b', sizeof(data));
	tap_int(spool_write(&sp, data, 3000, &second), 0, "less may go in");
	setrlimit(RLIMIT_FSIZE, &old);
	tap_ok(spool_read(&sp, second, back, 3000) == 0 &&
		memcmp(back, data, 3000) == 0,
	    "and comes back");
	spool_clear(&sp);
}

static void
test_lost_bytes(void)
{
	struct spool sp;
	char back[10];
	off_t at;

	spool_init(&sp, dir, MIB);
	spool_write(&sp, "0123456789", 10, &at);
	(void)!ftruncate(sp.fd, 5);
	errno = 0;
	tap_int(spool_read(&sp, at, back, 10), -1, "bytes that are gone");
	tap_int(errno, EIO, "are an error, not less or other bytes");
	spool_clear(&sp);
}

/*
 * Held output comes and goes for as long as a run lasts, and all of it is never
 * gone.  Pieces end anywhere; what they took must come back all the same.
 */
static void
test_space_comes_back(size_t size, const char *name)
{
	const size_t total = 8 * MIB, kept = 20;
	char *data = calloc(1, size);
	off_t *at = calloc(total / size + 1, sizeof(*at));
	struct spool sp;
	size_t i, n = total / size;

	spool_init(&sp, dir, 0);
	for (i = 0; i < n; i++) {
		spool_write(&sp, data, size, &at[i]);
		if (i >= kept)
			spool_free(&sp, at[i - kept], size);
	}
	if (!tap_ok(disk_space(&sp) <= (long long)(kept * size + MIB), name))
		printf("# %lld bytes on disk\n", disk_space(&sp));
	spool_clear(&sp);
	free(data);
	free(at);
}

/* True when the file system can punch holes at all. */
static bool
has_holes(void)
{
	struct spool sp;
	off_t at;
	bool can;

	spool_init(&sp, dir, MIB);
	can = spool_write(&sp, "x", 1, &at) == 0 &&
	    fallocate(sp.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
		4096) == 0;
	spool_clear(&sp);
	return can;
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/test_spool.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL) {
		perror(dir);
		return 1;
	}
	test_nothing();
	test_round_trip();
	test_maximum();
	test_default_maximum();
	test_no_directory();
	test_half_write();
	test_lost_bytes();
	if (has_holes()) {
		test_space_comes_back(64 * KIB, "space of 64 KiB comes back");
		test_space_comes_back(6000, "space of 6000 bytes comes back");
		test_space_comes_back(100, "space of 100 bytes comes back");
	} else {
		tap_skip("space comes back", "no holes in this file system");
	}
	tap_int(rmdir(dir), 0, "nothing is left in the directory");
	return tap_done();
}
