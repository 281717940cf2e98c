/*
 * fetchloop: one transfer at a time, waited for.
 */
#ifndef WORKER_FETCHLOOP_H
#define WORKER_FETCHLOOP_H

#include <curl/curl.h>

#include "worker/kind.h"

/* Once per worker, before any transfer.  -1 without memory. */
int fetchloop_open(void);

/* After the last transfer, and after its handle was cleaned up. */
void fetchloop_close(void);

/*
 * Does what the handle is set up for, as curl_easy_perform() would.  While that
 * takes time, kind_yield() is called for the reply.
 */
CURLcode fetchloop_perform(CURL *, struct reply *);

#endif
