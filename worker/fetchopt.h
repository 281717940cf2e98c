/* fetchopt: the options of fetch, as its workers find them. */
#ifndef WORKER_FETCHOPT_H
#define WORKER_FETCHOPT_H

#include <curl/curl.h>

#include <stdbool.h>
#include <stdint.h>

#include "worker/kind.h"

struct fetchopt {
	struct curl_slist *headers; /* -H */
	const char *agent;	    /* -A; NULL: ours */
	const char *user;	    /* --user; NULL: none */
	const char *proxy;	    /* --proxy; NULL: of the environment */
	const char *cacert;	    /* --cacert; NULL: the system's */
	const char *output;	    /* -o; NULL: none */
	const char *dir;	    /* --output-dir; NULL: none */
	bool insecure;		    /* --insecure */
	bool plain;		    /* --no-compressed */
	bool downgrade;		    /* --allow-downgrade */
	bool no_private;	    /* --no-private */
	bool head;		    /* --head */
	bool skip_existing;	    /* --skip-existing */
	bool go_on;		    /* --continue */
	uint64_t filesize_max;	    /* bytes; 0: no limit */
	uint64_t speed_limit;	    /* bytes a second; 0: none */
	uint64_t speed_s;	    /* --speed-time; 0: the default */
	uint64_t connect_ms;	    /* 0: libcurl's */
	long redirects;		    /* followed, at most */
};

/* As the command line has set it; the same in every worker. */
extern struct fetchopt fetchopt;

extern const struct option_def fetchopt_table[];

/* Takes one option; arg may be wiped.  NULL, or what is wrong with it. */
const char *fetchopt_option(int id, const char *arg);

/* After all of them: NULL, or what is wrong with them together. */
const char *fetchopt_settle(void);

/* A template of the names of jobs' files; NULL: bodies go to stdout. */
const char *fetchopt_files(void);

#endif
