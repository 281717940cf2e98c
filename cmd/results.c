/*
 * results: a job's output kept in files of its own.
 * It owns their names and contents; it must not know whose turn it is, nor what
 * is printed.
 */
#include "cmd/results.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/disk.h"
#include "cmd/row.h"
#include "ipc/buf.h"

#define PIECE_MAX (64U * 1024U)		/* bytes of output at a time */
#define FACTS_MAX (64U * 1024U * 1024U) /* of job.json: all arguments */
#define FILES_MAX 4U
#define A_RECORD  'r'
#define TICK_US	  1000U /* to wait for the clock of a file system … */
#define TICKS_MAX 100U	/* … so often at most */

/* What the files of a job are called, behind its own name. */
struct layout {
	const char *out, *err, *seq, *facts; /* NULL: there is none */
};
static const struct layout in_directory = {
    "/stdout", "/stderr", "/seq", "/job.json"};
static const struct layout ends_in_slash = {
    "stdout", "stderr", "seq", "job.json"};
static const struct layout beside = {"", ".err", ".seq", NULL};

/* A file that has no name of its own yet. */
struct file {
	char *path; /* what it will be called */
	char *temp; /* what it is called; NULL: it is not there */
	int fd;	    /* -1: closed */
};

/* One job's files. */
struct set {
	struct file files[FILES_MAX];
	size_t n;
	struct file *culprit; /* the one that something is wrong with */
	const char *why;      /* and what, unless errno tells */
};

int
results_init(struct results *r, const char *name, const char *tmpdir, bool sync,
    const struct replace_set *set, uint64_t total)
{
	*r = (struct results){
	    .named = name != NULL, .tmpdir = tmpdir, .sync = sync};
	clock_gettime(CLOCK_REALTIME, &r->since);
	r->umask = umask(0);
	umask(r->umask);
	return r->named ? place_init(&r->place, name, set, total) : 0;
}

void
results_clear(struct results *r)
{
	place_clear(&r->place);
	taken_clear(&r->records);
}

bool
results_counts(const struct results *r)
{
	return r->named && !r->place.is_template;
}

uint64_t
results_count(struct results *r, const struct record *record)
{
	return taken_count(
	    &r->records, taken_hash(A_RECORD, record->text, record->len));
}

/* How the files of a job are called, by its own name. */
static const struct layout *
layout_of(const struct results *r, const char *name)
{
	size_t n = strlen(name);

	if (!r->place.is_template)
		return &in_directory;
	return n > 0 && name[n - 1] == '/' ? &ends_in_slash : &beside;
}

/* Writes what a task has written to a stream, in pieces. */
static int
write_stream(
    int fd, const struct task *t, unsigned stream, const struct store *s)
{
	struct held_cursor c;
	struct buf piece;
	ssize_t n;

	buf_init(&piece, PIECE_MAX);
	held_begin(&t->held, &c, stream);
	while ((n = held_read(&c, s, &piece, PIECE_MAX)) > 0) {
		if (disk_write(fd, buf_head(&piece), (size_t)n) == -1) {
			n = -1;
			break;
		}
		buf_consume(&piece, (size_t)n);
	}
	buf_clear(&piece);
	return (int)n;
}

static int
write_facts(int fd, const struct task *t)
{
	struct buf b;
	int result = -1;

	buf_init(&b, FACTS_MAX);
	if (row_add_facts(&b, t) == 0 && buf_add(&b, "}\n", 2) == 0)
		result = disk_write(fd, buf_head(&b), b.len);
	buf_clear(&b);
	return result;
}

/* Adds a file called name and end to the set, still without that name. */
static int
begin_file(
    struct set *set, const struct results *r, const char *name, const char *end)
{
	struct file *f = &set->files[set->n];
	char *slash;
	int dir;

	*f = (struct file){.fd = -1};
	set->culprit = f;
	if (asprintf(&f->path, "%s%s", name, end) == -1) {
		f->path = NULL;
		return -1;
	}
	set->n++;
	if (disk_make_parents(f->path) == -1)
		return -1;
	slash = strrchr(f->path, '/');
	dir = slash != NULL ? (int)(slash - f->path) + 1 : 0;
	if (asprintf(&f->temp, "%.*s.forkpool.XXXXXX", dir, f->path) == -1) {
		f->temp = NULL;
		return -1;
	}
	if ((f->fd = mkostemp(f->temp, O_CLOEXEC)) == -1) {
		free(f->temp);
		f->temp = NULL;
		return -1;
	}
	return fchmod(f->fd, 0666 & ~r->umask);
}

/* True when a file was written after that time. */
static bool
is_later(const struct stat *st, const struct timespec *t)
{
	if (st->st_mtim.tv_sec != t->tv_sec)
		return st->st_mtim.tv_sec > t->tv_sec;
	return st->st_mtim.tv_nsec > t->tv_nsec;
}

/* Closes a file that is whole.  What fails is not tried again. */
static int
end_fd(const struct results *r, int fd)
{
	int error = r->sync && fdatasync(fd) == -1 ? errno : 0;

	if (close(fd) == -1 && error == 0)
		error = errno;
	errno = error;
	return error == 0 ? 0 : -1;
}

/*
 * Closes a file that is whole.  The time of its last change must be after the
 * beginning of the run, by which a job with the same name finds out; the clock
 * of file systems goes by ticks.
 */
static int
end_file(struct set *set, const struct results *r)
{
	struct file *f = &set->files[set->n - 1];
	struct stat st;
	unsigned i;
	int fd = f->fd;

	for (i = 0; i < TICKS_MAX; i++) {
		if (fstat(fd, &st) == -1 || is_later(&st, &r->since))
			break;
		usleep(TICK_US);
		if (futimens(fd, NULL) == -1)
			break;
	}
	f->fd = -1;
	return end_fd(r, fd);
}

