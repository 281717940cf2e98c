/*
 * workers: how many of them there may be: by -j, by the CPUs, by descriptors.
 */
#ifndef CMD_WORKERS_H
#define CMD_WORKERS_H

#define WORKERS_MAX 100000 /* the descriptors end sooner */

/* What -j says of the number. */
enum workers_form {
	WORKERS_DEFAULT, /* nothing: the kind's default */
	WORKERS_NUMBER,	 /* n of them, or with 0 as many as there can be */
	WORKERS_PERCENT, /* n of a hundred of the CPUs, rounded up */
	WORKERS_MORE,	 /* n more than CPUs */
	WORKERS_FEWER	 /* n fewer than CPUs, but one at least */
};

struct workers_wanted {
	enum workers_form form;
	unsigned long n;
};

/*
 * Reads the N, N%, +N, -N or 0 of -j.  0, or -1 when it is none of these; then
 * *why says why, in a string that stays valid.
 */
int workers_parse(struct workers_wanted *, const char *arg, const char **why);

/*
 * The number that is wanted on a machine of so many CPUs.  by_default: that of
 * the kind, 0 for the CPUs; most: as many as there can be.
 */
unsigned long workers_number(const struct workers_wanted *, unsigned cpus,
    unsigned by_default, unsigned long most);

/* The CPUs that we may use, not those that the machine has; at least 1. */
unsigned workers_cpus(void);

/* How many workers our limit of descriptors has room for; at least 1. */
unsigned long workers_by_descriptors(void);

#endif
