# forkpool: "make" builds build/forkpool; "make demo" and "make check" do all
# their own set-up.  README.md tells about the other targets.

VERSION = 0.1
PREFIX ?= /usr/local
BINDIR = $(PREFIX)/bin
LIBDIR = $(PREFIX)/lib/forkpool
INCLUDEDIR = $(PREFIX)/include
MANDIR = $(PREFIX)/share/man

# What is built goes to B, so that several builds can stand side by side.
B = build
CFLAGS ?= -O2 -g
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla -Wundef \
	-Wformat=2
HARDENING = -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection
WERROR =
FP_CPPFLAGS = -I. -D_GNU_SOURCE -DLIBBSD_OPENBSD_VIS \
	-DFP_VERSION='"$(VERSION)"' -DFP_LIBDIR='"$(LIBDIR)"' \
	-include ipc/banned.h $(shell pkg-config --cflags libbsd-overlay) \
	$(CPPFLAGS)
FP_CFLAGS = -std=c11 $(WARNINGS) $(WERROR) $(HARDENING) $(CFLAGS)
# Small functions of many files make up a job: the program is optimized as one,
# where the compiler can keep that out of the tests' many programs.  LTO= is
# without.
LTO_WORKS = $(CC) -flto=auto -ffat-lto-objects -Werror -x c -c -o /dev/null
LTO := $(if $(findstring -fsanitize,$(CFLAGS)),,$(shell \
	$(LTO_WORKS) /dev/null 2>/dev/null && echo -flto=auto -ffat-lto-objects))
LIBBSD = $(shell pkg-config --libs libbsd-overlay libmd)
LIBCURL = $(shell pkg-config --libs libcurl)
LIBCRYPTO = $(shell pkg-config --libs libcrypto)
LIBJANSSON = $(shell pkg-config --libs jansson)
LIBSQLITE = $(shell pkg-config --libs sqlite3)
# What the modules call in the program.  All else that they share with it they
# have copies of (pic/): a function of a user's module that has the same name as
# one that the program exports would not be called.
EXPORTS = -Wl,--export-dynamic-symbol='reply_*' \
	-Wl,--export-dynamic-symbol='kind_yield' \
	-Wl,--export-dynamic-symbol='kind_give_back' \
	-Wl,--export-dynamic-symbol='kind_wants_facts'

MODULES = fetch digest query mapjson demo journal
FETCH_SRC = $(wildcard worker/fetch*.c)
DEMO_SRC = $(wildcard worker/demo*.c)
JOURNAL_SRC = cmd/journal.c cmd/claims.c cmd/database.c cmd/dbfile.c
MODULE_SRC = $(FETCH_SRC) worker/digest.c worker/query.c worker/rows.c \
	worker/mapjson.c $(DEMO_SRC) $(JOURNAL_SRC)
