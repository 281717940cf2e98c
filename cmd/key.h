/*
 * key: what a job is known by from one run to the next: its content, never its
 * place in the list.  Pure.
 */
#ifndef CMD_KEY_H
#define CMD_KEY_H

#include <stddef.h>
#include <sys/types.h>

#include <sha2.h>

#define KEY_LEN SHA256_DIGEST_LENGTH

struct key {
	unsigned char bytes[KEY_LEN];
};

/* What the keys of all jobs of a run begin with. */
struct key_base {
	SHA2_CTX ctx;
};

/*
 * Starts with the kind and the n words of the template.  Each string is hashed
 * with its length before it, so no two lists of words are the same bytes.
 */
void key_begin(
    struct key_base *, const char *kind, char *const *words, size_t n);

/* The key of the template itself: of a job's command without its arguments. */
void key_of_template(const struct key_base *, struct key *);

/*
 * The key of a job: text holds its nargs arguments, len bytes all in all, with
 * a NUL between two of them.
 */
void key_of_job(const struct key_base *, const char *text, size_t len,
    size_t nargs, struct key *);

#endif
