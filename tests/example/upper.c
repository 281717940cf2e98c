#include <ctype.h>
#include <forkpool-kind.h>

static int
upper(const struct job *job, struct reply *reply)
{
	char *p, *word = job->args[0];

	for (p = word; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	reply_output(reply, 1, word, (size_t)(p - word));
	reply_output(reply, 1, "\n", 1);
	return 0;
}

const struct kind forkpool_kind = {
    .abi = KIND_ABI,
    .summary = "write words in capitals",
    .job = upper,
    .flags = KIND_REPEATABLE | KIND_TINY,
};
