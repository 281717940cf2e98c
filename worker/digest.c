/*
 * digest: a kind that tells the digests of files, in the lines of sha256sum(1)
 * and its like, by libcrypto, which uses what the processor has for it.
 * It owns the worker's one context and its buffer.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "worker/kind.h"

#define READ_BYTES                                                             \
	(256U * 1024U)	 /* at a time: what a processor's cache holds */
#define YIELD_READS 16	 /* then it has taken some milliseconds */
#define NAME_SHOWN  1024 /* bytes of a name in a message */

/* "\", the digest, two spaces, the name with each byte escaped, a new line */
#define LINE_BYTES (1 + 2 * EVP_MAX_MD_SIZE + 2 + 2 * PATH_MAX + 1)

static const struct algorithm {
	const char *name;
	const char *evp; /* libcrypto's name of it */
} algorithms[] = {
    {"sha256", "SHA2-256"}, /* the default */
    {"sha512", "SHA2-512"},
    {"sha1", "SHA1"},
    {"md5", "MD5"},
    {"blake2b", "BLAKE2B-512"},
};

static const struct algorithm *algorithm = &algorithms[0];
static EVP_MD *md;
static EVP_MD_CTX *ctx;
static unsigned char buffer[READ_BYTES];

static const char *
digest_option(int id, const char *arg)
{
	size_t i;

	(void)id; /* there is but one */
	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (strcmp(algorithms[i].name, arg) == 0) {
			algorithm = &algorithms[i];
			return NULL;
		}
	}
	return "no such algorithm; write sha256, sha512, sha1, md5 or blake2b";
}

static int
digest_open(void)
{
	/* a configuration may forbid md5, whose sums are still to be checked */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	md = EVP_MD_fetch(NULL, algorithm->evp, NULL);
	ctx = EVP_MD_CTX_new();
	return md != NULL && ctx != NULL ? 0 : -1;
}

static void
digest_close(void)
{
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
}

/*
 * The digest of what fd reads, into sum, *len bytes.  0, or -1 with errno; none
 * of libcrypto's calls can fail for another reason than memory.
 */
static int
digest_fd(int fd, struct reply *reply, unsigned char *sum, unsigned *len)
{
	unsigned nreads = 0;
	ssize_t n;

	if (EVP_DigestInit_ex2(ctx, md, NULL) != 1)
		goto fail;
	while ((n = read(fd, buffer, sizeof(buffer))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		/* a small file is read already: it is spared the call */
		if (++nreads == 1 && n == (ssize_t)sizeof(buffer))
			posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
		if (nreads % YIELD_READS == 0)
			kind_yield(reply);
		if (EVP_DigestUpdate(ctx, buffer, (size_t)n) != 1)
			goto fail;
	}
	if (EVP_DigestFinal_ex(ctx, sum, len) == 1)
		return 0;
fail:
	errno = ENOMEM;
	return -1;
}

static char *
add_hex(char *p, const unsigned char *sum, unsigned len)
{
	static const char digits[] = "0123456789abcdef";

	for (; len > 0; len--, sum++) {
		*p++ = digits[*sum >> 4];
		*p++ = digits[*sum & 0x0f];
	}
	return p;
}

static char *
add_escaped(char *p, const char *name)
{
	static const char special[] = "\\\n\r", letters[] = "\\nr";
	const char *found;

	for (; *name != '\0'; name++) {
		if ((found = strchr(special, *name)) == NULL) {
			*p++ = *name;
			continue;
		}
		*p++ = '\\';
		*p++ = letters[found - special];
	}
	return p;
}

/* A name that can be opened is shorter than PATH_MAX, so the line has room. */
static void
tell_digest(struct reply *reply, const char *name, const unsigned char *sum,
    unsigned len)
{
	char line[LINE_BYTES], *p = line;

	/* so that sha256sum -c knows that it has to undo it */
	if (strpbrk(name, "\\\n\r") != NULL)
		*p++ = '\\';
	p = add_hex(p, sum, len);
	*p++ = ' ';
	*p++ = ' ';
	p = add_escaped(p, name);
	*p++ = '\n';
	reply_output(reply, 1, line, (size_t)(p - line));
}

static void
digest_file(const char *name, struct reply *reply)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len;
	int fd;

	if (strcmp(name, "-") == 0) {
		reply_fail(reply, EINVAL,
		    "-: a job can't read the standard input; write ./- for a "
		    "file of that name");
		return;
	}
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd == -1 || digest_fd(fd, reply, sum, &len) == -1)
		reply_fail(reply, errno, "%.*s: %s", NAME_SHOWN,
		    *name != '\0' ? name : "''", strerror(errno));
	else
		tell_digest(reply, name, sum, len);
	if (fd != -1)
		close(fd);
}

static int
digest_job(const struct job *job, struct reply *reply)
{
	size_t i;

	for (i = 0; i < job->nargs; i++)
		digest_file(job->args[i], reply);
	return 0;
}

static const struct option_def digest_options[] = {
    {"algorithm", 0, 'a', "NAME", "sha256, sha512, sha1, md5, blake2b"},
    {NULL, 0, 0, NULL, NULL},
};

const struct kind forkpool_kind = {
    .abi = KIND_ABI,
    .name = "digest",
    .summary = "tell the digests of files",
    .synopsis = "[FILE ...]",
    .options = digest_options,
    .option = digest_option,
    .open = digest_open,
    .job = digest_job,
    .close = digest_close,
    .words = WORDS_RECORDS,
    .flags = KIND_REPEATABLE | KIND_TINY,
};
