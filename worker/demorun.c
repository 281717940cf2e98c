/*
 * demorun: runs one of the demonstration's lists in one way, and notes how.
 * It owns the process that it is run in, and what that tells; it must not know
 * what is shown of it.
 */
#include "worker/demorun.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/demochild.h"
#include "worker/demoloop.h"
#include "worker/duration.h"
#include "worker/tree.h"

#define NS_PER_MS  1000000ULL
#define NS_PER_SEC 1000000000ULL
#define LIMIT_MS   20000 /* of what is to end by itself */
#define TOLD_BYTES (64U * 1024U)
#define WORDS_MAX  16 /* of forkpool's command line, but for the jobs */

/* A process, and what it tells us. */
struct teller {
	pid_t pid;
	struct pollfd fds[2]; /* its stdout and stderr */
	char *text[2];	      /* what came there, */
	size_t len[2];	      /* so much, */
	size_t size[2];	      /* of so much room */
	uint64_t cpu_ns;      /* the processor time that it took */
};

static void
tell_stdout(void *ctx, const char *line, size_t n)
{
	(void)ctx;
	if (write(STDOUT_FILENO, line, n) != (ssize_t)n)
		_exit(1);
}

_Noreturn static void
run_in_turn(const struct demoscene *s)
{
	static const struct demojob_teller teller = {tell_stdout, NULL};
	const char *why;
	size_t i;

	for (i = 0; i < s->njobs; i++) {
		if (demojob_run(&s->jobs[i], &teller, &why) == -1)
			errx(1, "%s: %s", s->words[i], why);
	}
	_exit(0);
}

_Noreturn static void
run_in_loop(const struct demoscene *s)
{
	static const struct demojob_teller teller = {tell_stdout, NULL};

	if (demoloop_run(s->jobs, s->njobs, &teller) == -1)
		errx(1, "the event loop failed");
	_exit(0);
}

/* This program, with the jobs as its words. */
_Noreturn static void
run_in_workers(const struct demoscene *s)
{
	const char *argv[WORDS_MAX + DEMOSCENE_JOBS + 1];
	char number[16];
	size_t n = 0, i;

	snprintf(number, sizeof(number), "%u", s->nworkers);
	argv[n++] = "forkpool";
	argv[n++] = "demo";
	argv[n++] = "--json";
	argv[n++] = "-j";
	argv[n++] = number;
	if (s->timeout != NULL) {
		argv[n++] = "--timeout";
		argv[n++] = s->timeout;
	}
	for (i = 0; i < s->njobs; i++)
		argv[n++] = s->words[i];
	argv[n] = NULL;
	/* which does not change them, whatever its type says */
	execv("/proc/self/exe", (char *const *)argv);
	err(1, "cannot run /proc/self/exe");
}

_Noreturn static void
run_child(const struct demoscene *s, enum demorun_way way, int out, int errfd)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1 || dup2(errfd, STDERR_FILENO) == -1)
		_exit(1);
	switch (way) {
	case DEMORUN_TURN:
		run_in_turn(s);
	case DEMORUN_LOOP:
		run_in_loop(s);
	case DEMORUN_WORKERS:
		run_in_workers(s);
	}
	_exit(1);
}

/* 0, or -1 with errno. */
static int
start(struct teller *t, const struct demoscene *s, enum demorun_way way)
{
	int out[2], errs[2], saved;

	if (pipe2(out, O_CLOEXEC) == -1)
		return -1;
	if (pipe2(errs, O_CLOEXEC) == -1) {
		saved = errno;
		close(out[0]);
		close(out[1]);
		errno = saved;
		return -1;
	}
	if ((t->pid = demochild_fork()) == 0)
		run_child(s, way, out[1], errs[1]);
	saved = errno;
	close(out[1]);
	close(errs[1]);
	t->fds[0] = (struct pollfd){.fd = out[0], .events = POLLIN};
	t->fds[1] = (struct pollfd){.fd = errs[0], .events = POLLIN};
	if (t->pid == -1) {
		close(out[0]);
		close(errs[0]);
	}
	errno = saved;
	return t->pid == -1 ? -1 : 0;
}

/* Reads what is there; what there is no room for is lost. */
static void
take(struct teller *t, int i)
{
	size_t room = t->size[i] - 1 - t->len[i];
	char rest[512];
	ssize_t n;

	n = read(t->fds[i].fd, room > 0 ? t->text[i] + t->len[i] : rest,
	    room > 0 ? room : sizeof(rest));
	if (n > 0 && room > 0)
		t->len[i] += (size_t)n;
	if (n == 0 || (n == -1 && errno != EINTR)) {
		close(t->fds[i].fd);
		t->fds[i].fd = -1;
	}
}

