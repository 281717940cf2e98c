/*
 * mapjson: reads an answer in JSON, by jansson.
 * It owns what it has parsed; it must not know who asked.
 */
#include "worker/mapjson.h"

#include <jansson.h>

#include <limits.h>
#include <string.h>

#define EXIT_MOST 255

/* What a module exports. */
extern const struct map_json_calls forkpool_map_json;

/* A string that may be left out. */
static const char *
read_string(const json_t *value, const char **s, size_t *len)
{
	*s = "";
	*len = 0;
	if (value == NULL || json_is_null(value))
		return NULL;
	if (!json_is_string(value))
		return "has an \"out\" or \"err\" that is no string";
	*s = json_string_value(value);
	*len = json_string_length(value);
	return NULL;
}

static const char *
read_exit(const json_t *value, int *status)
{
	json_int_t n;

	*status = 0;
	if (value == NULL || json_is_null(value))
		return NULL;
	n = json_integer_value(value);
	if (!json_is_integer(value) || n < 0 || n > EXIT_MOST)
		return "has an \"exit\" that is no number from 0 to 255";
	*status = (int)n;
	return NULL;
}

static const char *
read_id(const json_t *value, uint64_t *id)
{
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < 1)
		return "has no \"id\" that is a number";
	*id = (uint64_t)n;
	return NULL;
}

static void
json_answer_free(struct map_answer *a)
{
	json_decref(a->object);
}

static const char *
json_answer_parse(const char *line, size_t n, struct map_answer *a)
{
	const char *why;
	json_error_t error;
	json_t *o;

	o = json_loadb(
	    line, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (o == NULL)
		return "is no JSON";
	a->object = o;
	why = json_is_object(o) ? NULL : "is no object";
	if (why == NULL)
		why = read_id(json_object_get(o, "id"), &a->id);
	if (why == NULL)
		why =
		    read_string(json_object_get(o, "out"), &a->out, &a->outlen);
	if (why == NULL)
		why =
		    read_string(json_object_get(o, "err"), &a->err, &a->errlen);
	if (why == NULL)
		why = read_exit(json_object_get(o, "exit"), &a->exit);
	if (why != NULL)
		json_answer_free(a);
	return why;
}

const struct map_json_calls forkpool_map_json = {
    .parse = json_answer_parse,
    .free = json_answer_free,
};