LIB_SRC = $(filter-out cmd/main.c $(MODULE_SRC), \
	$(wildcard cmd/*.c worker/*.c ipc/*.c))
LIB_OBJ = $(LIB_SRC:%.c=$(B)/obj/%.o)
MAN = $(wildcard man/*.[157])

UNIT_LIB_SRC = $(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c))
UNIT_LIB_OBJ = $(UNIT_LIB_SRC:%.c=$(B)/obj/%.o)
UNIT = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
TOOLS = $(patsubst tests/tools/%.c,$(B)/tools/%,$(wildcard tests/tools/*.c))
BENCH = $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))

all: $(B)/forkpool $(MODULES:%=$(B)/%.so) $(MAN:man/%=$(B)/man/%)

$(B)/forkpool: $(B)/obj/cmd/main.o $(LIB_OBJ)
	$(CC) $(FP_CFLAGS) $(LTO) $(LDFLAGS) $(EXPORTS) -o $@ $^ $(LIBBSD)

$(B)/fetch.so: $(FETCH_SRC:%.c=$(B)/obj/%.o) $(B)/pic/worker/duration.o \
		$(B)/pic/worker/size.o $(B)/pic/worker/url.o
	$(CC) $(FP_CFLAGS) $(LDFLAGS) -shared -o $@ $^ $(LIBCURL) $(LIBCRYPTO) \
		$(LIBBSD)

$(B)/digest.so: $(B)/obj/worker/digest.o
	$(CC) $(FP_CFLAGS) $(LDFLAGS) -shared -o $@ $^ $(LIBCRYPTO)

$(B)/query.so: $(B)/obj/worker/query.o $(B)/obj/worker/rows.o \
		$(B)/pic/worker/duration.o $(B)/pic/worker/json.o \
		$(B)/pic/ipc/buf.o
	$(CC) $(FP_CFLAGS) $(LDFLAGS) -shared -o $@ $^ $(LIBBSD) $(LIBSQLITE)

$(B)/mapjson.so: $(B)/obj/worker/mapjson.o
	$(CC) $(FP_CFLAGS) $(LDFLAGS) -shared -o $@ $^ $(LIBJANSSON)

DEMO_OBJ = $(DEMO_SRC:%.c=$(B)/obj/%.o) $(B)/pic/worker/duration.o \
	$(B)/pic/worker/tree.o $(B)/pic/ipc/buf.o

$(B)/demo.so: $(DEMO_OBJ)
	$(CC) $(FP_CFLAGS) $(LDFLAGS) -shared -o $@ $^ \
		$(LIBBSD) $(LIBCURL) $(LIBSQLITE) $(LIBJANSSON)

$(B)/journal.so: $(JOURNAL_SRC:%.c=$(B)/obj/%.o)
	$(CC) $(FP_CFLAGS) $(LDFLAGS) -shared -o $@ $^ $(LIBSQLITE)

$(MODULE_SRC:%.c=$(B)/obj/%.o): HOW = -fPIC
$(B)/obj/cmd/main.o $(LIB_OBJ): HOW = $(LTO)

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FP_CPPFLAGS) $(FP_CFLAGS) $(HOW) -MMD -MP -c -o $@ $<

$(B)/pic/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FP_CPPFLAGS) $(FP_CFLAGS) -fPIC -MMD -MP -c -o $@ $<

$(B)/man/%: man/%
	@mkdir -p $(@D)
	cp $< $@

# The tests' own programs.
$(B)/unit/%: $(B)/obj/tests/unit/%.o $(UNIT_LIB_OBJ) $(LIB_OBJ)
	@mkdir -p $(@D)
	$(CC) $(FP_CFLAGS) -fno-lto $(LDFLAGS) $(EXPORTS) -o $@ $^ $(LIBBSD)

# What is pure of a module is tested without it.
$(B)/unit/test_fetchurl: $(B)/obj/worker/fetchurl.o

$(B)/tools/%: $(B)/obj/tests/tools/%.o $(LIB_OBJ)
	@mkdir -p $(@D)
	$(CC) $(FP_CFLAGS) -fno-lto $(LDFLAGS) $(EXPORTS) -o $@ $^ $(LIBBSD)

# The real parent, with a worker that misbehaves in the place of sleep's.
$(B)/tools/chaos: $(B)/obj/tests/tools/chaos.o $(B)/obj/cmd/main.o \
		$(filter-out %/worker/sleep.o,$(LIB_OBJ))
	@mkdir -p $(@D)
	$(CC) $(FP_CFLAGS) -fno-lto $(LDFLAGS) $(EXPORTS) -o $@ $^ $(LIBBSD)

$(B)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) $(FP_CPPFLAGS) $(FP_CFLAGS) $(LDFLAGS) -o $@ $< $(LIBS) $(LIBBSD)

$(B)/bench/evploop: LIBS = $(LIBCRYPTO)

# loaded into the program by tests
$(B)/tools/fault.so: tests/shim/fault.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=c11 -Wall -Wextra -O2 -g -fPIC -shared \
		-o $@ $<

# where a tool that is the whole program looks for it
$(B)/tools/%.so: $(B)/%.so
	@mkdir -p $(@D)
	ln -sf ../$*.so $@

test-programs: all $(UNIT) $(TOOLS) $(B)/tools/journal.so \
	$(B)/tools/fault.so
bench-programs: all $(BENCH)

demo:
	tests/tools/need demo
	$(MAKE) all
	tests/tools/demo

check:
	tests/tools/need check
	tests/tools/check

check-long:
	tests/tools/need check
	tests/tools/check --long

lint:
	tests/tools/need check
	tests/tools/lint

# The same tests, in a build that finds faults of memory and undefined
# behaviour: "make sanitize" after a change.
sanitize:
	tests/tools/need check
	tests/tools/check --sanitize

bench:
	tests/tools/need bench
	$(MAKE) bench-programs
	tests/bench/bench

install: all
	mkdir -p $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)
	install -m 755 $(B)/forkpool $(DESTDIR)$(BINDIR)/forkpool
	install -m 644 $(MODULES:%=$(B)/%.so) $(DESTDIR)$(LIBDIR)
	mkdir -p $(DESTDIR)$(INCLUDEDIR)
	install -m 644 worker/forkpool-kind.h $(DESTDIR)$(INCLUDEDIR)
	for page in $(MAN); do \
		dir=$(DESTDIR)$(MANDIR)/man$${page##*.}; \
		mkdir -p $$dir && install -m 644 $$page $$dir || exit 1; \
	done

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/forkpool
	rm -f $(MODULES:%=$(DESTDIR)$(LIBDIR)/%.so)
	-rmdir $(DESTDIR)$(LIBDIR)
	rm -f $(DESTDIR)$(INCLUDEDIR)/forkpool-kind.h
	for page in $(notdir $(MAN)); do \
		rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page; \
	done

clean:
	rm -rf $(B)

-include $(shell find $(B)/obj $(B)/pic -name '*.d' 2>/dev/null)

.PHONY: all test-programs bench-programs demo check check-long lint sanitize \
	bench install uninstall clean
.SECONDARY:
