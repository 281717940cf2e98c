/*
 * polite: the hosts of jobs whose records are URLs.
 * It owns nothing; it must not know how hosts are kept.
 */
#include "cmd/polite.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/expand.h"
#include "cmd/hostname.h"
#include "worker/duration.h"
#include "worker/show.h"

#define NS_PER_MS    1000000ULL
#define MS_PER_S     1000
#define PAUSE_MAX_MS (3600LL * MS_PER_S) /* then a host is asked again */
#define TELL_MS	     (10LL * MS_PER_S)	 /* of a pause that a person notices */
#define SLOTS_MAX    64			 /* so many are looked at */

int
polite_enter(struct pool *p, struct task *t)
{
	struct replace_values values = task_values(t, p->total);
	char name[HOSTNAME_SIZE] = "";
	struct args args;
	const char *why;

	/* in a mixed list the kind stands before the URL */
	if (p->options->nwords == 0 && t->kind == p->kind) {
		hostname_of(t->args[0], name, sizeof(name));
	} else if (expand_args(p->template, &values, &args, &why) == 0) {
		if (args.n > 0)
			hostname_of(args.v[0], name, sizeof(name));
		args_clear(&args);
	} else if (why == NULL) {
		return -1;
	}
	return hosts_enter(&p->sched.hosts, t, name);
}

struct slot *
polite_slot(struct pool *p, struct slot *slot, const struct task *t)
{
	struct slot *other;
	int n = 0;

	if (t->host == NULL || t->host->id == 0)
		return slot;
	TAILQ_FOREACH(other, &p->open, open) {
		if (other->nheld == 0 && other->kind == t->kind &&
		    slot_was_at(other, t->host->id))
			return other;
		if (++n == SLOTS_MAX)
			break;
	}
	return slot;
}

bool
polite_may_queue(
    const struct pool *p, const struct slot *slot, const struct task *t)
{
	const struct task *last = TAILQ_LAST(&slot->held, task_list);
	const struct options *o = p->options;

	if ((t->kind->flags & KIND_URLS) == 0)
		return true;
	return t->attempts == 0 && t->host == last->host &&
	    t->seq > last->seq && !p->sched.hosts.timed &&
	    o->hosts.per_host == 0 && o->interval_ns == 0 && o->delay_ns == 0;
}

/* The value of a fact; NULL: it isn't there. */
static const char *
find_fact(struct msg_strings facts, const char *name)
{
	const char *key, *value;
	size_t len;

	while ((key = msg_next_string(&facts, &len)) != NULL &&
	    (value = msg_next_string(&facts, &len)) != NULL) {
		if (strcmp(key, name) == 0)
			return value;
	}
	return NULL;
}

/* Nothing happens for a while, and a person may wonder. */
static void
tell_pause(struct pool *p, const char *host, long long ms)
{
	char shown[4 * HOSTNAME_SIZE];

	if (p->options->quiet || ms < TELL_MS)
		return;
	sink_tell(&p->sink,
	    "forkpool: %s asks for a pause: no more of its URLs for %lld s",
	    show_text(shown, sizeof(shown), host), ms / MS_PER_S);
}

void
polite_heed(struct pool *p, struct task *t, const struct msg_done *m)
{
	const char *text, *from, *why;
	char name[HOSTNAME_SIZE];
	uint64_t now;
	long long ms;

	if ((t->kind->flags & KIND_URLS) == 0 || m->outcome != OUTCOME_HTTP ||
	    (m->code != 429 && m->code != 503) ||
	    (text = find_fact(m->facts, ".retry_after_ms")) == NULL)
		return;
	from = find_fact(m->facts, ".host");
	now = duration_now_ns();
	ms = strtonum(text, 1, INT64_MAX, &why);
	if (why != NULL)
		return;
	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	t->asked_ns = now + (uint64_t)ms * NS_PER_MS;
	/* after redirects it may be another that has answered */
	hostname_of(from != NULL ? from : t->host->name, name, sizeof(name));
	if (hosts_pause(&p->sched.hosts, name, now, t->asked_ns))
		tell_pause(p, name, ms);
}