/* Reads until both ends are closed.  False: not before the limit. */
static bool
listen_to(struct teller *t, uint64_t limit_ns)
{
	uint64_t now;
	int i;

	while (t->fds[0].fd != -1 || t->fds[1].fd != -1) {
		now = duration_now_ns();
		if (now >= limit_ns)
			return false;
		poll(t->fds, 2, (int)((limit_ns - now) / NS_PER_MS) + 1);
		for (i = 0; i < 2; i++) {
			if (t->fds[i].fd != -1 && t->fds[i].revents != 0)
				take(t, i);
		}
	}
	return true;
}

static uint64_t
timeval_ns(struct timeval tv)
{
	return (uint64_t)tv.tv_sec * NS_PER_SEC + (uint64_t)tv.tv_usec * 1000;
}

/* Listens to it until it has ended, or the limit.  False: it had not. */
static bool
finish(struct teller *t, uint64_t limit_ns)
{
	bool ended = listen_to(t, limit_ns);
	struct rusage used = {0};
	int i;

	if (!ended)
		tree_send(t->pid, false, SIGKILL);
	while (wait4(t->pid, NULL, 0, &used) == -1 && errno == EINTR)
		continue;
	t->cpu_ns = timeval_ns(used.ru_utime) + timeval_ns(used.ru_stime);
	for (i = 0; i < 2; i++) {
		if (t->fds[i].fd != -1)
			close(t->fds[i].fd);
		t->text[i][t->len[i]] = '\0';
	}
	return ended;
}

/* Takes note of a line of demojob_tell(); of others it does not. */
static struct demobar *
note_line(struct demorun *run, const char *line, uint64_t begin_ns)
{
	uintmax_t seq, result = 0;
	struct demobar *bar;
	char phase[8];
	uint64_t ns;
	double seconds;

	if (sscanf(line, "%ju %7s %lf %ju", &seq, phase, &seconds, &result) <
		3 ||
	    seq < 1 || seq > DEMOSCENE_JOBS)
		return NULL;
	bar = &run->bars[seq - 1];
	ns = (uint64_t)(seconds * 1e9);
	ns = ns > begin_ns ? ns - begin_ns : 0;
	if (!bar->begun) {
		bar->begun = true;
		bar->begin_ns = ns;
		bar->work_ns = UINT64_MAX;
	}
	if (strcmp(phase, "works") == 0)
		bar->work_ns = ns;
	if (strcmp(phase, "ends") == 0) {
		bar->done = true;
		bar->end_ns = ns;
		bar->result = result;
	}
	return bar;
}

/* The bar of the last line of text, which it cuts up; NULL: there is none. */
static struct demobar *
note_lines(struct demorun *run, char *text, uint64_t begin_ns)
{
	struct demobar *bar, *last = NULL;
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		if ((bar = note_line(run, line, begin_ns)) != NULL)
			last = bar;
	}
	return last;
}

/* What forkpool --json says of a job: what that wrote, and how long it took. */
static void
note_object(struct demorun *run, const char *line, uint64_t begin_ns)
{
	json_t *object = json_loads(line, 0, NULL);
	struct demobar *bar = NULL;
	const char *written;
	char *text;
	double wall;

	if (json_unpack(
		object, "{s:s, s:F}", "stdout", &written, "wall", &wall) == 0 &&
	    (text = strdup(written)) != NULL) {
		bar = note_lines(run, text, begin_ns);
		free(text);
	}
	if (bar != NULL && !bar->done)
		bar->end_ns = bar->begin_ns + (uint64_t)(wall * 1e9);
	json_decref(object);
}

static void
note_objects(struct demorun *run, char *text, uint64_t begin_ns)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL)
		note_object(run, line, begin_ns);
}

/* What did not end by itself ended with its process. */
static void
note_ends(struct demorun *run)
{
	struct demobar *bar;

	for (bar = run->bars; bar < run->bars + DEMOSCENE_JOBS; bar++) {
		run->ndone += bar->done;
		if (bar->begun && !bar->done && bar->end_ns == 0)
			bar->end_ns = run->ns;
	}
}

int
demorun_run(
    struct demorun *run, const struct demoscene *s, enum demorun_way way)
{
	uint64_t begin_ns, limit_ms = s->limit_ms > 0 ? s->limit_ms : LIMIT_MS;
	static char told[TOLD_BYTES];
	struct teller t = {.text = {told, run->account},
	    .size = {sizeof(told), sizeof(run->account)}};

	memset(run, 0, sizeof(*run));
	begin_ns = duration_now_ns();
	if (start(&t, s, way) == -1)
		return -1;
	run->stopped = !finish(&t, begin_ns + limit_ms * NS_PER_MS);
	run->ns = duration_now_ns() - begin_ns;
	run->cpu_ns = t.cpu_ns;
	if (way == DEMORUN_WORKERS)
		note_objects(run, told, begin_ns);
	else
		(void)note_lines(run, told, begin_ns);
	note_ends(run);
	return 0;
}
