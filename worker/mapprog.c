/*
 * mapprog: the program of a worker of the kind map, from start to end.
 * It owns its process; it must not know the parent's requests, nor what time
 * asks for.
 */
#include "worker/mapprog.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/duration.h"
#include "worker/loop.h"
#include "worker/signame.h"

#define READ_BYTES	 (64U * 1024U)	 /* of answers at a time */
#define COLLECT_NS	 (500 * 1000ULL) /* to let them collect, at most … */
#define COLLECT_LEAST_NS (50 * 1000ULL)	 /* … and for less it isn't done */

static struct pending *
pending_of(struct mapprog *m)
{
	return &m->reply.pending;
}

struct pending_job *
mapprog_oldest(const struct mapprog *m)
{
	const struct pending *p = &m->reply.pending;

	return p->n > 0 ? pending_job(p, 0) : NULL;
}

bool
mapprog_has_answered(const struct mapprog *m)
{
	const struct pending_job *job = mapprog_oldest(m);

	return job == NULL || !pending_is_given(&m->reply.pending, job);
}

/* Whether it has taken something out of the pipe. */
static bool
has_read(const struct mapprog *m)
{
	if (m->closed)
		return m->has_read;
	return (uint64_t)process_unread(m->process.in) < m->nwritten;
}

void
mapprog_close_input(struct mapprog *m)
{
	if (!m->running || m->closed)
		return;
	m->has_read = has_read(m);
	close(m->process.in);
	m->process.in = -1;
	m->closed = true;
	m->closed_ns = duration_now_ns();
}

void
mapprog_limit(struct mapprog *m)
{
	if (pending_of(m)->limit == PENDING_NO_LIMIT)
		pending_limit(pending_of(m));
}

void
mapprog_count(struct mapprog *m, const struct pending_job *job)
{
	if (pending_of(m)->limit == PENDING_NO_LIMIT &&
	    ++m->ngiven == m->conf->recycle)
		pending_of(m)->limit = job->end;
}

/* Every record that is left fails, since the program can't be started. */
static int
refuse_all(struct mapprog *m, int error)
{
	const char *name = m->words->args[0];
	char why[1024];
	struct pending_job *job;
	uint64_t seq;

	snprintf(why, sizeof(why), "cannot run %s: %s",
	    *name != '\0' ? name : "''", strerror(error));
	while ((job = mapprog_oldest(m)) != NULL) {
		seq = job->seq;
		pending_remove(pending_of(m), job);
		if (mapreply_refuse(&m->reply, seq, error, why) == -1)
			return -1;
	}
	return 0;
}

int
mapprog_start(struct mapprog *m)
{
	struct pending *p = pending_of(m);
	struct job words = *m->words;
	size_t i;
	int error;

	words.seq = mapprog_oldest(m)->seq;
	words.attempt = 1;
	error = process_start(&m->process, &words, m->worker->slot);
	if (error != 0)
		return refuse_all(m, error);
	m->running = true;
	m->closed = m->killed = false;
	m->ending = 0;
	m->ngiven = m->nwritten = m->collect_ns = m->look_ns = 0;
	m->started_ns = duration_now_ns();
	mapreply_begin(&m->reply, m->started_ns);
	for (i = 0; i < p->n; i++)
		mapprog_count(m, pending_job(p, i));
	return 0;
}

bool
mapprog_has_all(const struct mapprog *m)
{
	size_t n;

	return pending_unwritten(&m->reply.pending, &n) == NULL &&
	    process_unread(m->process.in) == 0;
}

void
mapprog_feed(struct mapprog *m)
{
	struct pending *p = pending_of(m);
	const unsigned char *data;
	size_t n;
	ssize_t written;

	while (!m->closed && (data = pending_unwritten(p, &n)) != NULL) {
		written = write(m->process.in, data, n);
		if (written == -1 && errno == EINTR)
			continue;
		if (written == -1 && errno == EAGAIN)
			return;
		if (written == -1) {
			/* it reads no more: its end tells the rest */
			p->written += n;
			mapprog_close_input(m);
			return;
		}
		p->written += (uint64_t)written;
		m->nwritten += (uint64_t)written;
	}
	/* the last that it gets is answered */
	if (p->limit == p->written && mapprog_has_answered(m))
		mapprog_close_input(m);
}

static void
kill_program(struct mapprog *m)
{
	if (!process_kill(&m->process))
		mapreply_log(&m->reply, "a process can't be killed");
}

void
mapprog_signal(struct mapprog *m, int signo)
{
	if (!m->running)
		return;
	if (signo == SIGKILL)
		kill_program(m);
	else
		process_signal(&m->process, signo);
}

/*
 * A program that flushes each answer would wake us for each: while it has
 * enough to do, several may collect.
 */
static void
let_collect(struct mapprog *m, size_t nbytes, size_t nbefore, uint64_t now_ns,
    uint64_t mark_ns)
{
	size_t n = pending_of(m)->n;
	uint64_t wait;

	m->collect_ns = 0;
	if (nbytes == READ_BYTES || nbefore <= n)
		return;
	wait = (now_ns - mark_ns) / (nbefore - n) * n / 4;
	if (wait > COLLECT_NS)
		wait = COLLECT_NS;
	if (wait >= COLLECT_LEAST_NS)
		m->collect_ns = now_ns + wait;
}

