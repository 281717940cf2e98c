/*
 * value: what follows an option: numbers, sizes, spans of time.  Each of these
 * takes the option as it is called, for the message of a wrong value, which
 * ends the process with status 2.
 */
#ifndef CMD_VALUE_H
#define CMD_VALUE_H

#include <stdint.h>

/*
 * Ends the process with status 2, and with a message of what is wrong with arg;
 * NULL: the option has none.
 */
_Noreturn void value_mistake(const char *option, const char *arg,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A span of time, "90s", in nanoseconds. */
uint64_t value_duration(const char *option, const char *arg);

/* A number of things. */
uint32_t value_number(const char *option, const char *arg, uint32_t least);

/* A size, "64M", in bytes; small letters are of powers of 1000. */
uint64_t value_size(const char *option, const char *arg);

/* One character, or \\0, \\t, \\n and their like. */
char value_delimiter(const char *option, const char *arg);

/* A directory that files can be made in: arg itself. */
const char *value_dir(const char *option, const char *arg);

#endif