/* Writes all files of a task, under names that are not theirs yet. */
static int
write_files(struct set *set, const struct results *r, const struct task *t,
    const struct store *s, const char *name, const struct layout *l)
{
	char seq[32];
	int n;

	if (begin_file(set, r, name, l->out) == -1 ||
	    write_stream(set->files[0].fd, t, STDOUT_FILENO, s) == -1 ||
	    end_file(set, r) == -1)
		return -1;
	if (begin_file(set, r, name, l->err) == -1 ||
	    write_stream(set->files[1].fd, t, STDERR_FILENO, s) == -1 ||
	    end_file(set, r) == -1)
		return -1;
	n = snprintf(seq, sizeof(seq), "%ju", (uintmax_t)t->seq);
	if (begin_file(set, r, name, l->seq) == -1 ||
	    disk_write(set->files[2].fd, seq, (size_t)n) == -1 ||
	    end_file(set, r) == -1)
		return -1;
	if (l->facts == NULL)
		return 0;
	if (begin_file(set, r, name, l->facts) == -1 ||
	    write_facts(set->files[3].fd, t) == -1)
		return -1;
	return end_file(set, r);
}

/* The names in the directory of a file are on the disk too. */
static int
sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash != NULL ? strndup(path, (size_t)(slash - path) + 1)
				  : strdup(".");
	int fd, result, saved;

	fd = dir != NULL ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	result = fd != -1 ? fsync(fd) : -1;
	saved = errno;
	if (fd != -1)
		close(fd);
	free(dir);
	errno = saved;
	/* not every file system knows of it */
	return result == -1 && errno == EINVAL ? 0 : result;
}

/* Gives the files their names.  What an earlier run left is replaced. */
static int
name_files(struct set *set, const struct results *r)
{
	struct file *f;
	struct stat st;
	size_t i;

	for (i = 0; i < set->n; i++) {
		set->culprit = &set->files[i];
		if (lstat(set->files[i].path, &st) == 0 &&
		    is_later(&st, &r->since)) {
			set->why = "another job of this run has written it";
			errno = EEXIST;
			return -1;
		}
	}
	/* the first one last: where it is the others are too */
	for (i = set->n; i-- > 0;) {
		f = &set->files[i];
		set->culprit = f;
		if (rename(f->temp, f->path) == -1)
			return -1;
		free(f->temp);
		f->temp = NULL;
	}
	return r->sync ? sync_directory(set->files[0].path) : 0;
}

/* Frees a set, and removes the files in it that have not got their names. */
static void
set_clear(struct set *set)
{
	int saved = errno;
	size_t i;

	for (i = 0; i < set->n; i++) {
		if (set->files[i].fd != -1)
			close(set->files[i].fd);
		if (set->files[i].temp != NULL)
			unlink(set->files[i].temp);
		free(set->files[i].temp);
		free(set->files[i].path);
	}
	errno = saved;
}

/* Errors that say of a name that it is not one, and nothing of others. */
static bool
is_of_name(int error)
{
	switch (error) {
	case EEXIST:
	case EINVAL:
	case EISDIR:
	case ELOOP:
	case ENAMETOOLONG:
	case ENOTDIR:
	case ENOTEMPTY:
		return true;
	default:
		return false;
	}
}

/* A file for stdout alone, whose name nobody has chosen. */
static enum results_status
keep_temporary(struct results *r, const struct task *t, const struct store *s,
    char **path, const char **why)
{
	static const char end[] = ".out";
	int fd, error;

	if (asprintf(path, "%s/forkpool.XXXXXX%s", r->tmpdir, end) == -1) {
		*path = NULL;
		*why = strerror(ENOMEM);
		return RESULTS_FAILED;
	}
	if ((fd = mkostemps(*path, sizeof(end) - 1, O_CLOEXEC)) != -1) {
		error = write_stream(fd, t, STDOUT_FILENO, s) == -1 ? errno : 0;
		if (end_fd(r, fd) == -1 && error == 0)
			error = errno;
		if (error == 0)
			return RESULTS_KEPT;
		*why = strerror(error);
		unlink(*path);
		return RESULTS_FAILED;
	}
	*why = strerror(errno);
	return RESULTS_FAILED;
}

/* Writes the files of a task whose name is known. */
static enum results_status
keep_files(struct results *r, const struct task *t, const struct store *s,
    const char *name, char **path, const char **why)
{
	enum results_status status = RESULTS_KEPT;
	struct set set = {.n = 0};

	if (write_files(&set, r, t, s, name, layout_of(r, name)) == -1 ||
	    name_files(&set, r) == -1) {
		status = is_of_name(errno) ? RESULTS_REFUSED : RESULTS_FAILED;
		*why = set.why != NULL ? set.why : strerror(errno);
	}
	if (status == RESULTS_KEPT)
		set.culprit = &set.files[0];
	*path = set.culprit->path;
	set.culprit->path = NULL;
	set_clear(&set);
	return status;
}

enum results_status
results_keep(struct results *r, const struct task *t, const struct store *s,
    char **path, const char **why)
{
	enum results_status status;
	char *name;

	*path = NULL;
	if (!r->named)
		return keep_temporary(r, t, s, path, why);
	if ((name = place_of(&r->place, t, why)) == NULL) {
		*why = strerror(ENOMEM);
		return RESULTS_FAILED;
	}
	if (*why != NULL) {
		*path = name;
		return RESULTS_REFUSED;
	}
	status = keep_files(r, t, s, name, path, why);
	free(name);
	return status;
}