int
mapprog_read_stdout(struct mapprog *m)
{
	static char data[READ_BYTES];
	size_t nbefore = pending_of(m)->n;
	uint64_t now, mark = m->reply.mark_ns;
	ssize_t n;

	n = read(m->process.out, data, sizeof(data));
	if (n <= 0) {
		if (n == -1 && errno == EINTR)
			return 0;
		close(m->process.out);
		m->process.out = -1;
		return 0;
	}
	/* what it still says about a record that it is ended for is void */
	if (m->ending != 0)
		return 0;
	now = duration_now_ns();
	if (mapreply_stdout(&m->reply, data, (size_t)n, now) == -1)
		return -1;
	let_collect(m, (size_t)n, nbefore, now, mark);
	/* answers that nobody asked for: it is not in step with us */
	if (m->reply.unasked && !m->closed)
		mapprog_limit(m);
	return 0;
}

int
mapprog_read_stderr(struct mapprog *m)
{
	char data[MSG_LOG_MAX];
	ssize_t n;

	n = read(m->process.err, data, sizeof(data));
	if (n > 0)
		return mapreply_stderr(&m->reply, data, (size_t)n);
	if (n == 0 || errno != EINTR) {
		close(m->process.err);
		m->process.err = -1;
	}
	return 0;
}

/*
 * What a program that has ended left in its pipes, and no more: what it leaves
 * behind may write there for ever.
 */
static int
drain(struct mapprog *m)
{
	int err = process_unread(m->process.err);
	int out = process_unread(m->process.out);
	int result = 0;

	for (; err > 0 && result == 0; err -= (int)MSG_LOG_MAX)
		result = mapprog_read_stderr(m);
	for (; out > 0 && result == 0; out -= (int)READ_BYTES)
		result = mapprog_read_stdout(m);
	mapreply_end(&m->reply);
	return result;
}

/* Dies as the program did, so that the parent can name the signal. */
static void
die_of(int signo)
{
	struct rlimit none = {0, 0};
	sigset_t set;

	setrlimit(RLIMIT_CORE, &none);
	sigemptyset(&set);
	sigaddset(&set, signo);
	if (signo != SIGKILL && signo != SIGSTOP)
		(void)sigaction(
		    signo, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signo);
}

/* The program has read nothing: that is not the fault of a record. */
static _Noreturn void
end_unread(struct mapprog *m, const char *how)
{
	char text[160];

	snprintf(text, sizeof(text), "the program %s and read nothing", how);
	(void)mapreply_error(&m->reply, mapprog_oldest(m)->seq, text);
	(void)worker_flush_wait(m->worker);
	_exit(KIND_KEEPS_UNREAD);
}

/* The program ended with records that it had not answered, unasked. */
static int
crashed(struct mapprog *m, int status)
{
	struct pending *p = pending_of(m);
	char how[64], text[160];

	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "was killed by SIG%s",
		    signame_of(WTERMSIG(status)));
	else
		snprintf(how, sizeof(how), "exited with status %d",
		    WEXITSTATUS(status));
	if (!m->has_read && !m->reply.answered)
		end_unread(m, how);
	if (p->n == 1) {
		snprintf(text, sizeof(text),
		    "the program %s and left the record unanswered", how);
		(void)mapreply_error(&m->reply, mapprog_oldest(m)->seq, text);
	} else {
		mapreply_log(&m->reply,
		    "the program %s and left %zu records unanswered; each goes "
		    "to a new one, alone",
		    how, p->n);
	}
	(void)worker_flush_wait(m->worker);
	if (WIFSIGNALED(status))
		die_of(WTERMSIG(status));
	return -1;
}

int
mapprog_settle(struct mapprog *m)
{
	struct pending *p = pending_of(m);
	struct pending_job *job;
	int result = 0;

	if (m->ending != 0 && (job = pending_find(p, m->ending)) != NULL)
		result = mapreply_done(&m->reply, job,
		    m->ending_signo != 0 ? OUTCOME_CANCELLED : OUTCOME_TIMEOUT,
		    m->ending_signo,
		    duration_now_ns() - mapreply_begun_ns(&m->reply, job));
	m->ending = 0;
	while (result == 0 && m->cancelled != 0 &&
	    (job = mapprog_oldest(m)) != NULL)
		result = mapreply_done(
		    &m->reply, job, OUTCOME_CANCELLED, m->cancelled, 0);
	pending_rewind(p);
	return result;
}

int
mapprog_ended(struct mapprog *m)
{
	bool ours = m->ending != 0 || m->cancelled != 0;
	struct rusage ru;
	int status, result;

	if (ours || pending_of(m)->n > 0)
		kill_program(m);
	if (process_reap(&m->process, &status, &ru) == -1)
		return 0;
	mapprog_close_input(m);
	result = drain(m);
	process_close(&m->process);
	m->running = false;
	if (result == -1)
		return -1;
	if (!ours && !mapprog_has_answered(m))
		return crashed(m, status);
	if (!ours && !m->killed && status != 0)
		mapreply_log(&m->reply,
		    "the program %s %d after its last record",
		    WIFSIGNALED(status) ? "was killed by signal"
					: "exited with status",
		    WIFSIGNALED(status) ? WTERMSIG(status)
					: WEXITSTATUS(status));
	return mapprog_settle(m);
}
