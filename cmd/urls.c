/*
 * urls: what jobs of a kind that takes URLs have besides their records.
 * It owns nothing; it must not know how a URL is fetched.
 */
#include "cmd/urls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/expand.h"
#include "cmd/resume.h"
#include "cmd/secret.h"
#include "worker/show.h"
#include "worker/url.h"

#define EXTRA	  2    /* arguments before the URLs: see KIND_URLS */
#define URL_SHOWN 1024 /* bytes of one in a message */

/* The URL that a job asks for first, with its secrets hidden; caller frees. */
static char *
first_url(struct pool *p, const struct task *t, const char **why)
{
	struct replace_values values = task_values(t, p->total);
	struct args args;
	char *url = NULL;

	*why = NULL;
	if (expand_args(p->template, &values, &args, why) == -1)
		return NULL;
	if (args.n > 0 && (url = strdup(args.v[0])) != NULL)
		url_hide(url);
	if (args.n == 0)
		*why = "there is no URL";
	args_clear(&args);
	return url;
}

int
urls_add(struct pool *p, struct task *t, const struct record *r, bool shown,
    const char **why)
{
	*why = NULL;
	if (!shown && (t->secret = secret_args(r)) == NULL)
		return -1;
	if (p->options->save_as == NULL && p->options->row == ROW_NONE &&
	    p->options->results == NULL)
		return 0;
	if ((t->url = first_url(p, t, why)) == NULL)
		return -1;
	if (p->options->save_as == NULL)
		return 0;
	t->file = save_name(&p->save, t, t->url, why);
	return t->file != NULL && *why == NULL ? 0 : -1;
}

int
urls_pass(struct pool *p, uint64_t seq, const struct record *r,
    const struct record *whole)
{
	const char *why = NULL;
	struct task *t;
	int result;

	/* of a journal they were all taken at once */
	if (p->options->save_as == NULL || r->why != NULL ||
	    p->ledger->journal != NULL)
		return 0;
	if ((t = task_new(seq, r)) == NULL)
		return -1;
	t->ids.log = seq;
	result = urls_add(p, t, whole, r->text == whole->text, &why);
	task_free(t);
	return result == -1 && why == NULL ? -1 : 0;
}

/* What is known of earlier runs' files. */
struct recall {
	struct pool *pool;
	struct save kept; /* the names of those that are whole */
};

static int
recall_job(void *ctx, uint64_t seq, const struct record *r, bool ok)
{
	struct recall *c = ctx;
	struct task *t = task_new(seq, r);
	const char *why = NULL;
	int result;

	if (t == NULL)
		return -1;
	t->ids.log = seq;
	result = urls_add(c->pool, t, r, true, &why);
	if (result == 0 && ok)
		result = save_keep(&c->kept, t->file);
	task_free(t);
	return result == -1 && why == NULL ? -1 : 0;
}

int
urls_recall(struct pool *p)
{
	struct recall c = {.pool = p};
	int result = resume_each(p->ledger, recall_job, &c);

	save_forget(&p->save, &c.kept);
	return result;
}

/* "BYTES TAG": where to go on.  NULL without memory. */
static char *
make_resume(struct task *t)
{
	char *text;

	if (asprintf(&text, "%ju %s",
		(uintmax_t)held_size(&t->held, STDOUT_FILENO), t->resume) == -1)
		return NULL;
	free(t->resume);
	return text;
}

/* True for a URL with a protocol, and for none at all. */
static bool
is_clear(const char *url)
{
	return *url == '\0' || url_has_scheme(url);
}

/* https is meant, but he who reads the list may not know: told once. */
static void
note_scheme(struct pool *p, const struct args *args)
{
	char url[URL_SHOWN], shown[4 * URL_SHOWN];
	size_t i;

	for (i = 0; i < args->n && is_clear(args->v[i]); i++)
		continue;
	if (i == args->n || p->told_scheme || p->options->quiet)
		return;
	p->told_scheme = true;
	strlcpy(url, args->v[i], sizeof(url));
	url_hide(url);
	sink_tell(&p->sink,
	    "forkpool: %s: there is no http:// or https:// before it, and "
	    "https:// is taken; so it is with others",
	    show_text(shown, sizeof(shown), url));
}

const char *
urls_fault(const struct args *args)
{
	size_t i;

	for (i = 0; i < args->n; i++) {
		if (args->v[i][0] == '-')
			return "no URL begins with a dash; options stand on "
			       "the command line, before the list";
	}
	return NULL;
}

int
urls_prefix(struct pool *p, struct task *t, struct args *args)
{
	static char none[] = "";
	char **v = calloc(args->n + EXTRA + 1, sizeof(*v));

	if (v == NULL)
		return -1;
	note_scheme(p, args);
	if (t->resume != NULL && (t->resume = make_resume(t)) == NULL) {
		free(v);
		return -1;
	}
	v[0] = t->file != NULL ? t->file : none;
	v[1] = t->resume != NULL ? t->resume : none;
	memcpy(v + EXTRA, args->v, args->n * sizeof(*v));
	free(args->v);
	args->v = v;
	args->n += EXTRA;
	return 0;
}

void
urls_sent(struct task *t)
{
	if (t->resume == NULL)
		return;
	free(t->resume);
	t->resume = NULL;
}

void
urls_drop(struct pool *p, struct task *t)
{
	if (t->resume != NULL)
		sink_drop_stderr(&p->sink, t);
	else
		sink_drop(&p->sink, t);
}

const char *
urls_said(const struct task *t, const char *said)
{
	static const char before[] = "forkpool: ";
	const char *p = said;
	size_t n;

	if (t->url == NULL || strncmp(p, before, sizeof(before) - 1) != 0)
		return said;
	p += sizeof(before) - 1;
	n = strlen(t->url);
	if (strncmp(p, t->url, n) != 0 || strncmp(p + n, ": ", 2) != 0)
		return said;
	return t->outcome == OUTCOME_HTTP ? "" : p + n + 2;
}

void
urls_final(const struct task *t)
{
	if (t->file != NULL && t->attempts > 0 && t->state != STATE_OK)
		t->kind->inner->discard(t->file);
}
