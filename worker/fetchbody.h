/*
 * fetchbody: what comes of a job: its bytes on the way to stdout or a file,
 * their number and hash, and where another attempt can go on.
 */
#ifndef WORKER_FETCHBODY_H
#define WORKER_FETCHBODY_H

#include <curl/curl.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "worker/fetchfile.h"
#include "worker/kind.h"

struct fetchbody {
	struct reply *reply;
	struct fetchfile file;
	EVP_MD_CTX *hash;	 /* NULL: nobody wants it */
	uint64_t bytes;		 /* of this transfer's, decoded */
	char tag[FETCHFILE_TAG]; /* what it was called before */
	bool foreign;		 /* what comes is no rest of what there is */
	const char *why;	 /* why it can't be taken; NULL */
	int error;		 /* likewise: errno of writing; 0 */
};

/* Once in a worker.  -1 without memory. */
int fetchbody_open(struct fetchbody *);

/* Frees what that made. */
void fetchbody_close(struct fetchbody *);

/* A job begins that writes the file of that name; "" for none.  -1: errno. */
int fetchbody_begin(struct fetchbody *, struct reply *, const char *name);

/*
 * Where to go on, by what the parent says of the last attempt ("BYTES TAG"; "")
 * or by what an earlier run has left; 0: at the beginning, which is prepared
 * for.  -1: the file can't be used: error.
 */
int fetchbody_find(struct fetchbody *, const char *resume, uint64_t *from);

/*
 * The head of a body that is asked for is there; from: as it was asked.  *from
 * is set to 0 when all of it comes.  -1: foreign, why, or error.
 */
int fetchbody_head(struct fetchbody *, CURL *, uint64_t *from);

/* What came so far is not to count.  -1: error. */
int fetchbody_restart(struct fetchbody *);

/* A piece of it.  -1: why or error. */
int fetchbody_write(struct fetchbody *, const void *, size_t n);

/*
 * It broke off: tells the parent where another attempt can go on.  false: at
 * the beginning.
 */
bool fetchbody_offer(struct fetchbody *, CURL *);

/* Tells its hash. */
void fetchbody_tell(struct fetchbody *);

#endif
