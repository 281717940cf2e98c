/*
 * evploop: a yardstick for forkpool digest: so many processes that each take
 * their share of the files and do no more than read and digest them.
 *
 * usage: evploop PROCESSES ALGORITHM FILE ...
 */
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/evp.h>

static unsigned char buffer[256 * 1024];

static void
digest(EVP_MD_CTX *ctx, const EVP_MD *md, const char *name)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len, i;
	int fd = open(name, O_RDONLY);
	ssize_t n;

	if (fd == -1 || EVP_DigestInit_ex2(ctx, md, NULL) != 1)
		err(1, "%s", name);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		EVP_DigestUpdate(ctx, buffer, (size_t)n);
	if (n == -1 || EVP_DigestFinal_ex(ctx, sum, &len) != 1)
		err(1, "%s", name);
	close(fd);
	for (i = 0; i < len; i++)
		printf("%02x", sum[i]);
	printf("  %s\n", name);
}

/* Every step-th file from the first: the share of one process. */
static void
digest_share(const char *algorithm, char **names, int n, int first, int step)
{
	EVP_MD *md = EVP_MD_fetch(NULL, algorithm, NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (md == NULL || ctx == NULL)
		errx(2, "%s: no such algorithm", algorithm);
	for (; first < n; first += step)
		digest(ctx, md, names[first]);
	if (fflush(stdout) == EOF)
		err(1, "cannot write");
}

int
main(int argc, char **argv)
{
	int nprocesses, i, status, worst = 0;

	if (argc < 4 || (nprocesses = (int)strtol(argv[1], NULL, 10)) < 1)
		errx(2, "usage: evploop PROCESSES ALGORITHM FILE ...");
	for (i = 0; i < nprocesses; i++) {
		switch (fork()) {
		case -1:
			err(1, "fork");
		case 0:
			digest_share(
			    argv[2], argv + 3, argc - 3, i, nprocesses);
			_exit(0);
		}
	}
	while (wait(&status) != -1)
		worst |= status;
	return worst == 0 ? 0 : 1;
}
