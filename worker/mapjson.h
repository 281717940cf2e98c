/*
 * mapjson: reads an answer in JSON.  It lives in a module, which is loaded only
 * for --format json.
 */
#ifndef WORKER_MAPJSON_H
#define WORKER_MAPJSON_H

#include <stddef.h>
#include <stdint.h>

struct map_answer {
	uint64_t id;
	const char *out; /* "" when it is left out, as is err */
	size_t outlen;
	const char *err;
	size_t errlen;
	int exit;
	void *object; /* what they belong to */
};

/* What the module exports as forkpool_map_json. */
struct map_json_calls {
	/*
	 * Reads one line.  NULL: the answer is to be freed; otherwise what is
	 * wrong with it, as in "is no JSON".
	 */
	const char *(*parse)(const char *line, size_t n, struct map_answer *);
	void (*free)(struct map_answer *);
};

#endif
