/*
 * sections: the tables of options that a kind has beside its own.
 * It owns which kind has which; it must not know what an option does.
 */
#include "cmd/sections.h"

#include "cmd/common.h"
#include "cmd/hostopts.h"
#include "cmd/pipe.h"

const struct section sections[] = {
    {"about blocks of input", KIND_INPUT, pipe_table, pipe_option},
    {"about hosts", KIND_URLS, hostopts_table, hostopts_option},
    {"of every kind", 0, common_table, common_option},
    {NULL, 0, NULL, NULL},
};

bool
section_is_of(const struct section *s, const struct kind *kind)
{
	return s->flag == 0 || (kind->flags & s->flag) != 0;
}
